# SPDX-License-Identifier: MIT
# The profile as a file: reader and writer are tested by themselves and with `go tool pprof`.
MADE_PROFILE = tests/pprof/made_profile.c tests/pprof/made_profile.h
tests_unit_test_merge_SOURCES = tests/unit/test_merge.c $(MADE_PROFILE)
tests_unit_test_pprof_SOURCES = tests/unit/test_pprof.c $(MADE_PROFILE)
tests_unit_test_pprof_random_SOURCES = tests/unit/test_pprof_random.c $(MADE_PROFILE)
tests_unit_test_pprof_hostile_SOURCES = tests/unit/test_pprof_hostile.c $(MADE_PROFILE)

check_PROGRAMS += tests/pprof/profile_tool
tests_pprof_profile_tool_SOURCES = tests/pprof/profile_tool.c $(MADE_PROFILE)
tests_pprof_profile_tool_LDADD = $(PROFILE_LIBS)

EXTRA_DIST += tests/golden/minimal-v1.pb.gz tests/golden/minimal-v1.txt
