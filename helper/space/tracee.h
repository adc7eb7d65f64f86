/* SPDX-License-Identifier: MIT */
/*
 * The traced threads. A tracee is one thread. A process is the state that its threads share. Two
 * processes may share an address space (vfork, CLONE_VM). The helper creates a tracee when it first
 * hears of a thread, and frees it when the thread is gone.
 */
#ifndef SCPROF_HELPER_SPACE_TRACEE_H
#define SCPROF_HELPER_SPACE_TRACEE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "helper/space/fast_space.h"
#include "helper/space/gate_thread.h"
#include "helper/space/region.h"
#include "helper/trace/filter_chain.h"
#include "helper/unwind/layout.h"
#include "profile/log/log_file.h"
#include "profile/syscall/syscall_name.h"

/* One system call, from its entry to its exit. */
struct call {
	bool is_active;	 /* between its stops: the thread will stop after it */
	bool is_counted; /* the user asked for it, and the program makes it, not scprof */
	int refusal;	 /* the errno with which the helper makes it fail, or 0 */
	bool is_outside; /* outside --trace: stops at its end only because it was restarted */
	enum syscall_abi abi;
	uint32_t nr;
	uint32_t stack;	   /* stack id */
	uint32_t touched;  /* its file (helper/count/touched.h); 0: none, or not recorded */
	uint32_t region;   /* string id of the region's label; 0: none */
	bool is_truncated; /* the stack is truncated */
	bool has_handler;  /* a signal interrupted it, and the handler has not returned yet */
	uint64_t args[6];
	uint64_t clone3_flags; /* to be restored in memory at the exit; 0: nothing is */
	uint64_t ip;
	uint64_t site_ip; /* ip of the call before the site was patched; 0: the site is not known */
	uint64_t sp;
	uint64_t start_ns;	/* when the thread was first resumed to make the call */
	uint64_t entry_ns;	/* when it was last resumed to make it */
	uint64_t idle_ns;	/* stop_queue_idle_ns() then */
	uint64_t end_ns;	/* when the call last returned */
	uint64_t begin_ns;	/* clock_now_ns() when its first part began */
	bool has_timeout;	/* the next two are valid */
	uint64_t deadline_ns;	/* clock_now_ns() at which a later part must end; 0: never */
	int64_t timeout_result; /* result of the call then */
	uint64_t elapsed_ns;	/* time of earlier parts of a restarted call */
};

/*
 * Calls that a signal has interrupted and that have not ended, each in the handler of the previous
 * one.
 */
#define TRACEE_MAX_INTERRUPTED 16

struct address_space {
	unsigned int refs;
	struct fast_space *fast;
	struct layout *layout; /* NULL: executable regions have changed since it was read */
	const struct layout
		*marked; /* layout whose flags are set (helper/tracer/region_mark.h); borrowed */
	unsigned int nr_mark_tries;
	bool is_unmarkable; /* the flags must not be set */
	uint32_t nr_added;  /* thread_area.nr_added when the layout was read */
	/*
	 * thread_area.start_ticks when the helper permitted the gate to change code
	 * (permitted_ticks), or 0. Until that call has ended, the maps may show the previous state.
	 */
	uint64_t change_ticks;
};

/* The state of ld.so's loading of libscprof.so. The program does not make these calls itself. */
struct shim_loading {
	bool is_loading; /* from the exec until the shim reports that it is loaded */
	int fd;		 /* descriptor of libscprof.so while ld.so has it open, else -1 */
	uint64_t start;	 /* where it is mapped */
	uint64_t end;
};

#define TRACEE_NR_SIGNALS 65 /* the signals of the kernel, and 0 */

struct process {
	pid_t tgid;
	unsigned int nr_tracees;
	uint32_t name; /* string id */
	struct address_space *space;
	struct shim_loading shim_loading;
	uint64_t signal_ns
		[TRACEE_NR_SIGNALS]; /* when a thread last stopped for each signal, from 1 */
	uint64_t sigsys_handler;     /* of the action of SIGSYS: helper/tracer/dispatch.h */
	bool is_init;		     /* init process of a pid namespace; valid if is_init_asked */
	bool is_init_asked;
};

/* A thread's last definition in the log. Number 0: not defined yet. */
struct logged_thread {
	uint32_t number;
	struct log_thread thread;
};

/* See helper/restart/woken.h. */
struct woken {
	bool is_open;	     /* tracee->call has returned, but may be restarted */
	bool is_again;	     /* the kernel is about to restart the last interrupted call */
	bool is_asked;	     /* the helper makes the thread stop once more; valid when is_open */
	int64_t result;	     /* of tracee->call; valid when is_open */
	uint64_t stopped_sp; /* stack pointer when job control last stopped the thread */
};

/* See helper/tracer/signal_hold.h. */
struct signal_hold {
	bool is_on;
	bool is_long;	       /* the program ignores all held signals: see LONG_HOLD_NS */
	bool is_waited_for;    /* the helper stops the thread at end_ns */
	bool has_just_ended;   /* the hold ended at the current stop */
	bool is_pause;	       /* hold for realtime signals, begun after a handler returned */
	bool is_realtime;      /* the thread's last signal must keep its order */
	bool has_made_child;   /* the thread has made a child since gone_on_ns */
	unsigned int nr_close; /* signals in a row that arrived too soon */
	uint64_t mask;	       /* signal mask of the program */
	uint64_t held;	       /* signals that the hold blocks in addition to mask */
	uint64_t end_ns;
	uint64_t length_ns;
	uint64_t begun_ns;   /* time of the thread's last stop for a delivered signal */
	uint64_t gone_on_ns; /* time when the thread last resumed after a signal or a handler */
	uint64_t ip;	     /* instruction at which it resumed then */
	uint64_t begun_ip;   /* instruction at which the last hold began */
};

struct late_call;
struct transfer;

struct tracee {
	pid_t tid;
	struct process *process;
	uint32_t name;	       /* string id */
	bool has_stopped;      /* at least once */
	bool is_claimed;       /* its parent has reported it (not needed for the root) */
	bool is_held;	       /* a new thread, which stays stopped until then */
	bool is_held_stopped;  /* job control stops it too; valid when is_held */
	uint64_t held_ns;      /* when the helper began to hold it */
	bool is_exiting;       /* it is past its last stop */
	bool is_gone;	       /* another thread has executed a program and has its tid now */
	bool awaits_mark;      /* its calls stop until flags are set: helper/tracer/region_mark.h */
	bool has_own_filter;   /* the program's filter may overrule ours: every call stops */
	bool has_own_dispatch; /* the program has used Syscall User Dispatch itself */
	bool is_dispatched;    /* calls outside the gate raise SIGSYS: helper/tracer/dispatch.h */
	bool has_lost_handler; /* the kernel has reset its SIGSYS handler: dispatch_see_entry */
	uint8_t *selector;     /* switches dispatch, or NULL: helper/space/selector.h */
	bool has_no_selector;  /* the kernel or a filter has refused a selector */
	/*
	 * At a stop before a call: the call has raised SIGSYS. The thread is after the syscall
	 * instruction, but the kernel has not made the call.
	 */
	bool is_before_call;
	uint32_t call_arch;		  /* AUDIT_ARCH_… of this call */
	bool is_at_moved_end;		  /* SIGSYS was raised after a moved call: moved_call.h */
	struct filter_chain *filters;	  /* installed by the program; NULL: none */
	struct filter_chain *new_filters; /* the same and what its call installs, or NULL */
	/*
	 * If the thread makes a moved call in the gate (moved_call.h): the program's address after
	 * the call. Otherwise 0.
	 */
	uint64_t moved_ip;
	/*
	 * In a new thread that has not stopped yet: moved_ip of the thread that created it, or 0.
	 */
	uint64_t birth_ip;
	struct call call;
	struct woken woken;
	struct transfer *transfer; /* the call whose rest the thread transfers, or NULL */
	struct region_state region;
	struct gate_thread *gate; /* data of the fast engine; never NULL */
	struct call interrupted[TRACEE_MAX_INTERRUPTED];
	unsigned int nr_interrupted;
	struct logged_thread logged;
	struct signal_hold hold;
	struct late_call *late; /* an injected call that has not stopped in time, or NULL */
};

/* Returns the tracee @tid, or NULL. */
struct tracee *tracee_find(pid_t tid);
/* Creates a tracee for thread @tid, in a new process. Nothing else is known about it. */
struct tracee *tracee_new(pid_t tid);
/* Makes @tracee a thread of @parent's process. */
void tracee_join(struct tracee *tracee, const struct tracee *parent);
/*
 * Makes @tracee a child process of @parent's process. @shares_memory says that it was created by
 * vfork or with CLONE_VM.
 */
void tracee_inherit(struct tracee *tracee, const struct tracee *parent, bool shares_memory);
void tracee_free(struct tracee *tracee);
/* Replaces the filters of @tracee with @filters. */
void tracee_set_filters(struct tracee *tracee, struct filter_chain *filters);
/* To be called after an exec by a thread that was not the leader: it continues as the leader. */
struct tracee *tracee_take_over(struct tracee *tracee, pid_t tgid);

/* Return the number of tracees, and of tracees that are not exiting yet. */
unsigned int tracee_count(void);
unsigned int tracee_count_alive(void);
/* The tracee is past its last stop. */
void tracee_set_exiting(struct tracee *tracee);

/* Returns true if no other thread runs in the memory of @tracee. */
bool tracee_is_alone(const struct tracee *tracee);

/* Returns true if all threads of @process are past their last stop, or about to be. */
bool process_is_ending(const struct process *process);

/*
 * Calls @visit with @argument for every tracee in @space, or for all tracees if @space is NULL.
 * @visit must not free a tracee.
 */
void tracee_for_each(const struct address_space *space,
		     void (*visit)(struct tracee *tracee, void *argument), void *argument);

/*
 * Removes the memos from the thread's area, so that the gate recognises no stack. The thread may be
 * running.
 */
void tracee_forget_memos(struct tracee *tracee);

/* Returns the layout of @tracee's memory. Reads it again if necessary. Borrowed. */
struct layout *tracee_layout(struct tracee *tracee);
/*
 * A stack of @tracee was found. If @is_cut, it may be whole once code is added: then the helper
 * must see each change of code.
 */
void tracee_see_cut(struct tracee *tracee, bool is_cut);
/* Returns true if the thread has mapped code that is not in its layout yet. */
bool tracee_has_added(const struct tracee *tracee);
/*
 * Executable regions in the address space of @tracee, which is stopped, have changed. @is_addition
 * says that there was no executable region before where the change was made.
 */
void process_change_space(struct tracee *tracee, bool is_addition);
/*
 * The process has executed a program. @is_preloaded says that ld.so will load libscprof.so into it.
 */
void process_new_space(struct process *process, bool is_preloaded);

#endif
