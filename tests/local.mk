# SPDX-License-Identifier: MIT
# Every test prints TAP for automake's driver. To add a test, add its name to one of these lists:
#   UNIT_TESTS    tests/unit/test_MODULE, a Criterion program made from tests/unit/test_MODULE.c
#   LIVE_TESTS    tests/live/test_NAME, a Criterion program that runs scprof (tests/live/local.mk)
#   SCRIPT_TESTS  an executable *.test file (any language, by its #! line) that prints TAP
# Scripts get the variables of AM_TESTS_ENVIRONMENT. All tests may run at the same time (make -j).

UNIT_TESTS = \
	tests/unit/test_aside \
	tests/unit/test_area_reader \
	tests/unit/test_bar \
	tests/unit/test_baseline \
	tests/unit/test_binary \
	tests/unit/test_binary_bound \
	tests/unit/test_binary_label \
	tests/unit/test_budget \
	tests/unit/test_budget_judge \
	tests/unit/test_budget_judging \
	tests/unit/test_call_kind \
	tests/unit/test_call_text \
	tests/unit/test_call_time \
	tests/unit/test_call_tree \
	tests/unit/test_check_views \
	tests/unit/test_code_map \
	tests/unit/test_code_page \
	tests/unit/test_collect_sites \
	tests/unit/test_diff \
	tests/unit/test_direct \
	tests/unit/test_eh_frame_index \
	tests/unit/test_epilogue \
	tests/unit/test_epilogue_cache \
	tests/unit/test_fast_clock \
	tests/unit/test_fast_end \
	tests/unit/test_elf_copy \
	tests/unit/test_elf_file \
	tests/unit/test_finding \
	tests/unit/test_finding_kinds \
	tests/unit/test_format \
	tests/unit/test_forward \
	tests/unit/test_frame_fold \
	tests/unit/test_gate \
	tests/unit/test_gate_counts \
	tests/unit/test_go_lines \
	tests/unit/test_gzip \
	tests/unit/test_histogram \
	tests/unit/test_latency \
	tests/unit/test_layout \
	tests/unit/test_log_file \
	tests/unit/test_log_order \
	tests/unit/test_maps \
	tests/unit/test_memo \
	tests/unit/test_merge \
	tests/unit/test_output_place \
	tests/unit/test_patience \
	tests/unit/test_pattern \
	tests/unit/test_perf_map \
	tests/unit/test_portable_memo \
	tests/unit/test_pprof \
	tests/unit/test_pprof_hostile \
	tests/unit/test_pprof_random \
	tests/unit/test_profile \
	tests/unit/test_program_name \
	tests/unit/test_prologue \
	tests/unit/test_range_map \
	tests/unit/test_report_rows \
	tests/unit/test_runs \
	tests/unit/test_scope \
	tests/unit/test_settings \
	tests/unit/test_site \
	tests/unit/test_fast_place \
	tests/unit/test_filter_chain \
	tests/unit/test_site_copy \
	tests/unit/test_site_kind \
	tests/unit/test_site_libc \
	tests/unit/test_site_short \
	tests/unit/test_snapshot \
	tests/unit/test_source_path \
	tests/unit/test_stack_table \
	tests/unit/test_stop \
	tests/unit/test_string_table \
	tests/unit/test_summary \
	tests/unit/test_symbolize \
	tests/unit/test_syscall_class \
	tests/unit/test_syscall_name \
	tests/unit/test_syscall_set \
	tests/unit/test_text \
	tests/unit/test_turn \
	tests/unit/test_unwind \
	tests/unit/test_user_code \
	tests/unit/test_view_findings \
	tests/unit/test_waiting
SCRIPT_TESTS = \
	tests/bootstrap.test \
	tests/check.test \
	tests/cli.test \
	tests/completion.test \
	tests/debuginfod.test \
	tests/exports/exports.test \
	tests/exports/speedscope.test \
	tests/languages.test \
	tests/layout.test \
	tests/log.test \
	tests/man.test \
	tests/merge.test \
	tests/pager.test \
	tests/live/go_sites.test \
	tests/pprof/go_pprof.test \
	tests/report.test \
	tests/sample/check.test \
	tests/sample/kinds.test \
	tests/sample/one_command.test \
	tests/sample/ratchet.test \
	tests/terminal.test

# Unit tests are linked with these libraries, except those with a tests_unit_test_MODULE_LDADD.
LDADD = libanalysis.a $(PROFILE_LIBS) $(JANSSON_LIBS) $(CRITERION_LIBS)
HELPER_TEST_LIBS = $(HELPER_LIBS) $(CRITERION_LIBS)
tests_unit_test_area_reader_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_aside_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_call_kind_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_call_time_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_direct_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_eh_frame_index_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_epilogue_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_epilogue_cache_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_elf_copy_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_elf_file_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_fast_clock_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_fast_end_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_layout_LDADD = $(HELPER_TEST_LIBS)
MADE_AREA = tests/unit/made_area.c tests/unit/made_area.h
tests_unit_test_gate_SOURCES = tests/unit/test_gate.c $(MADE_AREA)
tests_unit_test_gate_LDADD = libgate.a $(PROFILE_LIBS) $(CRITERION_LIBS)
tests_unit_test_gate_counts_SOURCES = tests/unit/test_gate_counts.c $(MADE_AREA)
tests_unit_test_gate_counts_LDADD = libgate.a $(PROFILE_LIBS) $(CRITERION_LIBS)
tests_unit_test_maps_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_memo_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_patience_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_portable_memo_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_settings_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_site_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_fast_place_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_filter_chain_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_prologue_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_site_copy_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_site_libc_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_site_libc_SOURCES = tests/unit/test_site_libc.c $(OWN_ELF)
tests_unit_test_site_short_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_snapshot_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_stop_LDADD = $(HELPER_TEST_LIBS)
OWN_ELF = tests/unit/own_elf.c tests/unit/own_elf.h
tests_unit_test_code_map_SOURCES = tests/unit/test_code_map.c $(OWN_ELF)
tests_unit_test_code_map_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_code_page_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_eh_frame_index_SOURCES = tests/unit/test_eh_frame_index.c $(OWN_ELF)
tests_unit_test_elf_copy_SOURCES = tests/unit/test_elf_copy.c $(OWN_ELF)
tests_unit_test_elf_file_SOURCES = tests/unit/test_elf_file.c $(OWN_ELF)
tests_unit_test_layout_SOURCES = tests/unit/test_layout.c $(OWN_ELF)
# The tests depend on the stack frames of this file, so it is compiled without sanitizers and coverage.
check_LIBRARIES = tests/unit/librecorded.a
tests_unit_librecorded_a_SOURCES = tests/unit/recorded_stack.c tests/unit/recorded_stack.h
tests_unit_librecorded_a_CFLAGS = -std=gnu11 -g -O2 -fomit-frame-pointer $(WARN_CFLAGS)
tests_unit_test_turn_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_unwind_SOURCES = tests/unit/test_unwind.c tests/unit/stack_names.c tests/unit/stack_names.h
tests_unit_test_unwind_LDADD = tests/unit/librecorded.a $(HELPER_TEST_LIBS)

include $(top_srcdir)/tests/exports/local.mk
include $(top_srcdir)/tests/fuzz/local.mk
include $(top_srcdir)/tests/golden/local.mk
include $(top_srcdir)/tests/kernels/local.mk
include $(top_srcdir)/tests/live/local.mk
include $(top_srcdir)/tests/parity/local.mk
include $(top_srcdir)/tests/pprof/local.mk
include $(top_srcdir)/tests/soak/local.mk
include $(top_srcdir)/tests/web/local.mk
include $(top_srcdir)/tests/unit/sites.mk

check_DATA = $(TRACEES) $(TRACEE_VARIANTS)
if HAVE_CRITERION
check_PROGRAMS += $(UNIT_TESTS) $(LIVE_TESTS)
else
SCRIPT_TESTS += tests/no_criterion.test
endif

# In a tree that bootstrap built, 'make check' first installs the packages that only the tests need. The variable in
# the target hides this rule from automake, which would otherwise drop its rule for 'check'. The submake of automake's
# rule then reads a Makefile that this rule may have changed.
check_target = check
$(check_target): test-packages
test-packages:
	@test ! -f .bootstrap-stamp || ./bootstrap --with-tests --no-build
.PHONY: test-packages
DISTCLEANFILES = .bootstrap-stamp .bootstrap-tests-stamp

TESTS = $(UNIT_TESTS) $(LIVE_TESTS) $(SCRIPT_TESTS) $(PARITY_TESTS)

TEST_EXTENSIONS = .test
TAP_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER = $(TAP_DRIVER)
LOG_COMPILER = $(SHELL) $(top_srcdir)/tests/tap-run
TEST_LOG_DRIVER = $(TAP_DRIVER)
TEST_LOG_COMPILER = $(SHELL) $(top_srcdir)/tests/tap-run

AM_TESTS_ENVIRONMENT = \
	LC_ALL=C; export LC_ALL; \
	SCPROF_PAGER=cat; export SCPROF_PAGER; \
	PYTHONDONTWRITEBYTECODE=1; export PYTHONDONTWRITEBYTECODE; \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	SCPROF='$(abs_top_builddir)/scprof'; export SCPROF; \
	CC='$(CC)'; export CC; \
	COVERAGE_CFLAGS='$(COVERAGE_CFLAGS)'; export COVERAGE_CFLAGS; \
	SANITIZER_CFLAGS='$(SANITIZER_CFLAGS)'; export SANITIZER_CFLAGS;

# test_syscall_class runs it under strace, where LeakSanitizer does not work.
check_PROGRAMS += tests/unit/syscall_set/every_number
tests_unit_syscall_set_every_number_CFLAGS = -std=gnu11 -O2 $(WARN_CFLAGS)
tests_unit_syscall_set_every_number_LDFLAGS =
tests_unit_syscall_set_every_number_LDADD =

EXTRA_DIST += tests/sample/app.c tests/sample/junit.xsd
EXTRA_DIST += tests/unit/binary/inlined.c tests/unit/binary/marks.h tests/unit/binary/scopes.cc
EXTRA_DIST += $(SCRIPT_TESTS) tests/coverage tests/installed tests/no_criterion.test tests/tap-run \
	tests/contained \
	tests/totals

# Tests the installed files. 'make distcheck' runs this too.
installcheck-local:
	$(SHELL) $(top_srcdir)/tests/installed '$(DESTDIR)$(bindir)' '$(DESTDIR)$(pkglibexecdir)' \
		'$(DESTDIR)$(pkglibdir)'

if COVERAGE
coverage:
	find . -name '*.gcda' -exec rm -f {} +
	-$(MAKE) $(AM_MAKEFLAGS) check
	$(SHELL) $(top_srcdir)/tests/coverage '$(GCOV)' '$(abs_top_srcdir)'
else
coverage:
	@echo 'configure with --enable-coverage first' >&2; exit 1
endif
.PHONY: coverage
