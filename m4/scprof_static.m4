# SPDX-License-Identifier: MIT
# SCPROF_STATIC: links the libraries that have an archive into the programs. Loading them is a third of the
# time that scprof takes to start: 0.4 ms, each time. libunwind's archive is not position-independent
# and Zydis has none in Debian: these two stay shared. --disable-static-libs leaves all shared.
# Uses and changes LIBDW_LIBS, LIBSECCOMP_LIBS, PROTOBUF_C_LIBS, ZLIB_LIBS, JANSSON_LIBS, LIBCYAML_LIBS, LIBYAML_LIBS.
AC_DEFUN([SCPROF_STATIC], [
	AC_ARG_ENABLE([static-libs],
		[AS_HELP_STRING([--disable-static-libs], [load all libraries at start-up])],
		[], [enable_static_libs=yes])
	AS_IF([test "$enable_static_libs" = yes], [
		SCPROF_ARCHIVES([LIBDW_LIBS], [dw elf z lzma bz2], [dwfl_begin])
		SCPROF_ARCHIVES([LIBSECCOMP_LIBS], [seccomp], [seccomp_init])
		SCPROF_ARCHIVES([PROTOBUF_C_LIBS], [protobuf-c], [protobuf_c_message_pack])
		SCPROF_ARCHIVES([ZLIB_LIBS], [z], [deflate])
		SCPROF_ARCHIVES([JANSSON_LIBS], [jansson], [json_object])
		SCPROF_ARCHIVES([LIBCYAML_LIBS], [cyaml yaml], [cyaml_load_file])
		SCPROF_ARCHIVES([LIBYAML_LIBS], [yaml], [yaml_parser_parse])
	])
])

# SCPROF_ARCHIVES(VAR, LIBRARIES, FUNCTION): VAR becomes the archives of LIBRARIES, if they are all there
# and a program that calls FUNCTION can be made with them.
AC_DEFUN([SCPROF_ARCHIVES], [
	scprof_archives=
	for scprof_name in $2; do
		scprof_archives="$scprof_archives `$CC $CFLAGS -print-file-name=lib$scprof_name.a`"
	done
	AC_MSG_CHECKING([for $3 in archives])
	scprof_saved_libs=$LIBS
	LIBS="$scprof_archives $LIBS"
	AC_LINK_IFELSE([AC_LANG_CALL([], [$3])],
		[AC_MSG_RESULT([yes])
		 $1=$scprof_archives],
		[AC_MSG_RESULT([no, linking to $$1])])
	LIBS=$scprof_saved_libs
])
