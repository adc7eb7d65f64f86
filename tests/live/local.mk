# SPDX-License-Identifier: MIT
# Live tests: Criterion programs that run scprof on tracees. The tests depend on the stack frames of a tracee. So a
# tracee has separate flags, and is never compiled with the sanitizers, coverage or CFLAGS of this build.
LIVE_TESTS = \
	tests/live/test_areas \
	tests/live/test_blocking \
	tests/live/test_calls \
	tests/live/test_ends \
	tests/live/test_denied \
	tests/live/test_doctor \
	tests/live/test_fast \
	tests/live/test_finding \
	tests/live/test_interrupts \
	tests/live/test_liveness \
	tests/live/test_loading \
	tests/live/test_log \
	tests/live/test_options \
	tests/live/test_output \
	tests/live/test_preload \
	tests/live/test_processes \
	tests/live/test_regions \
	tests/live/test_run_preload \
	tests/live/test_runs \
	tests/live/test_sandbox \
	tests/live/test_shared \
	tests/live/test_signals \
	tests/live/test_sites \
	tests/live/test_stacks \
	tests/live/test_surroundings \
	tests/live/test_times \
	tests/live/test_touched

tests_live_test_areas_SOURCES = tests/live/test_areas.c $(LIVE_COMMON)
tests_live_test_blocking_SOURCES = tests/live/test_blocking.c $(LIVE_COMMON)
tests_live_test_calls_SOURCES = tests/live/test_calls.c $(LIVE_COMMON)
tests_live_test_ends_SOURCES = tests/live/test_ends.c $(LIVE_COMMON)
tests_live_test_denied_SOURCES = tests/live/test_denied.c $(LIVE_COMMON)
tests_live_test_doctor_SOURCES = tests/live/test_doctor.c $(LIVE_COMMON)
tests_live_test_fast_SOURCES = tests/live/test_fast.c $(LIVE_COMMON)
tests_live_test_finding_SOURCES = tests/live/test_finding.c $(LIVE_COMMON)
tests_live_test_finding_LDADD = $(CLI_TEST_LIBS)
tests_live_test_interrupts_SOURCES = tests/live/test_interrupts.c $(LIVE_COMMON)
tests_live_test_liveness_SOURCES = tests/live/test_liveness.c $(LIVE_COMMON)
tests_live_test_loading_SOURCES = tests/live/test_loading.c $(LIVE_COMMON)
tests_live_test_log_SOURCES = tests/live/test_log.c $(LIVE_COMMON)
tests_live_test_options_SOURCES = tests/live/test_options.c $(LIVE_COMMON)
tests_live_test_output_SOURCES = tests/live/test_output.c $(LIVE_COMMON)
tests_live_test_preload_SOURCES = tests/live/test_preload.c $(LIVE_COMMON)
tests_live_test_processes_SOURCES = tests/live/test_processes.c $(LIVE_COMMON)
tests_live_test_regions_SOURCES = tests/live/test_regions.c $(LIVE_COMMON)
tests_live_test_run_preload_SOURCES = tests/live/test_run_preload.c $(LIVE_COMMON)
tests_live_test_runs_SOURCES = tests/live/test_runs.c $(LIVE_COMMON)
tests_live_test_sandbox_SOURCES = tests/live/test_sandbox.c $(LIVE_COMMON)
tests_live_test_shared_SOURCES = tests/live/test_shared.c $(LIVE_COMMON)
tests_live_test_signals_SOURCES = tests/live/test_signals.c $(LIVE_COMMON)
tests_live_test_sites_SOURCES = tests/live/test_sites.c $(LIVE_COMMON)
tests_live_test_stacks_SOURCES = tests/live/test_stacks.c $(LIVE_COMMON)
tests_live_test_surroundings_SOURCES = tests/live/test_surroundings.c $(LIVE_COMMON)
tests_live_test_times_SOURCES = tests/live/test_times.c $(LIVE_COMMON)
tests_live_test_touched_SOURCES = tests/live/test_touched.c $(LIVE_COMMON)
LIVE_COMMON = tests/live/live.c tests/live/live.h tests/live/query.c

# Each is built from the C file of the same name.
TRACEES = \
	tests/live/tracee_alloca \
	tests/live/tracee_areas \
	tests/live/tracee_bad_stack \
	tests/live/tracee_births \
	tests/live/tracee_blocked_threads \
	tests/live/tracee_call_times \
	tests/live/tracee_chdir \
	tests/live/tracee_children \
	tests/live/tracee_chroot \
	tests/live/tracee_clone_parent \
	tests/live/tracee_close_all \
	tests/live/tracee_code_changes \
	tests/live/tracee_contained \
	tests/live/tracee_context \
	tests/live/tracee_daemon \
	tests/live/tracee_deleted \
	tests/live/tracee_denied \
	tests/live/tracee_die \
	tests/live/tracee_dlopen \
	tests/live/tracee_echo \
	tests/live/tracee_eintr \
	tests/live/tracee_ends \
	tests/live/tracee_exec_chain \
	tests/live/tracee_exec_fail \
	tests/live/tracee_exec_thread \
	tests/live/tracee_fast_blocked \
	tests/live/tracee_fast_cancel \
	tests/live/tracee_fast_cancellation \
	tests/live/tracee_fast_changes \
	tests/live/tracee_fast_dispatch \
	tests/live/tracee_unfiltered \
	tests/live/tracee_fast_errno \
	tests/live/tracee_fast_faults \
	tests/live/tracee_fast_flags \
	tests/live/tracee_fast_number \
	tests/live/tracee_fast_numbers \
	tests/live/tracee_fast_processes \
	tests/live/tracee_fast_restart \
	tests/live/tracee_fast_short \
	tests/live/tracee_fast_signals \
	tests/live/tracee_fast_stacks \
	tests/live/tracee_fast_text \
	tests/live/tracee_fast_writable \
	tests/live/tracee_fast_race \
	tests/live/tracee_fast_threads \
	tests/live/tracee_fast_trap \
	tests/live/tracee_fault_handler \
	tests/live/tracee_general_register \
	tests/live/tracee_few_fds \
	tests/live/tracee_finding \
	tests/live/tracee_filters \
	tests/live/tracee_follow \
	tests/live/tracee_frameless \
	tests/live/tracee_frozen \
	tests/live/tracee_fuse \
	tests/live/tracee_handled_in_flood \
	tests/live/tracee_handler \
	tests/live/tracee_ignore_sigchld \
	tests/live/tracee_ignored \
	tests/live/tracee_ignored_once \
	tests/live/tracee_ignored_threads \
	tests/live/tracee_init_signals \
	tests/live/tracee_int80 \
	tests/live/tracee_ipc_namespace \
	tests/live/tracee_jit \
	tests/live/tracee_killed \
	tests/live/tracee_jit_names \
	tests/live/tracee_leader_exits \
	tests/live/tracee_leave_mark \
	tests/live/tracee_limits \
	tests/live/tracee_load_threads \
	tests/live/tracee_loading \
	tests/live/tracee_longjmp \
	tests/live/tracee_lost_areas \
	tests/live/tracee_longjmp_loop \
	tests/live/tracee_many_children \
	tests/live/tracee_nested \
	tests/live/tracee_noreturn \
	tests/live/tracee_odd_births \
	tests/live/tracee_orphans \
	tests/live/tracee_overflow \
	tests/live/tracee_own_filter \
	tests/live/tracee_own_memory \
	tests/live/tracee_pause_killed \
	tests/live/tracee_permission \
	tests/live/tracee_pid_namespace \
	tests/live/tracee_privileges \
	tests/live/tracee_ptracer \
	tests/live/tracee_realign \
	tests/live/tracee_recursion \
	tests/live/tracee_regions \
	tests/live/tracee_restart \
	tests/live/tracee_restart_block \
	tests/live/tracee_sandbox \
	tests/live/tracee_scribble \
	tests/live/tracee_sigsys \
	tests/live/tracee_short_threads \
	tests/live/tracee_signal_group \
	tests/live/tracee_signal_storm \
	tests/live/tracee_sockets \
	tests/live/tracee_spoil \
	tests/live/tracee_status \
	tests/live/tracee_stop \
	tests/live/tracee_storm \
	tests/live/tracee_subreaper \
	tests/live/tracee_surroundings \
	tests/live/tracee_thread_entry \
	tests/live/tracee_thread_name \
	tests/live/tracee_text \
	tests/live/tracee_threads \
	tests/live/tracee_touch \
	tests/live/tracee_transfer \
	tests/live/tracee_trapped \
	tests/live/tracee_undumpable \
	tests/live/tracee_unknown \
	tests/live/tracee_untraced \
	tests/live/tracee_vary \
	tests/live/tracee_vdso \
	tests/live/tracee_vsyscall \
	tests/live/tracee_wait_all \
	tests/live/tracee_wait_signal \
	tests/live/tracee_x32 \
	tests/live/tracee_zombies

# These need a compiler mode or a libc that some machines do not have. Then their tests are skipped.
TRACEE_VARIANTS = \
	tests/live/plugin.so \
	tests/live/plugin_b.so \
	tests/live/plugin_regions.so \
	tests/live/plugin_start.so \
	tests/live/tracee_regions_cxx \
	tests/live/tracee_regions_static \
	tests/live/tracee_asan \
	tests/live/tracee_exception \
	tests/live/tracee_fast_exception \
	tests/live/tracee_fast_number_b \
	tests/live/tracee_i386 \
	tests/live/tracee_fast_copy \
	tests/live/tracee_musl \
	tests/live/tracee_musl_cancellation \
	tests/live/tracee_musl_static \
	tests/live/tracee_musl_threads \
	tests/live/tracee_musl_static_threads \
	tests/live/tracee_no_pie \
	tests/live/tracee_no_tables \
	tests/live/tracee_noreturn_no_tables \
	tests/live/tracee_static \
	tests/live/tracee_static_pie \
	tests/live/tracee_text_static \
	tests/live/tracee_tsan

TRACEE_CPPFLAGS = -D_GNU_SOURCE -I$(top_srcdir)
# gcc 14 unrolls loops at -O2, but each call in the source must be one call site.
TRACEE_CFLAGS = -std=gnu11 -g -O2 -fno-unroll-loops -fomit-frame-pointer -Wall -Wextra -pthread
TRACEE_COMPILE = $(AM_V_CC)$(MKDIR_P) tests/live && $(CC) $(TRACEE_CPPFLAGS) $(TRACEE_CFLAGS)
TRACEE_SKIP = { rm -f $@; echo '$@ cannot be built here: its tests will be skipped'; }

$(TRACEES): $(top_srcdir)/tests/live/tracee.h
tests/live/tracee_ignored: $(top_srcdir)/tests/live/blocking_calls.h $(top_srcdir)/tests/live/blocking_setup.h $(top_srcdir)/tests/live/blocking_transfers.h
.c:
	$(TRACEE_COMPILE) -o $@ $< -ldl

tests/live/plugin.so: $(top_srcdir)/tests/live/plugin.c
	$(TRACEE_COMPILE) -shared -fPIC -o $@ $(top_srcdir)/tests/live/plugin.c
tests/live/plugin_b.so: $(top_srcdir)/tests/live/plugin.c
	$(TRACEE_COMPILE) -DPLUGIN_B -shared -fPIC -o $@ $(top_srcdir)/tests/live/plugin.c
tests/live/plugin_regions.so: $(top_srcdir)/tests/live/plugin_regions.c $(top_srcdir)/include/scprof/scprof.h
	$(TRACEE_COMPILE) -shared -fPIC -o $@ $(top_srcdir)/tests/live/plugin_regions.c
tests/live/plugin_start.so: $(top_srcdir)/tests/live/plugin_regions.c $(top_srcdir)/include/scprof/scprof.h
	$(TRACEE_COMPILE) -DPLUGIN_START -shared -fPIC -o $@ $(top_srcdir)/tests/live/plugin_regions.c
tests/live/tracee_regions: $(top_srcdir)/include/scprof/scprof.h
tests/live/tracee_regions_static: $(top_srcdir)/tests/live/tracee_regions.c $(top_srcdir)/include/scprof/scprof.h
	$(TRACEE_COMPILE) -static -o $@ $(top_srcdir)/tests/live/tracee_regions.c || $(TRACEE_SKIP)
tests/live/tracee_regions_cxx: $(top_srcdir)/tests/live/tracee_regions_cxx.cc $(top_srcdir)/include/scprof/scprof.h
	$(AM_V_CXX)$(CXX) -std=c++98 -pedantic-errors -g -O2 -Wall -Wextra -I$(top_srcdir) -o $@ \
		$(top_srcdir)/tests/live/tracee_regions_cxx.cc || $(TRACEE_SKIP)
tests/live/tracee_fast_exception: $(top_srcdir)/tests/live/tracee_fast_exception.cc
	$(AM_V_CXX)$(CXX) -g -O2 -fomit-frame-pointer -fnon-call-exceptions -Wall -Wextra -o $@ \
		$(top_srcdir)/tests/live/tracee_fast_exception.cc || $(TRACEE_SKIP)
tests/live/tracee_exception: $(top_srcdir)/tests/live/tracee_exception.cc
	$(AM_V_CXX)$(CXX) -g -O2 -fomit-frame-pointer -Wall -Wextra -o $@ \
		$(top_srcdir)/tests/live/tracee_exception.cc || $(TRACEE_SKIP)
tests/live/tracee_i386: $(top_srcdir)/tests/live/tracee_nested.c $(top_srcdir)/tests/live/tracee.h
	$(TRACEE_COMPILE) -m32 -o $@ $(top_srcdir)/tests/live/tracee_nested.c || $(TRACEE_SKIP)
tests/live/tracee_fast_number_b: $(top_srcdir)/tests/live/tracee_fast_number.c $(top_srcdir)/tests/live/tracee.h
	$(TRACEE_COMPILE) -DNR=SYS_getpid -o $@ $(top_srcdir)/tests/live/tracee_fast_number.c
tests/live/tracee_asan: $(top_srcdir)/tests/live/tracee_nested.c $(top_srcdir)/tests/live/tracee.h
	$(TRACEE_COMPILE) -fsanitize=address -o $@ $(top_srcdir)/tests/live/tracee_nested.c || $(TRACEE_SKIP)
tests/live/tracee_tsan: $(top_srcdir)/tests/live/tracee_nested.c $(top_srcdir)/tests/live/tracee.h
	$(TRACEE_COMPILE) -fsanitize=thread -o $@ $(top_srcdir)/tests/live/tracee_nested.c || $(TRACEE_SKIP)
tests/live/tracee_no_pie: $(top_srcdir)/tests/live/tracee_nested.c $(top_srcdir)/tests/live/tracee.h
	$(TRACEE_COMPILE) -no-pie -fno-pie -o $@ $(top_srcdir)/tests/live/tracee_nested.c || $(TRACEE_SKIP)
tests/live/tracee_no_tables: $(top_srcdir)/tests/live/tracee_nested.c $(top_srcdir)/tests/live/tracee.h
	$(TRACEE_COMPILE) -fno-unwind-tables -fno-asynchronous-unwind-tables -o $@ $(top_srcdir)/tests/live/tracee_nested.c || $(TRACEE_SKIP)
tests/live/tracee_noreturn_no_tables: $(top_srcdir)/tests/live/tracee_noreturn.c $(top_srcdir)/tests/live/tracee.h
	$(TRACEE_COMPILE) -fno-unwind-tables -fno-asynchronous-unwind-tables -o $@ $(top_srcdir)/tests/live/tracee_noreturn.c || $(TRACEE_SKIP)
tests/live/tracee_static: $(top_srcdir)/tests/live/tracee_nested.c $(top_srcdir)/tests/live/tracee.h
	$(TRACEE_COMPILE) -static -o $@ $(top_srcdir)/tests/live/tracee_nested.c || $(TRACEE_SKIP)
tests/live/tracee_text_static: $(top_srcdir)/tests/live/tracee_text.c $(top_srcdir)/tests/live/tracee.h
	$(TRACEE_COMPILE) -static -o $@ $(top_srcdir)/tests/live/tracee_text.c || $(TRACEE_SKIP)
tests/live/tracee_static_pie: $(top_srcdir)/tests/live/tracee_nested.c $(top_srcdir)/tests/live/tracee.h
	$(TRACEE_COMPILE) -static-pie -o $@ $(top_srcdir)/tests/live/tracee_nested.c || $(TRACEE_SKIP)
tests/live/tracee_musl: $(top_srcdir)/tests/live/tracee_nested.c $(top_srcdir)/tests/live/tracee.h
	$(AM_V_CC)musl-gcc $(TRACEE_CPPFLAGS) $(TRACEE_CFLAGS) -o $@ \
		$(top_srcdir)/tests/live/tracee_nested.c || $(TRACEE_SKIP)
tests/live/tracee_musl_static: $(top_srcdir)/tests/live/tracee_nested.c $(top_srcdir)/tests/live/tracee.h
	$(AM_V_CC)musl-gcc $(TRACEE_CPPFLAGS) $(TRACEE_CFLAGS) -static -o $@ \
		$(top_srcdir)/tests/live/tracee_nested.c || $(TRACEE_SKIP)

tests/live/tracee_musl_cancellation: $(top_srcdir)/tests/live/tracee_fast_cancellation.c $(top_srcdir)/tests/live/tracee.h
	$(AM_V_CC)musl-gcc $(TRACEE_CPPFLAGS) $(TRACEE_CFLAGS) -pthread -o $@ \
		$(top_srcdir)/tests/live/tracee_fast_cancellation.c || $(TRACEE_SKIP)
tests/live/tracee_fast_copy: $(top_srcdir)/tests/live/tracee_fast_short.c $(top_srcdir)/tests/live/tracee.h
	$(TRACEE_COMPILE) -DWITHOUT_PADDING -o $@ $(top_srcdir)/tests/live/tracee_fast_short.c || $(TRACEE_SKIP)
tests/live/tracee_musl_threads: $(top_srcdir)/tests/live/tracee_thread_entry.c $(top_srcdir)/tests/live/tracee.h
	$(AM_V_CC)musl-gcc $(TRACEE_CPPFLAGS) $(TRACEE_CFLAGS) -pthread -o $@ \
		$(top_srcdir)/tests/live/tracee_thread_entry.c || $(TRACEE_SKIP)
tests/live/tracee_musl_static_threads: $(top_srcdir)/tests/live/tracee_thread_entry.c $(top_srcdir)/tests/live/tracee.h
	$(AM_V_CC)musl-gcc $(TRACEE_CPPFLAGS) $(TRACEE_CFLAGS) -pthread -static -o $@ \
		$(top_srcdir)/tests/live/tracee_thread_entry.c || $(TRACEE_SKIP)

EXTRA_DIST += \
	tests/live/blocking_calls.h \
	tests/live/blocking_setup.h \
	tests/live/plugin.c \
	tests/live/plugin_regions.c \
	tests/live/tracee_regions_cxx.cc \
	tests/live/blocking_transfers.h \
	tests/live/tracee.h \
	tests/live/tracee_exception.cc \
	tests/live/tracee_fast_exception.cc \
	$(TRACEES:=.c)
CLEANFILES += $(TRACEES) $(TRACEE_VARIANTS)
