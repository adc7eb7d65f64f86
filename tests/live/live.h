/* SPDX-License-Identifier: MIT */
/*
 * Runs a tracee under scprof and examines its profile. Each test has its own temporary directory,
 * which is its working directory. The command's standard output and standard error are pipes.
 * live_finish() reads both to their end, so a test times out if some process keeps a descriptor
 * open.
 */
#ifndef SCPROF_TESTS_LIVE_LIVE_H
#define SCPROF_TESTS_LIVE_LIVE_H

#include <criterion/criterion.h>
#include <inttypes.h>
#include <sys/types.h>

#include "profile/model/gate_counts.h"
#include "profile/model/profile.h"

enum live_start {
	LIVE_PLAIN,    /* the command without scprof */
	LIVE_LAUNCHER, /* scprof -q -o live.pb.gz COMMAND; COMMAND may begin with more options */
	LIVE_PRELOAD,  /* the command with LD_PRELOAD=libscprof.so */
};

struct live {
	pid_t pid;	/* the command's; also the id of its process group */
	int in;		/* writing end of the pipe to its standard input; -1: closed */
	int fds[2];	/* reading ends of its standard output and error; -1: at the end */
	int status;	/* as wait(2) returns it */
	char *texts[2]; /* all that it has written to standard output and standard error */
	char path[256]; /* path of the profile */
	bool has_profile;
	struct profile profile;
};

/* For TestSuite(): creates and removes the test's directory. */
void live_init(void);
void live_fini(void);
/* Skips the test. Calls live_fini(), because Criterion does not call it then. */
#define LIVE_SKIP(...)                     \
	do {                               \
		live_fini();               \
		cr_skip_test(__VA_ARGS__); \
	} while (0)

/*
 * Returns the path of the tracee @name, which is valid until the test ends. Skips the test if it
 * was not built.
 */
char *live_tracee(const char *name);
/* Returns the path of @name in the build directory, which is valid until the test ends. */
char *live_built(const char *name);
/* Returns a formatted text, which is valid until the test ends. */
char *live_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
/*
 * Returns true if SCPROF() runs the program in the default way. $LIVE_WAY=run-preload uses `scprof
 * run --preload` instead, and $LIVE_WAY=preload uses LD_PRELOAD without the launcher.
 */
bool live_is_forked(void);
/* The number of calls that only the default way adds at the start of a profile: execve. */
#define LIVE_FIRST_EXECVE (live_is_forked() ? 1u : 0u)
/* Skips the test if $LIVE_WAY asks for another way. */
#define LIVE_NEED_FORK(reason)             \
	do {                               \
		if (!live_is_forked())     \
			LIVE_SKIP(reason); \
	} while (0)
/* Skips the test if $SCPROF_INTERCEPT makes every call stop. */
void live_need_gate(void);
/* Skips the test unless it runs as root. */
void live_need_root(void);

/* Starts @argv with a pipe as standard input. The result is valid until the test ends. */
struct live *live_start(enum live_start how, const char *const argv[]);
/* Reads the standard output of @live until it holds @text. */
void live_await_text(struct live *live, const char *text);
/*
 * Closes the command's standard input, reads its outputs to the end, waits for it, and reads its
 * profile.
 */
void live_finish(struct live *live);
struct live *live_run(enum live_start how, const char *const argv[]);
/* Replaces the profile of @live with the one at @path. Fails the test on an error. */
void live_load(struct live *live, const char *path);

#define LIVE_ARGS(...) ((const char *[]){ __VA_ARGS__, NULL })
#define PLAIN(...)     live_run(LIVE_PLAIN, LIVE_ARGS(__VA_ARGS__))
#define SCPROF(...)    live_run(LIVE_LAUNCHER, LIVE_ARGS(__VA_ARGS__))
#define PRELOAD(...)   live_run(LIVE_PRELOAD, LIVE_ARGS(__VA_ARGS__))

/* Selects calls. A member that is NULL or 0 does not restrict the selection. */
struct live_query {
	const char *name;    /* extended regex for "outermost;...;call site;system call" */
	const char *stack;   /* extended regex over "outermost;...;call site;system call" */
	const char *process; /* its name */
	const char *thread;  /* its name */
	const char *abi;     /* its name */
	const char *region;  /* its label; "": outside of all regions */
	int error;	     /* errno, or LIVE_ANY_ERROR */
	bool is_truncated;
};

#define LIVE_ANY_ERROR -1

/* Returns what the gate did, all 0 with the engine ptrace. */
struct gate_counts live_gate_counts(const struct live *live);
/* Returns the number of calls that went through the gate. */
uint64_t live_nr_in_gate(const struct live *live);
/* Expects at least so many calls in the gate. */
#define EXPECT_IN_GATE(live, at_least)                                           \
	cr_expect_geq(live_nr_in_gate(live), (uint64_t)(at_least),               \
		      "only %" PRIu64 " calls went through the gate; stops: %s", \
		      live_nr_in_gate(live), profile_fact(&(live)->profile, "stopped_calls"))

struct totals live_ask(const struct live *live, const struct live_query *query);
/*
 * Returns a text with the stacks and numbers of the calls of system call @name, or of all system
 * calls if it is NULL. The caller frees it.
 */
char *live_describe(const struct live *live, const char *name);
/*
 * Returns a line for each combination of stack, process, thread and error, with calls and bytes.
 * Equal profiles give equal texts. If @pattern is not NULL, returns only the stacks that match it.
 * The caller frees the text.
 */
char *live_summary(const struct live *live, const char *pattern);
/* Returns the number of entries in the working directory, not counting profiles. */
unsigned int live_count_files(void);
/* Returns how often @wanted is in @text. */
unsigned int live_count_text(const char *text, const char *wanted);

#define LIVE_CALLS(live, ...) live_ask((live), &(struct live_query){ __VA_ARGS__ }).calls

/* EXPECT_CALLS(live, 100, .name = "getppid", .stack = ";main;") */
#define EXPECT_CALLS(live, expected, ...)                                                    \
	do {                                                                                 \
		struct live_query query_ = { __VA_ARGS__ };                                  \
		uint64_t calls_ = live_ask((live), &query_).calls;                           \
		if (calls_ != (uint64_t)(expected)) {                                        \
			char *text_ = live_describe((live), query_.name);                    \
			cr_expect(false, "%" PRIu64 " calls instead of %" PRIu64 ": %s\n%s", \
				  calls_, (uint64_t)(expected), #__VA_ARGS__, text_);        \
			free(text_);                                                         \
		}                                                                            \
	} while (0)

#define EXPECT_EXIT(live, expected)                                                           \
	cr_expect(WIFEXITED((live)->status) && WEXITSTATUS((live)->status) == (expected),     \
		  "wait status %#x instead of exit %d; stderr: %s", (unsigned)(live)->status, \
		  (expected), (live)->texts[1])

#define EXPECT_SIGNAL(live, expected)                                                           \
	cr_expect(WIFSIGNALED((live)->status) && WTERMSIG((live)->status) == (expected),        \
		  "wait status %#x instead of signal %d; stderr: %s", (unsigned)(live)->status, \
		  (expected), (live)->texts[1])

#define EXPECT_ERRORS(live, expected, ...) \
	EXPECT_CALLS((live), (expected), .error = LIVE_ANY_ERROR, __VA_ARGS__)

#endif
