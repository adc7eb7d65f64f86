// SPDX-License-Identifier: MIT
/*
 * libFuzzer harness for budgets: that of baselines, built for the other kind of file.
 */
#define FUZZ_BUDGET
#include "tests/fuzz/fuzz_baseline.c"
