// SPDX-License-Identifier: MIT
/*
 * Rows of a report: how calls are grouped, what "your code" is, and that no view loses a call or
 * counts it twice. The profile is from tests/golden/sample_profile.c.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report_rows.h"
#include "analysis/user_code.h"
#include "profile/model/histogram.h"
#include "profile/symbols/c_library.h"
#include "profile/util/pattern.h"
#include "tests/golden/sample_profile.h"

static struct profile profile;
static struct report_filter filter;
static struct report_rows rows;

static void build(enum report_by by, enum report_sort sort)
{
	sample_profile_init(&profile);
	report_filter_init(&filter, &profile, NULL, NULL, 0);
	report_rows_init(&rows, &profile, &filter, by, sort);
}

static void build_filtered(enum report_by by, const char *syscalls, const char *pattern)
{
	struct frame_pattern match = { .is_ignored = false };
	struct syscall_set set;
	char *error;

	sample_profile_init(&profile);
	if (syscalls)
		cr_assert_eq(syscall_set_parse(&set, syscalls, &error), 0);
	if (pattern)
		match.pattern = pattern_new(pattern, &error);
	report_filter_init(&filter, &profile, syscalls ? &set : NULL, &match, pattern ? 1 : 0);
	report_rows_init(&rows, &profile, &filter, by, REPORT_SORT_TIME);
	if (pattern)
		pattern_free(match.pattern);
	filter.syscalls = NULL;
}

static void clean_up(void)
{
	report_rows_fini(&rows);
	report_filter_fini(&filter);
	profile_fini(&profile);
}

static const struct report_row *find(const char *name)
{
	const struct report_row *found = NULL;

	for (uint32_t i = 0; i < rows.nr; i++) {
		if (!strcmp(rows.rows[i].name, name)) {
			cr_assert_null(found, "two rows are called '%s'", name);
			found = &rows.rows[i];
		}
	}
	cr_assert_not_null(found, "no row is called '%s'", name);
	return found;
}

Test(report_rows, every_view_sums_to_the_total)
{
	for (int by = 0; by < NR_REPORT_BYS; by++) {
		struct totals sum = { 0 };

		build((enum report_by)by, REPORT_SORT_TIME);
		for (uint32_t i = 0; i < rows.nr; i++)
			totals_add(&sum, &rows.rows[i].totals);
		cr_expect_eq(sum.calls, 233, "by %s: %lu", report_by_names[by], sum.calls);
		cr_expect_eq(sum.errors, 8, "by %s: %lu", report_by_names[by], sum.errors);
		cr_expect_eq(sum.bytes, 820150, "by %s: %lu", report_by_names[by], sum.bytes);
		cr_expect_eq(sum.time_ns, rows.total.time_ns);
		cr_expect_eq(sum.time_ns, profile_totals(&profile).time_ns);
		clean_up();
	}
}

Test(report_rows, no_two_rows_have_one_key)
{
	for (int by = 0; by < NR_REPORT_BYS; by++) {
		build((enum report_by)by, REPORT_SORT_NAME);
		for (uint32_t i = 1; i < rows.nr; i++)
			cr_expect_neq(memcmp(&rows.rows[i - 1].key, &rows.rows[i].key,
					     sizeof(struct report_key)),
				      0);
		clean_up();
	}
}

Test(report_rows, site_is_the_system_call_and_the_innermost_line_of_your_code)
{
	build(REPORT_BY_SITE, REPORT_SORT_TIME);
	cr_expect_eq(find("read copy_block (src/block.h:12)")->totals.calls, 105);
	cr_expect_eq(find("write copy_block (src/block.h:12)")->totals.calls, 100);
	clean_up();
}

Test(report_rows, frame_without_symbol_is_named_by_module_and_address)
{
	build(REPORT_BY_SITE, REPORT_SORT_TIME);
	cr_expect_eq(find("read copy+0x401300")->totals.calls, 1);
	clean_up();
}

Test(report_rows, stack_without_your_code_is_named_by_its_outermost_frame)
{
	build(REPORT_BY_SITE, REPORT_SORT_TIME);
	cr_expect_eq(find("openat _dl_start [ld-linux-x86-64.so.2]")->totals.errors, 2);
	clean_up();
}

Test(report_rows, pseudo_frame_is_never_your_code_when_there_is_another)
{
	build(REPORT_BY_SITE, REPORT_SORT_TIME);
	cr_expect_eq(find("futex __lll_lock_wait [libc.so.6]")->totals.calls, 4);
	cr_expect_eq(find("syscall_0x1ff [truncated]")->totals.calls, 1);
	cr_expect_eq(find("open (i386) [no stack]")->totals.calls, 7);
	clean_up();
}

Test(report_rows, function_of_yours_may_have_the_name_of_a_wrapper)
{
	build(REPORT_BY_FUNCTION, REPORT_SORT_TIME);
	cr_expect_eq(find("send [copy]")->totals.calls, 3);
	clean_up();
}

Test(report_rows, library_functions_in_a_static_program_are_skipped_by_name)
{
	build(REPORT_BY_FUNCTION, REPORT_SORT_TIME);
	cr_expect_eq(find("serve [served]")->totals.calls, 10);
	clean_up();
}

Test(report_rows, rows_can_be_lines_modules_processes_threads_or_errors)
{
	build(REPORT_BY_LINE, REPORT_SORT_TIME);
	cr_expect_eq(find("src/block.h:12")->totals.calls, 205);
	clean_up();
	build(REPORT_BY_MODULE, REPORT_SORT_TIME);
	cr_expect_eq(find("/nonexistent/bin/copy")->totals.calls, 209);
	cr_expect_eq(find("[truncated]")->totals.calls, 1);
	clean_up();
	build(REPORT_BY_PROCESS, REPORT_SORT_TIME);
	cr_expect_eq(find("copy")->totals.calls, 216);
	clean_up();
	build(REPORT_BY_THREAD, REPORT_SORT_TIME);
	cr_expect_eq(find("copy/worker")->totals.calls, 5);
	clean_up();
	build(REPORT_BY_ERRNO, REPORT_SORT_TIME);
	cr_expect_eq(find("success")->totals.calls, 225);
	cr_expect_eq(find("EAGAIN")->totals.errors, 5);
	clean_up();
}

Test(report_rows, percentiles_are_those_of_the_row)
{
	const struct report_row *row;

	build(REPORT_BY_SITE, REPORT_SORT_TIME);
	row = find("read copy_block (src/block.h:12)");
	cr_expect_eq(row->mean_ns, (98 * 1000 + 2 * 50000 + 5 * 300) / 105);
	cr_expect_eq(row->p50_ns, 1000);
	cr_expect_eq(row->p99_ns, 50000);
	cr_expect_eq(row->max_ns, 50000);
	row = find("write copy_block (src/block.h:12)");
	cr_expect_eq(row->max_ns, 2000);
	clean_up();
}

Test(report_rows, percentile_is_in_its_bucket_whatever_the_file_says)
{
	struct sample_key key = { .bucket = (uint16_t)histogram_bucket(1000) };
	struct sample *sample;

	profile_init(&profile);
	sample = profile_sample(&profile, &key);
	sample->calls = 2;
	sample->time_ns = 5;
	report_rows_init(&rows, &profile, &filter, REPORT_BY_SYSCALL, REPORT_SORT_TIME);
	cr_expect_eq(rows.rows[0].p50_ns, histogram_lower(key.bucket));
	report_rows_fini(&rows);
	profile.samples[0].time_ns = UINT64_MAX;
	report_rows_init(&rows, &profile, &filter, REPORT_BY_SYSCALL, REPORT_SORT_TIME);
	cr_expect_eq(rows.rows[0].p50_ns, histogram_upper(key.bucket));
	clean_up();
}

Test(report_rows, rows_are_sorted_by_value_and_then_by_name)
{
	build(REPORT_BY_SITE, REPORT_SORT_CALLS);
	for (uint32_t i = 1; i < rows.nr; i++)
		cr_expect_geq(rows.rows[i - 1].totals.calls, rows.rows[i].totals.calls);
	clean_up();
	build(REPORT_BY_SITE, REPORT_SORT_MAX);
	for (uint32_t i = 1; i < rows.nr; i++)
		cr_expect_geq(rows.rows[i - 1].max_ns, rows.rows[i].max_ns);
	clean_up();
	build(REPORT_BY_SITE, REPORT_SORT_NAME);
	for (uint32_t i = 1; i < rows.nr; i++)
		cr_expect_lt(strcmp(rows.rows[i - 1].name, rows.rows[i].name), 0);
	clean_up();
}

Test(report_rows, equal_values_are_ordered_by_name)
{
	struct sample_key key = { .nr = (uint32_t)syscall_number(SYSCALL_ABI_X86_64, "getuid") };

	profile_init(&profile);
	profile_sample(&profile, &key)->calls = 1;
	key.nr = (uint32_t)syscall_number(SYSCALL_ABI_X86_64, "getgid");
	profile_sample(&profile, &key)->calls = 1;
	report_rows_init(&rows, &profile, &filter, REPORT_BY_SYSCALL, REPORT_SORT_TIME);
	cr_expect_str_eq(rows.rows[0].name, "getgid");
	cr_expect_str_eq(rows.rows[1].name, "getuid");
	clean_up();
}

Test(report_rows, system_calls_can_be_selected)
{
	build_filtered(REPORT_BY_SYSCALL, "read,openat", NULL);
	cr_expect_eq(rows.nr, 2);
	cr_expect_eq(rows.total.calls, 118);
	cr_expect_eq(find("read")->totals.calls, 116);
	clean_up();
}

Test(report_rows, any_frame_can_match_by_function_module_or_file)
{
	build_filtered(REPORT_BY_SYSCALL, NULL, "^copy_file$");
	cr_expect_eq(rows.total.calls, 205);
	clean_up();
	build_filtered(REPORT_BY_SYSCALL, NULL, "ld-linux");
	cr_expect_eq(rows.total.calls, 2);
	clean_up();
	build_filtered(REPORT_BY_SYSCALL, NULL, "block\\.h|\\+0x401300$");
	cr_expect_eq(rows.total.calls, 206);
	clean_up();
	build_filtered(REPORT_BY_SYSCALL, "write", "main");
	cr_expect_eq(rows.total.calls, 100);
	clean_up();
	build_filtered(REPORT_BY_SITE, NULL, "no such thing");
	cr_expect_eq(rows.nr, 0);
	clean_up();
}

Test(report_rows, sums_of_a_hostile_profile_saturate)
{
	struct totals totals = { .calls = UINT64_MAX - 1 };

	totals_add(&totals, &(struct totals){ .calls = 5, .time_ns = 1 });
	cr_expect_eq(totals.calls, UINT64_MAX);
	cr_expect_eq(totals.time_ns, 1);
}

Test(user_code, c_library_and_loader_are_runtime_modules)
{
	static const char *const runtime[] = {
		"/lib/x86_64-linux-gnu/libc.so.6",
		"/lib/libc-2.31.so",
		"/lib64/ld-linux-x86-64.so.2",
		"/lib/libpthread.so.0",
		"/lib/libm.so.6",
		"[vdso]",
		"/lib/ld-musl-x86_64.so.1",
		"libnss_files.so.2",
		"/lib/libpthread-2.31.so",
	};
	static const char *const yours[] = {
		"/usr/bin/ls", "/usr/lib/libmagic.so.1", "/usr/lib/libcurl.so.4", "[anon]",
		"/home/me/ld", "/usr/lib/libdlib.so",	 "/usr/lib/librtmp.so",	  "",
	};

	for (size_t i = 0; i < sizeof(runtime) / sizeof(runtime[0]); i++)
		cr_expect(c_library_has_module(runtime[i]), "%s", runtime[i]);
	for (size_t i = 0; i < sizeof(yours) / sizeof(yours[0]); i++)
		cr_expect_not(c_library_has_module(yours[i]), "%s", yours[i]);
}

Test(user_code, library_functions_are_recognised_by_name)
{
	static const char *const runtime[] = {
		"read",
		"__read",
		"__open64_nocancel",
		"__libc_write",
		"_dl_start",
		"_IO_new_file_write",
		"fstat64",
		"__GI___mmap64",
		"_exit",
		"__syscall_cp_c",
		"pread",
		"tcache_init.part.0",
		"__futex_abstimed_wait_common",
		"sccp",
		"puts",
	};
	static const char *const yours[] = { "main", "serve", "reader", "read_all", "_start", "" };

	for (size_t i = 0; i < sizeof(runtime) / sizeof(runtime[0]); i++)
		cr_expect(user_code_is_runtime_function(runtime[i]), "%s", runtime[i]);
	for (size_t i = 0; i < sizeof(yours) / sizeof(yours[0]); i++)
		cr_expect_not(user_code_is_runtime_function(yours[i]), "%s", yours[i]);
}

static uint64_t nr_calls_with(const char *const *patterns, const bool *ignored, uint32_t nr)
{
	struct frame_pattern list[3];
	uint64_t calls;
	char *error;

	for (uint32_t i = 0; i < nr; i++) {
		list[i].pattern = pattern_new(patterns[i], &error);
		cr_assert(list[i].pattern);
		list[i].is_ignored = ignored[i];
	}
	sample_profile_init(&profile);
	report_filter_init(&filter, &profile, NULL, list, nr);
	report_rows_init(&rows, &profile, &filter, REPORT_BY_SITE, REPORT_SORT_TIME);
	calls = rows.total.calls;
	for (uint32_t i = 0; i < nr; i++)
		pattern_free(list[i].pattern);
	clean_up();
	return calls;
}

Test(report_rows, patterns_select_rows_and_ignore_patterns_exclude_rows)
{
	static const bool focus[] = { false, false, false }, ignore[] = { true, true, true };

	cr_expect_eq(nr_calls_with((const char *[]){ "^copy_file$" }, focus, 1), 205);
	cr_expect_eq(nr_calls_with((const char *[]){ "^copy_file$", "read" }, focus, 2), 105);
	cr_expect_eq(nr_calls_with((const char *[]){ "^copy_file$" }, ignore, 1), 233 - 205);
	cr_expect_eq(nr_calls_with((const char *[]){ "^copy_file$", "^_start$" }, ignore, 2),
		     233 - 219);
	cr_expect_eq(nr_calls_with((const char *[]){ "." }, ignore, 1), 7, "a call without stack");
	cr_expect_eq(nr_calls_with((const char *[]){ "." }, focus, 1), 233 - 7);
	cr_expect_eq(nr_calls_with((const char *[]){ "block\\.h", "write" },
				   (const bool[]){ false, true }, 2),
		     105);
}

/*
 * Three runs: getuid makes 4 calls in each run; getgid makes 2, 3 and 2; getpid makes calls in the
 * second run only.
 */
static void make_runs(void)
{
	struct sample_key key = { .nr = (uint32_t)syscall_number(SYSCALL_ABI_X86_64, "getuid") };

	profile_init(&profile);
	profile_set_runs(&profile, 3);
	profile_sample(&profile, &key)->calls = 4;
	key.nr = (uint32_t)syscall_number(SYSCALL_ABI_X86_64, "getgid");
	profile_sample(&profile, &key)->calls = 2;
	memcpy(profile_add_varying_site(&profile, &key), (uint64_t[]){ 2, 3, 2 }, 24);
	key.nr = (uint32_t)syscall_number(SYSCALL_ABI_X86_64, "getpid");
	memcpy(profile_add_varying_site(&profile, &key), (uint64_t[]){ 0, 1, 0 }, 24);
}

static void expect_range(const char *name, uint64_t calls, uint64_t min, uint64_t max)
{
	const struct report_row *row = find(name);

	cr_assert_not_null(row, "%s", name);
	cr_expect(row->totals.calls == calls && row->range.min == min && row->range.max == max,
		  "%s: %lu, %lu to %lu", name, row->totals.calls, row->range.min, row->range.max);
}

Test(report_rows, rows_of_several_runs_have_ranges)
{
	make_runs();
	report_rows_init(&rows, &profile, &filter, REPORT_BY_SYSCALL, REPORT_SORT_TIME);
	cr_expect(rows.has_ranges);
	cr_expect_eq(rows.nr, 3);
	cr_expect_eq(rows.total.calls, 6);
	expect_range("getuid", 4, 4, 4);
	expect_range("getgid", 2, 2, 3);
	expect_range("getpid", 0, 0, 1);
	report_rows_fini(&rows);
	report_rows_init(&rows, &profile, &filter, REPORT_BY_ERRNO, REPORT_SORT_TIME);
	expect_range("success", 6, 6, 8);
	report_rows_fini(&rows);
	report_rows_init(&rows, &profile, &filter, REPORT_BY_PROCESS, REPORT_SORT_TIME);
	cr_expect_not(rows.has_ranges, "rows of processes have ranges");
	cr_expect_eq(rows.nr, 1);
	clean_up();
}

Test(report_rows, runs_are_filtered_like_samples)
{
	struct syscall_set set;
	char *error;

	make_runs();
	cr_assert_eq(syscall_set_parse(&set, "!getpid", &error), 0);
	report_filter_init(&filter, &profile, &set, NULL, 0);
	report_rows_init(&rows, &profile, &filter, REPORT_BY_SYSCALL, REPORT_SORT_TIME);
	cr_expect_eq(rows.nr, 2);
	clean_up();
}
