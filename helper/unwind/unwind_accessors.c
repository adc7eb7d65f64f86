/* SPDX-License-Identifier: MIT */
/*
 * Accessors for requests of libunwind that are refused, and the order of its registers.
 */
#include "helper/unwind/unwind_accessors.h"

#include <signal.h>
#include <string.h>

#include "helper/unwind/memo.h"

#define CACHE_SIZE 512 /* register rules that libunwind caches */

/*
 * libunwind blocks all signals twice in each step, because a signal handler may unwind too. That
 * takes half of the time of a step. The helper has no such handlers, so this function answers
 * libunwind's calls. All other code that is linked with this one uses pthread_sigmask.
 */
int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	(void)how, (void)set, (void)old;
	return 0;
}

void unwind_order_registers(const struct user_regs_struct *from, uint64_t *to)
{
	const uint64_t ordered[MEMO_NR_REGISTERS] = {
		from->rax, from->rdx, from->rcx, from->rbx, from->rsi, from->rdi,
		from->rbp, from->rsp, from->r8,	 from->r9,  from->r10, from->r11,
		from->r12, from->r13, from->r14, from->r15, from->rip,
	};

	memcpy(to, ordered, sizeof(ordered));
}

static void put_unwind_info(unw_addr_space_t as, unw_proc_info_t *info, void *arg)
{
	(void)as, (void)info, (void)arg;
}

static int get_dyn_info_list_addr(unw_addr_space_t as, unw_word_t *addr, void *arg)
{
	(void)as, (void)addr, (void)arg;
	return -UNW_ENOINFO;
}

static int access_fpreg(unw_addr_space_t as, unw_regnum_t number, unw_fpreg_t *value, int write,
			void *arg)
{
	(void)as, (void)number, (void)value, (void)write, (void)arg;
	return -UNW_EBADREG;
}

static int resume(unw_addr_space_t as, unw_cursor_t *cursor, void *arg)
{
	(void)as, (void)cursor, (void)arg;
	return -UNW_EINVAL;
}

static int get_proc_name(unw_addr_space_t as, unw_word_t addr, char *buffer, size_t size,
			 unw_word_t *offset, void *arg)
{
	(void)as, (void)addr, (void)buffer, (void)size, (void)offset, (void)arg;
	return -UNW_ENOINFO;
}

unw_addr_space_t unwind_accessors_space(unw_accessors_t *accessors)
{
	unw_addr_space_t as;

	accessors->put_unwind_info = put_unwind_info;
	accessors->get_dyn_info_list_addr = get_dyn_info_list_addr;
	accessors->access_fpreg = access_fpreg;
	accessors->resume = resume;
	accessors->get_proc_name = get_proc_name;
	as = unw_create_addr_space(accessors, 0);
	if (!as)
		return NULL;
	/* All processes would share the per-thread cache. */
	unw_set_caching_policy(as, UNW_CACHE_GLOBAL);
	unw_set_cache_size(as, CACHE_SIZE, 0);
	return as;
}
