/* SPDX-License-Identifier: MIT */
/*
 * A frame with a frame pointer is `fp: caller's fp, return address`; the frame pointer is above
 * the stack pointer, not far, and the return address lies behind a call instruction, which can be
 * seen where the caller has a file. A trampoline as Python's goes on with `add $N,%rsp; ret`,
 * which says all.
 */
#include "helper/frame_pointer.h"

#include <string.h>

#include "profile/util/xalloc.h"

#define MAX_FRAME_SIZE (64u << 10)

static bool *marks; /* by stack id */
static uint32_t nr_marks;

/*
 * @code is what stands before a return address: e8 rel32, or ff /2 with an operand of any length.
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

static bool is_return_address(struct layout *layout, uint64_t addr)
{
	const struct region *region = layout_find(layout, addr);
	unsigned char code[8];

	if (!region || !region->is_executable)
		return false;
	if (!region->file)
		return true;
	return addr - region->start >= sizeof(code) &&
	       elf_file_read(region->file, addr - sizeof(code) - region->start + region->offset,
			     code, sizeof(code)) &&
	       ends_with_call(code);
}

/* `add $N,%rsp; ret`: 48 83 c4 N c3 */
static bool step_by_code(struct frame_registers *registers, const unsigned char code[static 8],
			 frame_read *read_stack, void *argument)
{
	uint64_t sp = registers->sp + code[3];

	if (memcmp(code, "\x48\x83\xc4", 3) != 0 || code[3] >= 0x80 || code[3] % 8 != 0 ||
	    code[4] != 0xc3 || !read_stack(sp, &registers->ip, argument))
		return false;
	registers->sp = sp + 8;
	return true;
}

static bool step_by_frame_pointer(struct frame_registers *registers, frame_read *read_stack,
				  void *argument)
{
	uint64_t fp = registers->fp;

	if (fp % 8 != 0 || fp < registers->sp || fp - registers->sp > MAX_FRAME_SIZE ||
	    !read_stack(fp, &registers->fp, argument) ||
	    !read_stack(fp + 8, &registers->ip, argument))
		return false;
	registers->sp = fp + 16;
	return true;
}

/* What a signal handler returns to: `mov $15,%rax; syscall`. It has been called by nobody. */
static bool is_signal_frame(const unsigned char code[static 8])
{
	return memcmp(code, "\x48\xc7\xc0\x0f\0\0\0\x0f", 8) == 0;
}

bool frame_pointer_step(struct layout *layout, struct frame_registers *registers,
			frame_read *read_stack, frame_read *read_code, void *argument,
			bool *keeps_others)
{
	struct frame_registers caller = *registers;
	unsigned char code[sizeof(uint64_t)];
	uint64_t word;

	if (!read_code(registers->ip, &word, argument))
		return false;
	memcpy(code, &word, sizeof(code));
	if (is_signal_frame(code))
		return false;
	*keeps_others = step_by_code(&caller, code, read_stack, argument);
	if (!*keeps_others && !step_by_frame_pointer(&caller, read_stack, argument))
		return false;
	if (!is_return_address(layout, caller.ip))
		return false;
	*registers = caller;
	return true;
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
