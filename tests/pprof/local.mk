# SPDX-License-Identifier: MIT
# The profile as a file: reader and writer alone, and against `go tool pprof`.
MADE_PROFILE = tests/pprof/made_profile.c tests/pprof/made_profile.h
tests_unit_test_merge_SOURCES = tests/unit/test_merge.c $(MADE_PROFILE)
tests_unit_test_pprof_SOURCES = tests/unit/test_pprof.c $(MADE_PROFILE)
tests_unit_test_pprof_random_SOURCES = tests/unit/test_pprof_random.c $(MADE_PROFILE)
tests_unit_test_pprof_hostile_SOURCES = tests/unit/test_pprof_hostile.c $(MADE_PROFILE)

check_PROGRAMS += tests/pprof/profile_tool
tests_pprof_profile_tool_SOURCES = tests/pprof/profile_tool.c $(MADE_PROFILE)
tests_pprof_profile_tool_LDADD = $(PROFILE_LIBS)

EXTRA_DIST += tests/golden/minimal-v1.pb.gz tests/golden/minimal-v1.txt

# Not part of `make` or `make check`: `make fuzz FUZZ_SECONDS=600`, with clang and its libFuzzer.
FUZZ_CC = clang
FUZZ_SECONDS = 180
FUZZED_FILES = \
	tests/fuzz/fuzz_pprof_read.c \
	tests/pprof/made_profile.c \
	profile/atomic_file.c \
	profile/file_kind.c \
	profile/gzip.c \
	profile/hash.c \
	profile/histogram.c \
	profile/id_map.c \
	profile/pprof_decode.c \
	profile/pprof_decode_element.c \
	profile/pprof_file.c \
	profile/pprof_read.c \
	profile/pprof_write.c \
	profile/profile.c \
	profile/stack_table.c \
	profile/string_table.c \
	profile/syscall_name.c \
	profile/utf8.c \
	profile/wire.c \
	profile/xalloc.c
EXTRA_DIST += tests/fuzz/fuzz_pprof_read.c

tests/fuzz/fuzz_pprof_read: $(FUZZED_FILES) profile/pprof.pb-c.h config.h
	$(AM_V_CC)$(MKDIR_P) tests/fuzz && sources= && \
	for source in $(FUZZED_FILES); do sources="$$sources $(srcdir)/$$source"; done && \
	$(FUZZ_CC) -std=gnu11 -g -O1 -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all $(DEFS) $(DEFAULT_INCLUDES) $(libprofile_a_CPPFLAGS) \
		-o $@ $$sources profile/pprof.pb-c.c \
		$(PROTOBUF_C_LIBS) $(LIBSECCOMP_LIBS) $(ZLIB_LIBS)

# The seeds are what the writer makes; findings are left in tests/fuzz/.
fuzz: tests/fuzz/fuzz_pprof_read tests/pprof/profile_tool
	@$(MKDIR_P) tests/fuzz/corpus
	@for seed in 1 2 3 4 5; do \
		tests/pprof/profile_tool write tests/fuzz/seed.pb.gz $$seed && \
		gzip -dc <tests/fuzz/seed.pb.gz >tests/fuzz/corpus/seed-$$seed || exit 1; \
	done
	@gzip -dc <$(srcdir)/tests/golden/minimal-v1.pb.gz >tests/fuzz/corpus/seed-minimal
	tests/fuzz/fuzz_pprof_read -max_total_time=$(FUZZ_SECONDS) -max_len=16384 -rss_limit_mb=1024 \
		-artifact_prefix=tests/fuzz/ tests/fuzz/corpus
.PHONY: fuzz

clean-local: clean-fuzz
clean-fuzz:
	rm -rf tests/fuzz/corpus
	rm -f tests/fuzz/fuzz_pprof_read tests/fuzz/seed.pb.gz
.PHONY: clean-fuzz
