// SPDX-License-Identifier: MIT
/*
 * What a baseline stores, which differences between runs leave it the same, and which files are
 * refused.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/baseline.h"
#include "analysis/diff.h"
#include "tests/unit/made_sites.h"

static struct made_runs runs;

static void start(void)
{
	made_runs_init(&runs);
}

static void end(void)
{
	made_runs_fini(&runs);
}

TestSuite(baseline, .init = start, .fini = end);

static void print(const void *of, FILE *out)
{
	baseline_write(of, "/work/app", out);
}

/* Returns the sites as the baseline stores them, without the head. */
static char *written(const struct call_sites *sites)
{
	char *text = made_text(print, sites);
	char *body = strdup(strstr(text, "\nsites:") + 1);

	free(text);
	return body;
}

static void expect_sites(const struct call_sites *sites, const char *wanted)
{
	char *text = written(sites);

	cr_expect_str_eq(text, wanted);
	free(text);
}

Test(baseline, has_a_line_for_each_site_sorted_by_name)
{
	made_site(&runs.base, "main write_log@/work/app/src/log.c", 9, "write", 0, 4)
		->totals.bytes = 400;
	made_site(&runs.base, "main load@/work/app/src/load.c", 5, "openat", ENOENT, 2);
	made_site(&runs.base, "main load@/work/app/src/load.c", 5, "openat", EACCES, 1);
	made_site(&runs.base, "main load@/work/app/src/load.c", 5, "openat", 0, 7);
	made_site(&runs.base, "main serve load@/work/app/src/load.c", 6, "openat", 0, 1);
	expect_sites(&runs.base, "sites:\n"
				 "  - {function: load, file: src/load.c, syscall: openat, "
				 "calls: 11, errors: \"EACCES 1, ENOENT 2\"}\n"
				 "  - {function: write_log, file: src/log.c, syscall: write, "
				 "calls: 4, bytes: 400}\n");
}

Test(baseline, is_the_same_for_moved_code_other_times_and_other_checkouts)
{
	char *one, *other;

	made_site(&runs.base, "main load@/work/app/src/load.c", 5, "read", 0, 7);
	made_site(&runs.new, "main load@/elsewhere/src/load.c", 77, "read", 0, 7)->totals.time_ns =
		9;
	one = written(&runs.base);
	cr_expect_null(strstr(one, "5"));
	runs.new.sites[0].file = runs.base.sites[0].file;
	other = written(&runs.new);
	cr_expect_str_eq(one, other);
	free(one);
	free(other);
}

Test(baseline, file_outside_of_the_root_has_no_directory)
{
	made_site(&runs.base, "main load@/usr/src/lib/load.c", 5, "read", 0, 7);
	expect_sites(&runs.base, "sites:\n"
				 "  - {function: load, file: load.c, syscall: read, calls: 7}\n");
}

static void expect_same(const char *text)
{
	struct call_sites again;
	struct diff diff;
	char *error, *twice;

	cr_assert_eq(baseline_parse(&again, &runs.names, "x.yml", text, strlen(text), &error), 0,
		     "%s", error);
	diff_init(&diff, &runs.base, &again, DIFF_BY_SITE, DIFF_SORT_COST);
	for (uint32_t i = 0; i < diff.nr; i++) {
		cr_expect_eq(diff.rows[i].kind, DIFF_SAME, "%s", diff.rows[i].name);
		cr_expect_eq(diff.rows[i].base.calls_min, diff.rows[i].new.calls_min);
		cr_expect_eq(diff.rows[i].base.calls_max, diff.rows[i].new.calls_max);
	}
	diff_fini(&diff);
	twice = made_text(print, &again);
	cr_expect_str_eq(twice, text);
	free(twice);
	call_sites_fini(&again);
}

Test(baseline, reading_returns_what_was_written)
{
	char *text;

	made_site(&runs.base, "main std::f<a,\"b\">(int)@/work/app/x.cc", 9, "write", 0, 4)
		->totals.bytes = 3;
	made_site(&runs.base, "main null", 9, "read", ENOENT, 4);
	made_site(&runs.base, "main \xc3\xa4\x01:#", 9, "read (i386)", 0, 4);
	made_site(&runs.base, "main 12", 9, "syscall_0x1ff", 0, 4);
	made_varying(&runs.base, made_site(&runs.base, "main v", 9, "futex", 0, 5), 5, 8);
	made_site(&runs.base, "", 0, "execve", 0, 1);
	call_sites_set_fact(&runs.base, RUN_COMMAND, "./app --level: 'x'\n");
	text = made_text(print, &runs.base);
	expect_same(text);
	free(text);
}

Test(baseline, range_of_a_site_that_mostly_fails_is_kept)
{
	char *text;

	made_varying(&runs.base, made_site(&runs.base, "main a", 9, "recvfrom", EAGAIN, 5), 2, 7);
	made_site(&runs.base, "main a", 9, "recvfrom", EINTR, 1);
	made_site(&runs.base, "main a", 9, "recvfrom", 0, 3);
	text = made_text(print, &runs.base);
	cr_expect_not_null(strstr(text, ", calls: 9, varies: 6..11, "
					"errors: \"EAGAIN 5, EINTR 1\"}\n"));
	expect_same(text);
	free(text);
}

Test(baseline, an_empty_run_can_be_stored)
{
	char *text = made_text(print, &runs.base);

	expect_same(text);
	free(text);
}

/* @rest is what follows the first line. */
static void expect_error(const char *rest, const char *wanted)
{
	char *text = NULL, *error = NULL;
	struct call_sites sites;

	cr_assert(asprintf(&text, "scprof-baseline: 1\n%s", rest) > 0);
	cr_assert_eq(baseline_parse(&sites, &runs.names, "x.yml", text, strlen(text), &error),
		     -EBADMSG);
	cr_expect_str_eq(error, wanted);
	free(error);
	free(text);
}

Test(baseline, errors_name_line_column_and_what_was_meant)
{
	expect_error("sites:\n  - functon: a\n    syscall: read\n    calls: 1\n",
		     "x.yml:3:5: unknown key 'functon'; did you mean 'function'?");
	expect_error("sites:\n  - syscall: read\n", "x.yml:3:5: the key 'calls' is missing");
	expect_error("sites:\n  - syscall: read\n    calls: -1\n",
		     "x.yml:4:12: calls '-1' is not a number from 0 to 18446744073709551615");
	expect_error("sites:\n  - syscall: read\n    calls: 1\n    calls: 1\n",
		     "x.yml:5:5: 'calls' is given twice");
	expect_error("sites:\n  - syscall: read\n    calls: 1\n    errors: ENOENT\n",
		     "x.yml:5:13: 'ENOENT' does not look like 'EAGAIN 1, ENOENT 3'");
	expect_error("sites:\n  - syscall: read\n    calls: 1\n    errors: ENOENT 2\n",
		     "x.yml:5:13: ENOENT: more errors than calls, or none");
	expect_error("sites:\n  - syscall: read\n    calls: 1\n    varies: 2..3\n",
		     "x.yml:5:13: '2..3' is not a range that includes the calls");
	expect_error("sites:\n  - {function: a, syscall: read, calls: 1}\n"
		     "  - {function: a, syscall: read, calls: 2}\n",
		     "x.yml:4:28: read: this site is listed twice");
	expect_error("sites:\n  - {function: a, syscall: read, calls: 9223372036854775800}\n"
		     "  - {function: b, syscall: read, calls: 7}\n",
		     "x.yml:4:41: calls 7 are too many to add");
	expect_error("sites:\n  - {syscall: read, calls: 1, bytes: 18446744073709551615}\n",
		     "x.yml:3:38: bytes 18446744073709551615 are too many to add");
	expect_error(
		"sites:\n  - {syscall: read, calls: 1, varies: 1..18446744073709551615}\n",
		"x.yml:3:39: '1..18446744073709551615' is not a range that includes the calls");
	expect_error("sites:\n  - {kind: loader, syscalls: openat}\n",
		     "x.yml:3:30: 'openat' does not look like 'openat 3'");
	expect_error("sites:\n  - {kind: loader, syscalls: \"open{at 3\"}\n",
		     "x.yml:3:30: 'open{at' is not the name of a system call");
	expect_error("sites:\n  - {syscalls: openat 3}\n",
		     "x.yml:3:16: only the kinds loader and runtime have this key");
	expect_error("sites:\n  - {kind: loader, syscalls: openat 3, calls: 3}\n",
		     "x.yml:3:30: a site has either 'syscalls' or 'syscall' and 'calls'");
	expect_error("sites:\n  - {kind: lader, syscall: read, calls: 3}\n",
		     "x.yml:3:12: 'lader' is not a kind of call site");
	expect_error("sites: 3\n", "x.yml:2:8: 'sites' must be a list");
	expect_error("sites: [3]\n", "x.yml:2:9: 'sites' must hold keys with values");
	expect_error("sites: [\n", "x.yml:3:1: did not find expected node content");
}

Test(baseline, loader_and_runtime_have_one_line_each)
{
	char *text;

	made_site_of_kind(&runs.base, SITE_LOADER, "[dynamic_loader]", "openat", 3);
	made_site_of_kind(&runs.base, SITE_RUNTIME, "[language_runtime]", "mmap", 8);
	made_site(&runs.base, "main a", 1, "mmap", 0, 2);
	made_site_of_kind(&runs.base, SITE_ALLOCATOR, "main a", "mmap", 5);
	text = written(&runs.base);
	cr_expect_str_eq(text, "sites:\n"
			       "  - {kind: loader, syscalls: \"openat 3\"}\n"
			       "  - {kind: runtime, syscalls: \"mmap 8\"}\n"
			       "  - {function: a, syscall: mmap, calls: 2}\n"
			       "  - {function: a, kind: allocator, syscall: mmap, calls: 5}\n");
	free(text);
}

Test(baseline, chance_is_named_where_the_call_does_not_say_so)
{
	made_site_of_kind(&runs.base, SITE_WAIT, "main a", "wait4", 3);
	made_site_of_kind(&runs.base, SITE_WAIT, "main a", "getrandom", 2);
	expect_sites(&runs.base, "sites:\n"
				 "  - {function: a, kind: wait, syscall: getrandom, calls: 2}\n"
				 "  - {function: a, syscall: wait4, calls: 3}\n");
}

Test(baseline, line_of_the_loader_has_its_errors)
{
	static const char text[] =
		"scprof-baseline: 2\nsites:\n"
		"  - {kind: loader, process: sh, syscalls: \"openat 3, openat ENOENT 2\"}\n";
	struct call_sites sites;
	char *error;

	cr_assert_eq(baseline_parse(&sites, &runs.names, "x.yml", text, strlen(text), &error), 0);
	cr_assert_eq(sites.nr, 2);
	cr_expect_eq(sites.sites[0].totals.calls, 3);
	cr_expect_eq(sites.sites[1].totals.errors, 2);
	cr_expect_eq(sites.sites[1].key.error, ENOENT);
	cr_expect_eq(sites.sites[1].key.kind, SITE_LOADER);
	call_sites_fini(&sites);
}

Test(baseline, files_of_version_1_can_be_read)
{
	static const char text[] = "scprof-baseline: 1\nsites:\n"
				   "  - function: load\n    file: a.c\n    syscall: openat\n"
				   "    calls: 3\n    errors: ENOENT 1\n"
				   "  - function: load\n    syscall: futex\n    calls: 1\n"
				   "  - function: _start\n    module: ld-linux-x86-64.so\n"
				   "    syscall: mmap\n    calls: 9\n";
	struct call_sites sites;
	char *error;

	cr_assert_eq(baseline_parse(&sites, &runs.names, "x.yml", text, strlen(text), &error), 0);
	cr_assert_eq(sites.nr, 4);
	cr_expect_not(sites.has_kinds);
	cr_expect_eq(sites.sites[0].totals.errors, 1);
	cr_expect_eq(sites.sites[1].totals.calls, 2);
	cr_expect_eq(sites.sites[2].key.kind, SITE_WAIT);
	cr_expect_eq(sites.sites[3].key.kind, SITE_LOADER);
	call_sites_fini(&sites);
}

Test(baseline, lines_that_are_not_judged_are_skipped)
{
	static const char text[] = "run:\n"
				   "  build-id: 12\n"
				   "sites:\n"
				   "  - {kind: runtime, syscalls: \"mmap 1\"}\n"
				   "  - {function: a, kind: allocator, syscall: brk, calls: 1}\n"
				   "  - {function: a, syscall: futex, calls: 1}\n"
				   "  - {function: a, syscall: wait4, calls: 1}\n"
				   "  - {function: a, kind: wait, syscall: getrandom, calls: 1}\n"
				   "  - {function: a, syscall: read, calls: 1}\n";
	const char *at = baseline_judged_line(text);

	cr_expect(baseline_same_line(at, "run:"));
	at = baseline_judged_line(strchr(at, '\n'));
	cr_expect(baseline_same_line(at, "sites:\n"));
	at = baseline_judged_line(strchr(at, '\n'));
	cr_expect(baseline_same_line(at, "  - {function: a, syscall: read, calls: 1}"));
	at = baseline_judged_line(strchr(at, '\n'));
	cr_expect_str_eq(at, "");
}

Test(baseline, another_version_is_refused)
{
	static const char text[] = "scprof-baseline: 3\nsites: []\n";
	struct call_sites sites;
	char *error;

	cr_assert_eq(baseline_parse(&sites, &runs.names, "x.yml", text, strlen(text), &error),
		     -EBADMSG);
	cr_expect_str_eq(error,
			 "x.yml:1:18: version 3 is unknown: this scprof reads versions 1 to 2");
	free(error);
}

Test(baseline, conflict_markers_of_a_merge_are_an_error)
{
	static const char text[] = "scprof-baseline: 1\nsites:\n<<<<<<< HEAD\n"
				   "  - {syscall: read, calls: 1}\n=======\n";
	struct call_sites sites;
	char *error;

	cr_assert_eq(baseline_parse(&sites, &runs.names, "x.yml", text, strlen(text), &error),
		     -EBADMSG);
	cr_expect(strstr(error, "x.yml:4:") || strstr(error, "x.yml:3:"), "%s", error);
	free(error);
}
