/* SPDX-License-Identifier: MIT */
/*
 * The functions in which the stacks of Go programs end. The stack of a goroutine begins in
 * runtime.goexit, which has no caller. The stack of a thread begins in runtime.mstart or
 * runtime.mcall.
 */
#ifndef SCPROF_HELPER_ELF_GO_STACK_END_H
#define SCPROF_HELPER_ELF_GO_STACK_END_H

#include <stdbool.h>
#include <stdint.h>

struct elf_file;
struct go_stack_ends;

/* Returns true if a stack whose outermost frame is at @vaddr of @file is complete. */
bool go_stack_end_is(struct elf_file *file, uint64_t vaddr);
/*
 * Finds how many bytes the return address is above the stack pointer while the code at @vaddr of
 * @file runs. Returns false if that is unknown.
 */
bool go_stack_frame_size(struct elf_file *file, uint64_t vaddr, uint64_t *frame_size);
void go_stack_ends_free(struct go_stack_ends *ends);

#endif
