# SPDX-License-Identifier: MIT
# SCPROF_PCRE2: regular expressions. 10.34 is the first release that can search text which is not valid UTF-8.
AC_DEFUN([SCPROF_PCRE2],
	[SCPROF_PKG([PCRE2], [libpcre2-8 >= 10.34], [libpcre2-dev], [pcre2-devel])])
