# SPDX-License-Identifier: MIT
# A profile that is the same in every run, for the unit tests of cli/ and as a file.
SAMPLE_PROFILE = tests/golden/sample_profile.c tests/golden/sample_profile.h
CLI_TEST_LIBS = $(CLI_LIBS) $(CRITERION_LIBS)

tests_unit_test_bar_SOURCES = tests/unit/test_bar.c
tests_unit_test_bar_LDADD = $(CLI_TEST_LIBS)
tests_unit_test_call_tree_SOURCES = tests/unit/test_call_tree.c $(SAMPLE_PROFILE)
tests_unit_test_call_tree_LDADD = $(CLI_TEST_LIBS)
MADE_CALLS = tests/unit/made_calls.c tests/unit/made_calls.h
tests_unit_test_finding_SOURCES = tests/unit/test_finding.c $(MADE_CALLS)
tests_unit_test_finding_LDADD = $(CLI_TEST_LIBS)
tests_unit_test_finding_kinds_SOURCES = tests/unit/test_finding_kinds.c $(MADE_CALLS)
tests_unit_test_finding_kinds_LDADD = $(CLI_TEST_LIBS)
tests_unit_test_view_findings_SOURCES = tests/unit/test_view_findings.c $(MADE_CALLS)
tests_unit_test_view_findings_LDADD = $(CLI_TEST_LIBS)
tests_unit_test_format_SOURCES = tests/unit/test_format.c
tests_unit_test_format_LDADD = $(CLI_TEST_LIBS)
tests_unit_test_call_text_LDADD = $(CLI_TEST_LIBS)
tests_unit_test_log_order_LDADD = $(CLI_TEST_LIBS)
tests_unit_test_forward_SOURCES = tests/unit/test_forward.c
tests_unit_test_forward_LDADD = $(CLI_TEST_LIBS)
tests_unit_test_frame_fold_SOURCES = tests/unit/test_frame_fold.c
tests_unit_test_frame_fold_LDADD = $(CLI_TEST_LIBS)
tests_unit_test_latency_SOURCES = tests/unit/test_latency.c
tests_unit_test_latency_LDADD = $(CLI_TEST_LIBS)
tests_unit_test_text_SOURCES = tests/unit/test_text.c
tests_unit_test_text_LDADD = $(CLI_TEST_LIBS)
tests_unit_test_report_rows_SOURCES = tests/unit/test_report_rows.c $(SAMPLE_PROFILE)
tests_unit_test_report_rows_LDADD = $(CLI_TEST_LIBS)

check_PROGRAMS += tests/golden/write_profile
tests_golden_write_profile_SOURCES = tests/golden/write_profile.c tests/golden/hostile_profile.c \
	tests/golden/hostile_profile.h tests/golden/large_profile.c tests/golden/large_profile.h \
	tests/golden/runs_profile.c tests/golden/runs_profile.h \
	$(SAMPLE_PROFILE)
tests_golden_write_profile_LDADD = $(PROFILE_LIBS)
EXTRA_DIST += \
	tests/golden/callers.folded \
	tests/golden/callers.txt \
	tests/golden/color.txt \
	tests/golden/errno-time.txt \
	tests/golden/errno.txt \
	tests/golden/focused.txt \
	tests/golden/from.txt \
	tests/golden/function.txt \
	tests/golden/hist.json \
	tests/golden/hist.txt \
	tests/golden/line.json \
	tests/golden/module.txt \
	tests/golden/percentiles.txt \
	tests/golden/process.txt \
	tests/golden/region.txt \
	tests/golden/runs.json \
	tests/golden/runs.txt \
	tests/golden/runs-v1.pb.gz \
	tests/golden/selected.txt \
	tests/golden/site.json \
	tests/golden/site.txt \
	tests/golden/stacks.folded \
	tests/golden/syscall.json \
	tests/golden/thread.json \
	tests/golden/tree.json \
	tests/golden/tree-full.txt \
	tests/golden/tree.txt tests/golden/wait.txt
