/* SPDX-License-Identifier: MIT */
/*
 * How the helper and the process that it is going to trace talk at start-up. This process is the
 * launcher's child or a preloaded program; it is called the tracee here. Both use one
 * SOCK_SEQPACKET socket, and each packet is one message:
 *
 *   helper → tracee   scprof_hello    the helper's pid, for PR_SET_PTRACER (Yama)
 *   tracee → helper   scprof_request  the process to seize
 *   helper → tracee   scprof_answer   an error and a text; or nr_insns, followed by the filter
 *   tracee → helper   scprof_refused  only if the tracee could not install the filter
 *
 * Then the tracee makes SCPROF_CALL calls, which only a helper that traces it understands. A change
 * of anything in this file needs a new SCPROF_HANDSHAKE_VERSION.
 */
#ifndef SCPROF_HANDSHAKE_H
#define SCPROF_HANDSHAKE_H

#include <stdint.h>

#define SCPROF_HANDSHAKE_VERSION 5

/* Descriptors that the helper has when it starts. */
#define SCPROF_SOCKET_FD 3
#define SCPROF_REPORT_FD 4 /* pipe to the launcher; closed if there is no launcher */

/*
 * The system call that is addressed to the helper: close(2). Seccomp filters allow it, whereas a
 * container's filter would deny a number that the kernel does not have.
 *
 * The first argument is SCPROF_MAGIC, which is never an open descriptor. The second argument is an
 * enum scprof_call. The magic number must be an argument that close(2) has: the registers of the
 * other arguments hold whatever the program left there, and could hold the magic number by chance.
 */
#define SCPROF_CALL   3
#define SCPROF_MAGIC  0x5c9f9c5b
#define SCPROF_ANSWER 0x5c9f5343 /* the result that the helper sets; close(2) never returns it */

enum scprof_call {
	SCPROF_CALL_NULL = 1, /* does nothing: the helper measures how long two stops take */
	SCPROF_CALL_START,    /* the helper counts from the next call on */
	SCPROF_CALL_JOIN,     /* asks if a helper traces this process already */
	SCPROF_CALL_BEGIN,  /* a region begins; the third argument is its name (scprof/scprof.h) */
	SCPROF_CALL_END,    /* the region that began last ends */
	SCPROF_CALL_PAUSE,  /* the helper stops counting calls of this thread */
	SCPROF_CALL_RESUME, /* the helper counts calls of this thread again */
	SCPROF_CALL_WOKEN,  /* from the gate: its call failed with EINTR, without a stop */
};

#define SCPROF_NR_NULL_CALLS 5

struct scprof_hello {
	uint32_t version;
	int32_t helper_pid;
};

struct scprof_request {
	uint32_t version;
	int32_t pid; /* the tracee's, in the helper's pid namespace */
};

#define SCPROF_TEXT_SIZE 512

struct scprof_answer {
	int32_t error; /* errno; 0: the helper has seized the tracee */
	/* Number of struct sock_filter that follow; 0: no filter, every call stops. */
	uint32_t nr_insns;
	char text[SCPROF_TEXT_SIZE]; /* on an error: what failed, and what to do about it */
};

#define SCPROF_MAX_INSNS 4096 /* BPF_MAXINSNS */

struct scprof_refused {
	int32_t error; /* errno of seccomp(2) */
};

/*
 * Lines that the helper writes to SCPROF_REPORT_FD. Each ends with a NUL, because a path may
 * contain newlines. With `scprof run --preload`, libscprof.so writes "refused" to the same pipe.
 *   refused TEXT    why the program cannot be profiled; it ends before its first instruction
 *   seized PID      with `scprof run --preload`: the helper has seized the program
 *   ended PATH      the last process has ended, and the profile is on disk, still without names;
 *                   without PATH: the profile is not on disk
 *   profile PATH    the profile is on disk, with names
 *   error TEXT      why there is no profile, or none with names
 *   signal NR PID   the program got signal NR from process PID, by kill(2)
 *   note TEXT       something that the user should know
 */

/* Environment variables. Each has the same meaning as an option of `scprof run`. */
#define SCPROF_ENV_OUTPUT      "SCPROF_OUTPUT"
#define SCPROF_ENV_TRACE       "SCPROF_TRACE"
#define SCPROF_ENV_ENGINE      "SCPROF_ENGINE"
#define SCPROF_ENV_INTERCEPT   "SCPROF_INTERCEPT"
#define SCPROF_ENV_FOLLOW      "SCPROF_FOLLOW"
#define SCPROF_ENV_MAX_FRAMES  "SCPROF_MAX_FRAMES"
#define SCPROF_ENV_QUIET       "SCPROF_QUIET"
#define SCPROF_ENV_DEBUG       "SCPROF_DEBUG"
#define SCPROF_ENV_PER_PROCESS "SCPROF_PER_PROCESS"
#define SCPROF_ENV_PER_THREAD  "SCPROF_PER_THREAD"
#define SCPROF_ENV_LOG	       "SCPROF_LOG" /* yes, no, or a file like SCPROF_OUTPUT */
#define SCPROF_ENV_FDS	       "SCPROF_FDS"
#define SCPROF_ENV_REDACT      "SCPROF_REDACT"
#define SCPROF_ENV_LAUNCHER    "SCPROF_LAUNCHER" /* set by `scprof run --preload`: PID:FD */
#define SCPROF_ENV_PROGRAM     "SCPROF_PROGRAM"	 /* set by the launcher: what replaces %n */
#define SCPROF_ENV_FACTS       "SCPROF_FACTS" /* set by the launcher: lines KEY: VALUE for the profile */
#define SCPROF_ENV_SUFFIX      "SCPROF_SUFFIX" /* set by the launcher: appended to the output's name */

#endif
