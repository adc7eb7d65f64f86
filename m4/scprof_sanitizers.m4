# SPDX-License-Identifier: MIT
# SCPROF_SANITIZERS: --enable-asan and --enable-ubsan, for helper, cli, libprofile and the unit tests. The shim never
# has sanitizers, because it is loaded into programs that are built without them.
# Sets SANITIZER_CFLAGS, for compiler and linker, and the condition SANITIZERS.
AC_DEFUN([SCPROF_SANITIZER], [
	AC_ARG_ENABLE([$1], [AS_HELP_STRING([--enable-$1], [build with $2])], [], [enable_$1=no])
	AS_IF([test "$enable_$1" = yes], [
		AC_MSG_CHECKING([whether $CC can link with $3])
		scprof_save_CFLAGS=$CFLAGS
		CFLAGS="$CFLAGS $3"
		AC_LINK_IFELSE([AC_LANG_PROGRAM()],
			[AC_MSG_RESULT([yes])],
			[AC_MSG_RESULT([no])
			 AC_MSG_ERROR([--enable-$1: $CC cannot link a program with $3])])
		CFLAGS=$scprof_save_CFLAGS
		AS_VAR_APPEND([SANITIZER_CFLAGS], [" $3 $4"])
	])
])

AC_DEFUN([SCPROF_SANITIZERS], [
	SCPROF_SANITIZER([asan], [AddressSanitizer],
		[-fsanitize=address], [-fno-omit-frame-pointer])
	SCPROF_SANITIZER([ubsan], [UndefinedBehaviorSanitizer, a finding ends the program],
		[-fsanitize=undefined], [-fno-sanitize-recover=undefined])
	AC_SUBST([SANITIZER_CFLAGS])
	AM_CONDITIONAL([SANITIZERS], [test -n "$SANITIZER_CFLAGS"])
])
