// SPDX-License-Identifier: MIT
/*
 * Stacks are random walks over a program of 8,000 functions in 20 libraries: a walk begins with one of
 * some start-ups, goes through functions that are near each other, at times through itself again,
 * and ends in the C library. A third of the stacks share their outer half with the stack before,
 * as stacks of a program do.
 */
#include <errno.h>
#include <stdio.h>

#include "profile/model/histogram.h"
#include "tests/golden/large_profile.h"

#define NR_LIBRARIES 20
#define NR_FUNCTIONS 8000
#define NR_WRAPPERS  8
#define MAX_DEPTH    64

struct maker {
	struct profile *profile;
	uint64_t random;
	uint32_t start, before; /* frames of every stack's start */
	uint32_t functions[NR_FUNCTIONS][2];
	uint32_t wrappers[NR_WRAPPERS];
	uint32_t stack[MAX_DEPTH]; /* stack ids of the stack before, by depth */
};

static const char *const calls[NR_WRAPPERS] = {
	"read", "write", "openat", "futex", "epoll_wait", "close", "sendto", "newfstatat",
};

/* Knuth's MMIX generator; its high bits are the random ones. */
static uint32_t pick(struct maker *maker, uint32_t below)
{
	maker->random = maker->random * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((maker->random >> 33) % below);
}

static uint32_t add_mapping(struct profile *profile, const char *path)
{
	return profile_intern_mapping(profile,
				      &(struct mapping){
					      .path = string_table_intern(&profile->strings, path),
					      .start = 0x1000,
					      .limit = 0x10001000,
					      .file_offset = 0x1000,
				      });
}

static uint32_t add_frame(struct profile *profile, uint32_t mapping, uint64_t offset,
			  const char *name, const char *file)
{
	uint32_t frame = profile_intern_frame(profile, mapping, offset);
	uint32_t name_id = string_table_intern(&profile->strings, name);
	struct function function = {
		.name = name_id,
		.system_name = name_id,
		.file = string_table_intern(&profile->strings, file),
	};
	struct line line = {
		.function = profile_intern_function(profile, &function),
		.line = *file ? (uint32_t)(offset % 2000) + 1 : 0,
	};

	profile_set_lines(profile, frame, &line, 1);
	return frame;
}

static void add_program(struct maker *maker)
{
	struct profile *profile = maker->profile;
	uint32_t libc = add_mapping(profile, "/nonexistent/lib/libc.so.6");
	uint32_t libraries[NR_LIBRARIES];
	char name[80], file[80];

	for (int i = 0; i < NR_LIBRARIES; i++) {
		snprintf(name, sizeof(name), "/nonexistent/lib/libpart%d.so.%d", i, i % 3);
		libraries[i] = add_mapping(profile, i ? name : "/nonexistent/bin/large");
	}
	maker->start = add_frame(profile, libraries[0], 0x2000, "_start", "");
	maker->before = add_frame(profile, libc, 0x2000, "__libc_start_main", "");
	for (uint32_t i = 0; i < NR_FUNCTIONS; i++) {
		uint32_t library = libraries[i * NR_LIBRARIES / NR_FUNCTIONS];

		snprintf(name, sizeof(name), "part%u::Handler%u::handle_request(Request const&)",
			 i / 400, i);
		snprintf(file, sizeof(file), "/nonexistent/src/part%u/handler%u.cc", i / 400,
			 i / 4);
		for (uint32_t site = 0; site < 2; site++)
			maker->functions[i][site] = add_frame(
				profile, library, 0x3000 + 256 * i + 40 * site, name, file);
	}
	for (uint32_t i = 0; i < NR_WRAPPERS; i++)
		maker->wrappers[i] = add_frame(profile, libc, 0x3000 + 64 * i, calls[i], "");
}

static void add_samples(struct maker *maker, uint32_t stack, uint32_t call)
{
	static const uint16_t errors[] = { EAGAIN, ENOENT, EINTR };
	uint32_t nr = 1 + pick(maker, 3);

	for (uint32_t i = 0; i < nr; i++) {
		uint64_t each_ns = 300 + ((uint64_t)pick(maker, 4000) << pick(maker, 12));
		struct sample_key key = {
			.stack = stack,
			.process = string_table_intern(&maker->profile->strings, "large"),
			.thread = string_table_intern(&maker->profile->strings,
						      pick(maker, 2) ? "large" : "worker"),
			.nr = (uint32_t)syscall_number(SYSCALL_ABI_X86_64, calls[call]),
			.error = pick(maker, 8) ? 0 : errors[pick(maker, 3)],
			.bucket = (uint16_t)histogram_bucket(each_ns),
		};
		struct sample *sample = profile_sample(maker->profile, &key);
		uint64_t nr_calls = 1 + pick(maker, 1000);

		sample->calls += nr_calls;
		sample->time_ns += nr_calls * each_ns;
		sample->bytes += key.error ? 0 : nr_calls * pick(maker, 4096);
	}
}

/* Makes one stack, perhaps one that was there already. */
static void add_stack(struct maker *maker)
{
	struct stack_table *stacks = &maker->profile->stacks;
	uint32_t depth = 6 + pick(maker, MAX_DEPTH - 8);
	uint32_t function = pick(maker, 40);
	uint32_t call = pick(maker, NR_WRAPPERS);
	uint32_t level = 2, stack;

	if (pick(maker, 3) == 0 && maker->stack[depth / 2])
		level = depth / 2 + 1;
	stack = level > 2 ? maker->stack[level - 1] : 0;
	if (!stack)
		stack = stack_table_intern(stacks, 0, maker->start);
	if (level == 2)
		stack = stack_table_intern(stacks, stack, maker->before);
	for (; level < depth; level++) {
		if (pick(maker, 10))
			function = (function * 7 + pick(maker, 30)) % NR_FUNCTIONS;
		stack = stack_table_intern(stacks, stack,
					   maker->functions[function][pick(maker, 2)]);
		maker->stack[level] = stack;
	}
	for (; level < MAX_DEPTH; level++)
		maker->stack[level] = 0;
	add_samples(maker, stack_table_intern(stacks, stack, maker->wrappers[call]), call);
}

void large_profile_init(struct profile *profile, uint32_t nr_stacks)
{
	static struct maker maker;

	profile_init(profile);
	maker = (struct maker){ .profile = profile, .random = 1 };
	add_program(&maker);
	for (uint32_t i = 0; i < nr_stacks; i++)
		add_stack(&maker);
	profile_set_fact(profile, "command", "large --serve");
	profile_set_fact(profile, "exit_status", "0");
	profile_set_fact(profile, "engine", "fast");
	profile_set_fact(profile, "start", "execve");
	profile_set_fact(profile, "complete", "yes");
	profile->start_time_ns = 1700000000000000000;
	profile->duration_ns = 3600000000000;
}
