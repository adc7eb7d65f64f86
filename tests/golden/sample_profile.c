// SPDX-License-Identifier: MIT
/*
 * A dynamic program "copy" (inlined function, wrapper function called `send`, bare frame, loader
 * start-up, a stack that was cut), a static program "served", a hostile thread name, i386 and unknown
 * system calls, and a sample without a stack. No file of it exists, so nothing can be symbolised.
 */
#include <errno.h>
#include <stdlib.h>

#include "profile/model/histogram.h"
#include "tests/golden/sample_profile.h"

#define MAX_DEPTH 8

struct mappings {
	uint32_t copy, libc, loader, served;
};

static uint32_t string(struct profile *profile, const char *text)
{
	return string_table_intern(&profile->strings, text);
}

static uint32_t add_mapping(struct profile *profile, const char *path, uint64_t start)
{
	return profile_intern_mapping(profile, &(struct mapping){
						       .path = string(profile, path),
						       .start = start,
						       .limit = start + 0x100000,
						       .file_offset = 0x1000,
					       });
}

static struct line line_of(struct profile *profile, const char *name, const char *file,
			   uint32_t line)
{
	struct function function = {
		.name = string(profile, name),
		.system_name = string(profile, name),
		.file = string(profile, file),
	};

	return (struct line){ profile_intern_function(profile, &function), line };
}

/* A frame of one function; @file may be empty. */
static uint32_t add_frame(struct profile *profile, uint32_t mapping, uint64_t offset,
			  const char *name, const char *file, uint32_t line)
{
	uint32_t frame = profile_intern_frame(profile, mapping, offset);
	struct line lines[] = { line_of(profile, name, file, line) };

	profile_set_lines(profile, frame, lines, 1);
	return frame;
}

/* @frames: outermost first, ended by 0. */
static uint32_t add_stack(struct profile *profile, const uint32_t frames[static MAX_DEPTH])
{
	uint32_t stack = 0;

	for (int i = 0; i < MAX_DEPTH && frames[i]; i++)
		stack = stack_table_intern(&profile->stacks, stack, frames[i]);
	return stack;
}

struct call {
	const char *process, *thread, *syscall;
	uint32_t stack;
	enum syscall_abi abi;
	uint16_t error;
	uint64_t calls, each_ns, bytes;
};

static void add_call(struct profile *profile, const struct call *call)
{
	struct sample_key key = {
		.stack = call->stack,
		.process = string(profile, call->process),
		.thread = string(profile, call->thread),
		.nr = (uint32_t)syscall_number(call->abi, call->syscall),
		.abi = (uint16_t)call->abi,
		.error = call->error,
		.bucket = (uint16_t)histogram_bucket(call->each_ns),
	};
	struct sample *sample = profile_sample(profile, &key);

	sample->calls += call->calls;
	sample->time_ns += call->calls * call->each_ns;
	sample->bytes += call->bytes;
}

static void add_copy(struct profile *profile, const struct mappings *in)
{
	uint32_t start = add_frame(profile, in->copy, 0x1010, "_start", "", 0);
	uint32_t before = add_frame(profile, in->libc, 0x2000, "__libc_start_main", "", 0);
	uint32_t main_frame = add_frame(profile, in->copy, 0x1100, "main", "src/copy.c", 90);
	uint32_t block = profile_intern_frame(profile, in->copy, 0x1200);
	uint32_t read_frame = add_frame(profile, in->libc, 0x3000, "__read", "io/read.c", 26);
	uint32_t write_frame = add_frame(profile, in->libc, 0x3100, "__write", "io/write.c", 26);
	uint32_t bare = profile_intern_frame(profile, in->copy, 0x1300);
	uint32_t wrapper = add_frame(profile, in->copy, 0x1400, "send", "", 0);
	uint32_t send_frame = add_frame(profile, in->libc, 0x3200, "__send", "", 0);
	struct line inlined[] = {
		line_of(profile, "copy_block", "src/block.h", 12),
		line_of(profile, "copy_file", "src/copy.c", 40),
	};
	profile_set_lines(profile, block, inlined, 2);

	uint32_t reads[MAX_DEPTH] = { start, before, main_frame, block, read_frame };
	uint32_t writes[MAX_DEPTH] = { start, before, main_frame, block, write_frame };
	uint32_t bare_reads[MAX_DEPTH] = { start, before, main_frame, bare, read_frame };
	uint32_t sends[MAX_DEPTH] = { start, before, main_frame, wrapper, send_frame };

	uint32_t stack = add_stack(profile, reads);
	add_call(profile, &(struct call){ "copy", "copy", "read", stack, 0, 0, 98, 1000, 401408 });
	add_call(profile, &(struct call){ "copy", "copy", "read", stack, 0, 0, 2, 50000, 8192 });
	add_call(profile, &(struct call){ "copy", "copy", "read", stack, 0, EAGAIN, 5, 300, 0 });
	stack = add_stack(profile, writes);
	add_call(profile,
		 &(struct call){ "copy", "copy", "write", stack, 0, 0, 100, 2000, 409600 });
	stack = add_stack(profile, bare_reads);
	add_call(profile, &(struct call){ "copy", "copy", "read", stack, 0, 0, 1, 700, 10 });
	stack = add_stack(profile, sends);
	add_call(profile,
		 &(struct call){ "copy", "\033[31mred;\xff", "sendto", stack, 0, 0, 3, 4000, 300 });
}

static void add_odd_ones(struct profile *profile, const struct mappings *in)
{
	uint32_t loader = add_frame(profile, in->loader, 0x1010, "_dl_start", "", 0);
	uint32_t map = add_frame(profile, in->loader, 0x1500, "_dl_map_object", "", 0);
	uint32_t cut = profile_intern_frame(profile, 0, FRAME_TRUNCATED);
	uint32_t lock = add_frame(profile, in->libc, 0x4000, "__lll_lock_wait", "", 0);
	uint32_t opens[MAX_DEPTH] = { loader, map };
	uint32_t cuts[MAX_DEPTH] = { cut, lock };
	uint32_t only_cut[MAX_DEPTH] = { cut };

	uint32_t stack = add_stack(profile, opens);
	add_call(profile, &(struct call){ "copy", "copy", "openat", stack, 0, ENOENT, 2, 1500, 0 });
	stack = add_stack(profile, cuts);
	add_call(profile, &(struct call){ "copy", "worker", "futex", stack, 0, 0, 4, 250000, 0 });
	stack = add_stack(profile, only_cut);
	add_call(profile,
		 &(struct call){ "copy", "worker", "syscall_0x1ff", stack, 0, ENOSYS, 1, 90, 0 });
	add_call(profile,
		 &(struct call){ "old", "old", "open", 0, SYSCALL_ABI_I386, 0, 7, 800, 0 });
}

static void add_served(struct profile *profile, const struct mappings *in)
{
	uint32_t start = add_frame(profile, in->served, 0x1010, "_start", "", 0);
	uint32_t before = add_frame(profile, in->served, 0x1020, "__libc_start_main", "", 0);
	uint32_t serve = add_frame(profile, in->served, 0x1100, "serve", "", 0);
	uint32_t read_frame = add_frame(profile, in->served, 0x1200, "__read_nocancel", "", 0);
	uint32_t reads[MAX_DEPTH] = { start, before, serve, read_frame };
	uint32_t stack = add_stack(profile, reads);

	add_call(profile, &(struct call){ "served", "served", "read", stack, 0, 0, 10, 600, 640 });
}

void sample_profile_init(struct profile *profile)
{
	struct mappings in;

	profile_init(profile);
	in.copy = add_mapping(profile, "/nonexistent/bin/copy", 0x401000);
	in.libc = add_mapping(profile, "/nonexistent/lib/libc.so.6", 0x26000);
	in.loader = add_mapping(profile, "/nonexistent/lib/ld-linux-x86-64.so.2", 0x1000);
	in.served = add_mapping(profile, "/nonexistent/bin/served", 0x401000);
	add_copy(profile, &in);
	add_odd_ones(profile, &in);
	add_served(profile, &in);
	profile_set_fact(profile, "command", "copy 'a\nb' c");
	profile_set_fact(profile, "engine", "ptrace");
	profile_set_fact(profile, "start", "execve");
	profile_set_fact(profile, "complete", "yes");
	profile_set_fact(profile, "calls_lost", "0");
	profile_set_fact(profile, "truncated_stacks", "2");
	profile->start_time_ns = 1700000000000000000;
	profile->duration_ns = 12345678;
}
