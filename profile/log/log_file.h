/* SPDX-License-Identifier: MIT */
/*
 * The log of a run: every call, one after the other, in a file that explains itself
 * (profile/log/log.proto, doc/log-format.md). The writer keeps nothing but what it has defined; the
 * reader gives one call at a time and collects the definitions in a profile without samples. A file
 * that ends early, because its writer was killed, can be read as far as it goes.
 */
#ifndef SCPROF_PROFILE_LOG_LOG_FILE_H
#define SCPROF_PROFILE_LOG_LOG_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "profile/model/profile.h"

#define LOG_FILE_ERROR_SIZE 256

enum log_state { LOG_RETURNED, LOG_ENDING, LOG_UNFINISHED, LOG_NR_STATES };

struct log_call {
	uint32_t thread;  /* as log_writer_add_thread gave it */
	uint32_t touched; /* as log_writer_add_touched gave it, or 0 */
	uint32_t nr;
	uint32_t stack; /* stack id */
	enum syscall_abi abi;
	enum log_state state;
	uint64_t start_ns;    /* since the log's start */
	uint64_t duration_ns; /* in the kernel; until its end if it is unfinished */
	uint64_t span_ns; /* from start to end: more than the duration if signals interrupted it */
	int64_t result;	  /* 0 unless it returned */
	uint64_t args[6];
};

struct log_thread {
	uint32_t pid;
	uint32_t tid;
	uint32_t process; /* string ids */
	uint32_t thread;
};

struct log_touched {
	uint32_t fd; /* plus 1, or 0 */
	uint32_t kind;
	uint32_t path; /* string id */
};

struct log_writer;

/*
 * Returns a writer to @fd, which stays the caller's. The calls' stacks and all strings are of
 * @profile, which is borrowed until the writer ends. @is_redacted: of paths of binaries only the
 * last part is written.
 */
struct log_writer *log_writer_new(int fd, const struct profile *profile, bool is_redacted);
/* Writes the head: before anything else. @start_time_ns: time 0, since the epoch. */
void log_writer_begin(struct log_writer *writer, uint64_t start_time_ns, const char *command);
/* Each returns the number of what it defines. */
uint32_t log_writer_add_thread(struct log_writer *writer, const struct log_thread *thread);
uint32_t log_writer_add_touched(struct log_writer *writer, const struct log_touched *touched);
/* An error is kept, and _finish returns it. */
void log_writer_put(struct log_writer *writer, const struct log_call *call);
/* Makes what was put readable, should the writer be killed. */
void log_writer_flush(struct log_writer *writer);
/* Returns the first error as -errno, or 0. */
int log_writer_error(const struct log_writer *writer);
/* Writes the names of the profile's frames and the end, frees @writer; returns 0 or -errno. */
int log_writer_finish(struct log_writer *writer);

struct log_file {
	struct profile profile;	    /* mappings, frames, stacks, names, and fact `command` */
	struct log_thread *threads; /* by number; 0 is none */
	uint32_t nr_threads;
	struct log_touched *touched; /* by number; 0 is none */
	uint32_t nr_touched;
	uint64_t start_time_ns;	   /* since the epoch */
	uint64_t nr_calls;	   /* read so far */
	bool is_complete;	   /* its end was read */
	struct log_reader *reader; /* private */
};

/*
 * Opens @path ("-": standard input) and reads the head. Returns 0, or -errno with one line in
 * @error, and then @log holds nothing.
 */
int log_file_open(struct log_file *log, const char *path, char error[static LOG_FILE_ERROR_SIZE]);
/*
 * Returns 1 and the next call; 0 at the end, or where the file ends early (then is_complete is
 * false); or
 * -errno with one line in @error.
 */
int log_file_next(struct log_file *log, struct log_call *call,
		  char error[static LOG_FILE_ERROR_SIZE]);
/*
 * Goes back to the first call; what was defined stays. Returns 0 or -errno with one line in @error.
 */
int log_file_rewind(struct log_file *log, char error[static LOG_FILE_ERROR_SIZE]);
void log_file_close(struct log_file *log);

#endif
