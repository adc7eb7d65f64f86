# SPDX-License-Identifier: MIT
# SCPROF_WEB: the page of `scprof report --format html` is built with node and npm, which fetches the libraries of
# web/package-lock.json. A tree from `make dist` contains the built page. Without either, and with --disable-html, scprof
# has no page, and says so. If npm cannot fetch the libraries, that is an error only with --enable-html.
# Sets NODE, NPM, WEB_REQUIRED and the condition HAVE_WEB.
AC_DEFUN([SCPROF_WEB], [
	AC_ARG_ENABLE([html],
		[AS_HELP_STRING([--disable-html], [without 'scprof report --format html', which needs npm])],
		[], [enable_html=auto])
	AC_CHECK_PROG([NODE], [node], [node])
	AC_CHECK_PROG([NPM], [npm], [npm])
	have_web=no
	AS_IF([test "$enable_html" != no], [
		AS_IF([test -n "$NODE" && test -n "$NPM"], [have_web=yes],
			[test -s "$srcdir/web/report.html"], [have_web=yes],
			[test "$enable_html" = yes],
			[AC_MSG_ERROR([npm was not found: install it with 'apt-get install nodejs npm' or 'dnf install nodejs npm'])],
			[AC_MSG_WARN([npm was not found, 'scprof report --format html' is off: apt-get install nodejs npm])])
	])
	WEB_REQUIRED=$enable_html
	AC_SUBST([WEB_REQUIRED])
	AM_CONDITIONAL([HAVE_WEB], [test "$have_web" = yes])
])
