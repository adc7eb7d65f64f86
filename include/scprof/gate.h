/* SPDX-License-Identifier: MIT */
/*
 * The gate's code, as it lies in the helper, which copies it to GATE_ADDR of each process. It is
 * independent of its place and refers to nothing outside itself; the first two names are the linker's,
 * for the bounds of section gate_text.
 */
#ifndef SCPROF_GATE_H
#define SCPROF_GATE_H

#include <stdint.h>

#include "scprof/thread_area.h"

extern const char __start_gate_text[];
extern const char __stop_gate_text[];
extern const char gate_entry[];		 /* where stubs jump to */
extern const char gate_syscall[];	 /* the `syscall` that the filter lets pass */
extern const char gate_syscall_return[]; /* behind it: what the filter sees as the ip */

/*
 * What sets a process up. It makes the call that is in the registers, and then call number rbx with the arguments
 * r14, r15 and 0. Neither of them is traced. Then it makes SCPROF_CALL, which is. At that stop r13 and r15 hold
 * the two results.
 */
extern const char gate_setup[];
extern const char gate_setup_return[]; /* what the filter sees as the ip of the first two */
extern const char gate_memory_name[];  /* an argument for memfd_create(2) */

/* Up to here rax holds the result of the call, and the area does not. */
extern const char gate_is_final[];
/*
 * From gate_woken to gate_woken_end the call has failed with EINTR, and the area does not hold that yet. The gate asks
 * the helper whether the program shall see it. gate_woken_return is where that question ends.
 */
extern const char gate_woken[];
extern const char gate_woken_return[];
extern const char gate_woken_end[];

/* From here on the result of the call is in the area. */
extern const char gate_has_result[];
/* Between these two the registers may be back, see thread_area.phase; from the one between, flags are restored. */
extern const char gate_leave[];
extern const char gate_restore_flags[];
extern const char gate_left[];

/* Returns where @symbol of the gate lies in a profiled process. */
static inline uint64_t gate_addr(const char *symbol)
{
	return GATE_ADDR + (uint64_t)(symbol - __start_gate_text);
}

#endif
