# SPDX-License-Identifier: MIT
# SCPROF_LIBSECCOMP: builds the filter and knows every syscall's name. 2.5 is the first release whose
# tables tell a syscall's number for another architecture even when libseccomp has a pseudo number.
AC_DEFUN([SCPROF_LIBSECCOMP],
	[SCPROF_PKG([LIBSECCOMP], [libseccomp >= 2.5.0], [libseccomp-dev], [libseccomp-devel])])
