# SPDX-License-Identifier: MIT
# libhelper.a is everything but main, so that unit tests can link it.
noinst_LIBRARIES += libhelper.a
HELPER_LIBS = libhelper.a libown_sites.a $(HELPER_BASE_LIBS)
HELPER_BASE_LIBS = libgate.a $(PROFILE_LIBS) $(LIBUNWIND_LIBS) $(ZYDIS_LIBS)
libhelper_a_CPPFLAGS = $(AM_CPPFLAGS) $(LIBUNWIND_CFLAGS) $(LIBSECCOMP_CFLAGS)
libhelper_a_SOURCES = \
	helper/absent_page.c helper/absent_page.h \
	helper/aside.c helper/aside.h \
	helper/area_memo.c helper/area_memo.h \
	helper/area_memory.c helper/area_memory.h \
	helper/area_reader.c helper/area_reader.h \
	helper/bare_step.c helper/bare_step.h \
	helper/births.c helper/births.h \
	helper/call.c helper/call.h \
	helper/call_effects.c \
	helper/call_kind.c helper/call_kind.h \
	helper/call_log.c helper/call_log.h \
	helper/code_map.c helper/code_map.h \
	helper/code_page.c helper/code_page.h \
	helper/deadline.c helper/deadline.h \
	helper/debug.c helper/debug.h \
	helper/eh_frame_index.c helper/eh_frame_index.h \
	helper/direct.c helper/direct.h \
	helper/elf_cache.c helper/elf_cache.h \
	helper/elf_file.c helper/elf_file.h \
	helper/elf_open.c helper/elf_open.h \
	helper/elf_read.c helper/elf_read.h \
	helper/elf_section.c helper/elf_section.h \
	helper/engine_facts.c helper/engine_facts.h \
	helper/epilogue.c helper/epilogue.h \
	helper/epilogue_cache.c helper/epilogue_cache.h \
	helper/fast.c helper/fast.h \
	helper/fast_adopt.c \
	helper/fast_area.c helper/fast_area.h \
	helper/fast_batch.c helper/fast_batch.h \
	helper/fast_chunk.c helper/fast_chunk.h \
	helper/fast_clock.c helper/fast_clock.h \
	helper/fast_divert.c \
	helper/fast_end.c \
	helper/fast_files.c helper/fast_files.h \
	helper/fast_known.c helper/fast_known.h \
	helper/fast_learn.c \
	helper/fast_limits.c helper/fast_limits.h \
	helper/fast_memory.c helper/fast_memory.h \
	helper/fast_patch.c helper/fast_patch.h \
	helper/fast_place.c helper/fast_place.h \
	helper/fast_record.c helper/fast_record.h \
	helper/fast_short.c helper/fast_short.h \
	helper/fast_signal.c \
	helper/fast_stack_end.c helper/fast_stack_end.h \
	helper/fast_survey.c helper/fast_survey.h \
	helper/fast_withdraw.c \
	helper/file_name.c helper/file_name.h \
	helper/filter.c helper/filter.h \
	helper/finish.c helper/finish.h \
	helper/frame_pointer.c helper/frame_pointer.h \
	helper/function_scan.c helper/function_scan.h \
	helper/go_stack_end.c helper/go_stack_end.h \
	helper/go_table.c helper/go_table.h \
	helper/helper_run.c \
	helper/init_signal.c helper/init_signal.h \
	helper/inject.c helper/inject.h \
	helper/interrupted.c helper/interrupted.h \
	helper/jit_names.c helper/jit_names.h \
	helper/late_call.c helper/late_call.h \
	helper/layout.c helper/layout.h \
	helper/layout_memory.c helper/layout_memory.h \
	helper/limits.c helper/limits.h \
	helper/maps.c helper/maps.h \
	helper/memo.c helper/memo.h \
	helper/memo_words.c helper/memo_words.h \
	helper/next_stops.c helper/next_stops.h \
	helper/own_call.c helper/own_call.h \
	helper/patience.c helper/patience.h \
	helper/portable_memo.c helper/portable_memo.h \
	helper/preflight.c helper/preflight.h \
	helper/preload.c helper/preload.h \
	helper/put_off.c helper/put_off.h \
	helper/read_ahead.c helper/read_ahead.h \
	helper/redact.c helper/redact.h \
	helper/region.c helper/region.h \
	helper/region_mark.c helper/region_mark.h \
	helper/remote_memory.c helper/remote_memory.h \
	helper/report.c helper/report.h \
	helper/seize.c helper/seize.h \
	helper/settings.c helper/settings.h \
	helper/signal_action.c helper/signal_action.h \
	helper/signal_hold.c helper/signal_hold.h \
	helper/site.c helper/site.h \
	helper/site_short.c helper/site_short.h \
	helper/snapshot.c helper/snapshot.h \
	helper/socket_name.c helper/socket_name.h \
	helper/stop.c helper/stop.h \
	helper/stop_queue.c helper/stop_queue.h \
	helper/stop_reason.c helper/stop_reason.h \
	helper/timeout.c helper/timeout.h \
	helper/borrow.c helper/borrow.h \
	helper/transfer.c helper/transfer.h \
	helper/transfer_part.c helper/transfer_part.h \
	helper/touched.c helper/touched.h \
	helper/tracee.c helper/tracee.h \
	helper/tracer.c helper/tracer.h \
	helper/unwind.c helper/unwind.h \
	helper/unwind_accessors.c helper/unwind_accessors.h \
	helper/walk.h \
	helper/woken.c helper/woken.h

pkglibexec_PROGRAMS = helper/scprof-helper
helper_scprof_helper_SOURCES = helper/main.c
helper_scprof_helper_LDADD = $(HELPER_LIBS)

# What is known of the C library of the machine that builds, and most likely runs, scprof. A cross-built
# table would be of another machine's: then it is empty.
noinst_LIBRARIES += libown_sites.a
nodist_libown_sites_a_SOURCES = helper/own_sites.c
libown_sites_a_SOURCES = helper/own_sites.h
CLEANFILES += helper/own_sites.c
if CROSS_COMPILING
helper/own_sites.c: helper/own_sites.h
	$(AM_V_GEN)$(MKDIR_P) helper && \
	printf '#include "helper/own_sites.h"\nconst struct own_file own_files[] = { { 0 } };\n' >$@
else
noinst_PROGRAMS += helper/list-sites
helper_list_sites_SOURCES = helper/list_sites.c
helper_list_sites_LDADD = libhelper.a $(HELPER_BASE_LIBS)
helper/own_sites.c: helper/list-sites$(EXEEXT)
	$(AM_V_GEN)helper/list-sites$(EXEEXT) >$@.tmp && mv $@.tmp $@
endif
