# SPDX-License-Identifier: MIT
# Tests with call sites that are made by hand.
MADE_SITES = tests/unit/made_sites.c tests/unit/made_sites.h
MADE_JUDGEMENT = tests/unit/made_judgement.c tests/unit/made_judgement.h $(MADE_SITES)
tests_unit_test_baseline_SOURCES = tests/unit/test_baseline.c $(MADE_SITES)
tests_unit_test_baseline_LDADD = $(CLI_TEST_LIBS)
tests_unit_test_budget_SOURCES = tests/unit/test_budget.c
tests_unit_test_budget_LDADD = $(CLI_TEST_LIBS)
tests_unit_test_budget_judge_SOURCES = tests/unit/test_budget_judge.c $(MADE_JUDGEMENT)
tests_unit_test_budget_judge_LDADD = $(CLI_TEST_LIBS)
tests_unit_test_budget_judging_SOURCES = tests/unit/test_budget_judging.c $(MADE_JUDGEMENT)
tests_unit_test_budget_judging_LDADD = $(CLI_TEST_LIBS)
tests_unit_test_check_views_SOURCES = tests/unit/test_check_views.c $(MADE_SITES)
tests_unit_test_check_views_LDADD = $(CLI_TEST_LIBS)
tests_unit_test_collect_sites_SOURCES = tests/unit/test_collect_sites.c
tests_unit_test_collect_sites_LDADD = $(CLI_TEST_LIBS)
tests_unit_test_diff_SOURCES = tests/unit/test_diff.c $(MADE_SITES)
tests_unit_test_diff_LDADD = $(CLI_TEST_LIBS)
