# SPDX-License-Identifier: MIT
# libcli.a is everything but main, so that unit tests can link it.
noinst_LIBRARIES += libcli.a
bin_PROGRAMS += scprof
scprof_SOURCES = cli/scprof.c shim/helper_join.c shim/fail.h shim/raw_syscall.h
scprof_LDADD = $(CLI_LIBS)
# Only what reads YAML is linked with its reader, so the helper is not.
YAML_READER_LIBS = $(LIBCYAML_LIBS) $(LIBYAML_LIBS)
CLI_LIBS = libcli.a libanalysis.a $(HELPER_LIBS) $(JANSSON_LIBS) $(YAML_READER_LIBS)
libcli_a_CPPFLAGS = -DSCPROF_HELPER_PATH='"$(pkglibexecdir)/scprof-helper"' $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(LIBCYAML_CFLAGS) $(LIBYAML_CFLAGS) \
	-DSCPROF_HTML_TEMPLATE_PATH='"$(pkgdatadir)/report.html"'
libcli_a_SOURCES = \
	cli/call_text.c cli/call_text.h \
	cli/check_text.c \
	cli/cmd_baseline.c \
	cli/cmd_check.c \
	cli/cmd_diff.c \
	cli/cmd_log.c \
	cli/cmd_merge.c \
	cli/cmd_report.c \
	cli/cmd_run.c \
	cli/commands.h \
	cli/diff_text.c \
	cli/find_profile.c cli/find_profile.h \
	cli/forward.c cli/forward.h \
	cli/html_stacks.c cli/html_stacks.h \
	cli/html_template.c cli/html_template.h \
	cli/html_writer.c cli/html_writer.h \
	cli/json_value.c cli/json_value.h \
	cli/launch.c cli/launch.h \
	cli/load_sites.c cli/load_sites.h \
	cli/log_order.c cli/log_order.h \
	cli/markdown.c cli/markdown.h \
	cli/options.c cli/options.h \
	cli/repeat.c cli/repeat.h \
	cli/report_options.c cli/report_options.h \
	cli/start_helper.c cli/start_helper.h \
	cli/summary.c cli/summary.h \
	cli/view.h \
	cli/view_check.c cli/view_check.h \
	cli/view_check_benchmark.c \
	cli/view_check_github.c \
	cli/view_check_json.c \
	cli/view_check_junit.c \
	cli/view_check_markdown.c \
	cli/view_diff.c cli/view_diff.h \
	cli/view_diff_html.c cli/view_diff_html.h \
	cli/view_diff_json.c cli/view_diff_json.h \
	cli/view_diff_markdown.c \
	cli/view_diff_tree.c \
	cli/view_findings.c \
	cli/view_folded.c \
	cli/view_header.c \
	cli/view_histogram.c \
	cli/view_html.c \
	cli/view_json.c cli/view_json.h \
	cli/view_log.c cli/view_log.h \
	cli/view_log_json.c \
	cli/view_perfetto.c \
	cli/view_speedscope.c \
	cli/view_table.c \
	cli/view_tree.c \
	cli/term/bar.c cli/term/bar.h \
	cli/term/message.c cli/term/message.h \
	cli/term/output.c cli/term/output.h \
	cli/term/pager.c cli/term/pager.h \
	cli/term/progress.c cli/term/progress.h \
	cli/term/stream_end.c cli/term/stream_end.h \
	cli/term/terminal.c cli/term/terminal.h

# gcov writes its counts before an exec, and the calls for that would be in the program's profile.
cli/libcli_a-launch.$(OBJEXT): COVERAGE_CFLAGS =
