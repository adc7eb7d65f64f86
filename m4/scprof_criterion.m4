# SPDX-License-Identifier: MIT
# SCPROF_CRITERION: the unit tests' framework. Nothing else needs it: without it the unit tests are
# off, and 'make check' says so in a skipped test. Of its flags only the folders are wanted: they reach
# all that is compiled. Sets CRITERION_CPPFLAGS, CRITERION_LIBS and the condition HAVE_CRITERION.
AC_DEFUN([SCPROF_CRITERION], [
	AC_REQUIRE([PKG_PROG_PKG_CONFIG])
	PKG_CHECK_MODULES([CRITERION], [criterion >= 2.4], [have_criterion=yes], [have_criterion=no])
	AS_IF([test "$have_criterion" = yes],
		[CRITERION_CPPFLAGS=$($PKG_CONFIG --cflags-only-I criterion)],
		[AC_MSG_WARN([Criterion was not found, the unit tests are off: apt-get install libcriterion-dev])])
	AC_SUBST([CRITERION_CPPFLAGS])
	AM_CONDITIONAL([HAVE_CRITERION], [test "$have_criterion" = yes])
])
