/* SPDX-License-Identifier: MIT */
/*
 * A list of sites. A run has some hundreds of them, and each process looks each of them up once.
 * Sites of the C library need not be classified if it is the one that was there when scprof was
 * built.
 */
#include "helper/gate/fast_known.h"

#include <stdlib.h>
#include <string.h>

#include "helper/gate/own_sites.h"
#include "profile/util/xalloc.h"

#define MAX_KNOWN 4096

static struct fast_known *known_sites[MAX_KNOWN]; /* never freed or moved: sites point to them */
static unsigned int nr_known;

/* Addresses of calls from code that is in no file: distinct ones, of all processes. */
#define MAX_UNKNOWN 1024u

static uint64_t unknown[MAX_UNKNOWN];
static unsigned int nr_unknown;

#define MAX_PROGRAMS 64u

static struct program {
	uint64_t dev;
	uint64_t inode;
} programs[MAX_PROGRAMS];

static unsigned int nr_programs;

static bool is_of_file(const struct fast_known *known, const struct region *region)
{
	return region->inode == known->inode && region->dev == known->dev && region->file &&
	       region->file->identity.changed_ns == known->changed_ns;
}

static struct fast_known *add(const struct region *region, uint64_t offset)
{
	struct fast_known *known;

	if (nr_known == MAX_KNOWN)
		return NULL;
	known = xcalloc(1, sizeof(*known));
	known->dev = region->dev;
	known->inode = region->inode;
	known->changed_ns = region->file->identity.changed_ns;
	known->offset = offset;
	known_sites[nr_known++] = known;
	return known;
}

void fast_known_set(struct fast_known *known, const struct site *site, uint64_t ip)
{
	known->site = *site;
	known->site.patch_addr -= ip;
	known->site.return_addr -= ip;
	known->site.syscall_addr -= ip;
	known->site.pad_addr -= ip;
	known->is_classified = true;
	known->is_refused = site->shape == SITE_UNPATCHABLE;
}

/* Returns the sites of @file that were found when scprof was built, or NULL. */
static const struct own_file *find_own(const struct elf_file *file)
{
	for (const struct own_file *own = own_files; own->build_id; own++)
		if (strcmp(own->build_id, file->build_id) == 0)
			return own;
	return NULL;
}

bool fast_known_is_c_library(const struct region *region)
{
	return region->inode && region->file && find_own(region->file);
}

static int compare_offsets(const void *a, const void *b)
{
	uint64_t x = ((const struct own_site *)a)->offset, y = ((const struct own_site *)b)->offset;

	return x < y ? -1 : x > y;
}

static void take_own(struct fast_known *known, const struct own_site *own)
{
	const struct site site = {
		.shape = own->shape,
		.nr = own->nr,
		.cmp_immediate = own->cmp_immediate,
		.copy_size = own->copy_size,
	};
	struct site placed = site_at(site, 0);

	memcpy(placed.copy, own->copy, sizeof(placed.copy));
	placed.pad_addr = (uint64_t)(int64_t)own->pad_distance;
	memcpy(placed.pad, own->pad, sizeof(placed.pad));
	fast_known_set(known, &placed, 0);
}

static void look_up_own(struct fast_known *known, const struct elf_file *file)
{
	const struct own_file *own = find_own(file);
	const struct own_site key = { .offset = known->offset }, *found;

	if (!own || !own->nr_sites)
		return;
	found = bsearch(&key, own->sites, own->nr_sites, sizeof(key), compare_offsets);
	if (found)
		take_own(known, found);
}

/* The vdso is a file without an inode. */
static bool is_known_file(const struct region *region)
{
	return region->file && (region->inode || strcmp(region->file->path, "[vdso]") == 0);
}

/* Returns the record of the site at @offset in the file of @region, or NULL. */
static struct fast_known *find(const struct region *region, uint64_t offset)
{
	for (unsigned int i = 0; i < nr_known; i++)
		if (known_sites[i]->offset == offset && is_of_file(known_sites[i], region))
			return known_sites[i];
	return NULL;
}

struct fast_known *fast_known_get(struct layout *layout, uint64_t ip)
{
	const struct region *region = layout_find(layout, ip - 1);
	struct fast_known *known;
	uint64_t offset;

	if (!region || !is_known_file(region))
		return NULL;
	offset = ip - region->start + region->offset;
	known = find(region, offset);
	if (known)
		return known;
	known = add(region, offset);
	if (known)
		look_up_own(known, region->file);
	return known;
}

bool fast_known_take_list(const struct region *region)
{
	const struct own_file *own = find_own(region->file);

	for (unsigned int i = 0; own && i < own->nr_sites; i++) {
		const struct own_site *site = &own->sites[i];
		struct fast_known *known =
			find(region, site->offset) ? NULL : add(region, site->offset);

		if (known)
			take_own(known, site);
	}
	return own;
}

struct site fast_known_site(const struct fast_known *known, uint64_t ip)
{
	struct site site = known->site;

	site.patch_addr += ip;
	site.return_addr += ip;
	site.syscall_addr += ip;
	site.pad_addr += ip;
	return site;
}

static bool overlaps(uint64_t a, uint64_t b)
{
	return a - b < SITE_PAD_SIZE || b - a < SITE_PAD_SIZE;
}

bool fast_known_has_padding(const struct region *region, uint64_t offset)
{
	const struct own_file *own = find_own(region->file);

	for (unsigned int i = 0; own && i < own->nr_sites; i++)
		if (own->sites[i].shape == SITE_SHORT &&
		    overlaps(offset,
			     own->sites[i].offset + (uint64_t)(int64_t)own->sites[i].pad_distance))
			return true;
	for (unsigned int i = 0; i < nr_known; i++)
		if (known_sites[i]->site.shape == SITE_SHORT &&
		    is_of_file(known_sites[i], region) &&
		    overlaps(offset, known_sites[i]->offset + known_sites[i]->site.pad_addr))
			return true;
	return false;
}

void fast_known_note_unknown(uint64_t ip)
{
	unsigned int i = 0;

	while (i < nr_unknown && unknown[i] != ip)
		i++;
	if (i == nr_unknown && nr_unknown < MAX_UNKNOWN)
		unknown[nr_unknown++] = ip;
}

/* Returns why calls at @known stop, or NULL. */
static const char *reason_of(const struct fast_known *known)
{
	return known->is_refused ? known->site.reason : known->obstacle;
}

/* The same text may be at several addresses. */
static bool is_same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static unsigned int count_unpatched(const char *reason)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < nr_known; i++)
		nr += is_same(reason_of(known_sites[i]), reason);
	return nr;
}

static bool is_first_with_reason(unsigned int index)
{
	const char *reason = reason_of(known_sites[index]);

	for (unsigned int i = 0; i < index; i++)
		if (is_same(reason_of(known_sites[i]), reason))
			return false;
	return reason != NULL;
}

static char *add_reason(char *text, unsigned int nr, const char *reason)
{
	char *longer = xasprintf("%s%s%u: %s", text, *text ? "; " : "", nr, reason);

	free(text);
	return longer;
}

char *fast_known_refusals(void)
{
	char *text = xstrdup("");

	for (unsigned int i = 0; i < nr_known; i++)
		if (is_first_with_reason(i)) {
			const char *reason = reason_of(known_sites[i]);

			text = add_reason(text, count_unpatched(reason), reason);
		}
	return nr_unknown ? add_reason(text, nr_unknown, "its code is in no file") : text;
}

static bool is_in(const struct fast_known *known, const struct region *region)
{
	return is_of_file(known, region) && known->offset > region->offset &&
	       known->offset - region->offset < region->end - region->start;
}

void fast_known_for_each(const struct layout *layout,
			 void (*visit)(struct fast_known *known, uint64_t ip, void *argument),
			 void *argument)
{
	for (unsigned int i = 0; i < layout->nr_regions; i++) {
		const struct region *region = &layout->regions[i];

		if (!region->is_executable || region->is_writable || !is_known_file(region))
			continue;
		for (unsigned int j = 0; j < nr_known; j++)
			if (known_sites[j]->is_classified && !known_sites[j]->is_refused &&
			    is_in(known_sites[j], region))
				visit(known_sites[j],
				      known_sites[j]->offset - region->offset + region->start,
				      argument);
	}
}

const struct elf_file *fast_known_executable(const struct layout *layout)
{
	/* It is below its libraries, or at the address for which it was linked. */
	for (unsigned int i = 0; i < layout->nr_regions; i++)
		if (layout->regions[i].is_executable && layout->regions[i].file &&
		    layout->regions[i].inode)
			return layout->regions[i].file;
	return NULL;
}

unsigned int fast_known_program(const struct layout *layout)
{
	const struct elf_file *file = fast_known_executable(layout);
	unsigned int i;

	for (i = 0; file && i < nr_programs; i++)
		if (programs[i].dev == file->dev && programs[i].inode == file->inode)
			return i;
	if (!file || nr_programs == MAX_PROGRAMS)
		return MAX_PROGRAMS - 1;
	programs[nr_programs++] = (struct program){ .dev = file->dev, .inode = file->inode };
	return i;
}

void fast_known_use(struct fast_known *known, unsigned int program)
{
	known->used_by |= 1ull << program;
}

bool fast_known_is_expected(const struct fast_known *known, unsigned int program)
{
	if (nr_programs == 1 && known->is_foreseen)
		return true;
	return known->used_by >> program & 1 ||
	       2 * (unsigned int)__builtin_popcountll(known->used_by) >= nr_programs;
}

/*
 * Adds the sites that most programs use, so that they are patched before a program uses them. Once
 * for each file.
 */
static void foresee(const struct region *region)
{
	static uint64_t foreseen; /* one bit for each of own_files */
	const struct own_file *own = find_own(region->file);
	uint64_t bit = own ? 1ull << (own - own_files) : 0;

	if (!own || foreseen & bit)
		return;
	foreseen |= bit;
	for (unsigned int i = 0; i < own->nr_sites; i++) {
		struct fast_known *known = NULL;

		if (own->sites[i].is_common)
			known = add(region, own->sites[i].offset);
		if (known) {
			take_own(known, &own->sites[i]);
			known->is_foreseen = true;
		}
	}
}

void fast_known_foresee(const struct layout *layout)
{
	for (unsigned int i = 0; i < layout->nr_regions; i++) {
		const struct region *region = &layout->regions[i];

		if (region->is_executable && region->inode && region->file)
			foresee(region);
	}
}
