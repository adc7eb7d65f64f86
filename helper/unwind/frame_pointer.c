/* SPDX-License-Identifier: MIT */
/*
 * A return address is after a call instruction. The helper checks that if the caller's code is in a
 * file.
 */
#include "helper/unwind/frame_pointer.h"

#include <string.h>

#include "helper/elf/elf_read.h"
#include "profile/util/xalloc.h"

static bool *marks; /* by stack id */
static uint32_t nr_marks;

/*
 * Returns true if @code ends with a call instruction: e8 rel32, or ff /2 with an operand of any
 * length. It is the bytes before a return address.
 */
static bool ends_with_call(const unsigned char code[static 8])
{
	if (code[3] == 0xe8)
		return true;
	for (unsigned int length = 2; length <= 7; length++)
		if (length != 5 && code[8 - length] == 0xff && (code[8 - length + 1] >> 3 & 7) == 2)
			return true;
	return false;
}

bool frame_pointer_is_return_address(struct layout *layout, uint64_t addr)
{
	const struct region *region = layout_find(layout, addr);
	unsigned char code[8];

	if (!region || !region->is_executable)
		return false;
	if (!region->file)
		return true;
	return addr - region->start >= sizeof(code) &&
	       elf_read(region->file, addr - sizeof(code) - region->start + region->offset, code,
			sizeof(code)) &&
	       ends_with_call(code);
}

void frame_pointer_mark(uint32_t stack)
{
	if (stack >= nr_marks) {
		uint32_t nr = 2 * stack + 1024;

		marks = xreallocarray(marks, nr, sizeof(*marks));
		memset(marks + nr_marks, 0, nr - nr_marks);
		nr_marks = nr;
	}
	marks[stack] = true;
}

bool frame_pointer_is_marked(uint32_t stack)
{
	return stack < nr_marks && marks[stack];
}
