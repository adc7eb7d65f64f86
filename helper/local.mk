# SPDX-License-Identifier: MIT
# libhelper.a is everything but main, so that unit tests can link it.
noinst_LIBRARIES += libhelper.a
HELPER_LIBS = libhelper.a libown_sites.a $(HELPER_BASE_LIBS)
HELPER_BASE_LIBS = libgate.a $(PROFILE_LIBS) $(LIBUNWIND_LIBS) $(ZYDIS_LIBS)
libhelper_a_CPPFLAGS = $(AM_CPPFLAGS) $(LIBUNWIND_CFLAGS) $(LIBSECCOMP_CFLAGS)
libhelper_a_SOURCES = \
	helper/base/aside.c helper/base/aside.h \
	helper/base/clock.c helper/base/clock.h \
	helper/base/debug.c helper/base/debug.h \
	helper/base/fast_clock.c helper/base/fast_clock.h \
	helper/base/launcher_pipe.c helper/base/launcher_pipe.h \
	helper/base/limits.c helper/base/limits.h \
	helper/base/redact.c helper/base/redact.h \
	helper/base/run.h \
	helper/base/settings.c helper/base/settings.h \
	helper/base/turn.c helper/base/turn.h \
	helper/code/code_read.h \
	helper/code/code_step.c helper/code/code_step.h \
	helper/code/epilogue.c helper/code/epilogue.h \
	helper/code/function_scan.c helper/code/function_scan.h \
	helper/code/prologue.c helper/code/prologue.h \
	helper/code/site.c helper/code/site.h \
	helper/code/site_copy.c helper/code/site_copy.h \
	helper/code/site_short.c helper/code/site_short.h \
	helper/trace/absent_page.c helper/trace/absent_page.h \
	helper/trace/bpf.c helper/trace/bpf.h \
	helper/trace/deadline.c helper/trace/deadline.h \
	helper/trace/filter_chain.c helper/trace/filter_chain.h \
	helper/trace/inject.c helper/trace/inject.h \
	helper/trace/late_call.c helper/trace/late_call.h \
	helper/trace/patience.c helper/trace/patience.h \
	helper/trace/preflight.c helper/trace/preflight.h \
	helper/trace/ptrace.c helper/trace/ptrace.h \
	helper/trace/remote_memory.c helper/trace/remote_memory.h \
	helper/trace/restart_code.c helper/trace/restart_code.h \
	helper/trace/signal_action.c helper/trace/signal_action.h \
	helper/trace/stop.c helper/trace/stop.h \
	helper/trace/stop_queue.c helper/trace/stop_queue.h \
	helper/trace/user_dispatch.c helper/trace/user_dispatch.h \
	helper/elf/code_map.c helper/elf/code_map.h \
	helper/elf/direct.c helper/elf/direct.h \
	helper/elf/eh_frame_index.c helper/elf/eh_frame_index.h \
	helper/elf/elf_cache.c helper/elf/elf_cache.h \
	helper/elf/elf_fde.c helper/elf/elf_fde.h \
	helper/elf/elf_file.c helper/elf/elf_file.h \
	helper/elf/elf_load.c helper/elf/elf_load.h \
	helper/elf/elf_open.c helper/elf/elf_open.h \
	helper/elf/elf_read.c helper/elf/elf_read.h \
	helper/elf/elf_section.c helper/elf/elf_section.h \
	helper/elf/go_section.c helper/elf/go_section.h \
	helper/elf/go_stack_end.c helper/elf/go_stack_end.h \
	helper/unwind/bare_step.c helper/unwind/bare_step.h \
	helper/unwind/code_page.c helper/unwind/code_page.h \
	helper/unwind/epilogue_cache.c helper/unwind/epilogue_cache.h \
	helper/unwind/frame_pointer.c helper/unwind/frame_pointer.h \
	helper/unwind/layout.c helper/unwind/layout.h \
	helper/unwind/layout_memory.c helper/unwind/layout_memory.h \
	helper/unwind/mapping.c helper/unwind/mapping.h \
	helper/unwind/maps.c helper/unwind/maps.h \
	helper/unwind/memo.c helper/unwind/memo.h \
	helper/unwind/memo_words.c helper/unwind/memo_words.h \
	helper/unwind/portable_memo.c helper/unwind/portable_memo.h \
	helper/unwind/read_ahead.c helper/unwind/read_ahead.h \
	helper/unwind/snapshot.c helper/unwind/snapshot.h \
	helper/unwind/unwind.c helper/unwind/unwind.h \
	helper/unwind/unwind_accessors.c helper/unwind/unwind_accessors.h \
	helper/unwind/walk.c helper/unwind/walk.h \
	helper/space/area_memory.c helper/space/area_memory.h \
	helper/space/selector.c helper/space/selector.h \
	helper/space/area_reader.c helper/space/area_reader.h \
	helper/space/borrow.c helper/space/borrow.h \
	helper/space/fast_chunk.c helper/space/fast_chunk.h \
	helper/space/fast_site.c helper/space/fast_site.h \
	helper/space/fast_space.c helper/space/fast_space.h \
	helper/space/gate_thread.c helper/space/gate_thread.h \
	helper/space/region.c helper/space/region.h \
	helper/space/tracee.c helper/space/tracee.h \
	helper/space/tracee_inject.c helper/space/tracee_inject.h \
	helper/count/call_kind.c helper/count/call_kind.h \
	helper/count/call_log.c helper/count/call_log.h \
	helper/count/call_time.c helper/count/call_time.h \
	helper/count/clone_flags.c helper/count/clone_flags.h \
	helper/count/count.c helper/count/count.h \
	helper/count/file_name.c helper/count/file_name.h \
	helper/count/jit_names.c helper/count/jit_names.h \
	helper/count/socket_name.c helper/count/socket_name.h \
	helper/count/touched.c helper/count/touched.h \
	helper/restart/abandon.c helper/restart/abandon.h \
	helper/restart/init_signal.c helper/restart/init_signal.h \
	helper/restart/interrupted.c helper/restart/interrupted.h \
	helper/restart/timeout.c helper/restart/timeout.h \
	helper/restart/transfer.c helper/restart/transfer.h \
	helper/restart/transfer_part.c helper/restart/transfer_part.h \
	helper/restart/woken.c helper/restart/woken.h \
	helper/gate/area_counts.c helper/gate/area_counts.h \
	helper/gate/area_memo.c helper/gate/area_memo.h \
	helper/gate/area_teach.c helper/gate/area_teach.h \
	helper/gate/engine_facts.c helper/gate/engine_facts.h \
	helper/gate/fast.c helper/gate/fast.h \
	helper/gate/fast_adopt.c helper/gate/fast_adopt.h \
	helper/gate/fast_ahead.c helper/gate/fast_ahead.h \
	helper/gate/fast_area.c helper/gate/fast_area.h \
	helper/gate/fast_arm.c helper/gate/fast_arm.h \
	helper/gate/fast_batch.c helper/gate/fast_batch.h \
	helper/gate/fast_divert.c helper/gate/fast_divert.h \
	helper/gate/fast_end.c helper/gate/fast_end.h \
	helper/gate/fast_files.c helper/gate/fast_files.h \
	helper/gate/fast_known.c helper/gate/fast_known.h \
	helper/gate/fast_learn.c helper/gate/fast_learn.h \
	helper/gate/fast_limits.c helper/gate/fast_limits.h \
	helper/gate/fast_loading.c helper/gate/fast_loading.h \
	helper/gate/fast_memory.c helper/gate/fast_memory.h \
	helper/gate/fast_obstacle.c helper/gate/fast_obstacle.h \
	helper/gate/fast_patch.c helper/gate/fast_patch.h \
	helper/gate/fast_place.c helper/gate/fast_place.h \
	helper/gate/fast_record.c helper/gate/fast_record.h \
	helper/gate/fast_short.c helper/gate/fast_short.h \
	helper/gate/fast_signal.c helper/gate/fast_signal.h \
	helper/gate/fast_stack_end.c helper/gate/fast_stack_end.h \
	helper/gate/fast_stats.c helper/gate/fast_stats.h \
	helper/gate/fast_survey.c helper/gate/fast_survey.h \
	helper/gate/fast_withdraw.c helper/gate/fast_withdraw.h \
	helper/gate/gate_at_call.c helper/gate/gate_at_call.h \
	helper/gate/gate_calls.c helper/gate/gate_calls.h \
	helper/gate/gate_position.c helper/gate/gate_position.h \
	helper/gate/limit_call.c helper/gate/limit_call.h \
	helper/gate/stop_reason.c helper/gate/stop_reason.h \
	helper/tracer/births.c helper/tracer/births.h \
	helper/tracer/call.c helper/tracer/call.h \
	helper/tracer/call_effects.c helper/tracer/call_effects.h \
	helper/tracer/dispatch.c helper/tracer/dispatch.h \
	helper/tracer/event_loop.c helper/tracer/event_loop.h \
	helper/tracer/filter.c helper/tracer/filter.h \
	helper/tracer/finish.c helper/tracer/finish.h \
	helper/tracer/helper_run.c \
	helper/tracer/intercept.c helper/tracer/intercept.h \
	helper/tracer/marker_call.c helper/tracer/marker_call.h \
	helper/tracer/moved_call.c helper/tracer/moved_call.h \
	helper/tracer/next_stops.c helper/tracer/next_stops.h \
	helper/tracer/own_filter.c helper/tracer/own_filter.h \
	helper/tracer/put_off.c helper/tracer/put_off.h \
	helper/tracer/region_mark.c helper/tracer/region_mark.h \
	helper/tracer/run_facts.c helper/tracer/run_facts.h \
	helper/tracer/seize.c helper/tracer/seize.h \
	helper/tracer/shim_loading.c helper/tracer/shim_loading.h \
	helper/tracer/signal_hold.c helper/tracer/signal_hold.h \
	helper/tracer/tracer.c helper/tracer/tracer.h

pkglibexec_PROGRAMS = helper/scprof-helper
helper_scprof_helper_SOURCES = helper/tracer/main.c
helper_scprof_helper_LDADD = $(HELPER_LIBS)

# What is known of the C library of the machine that builds, and most likely runs, scprof. A cross-built
# table would be of another machine's: then it is empty.
noinst_LIBRARIES += libown_sites.a
nodist_libown_sites_a_SOURCES = helper/gate/own_sites.c
libown_sites_a_SOURCES = helper/gate/own_sites.h
CLEANFILES += helper/gate/own_sites.c
if CROSS_COMPILING
helper/gate/own_sites.c: helper/gate/own_sites.h
	$(AM_V_GEN)$(MKDIR_P) helper/gate && \
	printf '#include "helper/gate/own_sites.h"\nconst struct own_file own_files[] = { { 0 } };\n' >$@
else
noinst_PROGRAMS += helper/list-sites
helper_list_sites_SOURCES = helper/gate/list_sites.c
helper_list_sites_LDADD = libhelper.a $(HELPER_BASE_LIBS)
helper/gate/own_sites.c: helper/list-sites$(EXEEXT)
	$(AM_V_GEN)helper/list-sites$(EXEEXT) >$@.tmp && mv $@.tmp $@
endif
