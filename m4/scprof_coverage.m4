# SPDX-License-Identifier: MIT
# SCPROF_COVERAGE: --enable-coverage builds helper, cli, libprofile and the unit tests for gcov and
# without optimisation; 'make coverage' runs the tests and prints a line for each source file.
# Sets OPT_CFLAGS, COVERAGE_CFLAGS (for compiler and linker) and the condition COVERAGE.
AC_DEFUN([SCPROF_COVERAGE], [
	AC_ARG_ENABLE([coverage],
		[AS_HELP_STRING([--enable-coverage], [build for gcov, and see 'make coverage'])],
		[], [enable_coverage=no])
	OPT_CFLAGS=-O2
	AS_IF([test "$enable_coverage" = yes], [
		AC_CHECK_TOOL([GCOV], [gcov])
		AS_IF([test -z "$GCOV"], [AC_MSG_ERROR([--enable-coverage needs gcov])])
		OPT_CFLAGS=-O0
		COVERAGE_CFLAGS=--coverage
	])
	AC_SUBST([OPT_CFLAGS])
	AC_SUBST([COVERAGE_CFLAGS])
	AM_CONDITIONAL([COVERAGE], [test "$enable_coverage" = yes])
])
