/* SPDX-License-Identifier: MIT */
/*
 * The fast engine, the helper's side: it puts the gate into a process that makes many calls,
 * patches call sites that are called again and again, teaches threads the stacks that it has found,
 * and collects what they counted. Whatever it cannot do stays traced: slower, still right.
 */
#ifndef SCPROF_HELPER_GATE_FAST_H
#define SCPROF_HELPER_GATE_FAST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

#include "helper/base/run.h"
#include "helper/space/fast_space.h"
#include "helper/unwind/memo.h"

struct settings;
struct call;
struct run;
struct tracee;
struct process;

struct fast_stats {
	uint64_t hits;	   /* calls that the gate counted */
	uint64_t recorded; /* calls that the gate recorded */
	uint64_t patched;
	uint64_t gates;
	uint64_t areas;
	uint64_t repaired; /* faults in the memo check */
};

/* Once, before anything else: starts the calibration of the TSC. */
void fast_init(void);
/* Once the settings are known. */
void fast_set_calls(const struct settings *settings);

/*
 * A thread's first stop, and the one at exec: it has no area, which gs must say. It gets one at
 * once if there is one in the memory that it was born with.
 */
void fast_thread_begin(struct run *run, struct tracee *tracee);
/*
 * The thread is the first of a process whose parent nobody knows: finds the sites that were patched
 * there, which must be known for calls to come back right. No more is patched.
 */
void fast_adopt(struct tracee *tracee);
/* The thread has ended or executed: collects its counts and gives its area back. */
void fast_thread_end(struct run *run, struct tracee *tracee);
/*
 * The thread is in phase AREA_AFTER, after a call with @result. Counts the call if it is not
 * counted yet.
 */
void fast_finish_call(struct run *run, struct tracee *tracee, int64_t result);
/*
 * Whether fast_thread_end has to read memory of the thread's process: a call may be under way, or
 * stacks lead through code that lies in no file.
 */
bool fast_needs_memory(const struct tracee *tracee);
/* Moves the thread's counts into the profile. Only while it is stopped or gone. */
void fast_collect(struct run *run, struct tracee *tracee);
/* Counts what the thread has recorded. Only while it is stopped or gone. */
void fast_take_records(struct run *run, struct tracee *tracee);
/* The thread is stopped before a call: sees to it that it has room for new records. */
void fast_keep_room(struct run *run, struct tracee *tracee);
/*
 * Counts some of what all threads have recorded; but unless @is_idle not that of one that may be
 * loading its libraries. Returns false when there was nothing.
 */
bool fast_take_few(struct run *run, bool is_idle);
/*
 * Around such a change: what was recorded belongs to the old regions, the new ones hold known
 * sites.
 */
void fast_before_change(struct run *run, const struct process *process);
void fast_after_change(struct run *run, struct tracee *tracee);
/*
 * The thread is stopped before a call. If it has mapped code since it began, which it may while it
 * loads its libraries, what that needs is done now; the next such call stops.
 */
void fast_see_added(struct run *run, struct tracee *tracee);
/*
 * The thread has a filter of the program's own, so from now on each of its calls stops on its way;
 * what the gate made would be counted twice.
 */
void fast_see_own_filter(struct tracee *tracee);
/* As fast_space_refuse, where there is a gate: from now on all calls of this address space are traced again. */
void fast_refuse(pid_t tid, struct fast_space *fast, const char *why);

/*
 * The thread is stopped at the entry of a call with @registers. When that is at a patched site,
 * puts their rip where it was before patching, and returns the site.
 */
struct fast_site *fast_site_of_call(struct tracee *tracee, struct user_regs_struct *registers);

/*
 * The thread is about to make a call. If the call changes memory that scprof uses, or makes patched
 * code writable, restores the patched code first.
 */
void fast_before_mapping(struct run *run, struct tracee *tracee);

/*
 * The thread is about to make a call: makes the gate, or patches the site. Returns false when the
 * thread is no longer at that stop.
 */
bool fast_learn(struct run *run, struct tracee *tracee);
/* The call has the stack that @memo describes: teaches the thread. Returns as fast_learn does. */
bool fast_teach(struct run *run, struct tracee *tracee, const struct memo *memo);
/* Returns true if the gate would leave @call to the helper, whatever its stack is. */
bool fast_is_for_helper(struct tracee *tracee, const struct call *call);
/*
 * Sends the thread through the gate, which makes its call. Returns false where that cannot be done.
 */
bool fast_divert(struct run *run, struct tracee *tracee);

/* After a successful arch_prctl: gs is the program's if it wants it. */
void fast_see_arch_prctl(struct tracee *tracee);

/*
 * A signal is about to be delivered. If the thread is in gate or stub, puts it back to the
 * program's own code. Returns the signal to deliver, 0 when it was the gate's own fault, or -1
 * when the thread is not at this stop any more.
 */
int fast_before_signal(struct run *run, struct tracee *tracee, int signal);

/* Returns true if the gate makes the call that ends at @ip. */
bool fast_is_gate_call(uint64_t ip);

/*
 * The thread has stopped for a group-stop, SIGCONT or a deadline. If a call in the gate has failed
 * with EINTR for this reason, takes the thread out of the gate, as for a signal, and returns true.
 * The thread then makes the call again, but not after a group-stop. Returns false otherwise.
 */
bool fast_wake_in_gate(struct run *run, struct tracee *tracee, bool is_group_stop);
/*
 * The gate has asked, by a call that ends now, whether the program shall see that its call has failed with EINTR
 * without a stop. If not, takes the thread out of the gate and makes it repeat the call.
 */
void fast_repeat_woken(struct run *run, struct tracee *tracee);
/*
 * Returns true if the thread with @registers has made its call in the gate, and the area does not hold the result
 * yet. Then sets rax of @registers to the result.
 */
bool fast_has_returned(struct user_regs_struct *registers);

const struct fast_stats *fast_stats(void);

#endif
