# SPDX-License-Identifier: MIT
# What is read out of profiles: the commands show it, the helper does without it.
noinst_LIBRARIES += libanalysis.a
libanalysis_a_CPPFLAGS = $(AM_CPPFLAGS) $(LIBCYAML_CFLAGS) $(LIBYAML_CFLAGS)
libanalysis_a_SOURCES = \
	analysis/baseline.h \
	analysis/baseline_read.c \
	analysis/baseline_schema.h \
	analysis/baseline_write.c \
	analysis/budget.c analysis/budget.h \
	analysis/budget_group.c analysis/budget_group.h \
	analysis/budget_grown_site.c analysis/budget_grown_site.h \
	analysis/budget_judge.c analysis/budget_judge.h \
	analysis/budget_judging.c analysis/budget_judging.h \
	analysis/budget_net.c analysis/budget_net.h \
	analysis/budget_read.c analysis/budget_read.h \
	analysis/budget_schema.c analysis/budget_schema.h \
	analysis/budget_select.c analysis/budget_select.h \
	analysis/call_class.c analysis/call_class.h \
	analysis/call_sites.c analysis/call_sites.h \
	analysis/call_tree.c analysis/call_tree.h \
	analysis/code_kind.c analysis/code_kind.h \
	analysis/collect_sites.c analysis/collect_sites.h \
	analysis/diff.c analysis/diff.h \
	analysis/diff_counterpart.c analysis/diff_counterpart.h \
	analysis/diff_row.c analysis/diff_row.h \
	analysis/diff_tree.c analysis/diff_tree.h \
	analysis/finding.c analysis/finding.h \
	analysis/finding_detect.c analysis/finding_detect.h \
	analysis/finding_errors.c \
	analysis/finding_files.c \
	analysis/finding_io.c \
	analysis/finding_memory.c \
	analysis/finding_scan.c analysis/finding_scan.h \
	analysis/finding_storms.c \
	analysis/finding_threads.c \
	analysis/finding_waits.c \
	analysis/frame_fold.c analysis/frame_fold.h \
	analysis/judgement.h \
	analysis/latency.c analysis/latency.h \
	analysis/location.c analysis/location.h \
	analysis/program_name.c analysis/program_name.h \
	analysis/report_filter.c analysis/report_filter.h \
	analysis/report_rows.c analysis/report_rows.h \
	analysis/run_notes.c analysis/run_notes.h \
	analysis/site_kind.c analysis/site_kind.h \
	analysis/runtime_table.c analysis/runtime_table.h \
	analysis/user_code.c analysis/user_code.h \
	analysis/waiting.c analysis/waiting.h \
	analysis/waiting_sum.c analysis/waiting_sum.h
