/* SPDX-License-Identifier: MIT */
/*
 * How a function without unwind information will return, according to its instructions: each path
 * to its `ret` removes the same frame from the stack.
 */
#ifndef SCPROF_HELPER_CODE_EPILOGUE_H
#define SCPROF_HELPER_CODE_EPILOGUE_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/code/code_read.h"

#define EPILOGUE_NR_REGISTERS 16 /* by DWARF numbers */

/* A position in the frame. */
struct epilogue_place {
	bool is_of_fp;	  /* relative to the frame pointer, else to the stack pointer */
	int64_t distance; /* in bytes */
};

struct epilogue {
	struct epilogue_place return_addr;
	uint32_t saved_mask; /* the registers that get their caller's values from the frame */
	struct epilogue_place saved[EPILOGUE_NR_REGISTERS];
};

/*
 * Follows the code from @ip to a `ret`. @has_called says that there is a call instruction right
 * before @ip. Returns false if there is no `ret`, because the function does not return or does
 * something that cannot be followed.
 */
bool epilogue_find(uint64_t ip, bool has_called, code_read *read, void *argument,
		   struct epilogue *epilogue);

/* Returns true if the code from @ip on can only end its thread: it runs into `hlt`. */
bool epilogue_is_thread_end(uint64_t ip, code_read *read, void *argument);

#endif
