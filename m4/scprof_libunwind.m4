# SPDX-License-Identifier: MIT
# SCPROF_LIBUNWIND: the remote interface for x86-64. The library exports its search in an .eh_frame_hdr table, but no
# public header declares it. So there is a link check.
AC_DEFUN([SCPROF_LIBUNWIND], [
	SCPROF_PKG([LIBUNWIND], [libunwind-generic], [libunwind-dev], [libunwind-devel])
	scprof_save_LIBS=$LIBS
	LIBS="$LIBUNWIND_LIBS $LIBS"
	AC_CHECK_FUNCS([_Ux86_64_init_remote _Ux86_64_dwarf_search_unwind_table], [],
		[SCPROF_MISSING([libunwind for x86-64], [libunwind-dev], [libunwind-devel])])
	LIBS=$scprof_save_LIBS
])
