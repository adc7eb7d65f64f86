/* SPDX-License-Identifier: MIT */
/*
 * Looks for the bytes of a syscall instruction in all code of the file. If they are part of another
 * instruction, the classification refuses them.
 */
#include "helper/gate/fast_survey.h"

#include <stdlib.h>
#include <string.h>

#include "helper/elf/elf_read.h"
#include "helper/elf/go_section.h"
#include "helper/gate/fast_files.h"
#include "helper/gate/fast_known.h"
#include "helper/gate/fast_patch.h"
#include "profile/util/xalloc.h"

#define SYSCALL_SIZE 2
#define MAX_TEXT     (32u << 20)
#define MAX_SITES    1024

/*
 * Returns true if a call at @ip is likely, and can be patched. A refused address may not be a call
 * at all.
 */
static bool see_site(struct layout *layout, uint64_t ip, unsigned int program)
{
	struct fast_known *known = fast_known_get(layout, ip);
	struct fast_site site = { .ip = ip };

	if (!known)
		return false;
	if (!known->is_classified) {
		fast_patch_classify(layout, &site);
		if (site.is_refused)
			return false;
		fast_known_set(known, &site.site, ip);
	}
	if (known->is_refused)
		return false;
	fast_known_use(known, program);
	return true;
}

static unsigned int see_sites(struct layout *layout, const struct region *region,
			      const uint8_t *text, unsigned int program)
{
	const size_t size = region->end - region->start;
	const uint8_t *end = text + size, *at = text;
	unsigned int nr = 0, nr_seen = 0;

	while (nr_seen < MAX_SITES && (at = memmem(at, (size_t)(end - at), "\x0f\x05", 2))) {
		at += SYSCALL_SIZE;
		nr += see_site(layout, region->start + (uint64_t)(at - text), program);
		nr_seen++;
	}
	return nr;
}

/* Returns true if @file is a Go program that was not examined before. */
static bool is_new_go(struct elf_file *file)
{
	struct go_section found;

	if (file->was_surveyed)
		return false;
	file->was_surveyed = true;
	return go_section_find(file, &found);
}

/*
 * Returns the bytes of @region, which the caller frees, or NULL. The last page may reach beyond the
 * end of the file.
 */
static uint8_t *read_text(const struct region *region)
{
	uint64_t size = region->end - region->start;
	uint64_t rest = region->file->size - region->offset;
	uint8_t *text;

	if (region->offset > region->file->size || size > MAX_TEXT)
		return NULL;
	text = xcalloc(1, size);
	if (elf_read_once(region->file, region->offset, text, size < rest ? size : rest))
		return text;
	free(text);
	return NULL;
}

bool fast_survey(struct layout *layout, uint64_t ip, unsigned int program)
{
	const struct region *region = layout_find(layout, ip - 1);
	unsigned int nr = 0;
	uint8_t *text;

	if (!region || !region->file || !region->inode || !is_new_go(region->file))
		return false;
	text = read_text(region);
	if (text)
		nr = see_sites(layout, region, text, program);
	free(text);
	return nr > 0;
}

/* Examines @region, which has code of a file from which a process has made calls. */
static void survey_region(struct layout *layout, const struct region *region, unsigned int program)
{
	uint8_t *text;

	if (region->file->has_known_sites)
		return;
	region->file->has_known_sites = true;
	if (fast_known_take_list(region))
		return;
	text = read_text(region);
	if (text)
		see_sites(layout, region, text, program);
	free(text);
}

/* Finds a site with fast_known_for_each. */
struct visit {
	struct fast_space *fast;
	uint64_t after;	    /* sites above this address are searched */
	uint64_t unpatched; /* the lowest site that is not patched, or 0 */
};

static void use_site(struct fast_known *known, uint64_t ip, void *argument)
{
	const struct visit *visit = argument;

	(void)ip;
	if (fast_files_has(visit->fast, known))
		fast_known_use(known, visit->fast->program);
}

void fast_survey_files(struct layout *layout, struct fast_space *fast)
{
	struct visit visit = { .fast = fast };

	for (unsigned int i = 0; i < layout->nr_regions; i++) {
		const struct region *region = &layout->regions[i];

		if (region->is_executable && !region->is_writable && region->inode &&
		    region->file && fast_files_has_region(fast, region))
			survey_region(layout, region, fast->program);
	}
	fast_known_for_each(layout, use_site, &visit);
}

static void see_unpatched(struct fast_known *known, uint64_t ip, void *argument)
{
	struct visit *visit = argument;

	if (ip > visit->after && (!visit->unpatched || ip < visit->unpatched) &&
	    fast_files_has(visit->fast, known) && !fast_space_find_site(visit->fast, ip))
		visit->unpatched = ip;
}

uint64_t fast_survey_next(const struct layout *layout, struct fast_space *fast, uint64_t after)
{
	struct visit visit = { .fast = fast, .after = after };

	fast_known_for_each(layout, see_unpatched, &visit);
	return visit.unpatched;
}
