/* SPDX-License-Identifier: MIT */
/*
 * Two instructions may be missing at a patched site: the mov before the call, and the compare after
 * it. The helper does their work.
 */
#include "helper/space/fast_site.h"

#include <sys/ptrace.h>

#include "helper/trace/ptrace.h"
#include "helper/trace/restart_code.h"

#define SYSCALL_SIZE 2

uint64_t fast_site_ip(const struct tracee *tracee, uint64_t return_addr)
{
	const struct fast_site *site =
		fast_space_find_site(tracee->process->space->fast, return_addr);

	return site ? site->ip : 0;
}

static bool is_cmp_patched(const struct fast_site *site)
{
	return site->is_patched && site->site.shape == SITE_CMP;
}

bool fast_site_is_moved(const struct fast_site *site)
{
	return site->is_patched && site->site.return_addr != site->ip;
}

void fast_site_move_over(const struct tracee *tracee, const struct fast_site *site)
{
	struct user_regs_struct registers;

	if (ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	registers.rip = site->site.return_addr;
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
}

void fast_site_before_birth(const struct tracee *tracee, const struct fast_site *site)
{
	struct user_regs_struct registers;

	if (!is_cmp_patched(site) ||
	    ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	fast_site_set_flags(&registers, 0);
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
}

void fast_site_exit(struct tracee *tracee, int64_t result)
{
	struct fast_site *site =
		tracee->call.site_ip
			? fast_space_find_site(tracee->process->space->fast, tracee->call.site_ip)
			: NULL;
	struct user_regs_struct registers;

	if (!site || !fast_site_is_moved(site) ||
	    ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	if (is_cmp_patched(site))
		fast_site_set_flags(&registers, (uint64_t)result);
	else
		/*
		 * A program that steps itself would notice the way back through the stub as an
		 * additional step.
		 */
		registers.rip = restart_code_is(result) ? site->site.return_addr : site->ip;
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
}

/* Sets CF and ZF as `cmp $-4096,%rax` does. The program reads no other flags. */
void fast_site_set_flags(struct user_regs_struct *registers, uint64_t result)
{
	enum { CARRY = 1 << 0, ZERO = 1 << 6 };

	registers->eflags &= ~(unsigned long long)(CARRY | ZERO);
	if (result < (uint64_t)-4096)
		registers->eflags |= CARRY;
	if (result == (uint64_t)-4096)
		registers->eflags |= ZERO;
}

void fast_site_see_sigreturn(struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;
	struct user_regs_struct registers;
	const struct fast_site *site;

	if (!fast->has_gate ||
	    ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	site = fast_space_find_site(fast, registers.rip);
	if (site && is_cmp_patched(site) && registers.rip == site->ip) {
		registers.rip = site->site.return_addr;
		fast_site_set_flags(&registers, registers.rax);
	} else {
		/*
		 * The thread is before the call, perhaps to repeat it. Moves it to where the call
		 * is traced.
		 */
		site = fast_space_find_site(fast, registers.rip + SYSCALL_SIZE);
		if (!site || !fast_site_is_moved(site) || registers.rip != site->site.patch_addr)
			return;
		registers.rip = site->site.syscall_addr;
	}
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
}
