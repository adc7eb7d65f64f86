/* SPDX-License-Identifier: MIT */
/*
 * The log of a run: a file with every call, one after the other, and with all definitions that a
 * reader needs (profile/log/log.proto, doc/log-format.md). The writer keeps nothing in memory
 * except what it has defined. The reader returns one call at a time, and collects the definitions
 * in a profile without samples. A file that ends early, because its writer was killed, can be read
 * up to its end.
 */
#ifndef SCPROF_PROFILE_LOG_LOG_FILE_H
#define SCPROF_PROFILE_LOG_LOG_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "profile/model/profile.h"

#define LOG_FILE_ERROR_SIZE 256

enum log_state { LOG_RETURNED, LOG_ENDING, LOG_UNFINISHED, LOG_NR_STATES };

struct log_call {
	uint32_t thread;  /* number that log_writer_add_thread() returned */
	uint32_t touched; /* number that log_writer_add_touched() returned, or 0 */
	uint32_t nr;
	uint32_t stack; /* stack id */
	enum syscall_abi abi;
	enum log_state state;
	uint64_t start_ns;    /* since the start of the log */
	uint64_t duration_ns; /* in the kernel; of an unfinished call, until the thread ended */
	uint64_t span_ns;     /* from start to end, with the signals that interrupted it */
	int64_t result;	      /* 0 unless the call returned */
	uint64_t args[6];
};

struct log_thread {
	uint32_t pid;
	uint32_t tid;
	uint32_t process; /* string ids of the two names */
	uint32_t thread;
};

struct log_touched {
	uint32_t fd; /* descriptor plus 1; 0: none */
	uint32_t kind;
	uint32_t path; /* string id */
};

struct log_writer;

/*
 * Returns a new writer to @fd, which the caller owns. The stack and string ids of calls are those
 * of @profile, which must live until log_writer_finish(). If @is_redacted, the writer writes only
 * the last component of the paths of binaries.
 */
struct log_writer *log_writer_new(int fd, const struct profile *profile, bool is_redacted);
/*
 * Writes the head of the log. Must be called first. Calls are timed from @start_time_ns, which is
 * in nanoseconds since the epoch.
 */
void log_writer_begin(struct log_writer *writer, uint64_t start_time_ns, const char *command);
/* Defines a thread, or a file that calls use. Returns the number of the definition. */
uint32_t log_writer_add_thread(struct log_writer *writer, const struct log_thread *thread);
uint32_t log_writer_add_touched(struct log_writer *writer, const struct log_touched *touched);
/* Writes a call. The writer remembers an error, and log_writer_finish() returns it. */
void log_writer_put(struct log_writer *writer, const struct log_call *call);
/* Writes out all calls so far. They can then be read even if the process is killed. */
void log_writer_flush(struct log_writer *writer);
/* Returns the first error as -errno, or 0. */
int log_writer_error(const struct log_writer *writer);
/*
 * Writes the names of the profile's frames and the end of the log. Frees @writer. Returns 0 or the
 * first error as -errno.
 */
int log_writer_finish(struct log_writer *writer);

struct log_file {
	struct profile profile;	    /* mappings, frames, stacks, names, and the fact `command` */
	struct log_thread *threads; /* by number; element 0 is unused */
	uint32_t nr_threads;
	struct log_touched *touched; /* by number; element 0 is unused */
	uint32_t nr_touched;
	uint64_t start_time_ns;	   /* since the epoch */
	uint64_t nr_calls;	   /* number of calls read so far */
	bool is_complete;	   /* the end of the log was read */
	struct log_reader *reader; /* private */
};

/*
 * Opens @path, or standard input if @path is "-", and reads the head. Returns 0; then the caller
 * calls log_file_close(). On an error returns -errno, stores one line in @error, and opens nothing.
 */
int log_file_open(struct log_file *log, const char *path, char error[static LOG_FILE_ERROR_SIZE]);
/*
 * Reads the next call. Returns 1 and the call. Returns 0 at the end, or where a file ends early;
 * then is_complete is false. Returns -errno on an error and stores one line in @error.
 */
int log_file_next(struct log_file *log, struct log_call *call,
		  char error[static LOG_FILE_ERROR_SIZE]);
/*
 * Goes back to the first call, and keeps all definitions. Returns 0, or -errno and one line in
 * @error.
 */
int log_file_rewind(struct log_file *log, char error[static LOG_FILE_ERROR_SIZE]);
void log_file_close(struct log_file *log);

#endif
