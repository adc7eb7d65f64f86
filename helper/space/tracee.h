/* SPDX-License-Identifier: MIT */
/*
 * Who is traced: a tracee is one thread, a process is what its threads share, and an address space
 * may be shared by two processes (vfork, CLONE_VM). Records are made when a thread is first heard
 * of and freed when it is gone.
 */
#ifndef SCPROF_HELPER_SPACE_TRACEE_H
#define SCPROF_HELPER_SPACE_TRACEE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "helper/space/fast_space.h"
#include "helper/space/gate_thread.h"
#include "helper/space/region.h"
#include "helper/unwind/layout.h"
#include "profile/log/log_file.h"
#include "profile/syscall/syscall_name.h"

/* One system call between entry and exit. */
struct call {
	bool is_active;	 /* between its stops: the thread will stop after it */
	bool is_counted; /* the user asked for it, and it is not scprof's own */
	bool is_outside; /* outside --trace: stops at its end only because it was restarted */
	enum syscall_abi abi;
	uint32_t nr;
	uint32_t stack;	   /* stack id */
	uint32_t touched;  /* what it is about (helper/count/touched.h), or 0 */
	uint32_t region;   /* string id of its label, 0: none */
	bool is_truncated; /* the stack is */
	bool has_handler;  /* interrupted by a signal whose handler has not returned yet */
	uint64_t args[6];
	uint64_t clone3_flags; /* to be put back in memory at the exit, 0: nothing is */
	uint64_t ip;
	uint64_t site_ip; /* of the same call before its site was patched, 0: not a known site */
	uint64_t sp;
	uint64_t start_ns;	/* when the thread was first let into the kernel */
	uint64_t entry_ns;	/* when it was last */
	uint64_t idle_ns;	/* stop_queue_idle_ns then */
	uint64_t end_ns;	/* when it last came back */
	uint64_t begin_ns;	/* of clock_now_ns, when its first part was let into the kernel */
	bool has_timeout;	/* the two below are known */
	uint64_t deadline_ns;	/* of clock_now_ns, when a later part must end, 0: at no time */
	int64_t timeout_result; /* what it returns then */
	uint64_t elapsed_ns;	/* of earlier parts of a call that was restarted */
};

/* Calls that a signal interrupted and whose end is open, one in the handler of another. */
#define TRACEE_MAX_INTERRUPTED 16

struct address_space {
	unsigned int refs;
	struct fast_space *fast;
	struct layout *layout; /* NULL: executable regions have changed since it was read */
	const struct layout
		*marked; /* whose flags are set, see helper/tracer/region_mark.h; borrowed */
	unsigned int nr_mark_tries;
	bool is_unmarkable; /* flags must not be set */
	uint32_t nr_added;  /* thread_area.nr_added when the layout was read */
	/*
	 * thread_area.start_ticks when the helper permitted the gate to change code
	 * (permitted_ticks), or 0. Until that call is done, the maps may show what was there
	 * before.
	 */
	uint64_t change_ticks;
};

/* How far ld.so is with loading libscprof.so, whose calls are not the program's. */
struct preload {
	bool is_loading; /* since exec, until the shim says that it is there */
	int fd;		 /* of libscprof.so while ld.so has it open, else -1 */
	uint64_t start;	 /* where it is mapped */
	uint64_t end;
};

#define TRACEE_NR_SIGNALS 65 /* the kernel's, and 0 */

struct process {
	pid_t tgid;
	unsigned int nr_tracees;
	uint32_t name; /* string id */
	struct address_space *space;
	struct preload preload;
	uint64_t signal_ns
		[TRACEE_NR_SIGNALS]; /* when a thread last stopped for the signal, from 1 */
	bool is_init;		     /* of a pid namespace; valid when is_init_asked */
	bool is_init_asked;
};

/* As a thread was last defined in the log; number 0: not yet. */
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
	uint32_t name;	      /* string id */
	bool has_stopped;     /* at least once */
	bool is_claimed;      /* its parent has reported it (not needed for the root) */
	bool is_held;	      /* a new thread that stays stopped until then */
	bool is_held_stopped; /* job control stops it too; valid when is_held */
	uint64_t held_ns;     /* when the helper began to hold it */
	bool is_exiting;      /* past its last stop */
	bool is_gone;	      /* its tid is another thread's, which has executed */
	bool awaits_mark; /* its calls stop until flags can be set: helper/tracer/region_mark.h */
	bool has_own_filter; /* the program set one, which may outvote ours: every call stops */
	struct call call;
	struct woken woken;
	struct transfer *transfer; /* the call whose rest the thread transfers, or NULL */
	struct region_state region;
	struct gate_thread *gate; /* what the engine keeps of it, never NULL */
	struct call interrupted[TRACEE_MAX_INTERRUPTED];
	unsigned int nr_interrupted;
	struct logged_thread logged;
	struct signal_hold hold;
	struct late_call *late; /* an injected call that has not stopped in time, or NULL */
};

/* Returns the tracee @tid, or NULL. */
struct tracee *tracee_find(pid_t tid);
/* Makes a record of the thread @tid in a process of its own, with nothing known of it. */
struct tracee *tracee_new(pid_t tid);
/* Makes @tracee one more thread of @parent's process. */
void tracee_join(struct tracee *tracee, const struct tracee *parent);
/* Makes @tracee a child process of @parent's; shares_memory: made by vfork or with CLONE_VM. */
void tracee_inherit(struct tracee *tracee, const struct tracee *parent, bool shares_memory);
void tracee_free(struct tracee *tracee);
/* After an exec by a thread that was not the leader: it goes on as the leader. */
struct tracee *tracee_take_over(struct tracee *tracee, pid_t tgid);

/* Number of tracees, and of those that are not yet exiting. */
unsigned int tracee_count(void);
unsigned int tracee_count_alive(void);
/* The tracee is past its last stop. */
void tracee_set_exiting(struct tracee *tracee);

/* Returns true if no other thread runs in the memory of @tracee. */
bool tracee_is_alone(const struct tracee *tracee);

/* True when all threads of @process are past their last stop, or about to be. */
bool process_is_ending(const struct process *process);

/*
 * Calls @visit with @argument for every tracee in @space, or for all when that is NULL. @visit may
 * free none.
 */
void tracee_for_each(const struct address_space *space,
		     void (*visit)(struct tracee *tracee, void *argument), void *argument);

/* The gate recognises none of the thread's stacks any more. The thread may be running. */
void tracee_forget_memos(struct tracee *tracee);

/* The layout of @tracee's memory, read anew if need be. Borrowed. */
struct layout *tracee_layout(struct tracee *tracee);
/*
 * A stack of @tracee was found. If @is_cut, it may be whole once code is added: then the helper
 * must see each change of code.
 */
void tracee_see_cut(struct tracee *tracee, bool is_cut);
/* Whether the thread has mapped code that its layout does not have yet. */
bool tracee_has_added(const struct tracee *tracee);
/*
 * Executable regions of the address space of @tracee, which is stopped, have changed. @is_addition:
 * there was none before where the change was made.
 */
void process_change_space(struct tracee *tracee, bool is_addition);
/* The process executed a new program; is_preloaded: ld.so will load libscprof.so into it. */
void process_new_space(struct process *process, bool is_preloaded);

#endif
