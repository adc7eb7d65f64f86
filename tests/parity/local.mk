# SPDX-License-Identifier: MIT
# Parity tests: scprof counts the same calls and errors of real programs as strace -c -f.
PARITY_TESTS = \
	tests/parity/coreutils.test \
	tests/parity/shells.test \
	tests/parity/languages.test \
	tests/parity/compilers.test \
	tests/parity/logs.test \
	tests/parity/tools.test

EXTRA_DIST += $(PARITY_TESTS) tests/parity/parity.py tests/parity/workloads.py
