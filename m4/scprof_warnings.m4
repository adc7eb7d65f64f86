# SPDX-License-Identifier: MIT
# SCPROF_TRY_CFLAGS(VAR, FLAGS): appends to VAR each of FLAGS that the compiler accepts.
# SCPROF_WARNINGS: sets WARN_CFLAGS to warnings that the code does not cause. With --enable-werror, as in CI, a warning
# is an error. The option is off by default, because newer compilers have new warnings.
AC_DEFUN([SCPROF_TRY_CFLAGS], [
	for scprof_flag in m4_normalize([$2]); do
		AC_MSG_CHECKING([whether $CC takes $scprof_flag])
		scprof_save_CFLAGS=$CFLAGS
		CFLAGS="-Werror $scprof_flag"
		AC_COMPILE_IFELSE([AC_LANG_SOURCE([[int scprof_flag_test;]])],
			[AC_MSG_RESULT([yes]); AS_VAR_APPEND([$1], [" $scprof_flag"])],
			[AC_MSG_RESULT([no])])
		CFLAGS=$scprof_save_CFLAGS
	done
	AC_SUBST([$1])
])

AC_DEFUN([SCPROF_WARNINGS], [
	AC_ARG_ENABLE([werror],
		[AS_HELP_STRING([--enable-werror], [make compiler warnings errors])],
		[], [enable_werror=no])
	SCPROF_TRY_CFLAGS([WARN_CFLAGS], [-Wall -Wextra -Wshadow -Wstrict-prototypes
		-Wmissing-prototypes -Wformat=2 -Wundef -Wvla -Wpointer-arith -Wwrite-strings
		-Werror=implicit-function-declaration])
	AS_IF([test "$enable_werror" = yes], [AS_VAR_APPEND([WARN_CFLAGS], [" -Werror"])])
])
