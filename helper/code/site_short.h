/* SPDX-License-Identifier: MIT */
/*
 * Decides whether a call site can become a SITE_SHORT. Such a site needs padding that no thread
 * ever executes, within reach of a jump with an 8-bit displacement. Nops after a jump or a return
 * are such padding, if no code jumps to them. A linear disassembly of the functions around the site
 * proves it.
 */
#ifndef SCPROF_HELPER_CODE_SITE_SHORT_H
#define SCPROF_HELPER_CODE_SITE_SHORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "helper/code/site.h"

/* The code from the first instruction of a function to the first instruction of the next one. */
struct site_extent {
	const uint8_t *code; /* @size bytes */
	size_t size;
	uint64_t addr;
	uint64_t function_end; /* address of the end of the function; padding follows */
	bool has_landing_pads; /* after an exception, execution may continue anywhere in it */
};

/*
 * Returns true if a site may use the @size bytes at @addr: they have no symbol, no code refers to
 * them, and no other site uses them. @used is the address of the bytes that the patch overwrites.
 */
typedef bool (*site_is_free_function)(uint64_t addr, size_t size, uint64_t used, void *argument);

/*
 * The syscall instruction of a site ends at @ip, inside @extent. Returns why the site cannot become
 * a SITE_SHORT, whatever padding there is. Returns NULL if it can.
 */
const char *site_short_object(const struct site_extent *extent, uint64_t ip);

/*
 * Looks for padding in @extent, which contains @ip or is near it. Fills in @site and returns true.
 * Returns false if there is no padding within reach.
 */
bool site_short_find_padding(const struct site_extent *extent, uint64_t ip,
			     site_is_free_function is_free, void *argument, struct site *site);

#endif
