/* SPDX-License-Identifier: MIT */
/*
 * A path in /proc/PID/maps is relative to the root directory of the process. A deleted or replaced
 * file can still be opened as the running executable, or (by root) through map_files.
 */
#include "helper/elf/elf_open.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "profile/util/xalloc.h"

#define MAX_SIZE     (1ll << 36) /* of a file; sparse ones may have any */
#define NR_SPARE_FDS 6		 /* for the profile, and for /proc while it is read */

/* Some versions of <linux/magic.h> do not have it. */
#define MAGIC_FUSE 0x65735546
#define MAGIC_CIFS 0xff534d42
#define MAGIC_SMB2 0xfe534d42
#define MAGIC_9P   0x01021997
#define MAGIC_CEPH 0x00c36400

/*
 * Returns true if enough descriptors are free. Without one, the helper could not write the profile.
 */
static bool is_spare(int fd)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= INT_MAX ||
	       fd < (int)limit.rlim_cur - NR_SPARE_FDS;
}

/*
 * Returns true if a process or another machine serves the file system. An overlay may use any file
 * system, but is mostly the root of a container. Only the time limit helps there.
 */
static bool is_served(int fd)
{
	struct statfs status;

	if (fstatfs(fd, &status) < 0)
		return true;
	switch ((unsigned long)status.f_type & 0xffffffff) {
	case MAGIC_FUSE:
	case NFS_SUPER_MAGIC:
	case MAGIC_CIFS:
	case MAGIC_SMB2:
	case SMB_SUPER_MAGIC:
	case MAGIC_9P:
	case MAGIC_CEPH:
	case AFS_SUPER_MAGIC:
	case CODA_SUPER_MAGIC:
		return true;
	default:
		return false;
	}
}

static bool is_on_lasting_file_system(uint64_t dev)
{
	static const char *const folders[] = { "/", "/usr", "/lib", "/opt", "/home" };
	struct stat status;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (stat(folders[i], &status) == 0 && status.st_dev == dev)
			return true;
	return false;
}

/* Opens @name. Returns its descriptor if it is the regular file with @inode, else -1. */
static int open_checked(const char *name, uint64_t inode, struct elf_opened *opened)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat status;

	if (fd < 0)
		return -1;
	if (!is_spare(fd) || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) ||
	    status.st_ino != inode || status.st_size > MAX_SIZE) {
		close(fd);
		return -1;
	}
	opened->identity = (struct elf_identity){
		.dev = status.st_dev,
		.inode = status.st_ino,
		.size = (uint64_t)status.st_size,
		.changed_ns = (uint64_t)status.st_ctim.tv_sec * 1000000000u +
			      (uint64_t)status.st_ctim.tv_nsec,
	};
	opened->is_deleted = status.st_nlink == 0;
	opened->may_block = is_served(fd);
	opened->is_lasting = !opened->may_block && is_on_lasting_file_system(status.st_dev);
	return fd;
}

int elf_open(pid_t tid, const struct elf_mapping *mapping, struct elf_opened *opened)
{
	char name[64];
	char *rooted = xasprintf("/proc/%d/root%s", (int)tid, mapping->path);
	int fd = open_checked(rooted, mapping->inode, opened);

	free(rooted);
	if (fd < 0) {
		snprintf(name, sizeof(name), "/proc/%d/exe", (int)tid);
		fd = open_checked(name, mapping->inode, opened);
	}
	if (fd < 0) {
		snprintf(name, sizeof(name), "/proc/%d/map_files/%" PRIx64 "-%" PRIx64, (int)tid,
			 mapping->start, mapping->end);
		fd = open_checked(name, mapping->inode, opened);
	}
	return fd;
}

bool elf_identity_is_equal(const struct elf_identity *a, const struct elf_identity *b)
{
	return a->dev == b->dev && a->inode == b->inode && a->size == b->size &&
	       a->changed_ns == b->changed_ns;
}
