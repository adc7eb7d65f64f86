// SPDX-License-Identifier: MIT
/*
 * Makes profiles for the tests of findings: one frame for each name, and one sample for each kind
 * of call.
 */
#include "tests/unit/made_calls.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/finding_detect.h"
#include "profile/model/histogram.h"

struct profile made_profile;
static struct report_filter all;
struct findings made_findings;

static uint32_t string(const char *text)
{
	return string_table_intern(&made_profile.strings, text);
}

/* Returns the frame of the function @name. Each name has its own offset. */
static uint32_t frame(const char *module, const char *name, const char *file)
{
	struct mapping mapping = { .path = string(module), .start = 0x1000, .limit = 0x9000000 };
	struct function function = { string(name), string(name), string(file), 1 };
	struct line line = { profile_intern_function(&made_profile, &function), 7 };
	uint32_t id =
		profile_intern_frame(&made_profile, profile_intern_mapping(&made_profile, &mapping),
				     0x1000 + 16 * string(name));

	profile_set_lines(&made_profile, id, &line, 1);
	return id;
}

void add_calls(const struct calls *calls)
{
	struct sample_key key = {
		.process = string(calls->process ? calls->process : "app"),
		.nr = (uint32_t)syscall_number(SYSCALL_ABI_X86_64, calls->syscall),
		.error = calls->error,
		.bucket = (uint16_t)histogram_bucket(calls->each_ns),
	};
	uint32_t stack =
		stack_table_intern(&made_profile.stacks, 0, frame("/bin/app", "main", "a.c"));
	struct sample *sample;

	stack = stack_table_intern(&made_profile.stacks, stack,
				   frame("/bin/app", calls->function, "a.c"));
	if (calls->library_function)
		stack = stack_table_intern(&made_profile.stacks, stack,
					   frame("/lib/libx.so", calls->library_function, ""));
	if (calls->via)
		stack = stack_table_intern(&made_profile.stacks, stack,
					   frame("/lib/libc.so.6", calls->via, ""));
	if (calls->is_vdso)
		stack = stack_table_intern(&made_profile.stacks, stack,
					   frame("[vdso]", "__vdso", ""));
	key.stack = stack;
	sample = profile_sample(&made_profile, &key);
	sample->calls += calls->calls;
	sample->time_ns += calls->calls * calls->each_ns;
	sample->bytes += calls->bytes;
}

void add(const char *function, const char *syscall, uint64_t calls, uint64_t each_ns,
	 uint64_t bytes)
{
	add_calls(&(struct calls){ .function = function,
				   .syscall = syscall,
				   .calls = calls,
				   .each_ns = each_ns,
				   .bytes = bytes });
}

void add_failing(const char *function, const char *syscall, uint64_t calls, uint64_t each_ns,
		 uint16_t error)
{
	add_calls(&(struct calls){ .function = function,
				   .syscall = syscall,
				   .calls = calls,
				   .each_ns = each_ns,
				   .error = error });
}

void add_via(const char *function, const char *syscall, uint64_t calls, uint64_t each_ns,
	     const char *via)
{
	add_calls(&(struct calls){ .function = function,
				   .syscall = syscall,
				   .calls = calls,
				   .each_ns = each_ns,
				   .via = via });
}

void made_init(void)
{
	profile_init(&made_profile);
	made_profile.duration_ns = SECOND / 2;
	add("harmless", "fcntl", 2000, 1000, 0);
}

void made_fini(void)
{
	findings_fini(&made_findings);
	profile_fini(&made_profile);
}

const struct finding *find(const char *kind)
{
	findings_fini(&made_findings);
	findings_init(&made_findings, &made_profile, &all);
	for (uint32_t i = 0; i < made_findings.nr; i++) {
		if (!strcmp(made_findings.list[i].kind, kind))
			return &made_findings.list[i];
	}
	return NULL;
}

void expect(const char *kind, const char *text)
{
	const struct finding *finding = find(kind);

	cr_assert_not_null(finding, "there is no finding of kind %s", kind);
	cr_expect_not_null(strstr(finding->text, text), "'%s' is not in: %s", text, finding->text);
	cr_expect(*finding->advice);
}

void expect_none(const char *kind)
{
	const struct finding *finding = find(kind);

	cr_expect_null(finding, "unexpected: %s", finding ? finding->text : "");
}

void forget_calls(void)
{
	profile_fini(&made_profile);
	made_init();
}
