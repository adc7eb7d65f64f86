# SPDX-License-Identifier: MIT
# libcli.a is everything but main, so that unit tests can link it.
noinst_LIBRARIES += libcli.a
bin_PROGRAMS += scprof
scprof_SOURCES = cli/cmd/scprof.c handshake/helper_join.c handshake/fail.h handshake/raw_syscall.h
scprof_LDADD = $(CLI_LIBS)
# Only what reads YAML is linked with its reader, so the helper is not.
YAML_READER_LIBS = $(LIBCYAML_LIBS) $(LIBYAML_LIBS)
CLI_LIBS = libcli.a libanalysis.a $(HELPER_LIBS) $(JANSSON_LIBS) $(YAML_READER_LIBS)
libcli_a_CPPFLAGS = -DSCPROF_HELPER_PATH='"$(pkglibexecdir)/scprof-helper"' $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(LIBCYAML_CFLAGS) $(LIBYAML_CFLAGS) \
	-DSCPROF_SHIM_PATH='"$(pkglibdir)/libscprof.so"' \
	-DSCPROF_HTML_TEMPLATE_PATH='"$(pkgdatadir)/report.html"'
libcli_a_SOURCES = \
	cli/cmd/cmd_baseline.c \
	cli/cmd/cmd_check.c \
	cli/cmd/cmd_diff.c \
	cli/cmd/cmd_doctor.c \
	cli/cmd/cmd_log.c \
	cli/cmd/cmd_merge.c \
	cli/cmd/cmd_report.c \
	cli/cmd/cmd_run.c \
	cli/cmd/commands.h \
	cli/cmd/find_profile.c cli/cmd/find_profile.h \
	cli/cmd/keep_command.c cli/cmd/keep_command.h \
	cli/cmd/load_sites.c cli/cmd/load_sites.h \
	cli/cmd/options.c cli/cmd/options.h \
	cli/cmd/skips.c cli/cmd/skips.h \
	cli/cmd/report_options.c cli/cmd/report_options.h \
	cli/cmd/run_summary.c cli/cmd/run_summary.h \
	cli/doctor/check_clock.c \
	cli/doctor/check_memory.c \
	cli/doctor/check_names.c \
	cli/doctor/check_run.c \
	cli/doctor/check_tracing.c \
	cli/doctor/checks.c cli/doctor/doctor.h \
	cli/doctor/subject.c cli/doctor/subject.h \
	cli/run/circumstances.c cli/run/circumstances.h \
	cli/run/descriptor.c cli/run/descriptor.h \
	cli/run/environment.c cli/run/environment.h \
	cli/run/find_program.c cli/run/find_program.h \
	cli/run/forward.c cli/run/forward.h \
	cli/run/judged_run.c cli/run/judged_run.h \
	cli/run/libtool_script.c cli/run/libtool_script.h \
	cli/run/run_program.c cli/run/run_program.h \
	cli/run/launch.c cli/run/launch.h \
	cli/run/preloadable.c cli/run/preloadable.h \
	cli/run/repeat.c cli/run/repeat.h \
	cli/run/start_helper.c cli/run/start_helper.h \
	cli/run/way_fork.c cli/run/way_in.h \
	cli/run/way_preload.c \
	cli/term/bar.c cli/term/bar.h \
	cli/term/exit_status.h \
	cli/term/message.c cli/term/message.h \
	cli/term/output.c cli/term/output.h \
	cli/term/pager.c cli/term/pager.h \
	cli/term/progress.c cli/term/progress.h \
	cli/term/stream_end.c cli/term/stream_end.h \
	cli/term/terminal.c cli/term/terminal.h \
	cli/view/call_text.c cli/view/call_text.h \
	cli/view/check_text.c \
	cli/view/diff_text.c \
	cli/view/html_stacks.c cli/view/html_stacks.h \
	cli/view/html_template.c cli/view/html_template.h \
	cli/view/html_writer.c cli/view/html_writer.h \
	cli/view/json_value.c cli/view/json_value.h \
	cli/view/log_order.c cli/view/log_order.h \
	cli/view/markdown.c cli/view/markdown.h \
	cli/view/view.h \
	cli/view/view_check.c cli/view/view_check.h \
	cli/view/view_check_benchmark.c \
	cli/view/view_check_github.c \
	cli/view/view_check_json.c \
	cli/view/view_check_junit.c \
	cli/view/view_check_markdown.c \
	cli/view/view_diff.c cli/view/view_diff.h \
	cli/view/view_diff_html.c cli/view/view_diff_html.h \
	cli/view/view_diff_json.c cli/view/view_diff_json.h \
	cli/view/view_diff_markdown.c \
	cli/view/view_diff_tree.c \
	cli/view/view_findings.c \
	cli/view/view_folded.c \
	cli/view/view_header.c \
	cli/view/view_histogram.c \
	cli/view/view_html.c \
	cli/view/view_json.c cli/view/view_json.h \
	cli/view/view_log.c cli/view/view_log.h \
	cli/view/view_log_json.c \
	cli/view/view_perfetto.c \
	cli/view/view_speedscope.c \
	cli/view/view_table.c \
	cli/view/view_tree.c

# gcov writes its counts before an exec, and the calls for that would be in the program's profile.
cli/run/libcli_a-way_fork.$(OBJEXT): COVERAGE_CFLAGS =

# Files that shells read to complete command lines.
bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
fishcompletiondir = $(datadir)/fish/vendor_completions.d
dist_zshcompletion_DATA = cli/completion/_scprof
dist_fishcompletion_DATA = cli/completion/scprof.fish
EXTRA_DIST += cli/completion/scprof.bash cli/scprof.pc.in
# bash looks for a file with the name of the program.
install-data-hook: install-bash-completion
install-bash-completion:
	$(MKDIR_P) '$(DESTDIR)$(bashcompletiondir)'
	$(INSTALL_DATA) $(srcdir)/cli/completion/scprof.bash '$(DESTDIR)$(bashcompletiondir)/scprof'
uninstall-hook: uninstall-bash-completion
uninstall-bash-completion:
	rm -f '$(DESTDIR)$(bashcompletiondir)/scprof'
.PHONY: install-bash-completion uninstall-bash-completion

# For programs that include scprof/scprof.h.
pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = cli/scprof.pc
CLEANFILES += cli/scprof.pc
cli/scprof.pc: $(srcdir)/cli/scprof.pc.in Makefile
	$(AM_V_GEN)$(MKDIR_P) cli && sed -e 's|@prefix[@]|$(prefix)|' -e 's|@includedir[@]|$(includedir)|' \
		-e 's|@PACKAGE_VERSION[@]|$(PACKAGE_VERSION)|' $(srcdir)/cli/scprof.pc.in >$@
