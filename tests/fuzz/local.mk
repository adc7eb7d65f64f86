# SPDX-License-Identifier: MIT
# `make fuzz FUZZ_SECONDS=600` builds and runs all targets, tests/fuzz/fuzz_*.c, with clang and its libFuzzer. It is
# not part of `make` or `make check`. `tests/fuzz/run 60 perf_map` runs one of them.
FUZZ_CC = clang
FUZZ_SECONDS = 180
FUZZED_FILES = $(libprofile_a_SOURCES) $(nodist_libprofile_a_SOURCES) $(libanalysis_a_SOURCES) \
	$(libcli_a_SOURCES) $(libhelper_a_SOURCES) tests/pprof/made_profile.c
FUZZ_CFLAGS = $(DEFS) $(DEFAULT_INCLUDES) $(libprofile_a_CPPFLAGS) $(libhelper_a_CPPFLAGS) $(libcli_a_CPPFLAGS)
EXTRA_DIST += tests/fuzz/build tests/fuzz/run tests/fuzz/budget.dict \
	tests/fuzz/fuzz_area.c tests/fuzz/fuzz_baseline.c tests/fuzz/fuzz_budget.c tests/fuzz/fuzz_go_lines.c tests/fuzz/fuzz_log_read.c tests/fuzz/fuzz_maps.c \
	tests/fuzz/fuzz_pattern.c tests/fuzz/fuzz_perf_map.c tests/fuzz/fuzz_pprof_read.c tests/fuzz/fuzz_symbols.c \
	tests/fuzz/fuzz_syscall_set.c tests/fuzz/fuzz_unwind.c tests/fuzz/fuzz_views.c

fuzz-build: all tests/pprof/profile_tool$(EXEEXT)
	@srcdir=$(srcdir) FUZZ_CC='$(FUZZ_CC)' FUZZ_CFLAGS="$$(echo $(FUZZ_CFLAGS))" FUZZ_LIBS='$(CLI_LIBS)' \
		$(srcdir)/tests/fuzz/build $(FUZZED_FILES)
fuzz: fuzz-build
	@srcdir=$(srcdir) FUZZ_CC='$(FUZZ_CC)' $(srcdir)/tests/fuzz/run $(FUZZ_SECONDS)
.PHONY: fuzz fuzz-build

clean-local: clean-fuzz
clean-fuzz:
	rm -rf tests/fuzz/objects tests/fuzz/seeds tests/fuzz/corpus_* tests/fuzz/*.log tests/fuzz/seed.*
	for target in tests/fuzz/fuzz_*; do case $$target in *.c) ;; *) rm -f $$target ;; esac; done
.PHONY: clean-fuzz
