# SPDX-License-Identifier: MIT
# SCPROF_JANSSON: writes the report's JSON.
AC_DEFUN([SCPROF_JANSSON],
	[SCPROF_PKG([JANSSON], [jansson >= 2.7], [libjansson-dev], [jansson-devel])])
