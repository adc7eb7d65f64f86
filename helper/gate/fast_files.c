/* SPDX-License-Identifier: MIT */
/*
 * A list of device and inode numbers, which a forked process inherits together with the patched
 * code. Most programs make calls from two files: the dynamic loader and the C library.
 */
#include "helper/gate/fast_files.h"

#include "helper/gate/fast_known.h"
#include "profile/util/xalloc.h"

static bool has(const struct fast_space *fast, uint64_t dev, uint64_t inode)
{
	for (unsigned int i = 0; i < fast->nr_files; i++)
		if (fast->files[i].inode == inode && fast->files[i].dev == dev)
			return true;
	return false;
}

bool fast_files_has(const struct fast_space *fast, const struct fast_known *known)
{
	return has(fast, known->dev, known->inode);
}

bool fast_files_has_region(const struct fast_space *fast, const struct region *region)
{
	return has(fast, region->dev, region->inode);
}

bool fast_files_see_call(struct fast_space *fast, struct layout *layout, uint64_t ip)
{
	const struct region *region = layout_find(layout, ip - 1);

	/* The vdso has a file without an inode. */
	if (!region || !region->file || has(fast, region->dev, region->inode))
		return false;
	if ((fast->nr_files & (fast->nr_files - 1)) == 0)
		fast->files =
			xreallocarray(fast->files, fast->nr_files ? 2 * (size_t)fast->nr_files : 1,
				      sizeof(*fast->files));
	fast->files[fast->nr_files++] =
		(struct fast_file){ .dev = region->dev, .inode = region->inode };
	return true;
}
