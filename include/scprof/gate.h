/* SPDX-License-Identifier: MIT */
/*
 * The gate's code. The helper contains it and copies it to GATE_ADDR in each process. The code
 * works at any address and refers to nothing outside of it. The linker defines the first two names,
 * the bounds of section gate_text.
 */
#ifndef SCPROF_GATE_H
#define SCPROF_GATE_H

#include <stdint.h>

#include "scprof/thread_area.h"

extern const char __start_gate_text[];
extern const char __stop_gate_text[];
extern const char gate_entry[];		 /* where stubs jump to */
extern const char gate_syscall[];	 /* the `syscall` instruction that the filter allows */
extern const char gate_syscall_return[]; /* the address after it, which the filter sees as the ip */

/*
 * Sets up a process for the helper, with three calls. The first call is the one in the registers.
 * The second is call number rbx with the arguments r14, r15 and 0. The filter allows both without a
 * stop. The third is SCPROF_CALL, at which the thread stops. Then r13 and r15 hold the first two
 * results.
 */
extern const char gate_setup[];
extern const char gate_setup_return[];	/* the ip that the filter sees at the first two calls */
extern const char gate_memory_name[];	/* the name that the helper passes to memfd_create(2) */
extern const char gate_memory_folder[]; /* where a process opens a file without a name */

/*
 * Under Syscall User Dispatch, the helper moves a thread to gate_moved, where the thread makes a
 * call of the program. The call ends at gate_moved_return. The next instruction is a `syscall` too,
 * but this one raises SIGSYS, with the ip at gate_moved_end. There must be no other `syscall`
 * between gate_syscall_return and gate_moved_return.
 */
extern const char gate_moved[];
extern const char gate_moved_return[];
extern const char gate_moved_end[];

/* Up to this address, the result of the call is in rax and not yet in the area. */
extern const char gate_is_final[];
/*
 * From gate_woken to gate_woken_end, the call has failed with EINTR, and the area does not hold
 * this result yet. The gate asks the helper if the program is to see EINTR. The question, a system
 * call, ends at gate_woken_return.
 */
extern const char gate_woken[];
extern const char gate_woken_return[];
extern const char gate_woken_end[];

/* From this address on, the result of the call is in the area. */
extern const char gate_has_result[];
/*
 * From gate_leave to gate_left, the program's registers may be restored already: see
 * thread_area.phase. From gate_restore_flags on, the gate restores the flags as well.
 */
extern const char gate_leave[];
extern const char gate_restore_flags[];
extern const char gate_left[];

/* Returns the address of the gate's @symbol in a profiled process. */
static inline uint64_t gate_addr(const char *symbol)
{
	return GATE_ADDR + (uint64_t)(symbol - __start_gate_text);
}

#endif
