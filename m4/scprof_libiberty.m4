# SPDX-License-Identifier: MIT
# SCPROF_LIBIBERTY: binutils' demangler for C++ and Rust. It comes without a pkg-config file.
# Sets LIBIBERTY_LIBS.
AC_DEFUN([SCPROF_LIBIBERTY], [
	AC_CHECK_HEADER([libiberty/demangle.h], [],
		[SCPROF_MISSING([libiberty], [libiberty-dev], [binutils-devel])])
	AC_CHECK_LIB([iberty], [rust_demangle], [LIBIBERTY_LIBS=-liberty],
		[SCPROF_MISSING([libiberty], [libiberty-dev], [binutils-devel])])
	AC_SUBST([LIBIBERTY_LIBS])
])
