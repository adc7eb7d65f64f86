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

#include "helper/code/site.h"
#include "helper/gate/fast_known.h"
#include "helper/unwind/memo.h"

struct settings;
struct call;
struct tracer;
struct tracee;
struct process;

/* A call site of one address space. */
struct fast_site {
	struct site site;
	uint64_t ip; /* behind the syscall instruction, as the linker put it */
	uint64_t stub_addr;
	struct fast_known *known; /* NULL: nothing can be known of it */
	bool is_patched;
	bool is_refused;
	const char *obstacle; /* why it could not be patched when it was last tried, or NULL */
};

/*
 * Memory for some thread areas, at one place in several address spaces (those that were forked from
 * the one it was made for), and here.
 */
struct fast_chunk {
	unsigned int refs; /* address spaces */
	uint64_t addr;
	void *memory;
	uint32_t area_size;    /* of each area */
	unsigned int nr_areas; /* at most 32 */
	int id;		       /* System V's, or -1: the memory is a memfd */
	uid_t uid;	       /* of the process that it was made for */
	uint32_t taken;	       /* a bit an area */
	uint32_t used;	       /* the same, of all that have been taken */
};

/* Of fast_space.nr_sites. */
#define FAST_MAX_SITES 4096

/* Of fast_space.nr_restored. Then no more is patched, because each patch takes a new stub. */
#define FAST_MAX_RESTORED 64

/* Pages with stubs. */
struct fast_pool {
	uint64_t addr;
	unsigned int nr_stubs;
};

/* A file from which calls have come: see helper/gate/fast_files.h. */
struct fast_file {
	uint64_t dev;
	uint64_t inode;
};

/* Patches and the gate of one address space; forked processes begin with a copy. */
struct fast_space {
	bool is_refused;     /* no gate can be had here */
	const char *refusal; /* why, when is_refused: for example "the program uses gs" */
	bool has_gate;
	bool is_copy;	    /* made by a fork; the gate was not looked for since */
	bool is_outdated;   /* executable regions have changed since the sites were looked at */
	bool may_add;	    /* gate_data.may_add */
	bool is_registered; /* for the barriers that patching needs when there are several threads */
	unsigned int program; /* fast_known_program; valid when has_gate */
	struct fast_site *sites;
	unsigned int nr_sites;
	struct fast_file *files;
	unsigned int nr_files;
	struct fast_pool *pools; /* the last one gets the new stubs: see fast_memory_choose_pool */
	unsigned int nr_pools;
	unsigned int nr_restored;   /* how often the helper has restored patched code */
	struct fast_chunk **chunks; /* memory of the areas */
	unsigned int nr_chunks;
	bool locks_memory; /* mlockall(2): what is mapped is locked, see helper/gate/fast_limits.c */
	bool limits_space; /* the program has set its RLIMIT_AS */
	bool is_full;	   /* the program's limits leave no room for more areas */
};

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

struct fast_space *fast_space_new(void);
struct fast_space *fast_space_copy(const struct fast_space *from);
void fast_space_free(struct fast_space *fast);
/* Returns the site that ends at @ip, before or after patching, or NULL. */
struct fast_site *fast_space_find_site(struct fast_space *fast, uint64_t ip);
/* Returns a new site; the addresses of others may change. */
struct fast_site *fast_space_add_site(struct fast_space *fast, uint64_t ip);

/*
 * A thread's first stop, and the one at exec: it has no area, which gs must say. It gets one at
 * once if there is one in the memory that it was born with.
 */
void fast_thread_begin(struct tracer *tracer, struct tracee *tracee);
/*
 * The thread is the first of a process whose parent nobody knows: finds the sites that were patched
 * there, which must be known for calls to come back right. No more is patched.
 */
void fast_adopt(struct tracee *tracee);
/* The thread has ended or executed: collects its counts and gives its area back. */
void fast_thread_end(struct tracer *tracer, struct tracee *tracee);
/*
 * The thread is in phase AREA_AFTER, after a call with @result. Counts the call if it is not
 * counted yet.
 */
void fast_finish_call(struct tracer *tracer, struct tracee *tracee, int64_t result);
/*
 * Whether fast_thread_end has to read memory of the thread's process: a call may be under way, or
 * stacks lead through code that lies in no file.
 */
bool fast_needs_memory(const struct tracee *tracee);
/* Moves the thread's counts into the profile. Only while it is stopped or gone. */
void fast_collect(struct tracer *tracer, struct tracee *tracee);
/* Counts what the thread has recorded. Only while it is stopped or gone. */
void fast_take_records(struct tracer *tracer, struct tracee *tracee);
/* The thread is stopped before a call: sees to it that it has room for new records. */
void fast_keep_room(struct tracer *tracer, struct tracee *tracee);
/*
 * Counts some of what all threads have recorded; but unless @is_idle not that of one that may be
 * loading its libraries. Returns false when there was nothing.
 */
bool fast_take_few(struct tracer *tracer, bool is_idle);
/* Executable regions have changed: no stack is known any more, in any thread of @process. */
void fast_forget(const struct process *process);
/*
 * Around such a change: what was recorded belongs to the old regions, the new ones hold known
 * sites.
 */
void fast_before_change(struct tracer *tracer, const struct process *process);
void fast_after_change(struct tracer *tracer, struct tracee *tracee);
/*
 * The thread is stopped before a call. If it has mapped code since it began, which it may while it
 * loads its libraries, what that needs is done now; the next such call stops.
 */
void fast_see_added(struct tracer *tracer, struct tracee *tracee);
/*
 * The thread has a filter of the program's own, so from now on each of its calls stops on its way;
 * what the gate made would be counted twice.
 */
void fast_see_own_filter(struct tracee *tracee);
/* No gate can be had in this address space, because of @why: "the program uses gs". A constant. */
void fast_space_refuse(struct fast_space *fast, const char *why);
/* The same where there is a gate: from now on all calls of this address space are traced again. */
void fast_refuse(pid_t tid, struct fast_space *fast, const char *why);

/*
 * The thread is stopped at the entry of a call with @registers. When that is at a patched site,
 * puts their rip where it was before patching, and returns the site.
 */
struct fast_site *fast_site_of_call(struct tracee *tracee, struct user_regs_struct *registers);

/*
 * The thread, behind the syscall instruction that @site had, is to go on behind the one it has now.
 */
void fast_site_move_over(const struct tracee *tracee, const struct fast_site *site);

/*
 * The thread is stopped before a call at @site that creates a process or thread. The child begins
 * after the compare, with the flags that its parent has now. So the flags must say that the call
 * succeeded, even if the kernel restarts the call.
 */
void fast_site_before_birth(const struct tracee *tracee, const struct fast_site *site);

/* Returns the ip of the site that has @return_addr, or 0. */
uint64_t fast_site_ip(const struct tracee *tracee, uint64_t return_addr);

/*
 * The thread is about to make a call. If the call changes memory that scprof uses, or makes patched
 * code writable, restores the patched code first.
 */
void fast_before_mapping(struct tracer *tracer, struct tracee *tracee);

/*
 * The thread is about to make a call: makes the gate, or patches the site. Returns false when the
 * thread is no longer at that stop.
 */
bool fast_learn(struct tracer *tracer, struct tracee *tracee);
/* The call has the stack that @memo describes: teaches the thread. Returns as fast_learn does. */
bool fast_teach(struct tracer *tracer, struct tracee *tracee, const struct memo *memo);
/* Returns true if the gate would leave @call to the helper, whatever its stack is. */
bool fast_is_for_helper(struct tracee *tracee, const struct call *call);
/*
 * Sends the thread through the gate, which makes its call. Returns false where that cannot be done.
 */
bool fast_divert(struct tracer *tracer, struct tracee *tracee);

/*
 * A traced call at a patched site has returned @result. Does the work of the replaced instructions.
 * If the kernel restarts the call, moves the thread to a place where the call is traced.
 */
void fast_site_exit(struct tracee *tracee, int64_t result);

/* Sets the flags in @registers as the compare behind a call with @result does. */
void fast_set_flags(struct user_regs_struct *registers, uint64_t result);

/*
 * A signal handler has returned, perhaps to where the syscall instruction of a site was when the
 * signal came, and which has been patched meanwhile.
 */
void fast_see_sigreturn(struct tracee *tracee);

/* After a successful arch_prctl: gs is the program's if it wants it. */
void fast_see_arch_prctl(struct tracee *tracee);

/*
 * A signal is about to be delivered. If the thread is in gate or stub, puts it back to the
 * program's own code. Returns the signal to deliver, 0 when it was the gate's own fault, or -1
 * when the thread is not at this stop any more.
 */
int fast_before_signal(struct tracer *tracer, struct tracee *tracee, int signal);

/* Returns true if the gate makes the call that ends at @ip. */
bool fast_is_gate_call(uint64_t ip);

/*
 * The thread has stopped for a group-stop, SIGCONT or a deadline. If a call in the gate has failed
 * with EINTR for this reason, takes the thread out of the gate, as for a signal, and returns true.
 * The thread then makes the call again, but not after a group-stop. Returns false otherwise.
 */
bool fast_wake_in_gate(struct tracer *tracer, struct tracee *tracee, bool is_group_stop);
/*
 * The gate has asked, by a call that ends now, whether the program shall see that its call has failed with EINTR
 * without a stop. If not, takes the thread out of the gate and makes it repeat the call.
 */
void fast_repeat_woken(struct tracer *tracer, struct tracee *tracee);
/*
 * Returns true if the thread with @registers has made its call in the gate, and the area does not hold the result
 * yet. Then sets rax of @registers to the result.
 */
bool fast_has_returned(struct user_regs_struct *registers);

const struct fast_stats *fast_stats(void);

#endif
