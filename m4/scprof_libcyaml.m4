# SPDX-License-Identifier: MIT
# SCPROF_LIBCYAML: reads budgets and baselines. It is based on libyaml, which gives the positions for messages.
AC_DEFUN([SCPROF_LIBCYAML], [
	SCPROF_PKG([LIBCYAML], [libcyaml >= 1.1], [libcyaml-dev], [libcyaml-devel])
	SCPROF_PKG([LIBYAML], [yaml-0.1], [libyaml-dev], [libyaml-devel])
])
