# SPDX-License-Identifier: MIT
# SCPROF_DEBUGINFOD: reports may ask debuginfod servers. scprof loads the library when it needs it, so the build does
# not need it. --disable-debuginfod leaves it out. Defines HAVE_DEBUGINFOD as 1 or 0.
AC_DEFUN([SCPROF_DEBUGINFOD], [
	AC_ARG_ENABLE([debuginfod],
		[AS_HELP_STRING([--disable-debuginfod], [never ask debuginfod servers for names])],
		[], [enable_debuginfod=yes])
	AC_SEARCH_LIBS([dlopen], [dl], [], [enable_debuginfod=no])
	AS_IF([test "$enable_debuginfod" = no], [have_debuginfod=0], [have_debuginfod=1])
	AC_DEFINE_UNQUOTED([HAVE_DEBUGINFOD], [$have_debuginfod],
		[Whether reports may ask debuginfod servers])
])
