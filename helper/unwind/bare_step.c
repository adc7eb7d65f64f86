/* SPDX-License-Identifier: MIT */
/*
 * Code without unwind tables comes from JIT compilers, musl and Go, or is written in assembly. Its
 * instructions often show how it returns. For code of JIT compilers, the helper looks at the frame
 * pointer first, because this code may be unusual, and at the instructions only if the frame
 * pointer leads nowhere. It follows a frame pointer only inside the thread's stack. A program can
 * use that register for any value. Then the memo stores only that the value is not a frame pointer,
 * and not the value itself.
 */
#include "helper/unwind/bare_step.h"

#include <string.h>

#include "helper/code/prologue.h"
#include "helper/elf/elf_read.h"
#include "helper/unwind/code_page.h"
#include "helper/unwind/epilogue_cache.h"
#include "helper/unwind/frame_pointer.h"
#include "helper/unwind/layout_memory.h"

#define MAX_FRAME_SIZE (64u << 10)
#define MAX_SCAN_SIZE  512u /* bytes of stack that are searched for a return address */
#define CALL_SIZE      5u   /* of a call with a displacement */
#define CALL_OPCODE    0xe8
#define MAX_FIRST_SIZE 256u /* bytes of stack that are used before main() or a thread's function */
#define NO_ADDRESS     (1ull << 47) /* addresses of user memory are lower */

/* A frame without unwind table. It is then replaced by its caller's. */
struct bare_frame {
	uint64_t ip; /* where it continues */
	uint64_t sp;
	struct walk_register where[MEMO_NR_REGISTERS];
};

static bool is_callee_saved(unsigned int number)
{
	return number == MEMO_REGISTER_RBX || number == MEMO_REGISTER_BP ||
	       (number >= MEMO_REGISTER_R12 && number <= MEMO_REGISTER_R15);
}

static void forget_registers(struct bare_frame *frame)
{
	for (unsigned int i = 0; i < MEMO_NR_REGISTERS; i++)
		frame->where[i].kind = REGISTER_UNKNOWN;
}

/* Returns where the value of register @number in the frame of @cursor is. */
static struct walk_register find_register(const struct walk *walk, unw_cursor_t *cursor,
					  unsigned int number)
{
	unw_save_loc_t location;

	if (!is_callee_saved(number) || unw_get_save_loc(cursor, (int)number, &location) < 0 ||
	    location.type == UNW_SLT_NONE)
		return (struct walk_register){ REGISTER_UNKNOWN, 0 };
	if (location.type == UNW_SLT_MEMORY)
		return (struct walk_register){ REGISTER_SAVED, location.u.addr };
	return walk->where[location.u.regnum];
}

/* Fills in @frame. Returns false if its stack pointer is unknown. */
static bool get_frame(const struct walk *walk, unw_cursor_t *cursor, struct bare_frame *frame)
{
	unw_word_t sp;

	if (unw_get_reg(cursor, UNW_REG_SP, &sp) < 0)
		return false;
	frame->sp = sp;
	frame->ip = walk->last_frame + !walk->is_interrupted;
	for (unsigned int i = 0; i < MEMO_NR_REGISTERS; i++)
		frame->where[i] = find_register(walk, cursor, i);
	return true;
}

/* Reads a word of code. Generated code can change at any time if it is writable. */
static bool read_code(struct walk *walk, uint64_t addr, uint64_t *value)
{
	const struct region *region = layout_find(walk->layout, addr);

	if (!region || !region->is_executable)
		return false;
	if (region->file)
		return elf_read(region->file, addr - region->start + region->offset, value,
				sizeof(*value));
	if (!region->is_writable && !region->inode)
		return layout_code_word(walk->layout, walk->tid, addr, value);
	if (!code_page_word(walk->tid, addr, walk->code_since, value))
		return false;
	walk_record_word(walk, addr, *value);
	return true;
}

/* Reads code for epilogue.c. Does not read generated code that can change at any time. */
static size_t read_instruction(uint64_t addr, uint8_t *code, void *argument)
{
	struct walk *walk = argument;
	const struct region *region = layout_find(walk->layout, addr);
	size_t size = 0;
	uint64_t word;

	if (!region || !region->is_executable ||
	    (!region->file && (region->is_writable || region->inode)))
		return 0;
	while (size < CODE_READ_MAX && addr + size < region->end &&
	       read_code(walk, addr + size, &word)) {
		memcpy(code + size, &word, sizeof(word));
		size += sizeof(word);
	}
	return size;
}

/*
 * Returns true for the code to which a signal handler returns, `mov $15,%rax; syscall`. The kernel
 * put its address on the stack; no instruction called it.
 */
static bool is_signal_return(const unsigned char code[static 8])
{
	return memcmp(code, "\x48\xc7\xc0\x0f\0\0\0\x0f", 8) == 0;
}

/*
 * The value of @where is @value, which is not a return address. Nearly all such values are in the
 * same range without code.
 */
static void record_no_return_address(struct walk *walk, const struct walk_register *where,
				     uint64_t value)
{
	struct address_range gap = layout_gap(walk->layout, value);

	if (value >= NO_ADDRESS)
		gap = (struct address_range){ NO_ADDRESS, 0 };
	if (gap.start == gap.end ||
	    !walk_record_range(
		    walk, where,
		    (struct memo_range){ .start = gap.start, .size = gap.end - gap.start }))
		walk_record_word(walk, where->at, value);
}

/* Reads the return address at @addr. Returns false if there is none. */
static bool read_return_address(struct walk *walk, uint64_t addr, uint64_t *caller)
{
	const struct walk_register where = { REGISTER_SAVED, addr };

	if (!walk_peek(walk, addr, caller))
		return false;
	if (!frame_pointer_is_return_address(walk->layout, *caller)) {
		record_no_return_address(walk, &where, *caller);
		return false;
	}
	walk_record_word(walk, addr, *caller);
	return true;
}

/* `add $N,%rsp; ret`: 48 83 c4 N c3 */
static bool step_by_code(struct walk *walk, const unsigned char code[static 8],
			 struct bare_frame *frame)
{
	if (memcmp(code, "\x48\x83\xc4", 3) != 0 || code[3] >= 0x80 || code[3] % 8 != 0 ||
	    code[4] != 0xc3 || !read_return_address(walk, frame->sp + code[3], &frame->ip))
		return false;
	frame->sp += code[3] + sizeof(uint64_t);
	return true;
}

/*
 * Gets the frame pointer. Returns false if the register does not point to an address above @frame.
 */
static bool get_frame_pointer(struct walk *walk, const struct bare_frame *frame, uint64_t *fp)
{
	const struct walk_register *where = &frame->where[MEMO_REGISTER_BP];
	uint64_t end = layout_memory_end(walk->layout, frame->sp);
	struct memo_range elsewhere;

	if (end - frame->sp > MAX_FRAME_SIZE)
		end = frame->sp + MAX_FRAME_SIZE;
	if (where->kind == REGISTER_UNKNOWN)
		return false;
	if (where->kind == REGISTER_OF_CALL)
		*fp = walk->registers[where->at];
	else if (where->kind == REGISTER_IS)
		*fp = where->at;
	else if (!walk_peek(walk, where->at, fp))
		return false;
	elsewhere = (struct memo_range){ .start = end, .size = frame->sp - end };
	if (memo_range_has(&elsewhere, *fp) && walk_record_range(walk, where, elsewhere))
		return false;
	return walk_read_register(walk, where, fp) && !memo_range_has(&elsewhere, *fp) &&
	       *fp % sizeof(uint64_t) == 0;
}

/* A frame with a frame pointer starts with the words `caller's frame pointer, return address`. */
static bool step_by_frame_pointer(struct walk *walk, struct bare_frame *frame)
{
	uint64_t fp;

	if (!get_frame_pointer(walk, frame, &fp) ||
	    !read_return_address(walk, fp + sizeof(uint64_t), &frame->ip))
		return false;
	frame->sp = fp + 2 * sizeof(uint64_t);
	forget_registers(frame);
	frame->where[MEMO_REGISTER_BP] = (struct walk_register){ REGISTER_SAVED, fp };
	walk->has_frame_pointer = true;
	return true;
}

/* Computes the address of @place in @frame. */
static bool find_place(struct walk *walk, const struct bare_frame *frame,
		       const struct epilogue_place *place, uint64_t *addr)
{
	*addr = frame->sp;
	if (place->is_of_fp && !get_frame_pointer(walk, frame, addr))
		return false;
	*addr += (uint64_t)place->distance;
	return *addr >= frame->sp && *addr - frame->sp < MAX_FRAME_SIZE;
}

static bool step_by_epilogue(struct walk *walk, struct bare_frame *frame)
{
	struct bare_frame caller = *frame;
	struct epilogue epilogue;
	uint64_t addr;

	if (!epilogue_cache_find(layout_find(walk->layout, frame->ip), frame->ip,
				 !walk->is_interrupted, read_instruction, walk, &epilogue))
		return false;
	for (unsigned int i = 0; i < EPILOGUE_NR_REGISTERS; i++) {
		if (!(epilogue.saved_mask & 1u << i))
			continue;
		if (!find_place(walk, frame, &epilogue.saved[i], &addr))
			return false;
		caller.where[i] = (struct walk_register){ REGISTER_SAVED, addr };
	}
	if (!find_place(walk, frame, &epilogue.return_addr, &addr) ||
	    !read_return_address(walk, addr, &caller.ip))
		return false;
	caller.sp = addr + sizeof(addr);
	*frame = caller;
	return true;
}

/*
 * Returns true if no instruction called the code at @ip, because a program or a thread starts
 * there. Then the stack is complete.
 */
static bool is_outermost_code(struct walk *walk, uint64_t ip)
{
	return layout_is_entry_code(walk->layout, ip - 1) ||
	       epilogue_cache_is_thread_end(layout_find(walk->layout, ip), ip, read_instruction,
					    walk);
}

/*
 * Returns true if @frame is the function that musl has between the code where a program or thread
 * starts and main() or the thread's function. It never returns, and the frame of the outermost code
 * is right above it.
 */
static bool is_first_function(struct walk *walk, const struct bare_frame *frame)
{
	uint64_t word;

	for (uint64_t addr = frame->sp; addr < frame->sp + MAX_FIRST_SIZE; addr += sizeof(word)) {
		if (!walk_read_stack(walk, addr, &word))
			return false;
		if (frame_pointer_is_return_address(walk->layout, word))
			return is_outermost_code(walk, word);
	}
	return false;
}

/* Returns true if the instruction before @return_addr calls the function at @start. */
static bool find_called(struct walk *walk, uint64_t return_addr, uint64_t *start)
{
	int32_t distance;
	uint64_t word;

	if (!read_code(walk, return_addr - CALL_SIZE, &word) || (uint8_t)word != CALL_OPCODE)
		return false;
	distance = (int32_t)(uint32_t)(word >> 8);
	*start = return_addr + (uint64_t)(int64_t)distance;
	return true;
}

/* Finds main() of the program whose code is at @ip. The C library calls it through a register. */
static bool find_main(struct walk *walk, uint64_t ip, uint64_t *start)
{
	const struct region *region = layout_find_file(walk->layout, ip);

	uint64_t entry;

	if (!region || !region->file->entry)
		return false;
	entry = region->file->entry + region->bias;
	return epilogue_cache_find_main(layout_find(walk->layout, entry), entry, read_instruction,
					walk, start);
}

/* Steps to @return_addr, which is at @addr, if the frame of the function ends exactly there. */
static bool step_over_frame(struct walk *walk, struct bare_frame *frame, uint64_t addr,
			    uint64_t return_addr)
{
	struct prologue prologue;
	uint64_t start;

	if ((!find_called(walk, return_addr, &start) && !find_main(walk, frame->ip, &start)) ||
	    !epilogue_cache_follow(layout_find(walk->layout, frame->ip), start, frame->ip,
				   read_instruction, walk, &prologue) ||
	    addr - frame->sp != prologue.depth)
		return false;
	forget_registers(frame);
	for (unsigned int i = 0; i < EPILOGUE_NR_REGISTERS; i++)
		if (prologue.saved_mask & 1u << i)
			frame->where[i] =
				(struct walk_register){ REGISTER_SAVED, addr - prologue.saved[i] };
	frame->ip = return_addr;
	frame->sp = addr + sizeof(addr);
	return true;
}

/*
 * A function that never returns has no end from which to derive where its return address is. So
 * this function tries each return address in the stack. One is right if the call before it leads to
 * a function that makes a frame of exactly this size.
 */
static bool step_by_prologue(struct walk *walk, struct bare_frame *frame)
{
	const uint64_t end = frame->sp + MAX_SCAN_SIZE;
	uint64_t word;

	for (uint64_t addr = frame->sp; addr < end; addr += sizeof(word))
		if (read_return_address(walk, addr, &word) &&
		    step_over_frame(walk, frame, addr, word))
			return true;
	return false;
}

/* @frame is that of the caller. Returns the result of bare_step. */
static enum bare_step go_on(struct walk *walk, unw_cursor_t *cursor, struct bare_frame *frame)
{
	frame->where[MEMO_REGISTER_SP] = (struct walk_register){ REGISTER_IS, frame->sp };
	frame->where[MEMO_REGISTER_IP] = (struct walk_register){ REGISTER_IS, frame->ip - 1 };
	memcpy(walk->where, frame->where, sizeof(walk->where));
	walk->is_interrupted = false;
	return walk_init_cursor(walk, cursor) && walk_push_frame(walk, frame->ip - 1) ? BARE_STEPPED
										      : BARE_END;
}

enum bare_step bare_step(struct walk *walk, unw_cursor_t *cursor, uint64_t ip)
{
	/*
	 * A frame that made the call itself, or that a signal interrupted, may not have a frame
	 * pointer yet.
	 */
	const bool may_lack_frame = walk->nr_frames == 1 || walk->is_interrupted;
	unsigned char code[sizeof(uint64_t)];
	struct bare_frame frame;
	bool is_in_file;
	uint64_t word;

	if (layout_is_entry_code(walk->layout, ip))
		return BARE_END;
	if (!get_frame(walk, cursor, &frame) || !read_code(walk, frame.ip, &word)) {
		walk->is_truncated = true;
		return BARE_END;
	}
	memcpy(code, &word, sizeof(code));
	if (is_signal_return(code))
		return BARE_UNKNOWN;
	if (!walk->is_interrupted && is_outermost_code(walk, frame.ip))
		return BARE_END;
	is_in_file = layout_find_file(walk->layout, ip);
	if (step_by_code(walk, code, &frame) || (is_in_file && step_by_epilogue(walk, &frame)))
		return go_on(walk, cursor, &frame);
	if (is_in_file && !may_lack_frame && is_first_function(walk, &frame))
		return BARE_END;
	if (is_in_file && step_by_prologue(walk, &frame))
		return go_on(walk, cursor, &frame);
	if (step_by_frame_pointer(walk, &frame)) {
		walk->is_truncated |= may_lack_frame;
		return go_on(walk, cursor, &frame);
	}
	if (!is_in_file && step_by_epilogue(walk, &frame))
		return go_on(walk, cursor, &frame);
	walk->is_truncated = true;
	return BARE_END;
}

enum bare_step bare_step_go(struct walk *walk, unw_cursor_t *cursor, uint64_t ip, uint64_t size)
{
	struct bare_frame frame;
	unw_word_t sp;

	if (layout_is_entry_code(walk->layout, ip))
		return BARE_END;
	if (unw_get_reg(cursor, UNW_REG_SP, &sp) < 0 ||
	    !walk_read_stack(walk, sp + size, &frame.ip) ||
	    !layout_is_executable(walk->layout, frame.ip)) {
		walk->is_truncated = true;
		return BARE_END;
	}
	frame.sp = sp + size + sizeof(uint64_t);
	forget_registers(&frame);
	return go_on(walk, cursor, &frame);
}
