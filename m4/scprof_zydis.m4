# SPDX-License-Identifier: MIT
# SCPROF_ZYDIS: decodes the instructions around a call site. Debian's 4.0 comes without a pkg-config
# file. Sets ZYDIS_LIBS.
AC_DEFUN([SCPROF_ZYDIS], [
	AC_CHECK_HEADER([Zydis/Zydis.h], [],
		[SCPROF_MISSING([zydis], [libzydis-dev], [zydis-devel])])
	AC_CHECK_LIB([Zydis], [ZydisDecoderDecodeInstruction], [ZYDIS_LIBS=-lZydis],
		[SCPROF_MISSING([zydis 4.0], [libzydis-dev], [zydis-devel])])
	AC_SUBST([ZYDIS_LIBS])
])
