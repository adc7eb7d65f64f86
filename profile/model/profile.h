/* SPDX-License-Identifier: MIT */
/*
 * The model: a profile is a table of samples. A sample counts the calls that have all of these in
 * common: system call, stack, process name, thread name, result (an errno or success), and latency
 * bucket. Every figure of a report is a sum over samples, so profiles merge by addition.
 *
 * Ids are small integers: indices into the arrays below. In strings, stacks, mappings, frames and
 * functions element 0 means "none", and nr_… counts it too. Samples, lines and facts have no ids,
 * and start at index 0.
 */
#ifndef SCPROF_PROFILE_MODEL_PROFILE_H
#define SCPROF_PROFILE_MODEL_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "profile/model/stack_table.h"
#include "profile/syscall/syscall_name.h"
#include "profile/util/hash.h"
#include "profile/util/string_table.h"

/*
 * One executable range of one file. Addresses are those of the file's program headers (load bias
 * 0), so they are the same in every run: address = start + (offset - file_offset). A range without
 * a file (JIT code) has the path "[anon]" and the addresses of the running process.
 */
struct mapping {
	uint32_t path;	      /* string id: file path, "[vdso]" or "[anon]" */
	uint32_t build_id;    /* string id: lower-case hex, or 0 */
	uint64_t start;	      /* address of the first byte */
	uint64_t limit;	      /* address after the last byte */
	uint64_t file_offset; /* offset of the first byte in the file */
};

struct function {
	uint32_t name;	      /* string id, demangled */
	uint32_t system_name; /* string id, as in the symbol table */
	uint32_t file;	      /* string id of the source file, or 0 */
	uint32_t start_line;  /* or 0 */
};

struct line {
	uint32_t function; /* function id */
	uint32_t line;	   /* source line, or 0 */
};

/*
 * A frame is a (mapping, file offset). For the call site and its callers, the offset is that of the
 * return address minus one, which is inside the calling instruction. For code that a signal
 * interrupted, it is the offset of the interrupted instruction. A pseudo-frame has mapping 0.
 */
struct frame {
	uint32_t mapping;
	uint64_t offset;
	uint32_t first_line; /* index into lines; the innermost inlined function is first */
	uint32_t nr_lines;   /* 0: not symbolised */
};

/* Offsets of pseudo-frames (mapping 0). */
enum {
	FRAME_TRUNCATED = 1, /* outermost frame of a stack that could not be unwound to its end */
};

struct sample_key {
	uint32_t stack;	  /* stack id, call site first */
	uint32_t process; /* string id of the process's name */
	uint32_t thread;  /* string id of the thread's name */
	uint32_t pid;	  /* 0 unless processes are counted separately */
	uint32_t tid;	  /* 0 unless threads are counted separately */
	uint32_t nr;	  /* system call number */
	uint16_t abi;	  /* enum syscall_abi */
	uint16_t error;	  /* errno, 0 on success */
	uint16_t bucket;  /* histogram bucket of the latency */
	uint16_t kind;	  /* enum file_kind of the file that the call used */
	uint32_t path;	  /* string id: that file's path, address or description; 0: not recorded */
	uint32_t fd;	  /* the descriptor plus 1; 0: none */
	uint32_t region;  /* string id of the region in which the thread was; 0: none */
	uint32_t run;	  /* 0, except while runs are merged (profile/model/run_merge.h) */
};

struct sample {
	struct sample_key key;
	uint64_t calls; /* a sample with 0 calls is not written to files */
	uint64_t time_ns;
	uint64_t bytes;
};

/* "yes" if the profile has every call of the run, else "no". Without this fact it is unknown. */
#define PROFILE_FACT_COMPLETE "complete"
/* How many values were too large to be stored, and were replaced by the largest that can be. */
#define PROFILE_FACT_SATURATED "saturated_values"

struct fact {
	char *key;
	char *value;
};

/* In a profile of several runs (profile/model/runs.h): a call site whose number of calls varies. */
struct run_site {
	struct sample_key key; /* stack, nr, abi, error, process, region; the rest is 0 */
	uint64_t *calls;       /* number of calls by run */
};

struct runs {
	uint32_t nr; /* 2 to RUNS_MAX */
	struct run_site *sites;
	uint32_t nr_sites;
	uint32_t capacity;
	struct hash_index index; /* holds indices plus 1 */
};

struct profile {
	struct string_table strings;
	struct stack_table stacks;
	struct mapping *mappings;
	uint32_t nr_mappings;
	struct frame *frames;
	uint32_t nr_frames;
	struct function *functions;
	uint32_t nr_functions;
	struct line *lines;
	uint32_t nr_lines;
	struct sample *samples;
	uint32_t nr_samples;
	struct fact *facts; /* in the order in which they were set */
	uint32_t nr_facts;
	struct runs *runs;	     /* NULL if the profile is of one run; profile/model/runs.h */
	int64_t start_time_ns;	     /* wall clock, since the epoch */
	int64_t duration_ns;	     /* from the start to the exit of the last process */
	struct profile_index *index; /* private: hash tables over the arrays above */
};

struct totals {
	uint64_t calls;
	uint64_t errors;
	uint64_t time_ns;
	uint64_t bytes;
};

void profile_init(struct profile *profile);
void profile_fini(struct profile *profile);

/* Each of these returns the id of an equal element, which it adds if there is none. */
uint32_t profile_intern_mapping(struct profile *profile, const struct mapping *mapping);
uint32_t profile_intern_frame(struct profile *profile, uint32_t mapping, uint64_t offset);
uint32_t profile_intern_function(struct profile *profile, const struct function *function);

/* Sets the source lines of @frame, innermost first. Replaces earlier lines. */
void profile_set_lines(struct profile *profile, uint32_t frame, const struct line *lines,
		       uint32_t nr_lines);

/* Returns the virtual address of @frame at load bias 0. Returns 0 for a pseudo-frame. */
uint64_t profile_frame_address(const struct profile *profile, uint32_t frame);

/*
 * Returns the sample with @key; adds an empty one if there is none. The pointer is valid until the
 * next call that adds a sample. Allocates no memory if the sample exists.
 */
struct sample *profile_sample(struct profile *profile, const struct sample_key *key);

/*
 * Removes all samples from @profile, so that the caller can change them and add them again. Returns
 * the samples, which the caller frees, and stores their number in *@nr.
 */
struct sample *profile_take_samples(struct profile *profile, uint32_t *nr);

/* Returns how many calls of @sample failed. All calls of a sample have the same result. */
static inline uint64_t sample_errors(const struct sample *sample)
{
	return sample->key.error ? sample->calls : 0;
}

/* For run_merge.c and scope.c, which replace the runs of a profile. @runs may be NULL. */
void runs_free(struct runs *runs);

struct totals profile_totals(const struct profile *profile);

/*
 * Adds counts. If a sum does not fit, the result is the largest number. So a hostile file cannot
 * make a sum small.
 */
uint64_t count_add(uint64_t a, uint64_t b);
void totals_add(struct totals *totals, const struct totals *more);
struct totals totals_of_sample(const struct sample *sample);

/*
 * Facts are the `key: value` comments of the file; doc/profile-format.md lists them. A key is not
 * empty and does not contain ": ". Setting a fact again replaces its value.
 */
void profile_set_fact(struct profile *profile, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Removes all facts. */
void profile_clear_facts(struct profile *profile);
/* Returns the value of @key, or NULL. */
const char *profile_fact(const struct profile *profile, const char *key);

/* Returns true if the profile says that it has every call of the run. */
bool profile_is_complete(const struct profile *profile);

#endif
