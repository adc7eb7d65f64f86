# SPDX-License-Identifier: MIT
# SCPROF_CRITERION finds the framework of the unit and live tests. Nothing else needs it. Without it these tests
# are off, and a skipped test in 'make check' says so. The flags are used for all that is compiled, so only the
# include folders are taken from Criterion's flags. Sets CRITERION_CPPFLAGS, CRITERION_LIBS and the condition HAVE_CRITERION.
AC_DEFUN([SCPROF_CRITERION], [
	AC_REQUIRE([PKG_PROG_PKG_CONFIG])
	PKG_CHECK_MODULES([CRITERION], [criterion >= 2.4], [have_criterion=yes], [have_criterion=no])
	AS_IF([test "$have_criterion" = yes],
		[CRITERION_CPPFLAGS=$($PKG_CONFIG --cflags-only-I criterion)],
		[AC_MSG_WARN([Criterion was not found, so the unit tests are off: ./bootstrap --with-tests installs it])])
	AC_SUBST([CRITERION_CPPFLAGS])
	AM_CONDITIONAL([HAVE_CRITERION], [test "$have_criterion" = yes])
])
