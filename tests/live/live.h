/* SPDX-License-Identifier: MIT */
/*
 * Runs one tracee under scprof and asks its profile. A test gets a directory of its own, which is
 * its working directory and goes away with it; standard output and error of what is run are pipes
 * that are read to their end, so a descriptor that something keeps open makes the test time out.
 */
#ifndef SCPROF_TESTS_LIVE_LIVE_H
#define SCPROF_TESTS_LIVE_LIVE_H

#include <criterion/criterion.h>
#include <inttypes.h>
#include <sys/types.h>

#include "profile/model/profile.h"

enum live_start {
	LIVE_PLAIN,    /* the command as it is */
	LIVE_LAUNCHER, /* scprof -q -o live.pb.gz COMMAND, which may start with more options */
	LIVE_PRELOAD,  /* the command with LD_PRELOAD=libscprof.so */
};

struct live {
	pid_t pid;	/* of the command, also its process group */
	int in;		/* its standard input: a pipe's writing end, or -1 when closed */
	int fds[2];	/* reading ends of its standard output and error, or -1 at their end */
	int status;	/* as wait(2) gives it */
	char *texts[2]; /* all of its standard output and error */
	char path[256]; /* of the profile */
	bool has_profile;
	struct profile profile;
};

/* For TestSuite(): makes and removes the test's directory. */
void live_init(void);
void live_fini(void);
/* Ends the test as skipped; then Criterion does not call live_fini. */
#define LIVE_SKIP(...)                     \
	do {                               \
		live_fini();               \
		cr_skip_test(__VA_ARGS__); \
	} while (0)

/* Returns the path of tracee @name, borrowed until the test ends; skips the test without it. */
char *live_tracee(const char *name);
/* Returns the path of @name in the build directory, borrowed until the test ends. */
char *live_built(const char *name);
/* Returns a formatted text, borrowed until the test ends. */
char *live_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Ends the test as skipped unless it runs as root. */
void live_need_root(void);

/* Starts @argv, and gives it a pipe for standard input. Owned by the test until it ends. */
struct live *live_start(enum live_start how, const char *const argv[]);
/* Reads the standard output of @live until it holds @text. */
void live_await_text(struct live *live, const char *text);
/* Closes its standard input, reads its outputs to the end, waits for it, reads its profile. */
void live_finish(struct live *live);
struct live *live_run(enum live_start how, const char *const argv[]);
/* Reads the profile at @path into @live in place of what it had; fails the test when it cannot. */
void live_load(struct live *live, const char *path);

#define LIVE_ARGS(...) ((const char *[]){ __VA_ARGS__, NULL })
#define PLAIN(...)     live_run(LIVE_PLAIN, LIVE_ARGS(__VA_ARGS__))
#define SCPROF(...)    live_run(LIVE_LAUNCHER, LIVE_ARGS(__VA_ARGS__))
#define PRELOAD(...)   live_run(LIVE_PRELOAD, LIVE_ARGS(__VA_ARGS__))

/* What calls are asked for; what is NULL or 0 is not asked. */
struct live_query {
	const char *name;    /* of the system call */
	const char *stack;   /* extended regex over "outermost;...;call site;system call" */
	const char *process; /* its name */
	const char *thread;  /* its name */
	const char *abi;     /* its name */
	const char *region;  /* its label, "": none */
	int error;	     /* errno, or LIVE_ANY_ERROR */
	bool is_truncated;
};

#define LIVE_ANY_ERROR -1

struct totals live_ask(const struct live *live, const struct live_query *query);
/* Returns the stacks and calls of system call @name, or of all (NULL); the caller frees it. */
char *live_describe(const struct live *live, const char *name);
/*
 * Returns a line for each stack, process, thread and error with its calls and bytes, in one order
 * for equal profiles; only of stacks that match @pattern unless it is NULL. The caller frees it.
 */
char *live_summary(const struct live *live, const char *pattern);
/* Returns the number of entries in the working directory, besides profiles. */
unsigned int live_count_files(void);

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

#define EXPECT_EXIT(live, expected)                                                            \
	cr_expect(WIFEXITED((live)->status) && WEXITSTATUS((live)->status) == (expected),      \
		  "wait status %#x instead of exit %d; it said: %s", (unsigned)(live)->status, \
		  (expected), (live)->texts[1])

#define EXPECT_SIGNAL(live, expected)                                                            \
	cr_expect(WIFSIGNALED((live)->status) && WTERMSIG((live)->status) == (expected),         \
		  "wait status %#x instead of signal %d; it said: %s", (unsigned)(live)->status, \
		  (expected), (live)->texts[1])

#define EXPECT_ERRORS(live, expected, ...) \
	EXPECT_CALLS((live), (expected), .error = LIVE_ANY_ERROR, __VA_ARGS__)

#endif
