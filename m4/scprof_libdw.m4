# SPDX-License-Identifier: MIT
# SCPROF_LIBDW: elfutils' libdw and libelf turn addresses into functions, lines and inlined frames.
AC_DEFUN([SCPROF_LIBDW],
	[SCPROF_PKG([LIBDW], [libdw libelf], [libdw-dev], [elfutils-devel])])
