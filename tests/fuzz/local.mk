# SPDX-License-Identifier: MIT
# Of -e/--trace. A part of `make fuzz`, which tests/pprof/local.mk sets up; also alone.
FUZZED_SET_FILES = tests/fuzz/fuzz_syscall_set.c profile/nearest.c profile/syscall_class.c \
	profile/syscall_name.c profile/syscall_set.c profile/xalloc.c
EXTRA_DIST += tests/fuzz/fuzz_syscall_set.c

tests/fuzz/fuzz_syscall_set: $(FUZZED_SET_FILES) config.h
	$(AM_V_CC)$(MKDIR_P) tests/fuzz && sources= && \
	for source in $(FUZZED_SET_FILES); do sources="$$sources $(srcdir)/$$source"; done && \
	$(FUZZ_CC) -std=gnu11 -g -O1 -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all $(DEFS) $(DEFAULT_INCLUDES) $(libprofile_a_CPPFLAGS) \
		-o $@ $$sources $(LIBSECCOMP_LIBS)

fuzz: fuzz-syscall-set
fuzz-syscall-set: tests/fuzz/fuzz_syscall_set
	@$(MKDIR_P) tests/fuzz/corpus_syscall_set
	@printf 'read,write,3' >tests/fuzz/corpus_syscall_set/names
	@printf 'trace=!%%file,/^re@64,?x' >tests/fuzz/corpus_syscall_set/others
	tests/fuzz/fuzz_syscall_set -max_total_time=$(FUZZ_SECONDS) -max_len=512 \
		-artifact_prefix=tests/fuzz/ tests/fuzz/corpus_syscall_set
.PHONY: fuzz-syscall-set

clean-local: clean-fuzz-syscall-set
clean-fuzz-syscall-set:
	rm -rf tests/fuzz/corpus_syscall_set
	rm -f tests/fuzz/fuzz_syscall_set
.PHONY: clean-fuzz-syscall-set

# Of /proc/PID/maps.
FUZZED_MAPS_FILES = tests/fuzz/fuzz_maps.c helper/maps.c
EXTRA_DIST += tests/fuzz/fuzz_maps.c

tests/fuzz/fuzz_maps: $(FUZZED_MAPS_FILES) config.h
	$(AM_V_CC)$(MKDIR_P) tests/fuzz && sources= && \
	for source in $(FUZZED_MAPS_FILES); do sources="$$sources $(srcdir)/$$source"; done && \
	$(FUZZ_CC) -std=gnu11 -g -O1 -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all $(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) -o $@ $$sources

fuzz: fuzz-maps
fuzz-maps: tests/fuzz/fuzz_maps
	@$(MKDIR_P) tests/fuzz/corpus_maps
	@nr=0; while read -r line; do nr=$$((nr + 1)); \
		printf '%s' "$$line" >tests/fuzz/corpus_maps/$$nr; done </proc/self/maps
	tests/fuzz/fuzz_maps -max_total_time=$(FUZZ_SECONDS) -max_len=512 \
		-artifact_prefix=tests/fuzz/ tests/fuzz/corpus_maps
.PHONY: fuzz-maps

clean-local: clean-fuzz-maps
clean-fuzz-maps:
	rm -rf tests/fuzz/corpus_maps
	rm -f tests/fuzz/fuzz_maps
.PHONY: clean-fuzz-maps

# Of logs.
FUZZED_LOG_FILES = tests/fuzz/fuzz_log_read.c profile/gzip.c profile/hash.c profile/log_read.c \
	profile/profile.c profile/stack_table.c profile/string_table.c profile/xalloc.c
EXTRA_DIST += tests/fuzz/fuzz_log_read.c

tests/fuzz/fuzz_log_read: $(FUZZED_LOG_FILES) profile/log.pb-c.h config.h
	$(AM_V_CC)$(MKDIR_P) tests/fuzz && sources= && \
	for source in $(FUZZED_LOG_FILES); do sources="$$sources $(srcdir)/$$source"; done && \
	$(FUZZ_CC) -std=gnu11 -g -O1 -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all $(DEFS) $(DEFAULT_INCLUDES) $(libprofile_a_CPPFLAGS) \
		-o $@ $$sources profile/log.pb-c.c $(PROTOBUF_C_LIBS) $(ZLIB_LIBS)

# The seed is a real log.
fuzz: fuzz-log-read
fuzz-log-read: tests/fuzz/fuzz_log_read
	@$(MKDIR_P) tests/fuzz/corpus_log
	@./scprof run -q -o /dev/null --log=tests/fuzz/seed.sclog true && \
		gzip -dc <tests/fuzz/seed.sclog >tests/fuzz/corpus_log/seed
	tests/fuzz/fuzz_log_read -max_total_time=$(FUZZ_SECONDS) -max_len=32768 -rss_limit_mb=1024 \
		-artifact_prefix=tests/fuzz/ tests/fuzz/corpus_log
.PHONY: fuzz-log-read

clean-local: clean-fuzz-log-read
clean-fuzz-log-read:
	rm -rf tests/fuzz/corpus_log
	rm -f tests/fuzz/fuzz_log_read tests/fuzz/seed.sclog
.PHONY: clean-fuzz-log-read

# Of budgets and baselines: one harness, built for each.
FUZZED_YAML_FILES = tests/fuzz/fuzz_yaml.c profile/baseline_read.c profile/baseline_write.c \
	profile/budget.c profile/budget_amount.c profile/budget_grown_site.c \
	profile/budget_judge.c profile/budget_schema.c profile/budget_select.c \
	profile/call_sites.c profile/diff.c profile/diff_counterpart.c profile/hash.c \
	profile/nearest.c profile/stack_table.c profile/string_table.c profile/syscall_class.c \
	profile/syscall_name.c profile/syscall_set.c profile/utf8.c profile/xalloc.c \
	profile/yaml_text.c
EXTRA_DIST += tests/fuzz/fuzz_yaml.c tests/fuzz/budget.dict

tests/fuzz/fuzz_baseline tests/fuzz/fuzz_budget: $(FUZZED_YAML_FILES) config.h
	$(AM_V_CC)$(MKDIR_P) tests/fuzz && sources= && define= && \
	case $@ in *budget) define=-DFUZZ_BUDGET ;; esac && \
	for source in $(FUZZED_YAML_FILES); do sources="$$sources $(srcdir)/$$source"; done && \
	$(FUZZ_CC) -std=gnu11 -g -O1 -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all $(DEFS) $(DEFAULT_INCLUDES) $(libprofile_a_CPPFLAGS) \
		$$define -o $@ $$sources $(YAML_READER_LIBS) $(LIBSECCOMP_LIBS)

fuzz: fuzz-baseline fuzz-budget
fuzz-baseline: tests/fuzz/fuzz_baseline
	@$(MKDIR_P) tests/fuzz/corpus_baseline
	@printf 'scprof-baseline: 1\nrun:\n  program: app\n  kernel: "6.1"\nsites:\n' \
		>tests/fuzz/corpus_baseline/one
	@printf '  - function: load\n    file: a.c\n    module: m\n    process: p\n' \
		>>tests/fuzz/corpus_baseline/one
	@printf '    syscall: read\n    calls: 9\n    varies: 7..9\n    errors: EIO 1\n    bytes: 3\n' \
		>>tests/fuzz/corpus_baseline/one
	tests/fuzz/fuzz_baseline -max_total_time=$(FUZZ_SECONDS) -max_len=2048 \
		-dict=$(srcdir)/tests/fuzz/budget.dict -artifact_prefix=tests/fuzz/ \
		tests/fuzz/corpus_baseline
fuzz-budget: tests/fuzz/fuzz_budget
	@$(MKDIR_P) tests/fuzz/corpus_budget
	@printf 'version: 1\nbaseline: b\nsteady: warn\nrules:\n  - name: n\n    syscall: read\n' \
		>tests/fuzz/corpus_budget/one
	@printf '    in: main\n    under: o\n    errno: EIO\n    per: site\n    level: warn\n' \
		>>tests/fuzz/corpus_budget/one
	@printf '    calls:\n      max: 1\n      growth: 5%%\n    time:\n      max: 1ms\n' \
		>>tests/fuzz/corpus_budget/one
	tests/fuzz/fuzz_budget -max_total_time=$(FUZZ_SECONDS) -max_len=2048 \
		-dict=$(srcdir)/tests/fuzz/budget.dict -artifact_prefix=tests/fuzz/ \
		tests/fuzz/corpus_budget
.PHONY: fuzz-baseline fuzz-budget

clean-local: clean-fuzz-yaml
clean-fuzz-yaml:
	rm -rf tests/fuzz/corpus_baseline tests/fuzz/corpus_budget
	rm -f tests/fuzz/fuzz_baseline tests/fuzz/fuzz_budget
.PHONY: clean-fuzz-yaml
