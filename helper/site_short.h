/* SPDX-License-Identifier: MIT */
/*
 * Whether a call site can be made a SITE_SHORT: is there padding within reach of a jump with an 8-bit
 * displacement that no thread ever executes? Nops behind a jump or a return are such padding, if
 * nothing jumps to them. The proof is a linear disassembly of the functions around the site.
 */
#ifndef SCPROF_HELPER_SITE_SHORT_H
#define SCPROF_HELPER_SITE_SHORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "helper/site.h"

/* The code from the first instruction of a function to that of the next one. */
struct site_extent {
	const uint8_t *code; /* @size bytes */
	size_t size;
	uint64_t addr;
	uint64_t function_end; /* address of the end of the function; padding follows */
	bool has_landing_pads; /* exceptions may go on anywhere inside the function */
};

/*
 * Whether the @size bytes at @addr may be used: no symbol is there, no code refers to them, and they are no
 * other site's padding. @used is what of them is overwritten.
 */
typedef bool (*site_is_free_function)(uint64_t addr, size_t size, uint64_t used, void *argument);

/*
 * Returns why the site whose syscall instruction ends at @ip, inside @extent, cannot be a SITE_SHORT
 * wherever there is padding, or NULL.
 */
const char *site_short_object(const struct site_extent *extent, uint64_t ip);

/*
 * Looks for padding in @extent, which has @ip or is near it. Returns true and fills in @site, or returns
 * false when there is none within reach.
 */
bool site_short_find_padding(const struct site_extent *extent, uint64_t ip,
			     site_is_free_function is_free, void *argument, struct site *site);

#endif
