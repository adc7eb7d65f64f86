/* SPDX-License-Identifier: MIT */
/*
 * Frame pointers. The code of JIT compilers, of V8's builtins and of Go keeps them. The helper
 * checks the frames to which they lead. But it cannot prove that no frame is missing, because code
 * without a frame pointer looks the same.
 */
#ifndef SCPROF_HELPER_UNWIND_FRAME_POINTER_H
#define SCPROF_HELPER_UNWIND_FRAME_POINTER_H

#include "helper/unwind/layout.h"

/* Returns true if @addr can be a return address. */
bool frame_pointer_is_return_address(struct layout *layout, uint64_t addr);

/* Marks @stack: it was followed to its end, but partly by frame pointers, so it may lack frames. */
void frame_pointer_mark(uint32_t stack);
bool frame_pointer_is_marked(uint32_t stack);

#endif
