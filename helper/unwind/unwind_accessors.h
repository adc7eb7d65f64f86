/* SPDX-License-Identifier: MIT */
/*
 * Those of libunwind's accessors that do nothing, because libunwind never writes, resumes or names
 * anything here. Only unwind.c uses this.
 */
#ifndef SCPROF_HELPER_UNWIND_UNWIND_ACCESSORS_H
#define SCPROF_HELPER_UNWIND_UNWIND_ACCESSORS_H

#include <libunwind.h>
#include <stdint.h>
#include <sys/user.h>

/*
 * Returns an address space with @accessors, or NULL. @accessors must stay valid. Sets its other
 * members to functions that only refuse.
 */
unw_addr_space_t unwind_accessors_space(unw_accessors_t *accessors);

/* Copies the registers @from to @to, which has MEMO_NR_REGISTERS elements in DWARF's order. */
void unwind_order_registers(const struct user_regs_struct *from, uint64_t *to);

#endif
