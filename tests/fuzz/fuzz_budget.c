// SPDX-License-Identifier: MIT
/*
 * libFuzzer harness for budgets: the harness for baselines, compiled for the other kind of file.
 */
#define FUZZ_BUDGET
#include "tests/fuzz/fuzz_baseline.c"
