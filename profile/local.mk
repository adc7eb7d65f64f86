# SPDX-License-Identifier: MIT
noinst_LIBRARIES += libprofile.a
PROFILE_LIBS = libprofile.a $(PROTOBUF_C_LIBS) $(LIBDW_LIBS) $(LIBSECCOMP_LIBS) $(LIBIBERTY_LIBS) $(ZLIB_LIBS) $(PCRE2_LIBS)
libprofile_a_CPPFLAGS = $(AM_CPPFLAGS) $(PROTOBUF_C_CFLAGS) $(LIBDW_CFLAGS) $(LIBSECCOMP_CFLAGS) $(ZLIB_CFLAGS) $(PCRE2_CFLAGS) $(LIBCYAML_CFLAGS) $(LIBYAML_CFLAGS)
libprofile_a_SOURCES = \
	profile/log/log_file.h \
	profile/log/log_layout.h \
	profile/log/log_read.c \
	profile/log/log_write.c \
	profile/model/file_kind.c profile/model/file_kind.h \
	profile/model/gate_counts.c profile/model/gate_counts.h \
	profile/model/histogram.c profile/model/histogram.h \
	profile/model/merge.c profile/model/merge.h \
	profile/model/merge_facts.c profile/model/merge_facts.h \
	profile/model/merge_order.c profile/model/merge_order.h \
	profile/model/profile.c profile/model/profile.h \
	profile/model/run_merge.c profile/model/run_merge.h \
	profile/model/runs.c profile/model/runs.h \
	profile/model/scope.c profile/model/scope.h \
	profile/model/stack_table.c profile/model/stack_table.h \
	profile/model/summary.c profile/model/summary.h \
	profile/pprof/pprof.h \
	profile/pprof/pprof_decode.c profile/pprof/pprof_decode.h \
	profile/pprof/pprof_decode_element.c \
	profile/pprof/pprof_file.c \
	profile/pprof/pprof_layout.h \
	profile/pprof/pprof_read.c \
	profile/pprof/pprof_write.c profile/pprof/pprof_write.h \
	profile/pprof/pprof_write_sample.c \
	profile/symbols/binary.c profile/symbols/binary.h \
	profile/symbols/binary_ahead.c profile/symbols/binary_ahead.h \
	profile/symbols/binary_bound.c \
	profile/symbols/binary_copy.c \
	profile/symbols/binary_debug_file.c \
	profile/symbols/binary_dwarf.c \
	profile/symbols/binary_go.c \
	profile/symbols/binary_lines.c profile/symbols/binary_lines.h \
	profile/symbols/binary_parts.h \
	profile/symbols/binary_label.c \
	profile/symbols/binary_plt.c \
	profile/symbols/binary_symbols.c \
	profile/symbols/binary_unit.c profile/symbols/binary_unit.h \
	profile/symbols/binary_vdso.c \
	profile/symbols/c_library.c profile/symbols/c_library.h \
	profile/symbols/debug_server.c profile/symbols/debug_server.h \
	profile/symbols/demangle.c \
	profile/symbols/go_lines.c profile/symbols/go_lines.h \
	profile/symbols/go_table.c profile/symbols/go_table.h \
	profile/symbols/go_table_parts.h \
	profile/symbols/perf_map.c profile/symbols/perf_map.h \
	profile/symbols/symbolize.c profile/symbols/symbolize.h \
	profile/syscall/syscall_class.c profile/syscall/syscall_class.h \
	profile/syscall/syscall_name.c profile/syscall/syscall_name.h \
	profile/syscall/syscall_set.c profile/syscall/syscall_set.h \
	profile/syscall/syscall_signature.c profile/syscall/syscall_signature.h \
	profile/util/atomic_file.c profile/util/atomic_file.h \
	profile/util/built_file.c profile/util/built_file.h \
	profile/util/format.c profile/util/format.h \
	profile/util/gzip.c profile/util/gzip.h \
	profile/util/hash.c profile/util/hash.h \
	profile/util/id_map.c profile/util/id_map.h \
	profile/util/nearest.c profile/util/nearest.h \
	profile/util/output_place.c profile/util/output_place.h \
	profile/util/pattern.c profile/util/pattern.h \
	profile/util/proc_number.c profile/util/proc_number.h \
	profile/util/range_map.c profile/util/range_map.h \
	profile/util/sorted.h \
	profile/util/source_path.c profile/util/source_path.h \
	profile/util/source_root.c profile/util/source_root.h \
	profile/util/string_table.c profile/util/string_table.h \
	profile/util/text.c profile/util/text.h \
	profile/util/text_counts.c profile/util/text_counts.h \
	profile/util/utf8.c profile/util/utf8.h \
	profile/util/wire.c profile/util/wire.h \
	profile/util/write_all.c profile/util/write_all.h \
	profile/util/write_error.c profile/util/write_error.h \
	profile/util/xalloc.c profile/util/xalloc.h \
	profile/util/yaml_compose.c profile/util/yaml_compose.h \
	profile/util/yaml_text.c profile/util/yaml_text.h

# The C code of the file formats is generated. One run of protoc makes both files of each.
nodist_libprofile_a_SOURCES = profile/log/log.pb-c.c profile/log/log.pb-c.h profile/pprof/pprof.pb-c.c profile/pprof/pprof.pb-c.h
BUILT_SOURCES += profile/log/log.pb-c.h profile/pprof/pprof.pb-c.h
CLEANFILES += profile/log/log.pb-c.c profile/log/log.pb-c.h profile/pprof/pprof.pb-c.c profile/pprof/pprof.pb-c.h
EXTRA_DIST += profile/log/log.proto profile/pprof/pprof.proto

profile/pprof/pprof.pb-c.h: profile/pprof/pprof.proto
	$(AM_V_GEN)$(MKDIR_P) profile/pprof && \
	$(PROTOC) --proto_path=$(top_srcdir)/profile/pprof --c_out=profile/pprof $(top_srcdir)/profile/pprof/pprof.proto
profile/pprof/pprof.pb-c.c: profile/pprof/pprof.pb-c.h
	@:
profile/pprof/libprofile_a-pprof_decode.$(OBJEXT): profile/pprof/pprof.pb-c.h
profile/pprof/libprofile_a-pprof_decode_element.$(OBJEXT): profile/pprof/pprof.pb-c.h
profile/pprof/libprofile_a-pprof_write.$(OBJEXT): profile/pprof/pprof.pb-c.h
profile/pprof/libprofile_a-pprof_write_sample.$(OBJEXT): profile/pprof/pprof.pb-c.h

profile/log/log.pb-c.h: profile/log/log.proto
	$(AM_V_GEN)$(MKDIR_P) profile/log && \
	$(PROTOC) --proto_path=$(top_srcdir)/profile/log --c_out=profile/log $(top_srcdir)/profile/log/log.proto
profile/log/log.pb-c.c: profile/log/log.pb-c.h
	@:
profile/log/libprofile_a-log_read.$(OBJEXT): profile/log/log.pb-c.h
profile/log/libprofile_a-log_write.$(OBJEXT): profile/log/log.pb-c.h
