/* SPDX-License-Identifier: MIT */
/*
 * The contract of the two programs that meet at start-up: the tracee-to-be (launcher's child or
 * preloaded shim) and scprof-helper. They speak over one SOCK_SEQPACKET socket, a packet a
 * message, in this order:
 *
 *   helper → tracee   scprof_hello    who the helper is, so that Yama can be told (PR_SET_PTRACER)
 *   tracee → helper   scprof_request  whom to seize
 *   helper → tracee   scprof_answer   error and text, or nr_insns and the filter behind it
 *   tracee → helper   scprof_refused  only when the filter could not be installed
 *
 * Then the tracee makes SCPROF_CALL calls, which only a listening helper understands.
 * A change of anything here bumps SCPROF_HANDSHAKE_VERSION.
 */
#ifndef SCPROF_HANDSHAKE_H
#define SCPROF_HANDSHAKE_H

#include <stdint.h>

#define SCPROF_HANDSHAKE_VERSION 4

/* Fds of the helper when it is executed. */
#define SCPROF_SOCKET_FD 3
#define SCPROF_REPORT_FD 4 /* pipe to the launcher; closed when there is none */

/*
 * close, which no filter forbids (a container's would a number that no kernel has). With SCPROF_MAGIC as its first
 * argument, a descriptor that nobody has, it is meant for the helper; the second says what is meant.
 * It must be an argument that the call has: others are whatever the program left in the register.
 */
#define SCPROF_CALL   3
#define SCPROF_MAGIC  0x5c9f9c5b
#define SCPROF_ANSWER 0x5c9f5343 /* what the helper lets it return; close never does */

enum scprof_call {
	SCPROF_CALL_NULL = 1, /* does next to nothing: measures what two stops cost */
	SCPROF_CALL_START,    /* count from the next call on */
	SCPROF_CALL_JOIN,     /* is a helper listening already? */
	SCPROF_CALL_BEGIN,    /* of a region, whose name is the third argument: scprof/scprof.h */
	SCPROF_CALL_END,      /* of the region that began last */
	SCPROF_CALL_PAUSE,    /* calls of this thread are not counted… */
	SCPROF_CALL_RESUME,   /* …until then */
	SCPROF_CALL_WOKEN,    /* by the gate: its call has failed with EINTR, without a stop */
};

#define SCPROF_NR_NULL_CALLS 5

struct scprof_hello {
	uint32_t version;
	int32_t helper_pid;
};

struct scprof_request {
	uint32_t version;
	int32_t pid; /* of the tracee, in the helper's pid namespace */
};

#define SCPROF_TEXT_SIZE 512

struct scprof_answer {
	int32_t error;	   /* errno, 0 when seized */
	uint32_t nr_insns; /* struct sock_filter that follow; 0: no filter, every call stops */
	char text[SCPROF_TEXT_SIZE]; /* on an error: what failed, and what helps */
};

#define SCPROF_MAX_INSNS 4096 /* BPF_MAXINSNS */

struct scprof_refused {
	int32_t error; /* errno of seccomp(2) */
};

/*
 * What the helper writes to SCPROF_REPORT_FD: lines that end with a NUL, since a path may have newlines.
 *   ended PATH      the last process is gone, and the profile is on disk, bare; no path: it is not
 *   profile PATH    the profile is on disk, symbolised
 *   error TEXT      why there is none, or none with names
 *   signal NR PID   the program itself has got signal NR from process PID, by kill(2)
 *   note TEXT       something to tell the user
 */

/* Environment variables, each the same as an option of `scprof run`. */
#define SCPROF_ENV_OUTPUT      "SCPROF_OUTPUT"
#define SCPROF_ENV_TRACE       "SCPROF_TRACE"
#define SCPROF_ENV_ENGINE      "SCPROF_ENGINE"
#define SCPROF_ENV_FOLLOW      "SCPROF_FOLLOW"
#define SCPROF_ENV_MAX_FRAMES  "SCPROF_MAX_FRAMES"
#define SCPROF_ENV_QUIET       "SCPROF_QUIET"
#define SCPROF_ENV_DEBUG       "SCPROF_DEBUG"
#define SCPROF_ENV_PER_PROCESS "SCPROF_PER_PROCESS"
#define SCPROF_ENV_PER_THREAD  "SCPROF_PER_THREAD"
#define SCPROF_ENV_LOG	       "SCPROF_LOG" /* yes, no, or a file like SCPROF_OUTPUT */
#define SCPROF_ENV_FDS	       "SCPROF_FDS"
#define SCPROF_ENV_REDACT      "SCPROF_REDACT"
#define SCPROF_ENV_PROGRAM     "SCPROF_PROGRAM" /* from the launcher: what %n stands for */
#define SCPROF_ENV_SUFFIX      "SCPROF_SUFFIX"	/* the same: what is put behind the output's name */

#endif
