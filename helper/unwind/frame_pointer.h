/* SPDX-License-Identifier: MIT */
/*
 * Frame pointers, which code of JIT compilers, V8's builtins and Go's keeps. What they lead to is
 * checked, but it is not proven that no frame was skipped: code without frame pointer looks the
 * same.
 */
#ifndef SCPROF_HELPER_UNWIND_FRAME_POINTER_H
#define SCPROF_HELPER_UNWIND_FRAME_POINTER_H

#include "helper/unwind/layout.h"

/* Whether @addr can be a return address. */
bool frame_pointer_is_return_address(struct layout *layout, uint64_t addr);

/* @stack was followed to its end, but in part so: it may lack frames. */
void frame_pointer_mark(uint32_t stack);
bool frame_pointer_is_marked(uint32_t stack);

#endif
