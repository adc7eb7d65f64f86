# SPDX-License-Identifier: MIT
# SCPROF_HOST: checks that the host is x86-64 Linux, and not x32: the tracer must read 64-bit registers. Asks the
# compiler and not the host's name, so that it is right for cross compilers too.
AC_DEFUN([SCPROF_HOST], [
	AC_CANONICAL_HOST
	AC_MSG_CHECKING([that the compiler makes x86-64 Linux programs])
	AC_COMPILE_IFELSE([AC_LANG_SOURCE([[
		#if !defined __x86_64__ || defined __ILP32__ || !defined __linux__
		#error "not x86-64 Linux"
		#endif
		int scprof_host;
	]])],
		[AC_MSG_RESULT([yes])],
		[AC_MSG_RESULT([no])
		 AC_MSG_ERROR([scprof runs on x86-64 Linux only; this compiler makes programs for $host])])
	AM_CONDITIONAL([CROSS_COMPILING], [test "$cross_compiling" = yes])
])
