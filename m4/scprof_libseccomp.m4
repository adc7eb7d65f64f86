# SPDX-License-Identifier: MIT
# SCPROF_LIBSECCOMP: builds the filter and has the names of system calls. 2.5 is the first release whose tables give a
# call's number for another architecture even if libseccomp has a pseudo number for it.
AC_DEFUN([SCPROF_LIBSECCOMP],
	[SCPROF_PKG([LIBSECCOMP], [libseccomp >= 2.5.0], [libseccomp-dev], [libseccomp-devel])])
