/* SPDX-License-Identifier: MIT */
/*
 * Looks for padding first in the function that contains the site, then in those around it.
 * Positions are virtual addresses of the file until the end.
 */
#include "helper/gate/fast_short.h"

#include <stdlib.h>

#include "helper/code/site_copy.h"
#include "helper/code/site_short.h"
#include "helper/elf/code_map.h"
#include "helper/elf/elf_read.h"
#include "helper/gate/fast_known.h"
#include "profile/util/xalloc.h"

#define SYSCALL_SIZE 2
#define REACH	     128 /* of an 8-bit displacement */

struct search {
	const struct region *region;
	uint64_t ip; /* ip of the site */
	struct site *site;
};

static bool is_free(uint64_t addr, size_t size, uint64_t used, void *argument)
{
	const struct search *search = argument;
	const struct region *region = search->region;
	uint64_t offset = used + region->bias - region->start + region->offset;

	return !fast_known_has_padding(region, offset) &&
	       !code_map_is_referred_to(region->file, addr, size);
}

/* Reads the code of @found, which the caller frees, or returns NULL. */
static uint8_t *read_code(const struct region *region, const struct code_extent *found,
			  struct site_extent *extent)
{
	uint64_t offset;
	uint8_t *code;

	if (found->end <= found->start ||
	    !elf_file_offset_of_vaddr(region->file, found->start, &offset))
		return NULL;
	code = xmalloc(found->end - found->start);
	*extent = (struct site_extent){
		.code = code,
		.size = found->end - found->start,
		.addr = found->start,
		.function_end = found->function_end,
		.has_landing_pads = found->has_landing_pads,
	};
	if (elf_read(region->file, offset, code, extent->size))
		return code;
	free(code);
	return NULL;
}

/* Looks for padding in the function at @vaddr. Stores its bounds in @found. */
static bool find_around(const struct search *search, uint64_t vaddr, struct code_extent *found)
{
	struct site_extent extent;
	uint8_t *code;
	bool is_found;

	if (!code_map_find(search->region->file, vaddr, found))
		return false;
	code = read_code(search->region, found, &extent);
	is_found = code && site_short_find_padding(&extent, search->ip, is_free, (void *)search,
						   search->site);
	free(code);
	return is_found;
}

static bool find_after(const struct search *search, const struct code_extent *own)
{
	struct code_extent found = *own;
	uint64_t end;

	do {
		end = found.end;
		if (find_around(search, end, &found))
			return true;
	} while (found.end > end && found.end < search->ip + REACH);
	return false;
}

static bool find_before(const struct search *search, const struct code_extent *own)
{
	struct code_extent found = *own;
	uint64_t start;

	do {
		start = found.start;
		if (find_around(search, start - 1, &found))
			return true;
	} while (found.start < start && found.start + REACH > search->ip);
	return false;
}

/* Examines the site itself. Stores the bounds of its function in @own. */
static const char *check_site(const struct search *search, struct code_extent *own)
{
	struct site_extent extent;
	const char *objection;
	uint8_t *code;

	if (!code_map_find(search->region->file, search->ip - SYSCALL_SIZE, own))
		return "the bounds of its function are not known";
	code = read_code(search->region, own, &extent);
	objection = code ? site_short_object(&extent, search->ip) : "its function cannot be read";
	free(code);
	return objection;
}

/*
 * Tries the shape that needs no padding. Returns false if the instruction before the call is not
 * suitable.
 */
static bool find_copy(const struct search *search, const struct code_extent *own)
{
	struct site_extent extent;
	uint8_t *code = read_code(search->region, own, &extent);
	bool is_found = code && site_copy_classify(&extent, search->ip, search->site);
	uint64_t inside = search->site->patch_addr + 1;

	free(code);
	return is_found && !code_map_is_referred_to(search->region->file, inside,
						    search->site->syscall_addr - inside);
}

const char *fast_short_classify(const struct region *region, uint64_t ip, struct site *site)
{
	const struct search search = { .region = region, .ip = ip - region->bias, .site = site };
	struct code_extent own, found;
	const char *objection = check_site(&search, &own);
	uint64_t pad_addr;

	if (objection)
		return objection;
	if (!find_around(&search, own.start, &found) && !find_after(&search, &own) &&
	    !find_before(&search, &own) && !find_copy(&search, &own))
		return "no padding is within reach";
	pad_addr = site->pad_addr + region->bias;
	*site = site_at(*site, ip);
	site->pad_addr = pad_addr;
	return NULL;
}
