/* SPDX-License-Identifier: MIT */
/*
 * libunwind's accessors that have nothing to do: it never writes, resumes or names anything here.
 * Private to unwind.c.
 */
#ifndef SCPROF_HELPER_UNWIND_UNWIND_ACCESSORS_H
#define SCPROF_HELPER_UNWIND_UNWIND_ACCESSORS_H

#include <libunwind.h>
#include <stdint.h>
#include <sys/user.h>

/*
 * Returns an address space with @accessors, which live on, and whose other members become those
 * that only refuse; or NULL.
 */
unw_addr_space_t unwind_accessors_space(unw_accessors_t *accessors);

/* Puts @from into @to, MEMO_NR_REGISTERS in DWARF's order. */
void unwind_order_registers(const struct user_regs_struct *from, uint64_t *to);

#endif
