# SPDX-License-Identifier: MIT
# `make kernels` boots Debian's kernels in QEMU and runs scprof there. It takes too long for `make check`.
# `make check TESTS=tests/kernels/quick.test` runs a short part of it.
KERNELS = 5.10 6.1 6.12

kernels: all $(TRACEES) $(TRACEE_VARIANTS) tests/live/test_calls tests/live/test_options tests/live/test_stacks
	top_builddir=. $(top_srcdir)/tests/kernels/kernels $(KERNELS)
.PHONY: kernels

EXTRA_DIST += tests/kernels/guest.sh tests/kernels/kernels tests/kernels/quick.test
