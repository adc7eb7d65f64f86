/* SPDX-License-Identifier: MIT */
/*
 * Where the stacks of Go programs end: goroutines begin in runtime.goexit, which nobody has called, and
 * what runs on a thread's own stack in runtime.mstart or runtime.mcall.
 */
#ifndef SCPROF_HELPER_GO_STACK_END_H
#define SCPROF_HELPER_GO_STACK_END_H

#include <stdbool.h>
#include <stdint.h>

struct elf_file;
struct go_stack_ends;

/* Whether a stack whose outermost frame is at @vaddr of @file is whole. */
bool go_stack_end_is(struct elf_file *file, uint64_t vaddr);
/* How many bytes the return address is above the stack pointer while the code at @vaddr of @file runs; false: not known. */
bool go_stack_frame_size(struct elf_file *file, uint64_t vaddr, uint64_t *frame_size);
void go_stack_ends_free(struct go_stack_ends *ends);

#endif
