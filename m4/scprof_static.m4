# SPDX-License-Identifier: MIT
# SCPROF_STATIC: links libraries that have an archive statically. Loading them takes a third of the time that scprof
# takes to start: 0.4 ms, each time. libunwind's archive is not position-independent, and Zydis has no archive in
# Debian, so these two stay shared. With --disable-static-libs, all stay shared.
# Uses and changes LIBDW_LIBS, LIBSECCOMP_LIBS, PROTOBUF_C_LIBS, ZLIB_LIBS, PCRE2_LIBS, JANSSON_LIBS, LIBCYAML_LIBS and
# LIBYAML_LIBS.
# Sets scprof_linked and scprof_loaded, the names of the libraries that are linked statically and dynamically.
AC_DEFUN([SCPROF_STATIC], [
	AC_ARG_ENABLE([static-libs],
		[AS_HELP_STRING([--disable-static-libs], [load all libraries at start-up])],
		[], [enable_static_libs=yes])
	scprof_linked= scprof_loaded=
	SCPROF_ARCHIVES([LIBDW_LIBS], [libdw libelf])
	SCPROF_ARCHIVES([LIBSECCOMP_LIBS], [libseccomp])
	SCPROF_ARCHIVES([PROTOBUF_C_LIBS], [libprotobuf-c])
	SCPROF_ARCHIVES([ZLIB_LIBS], [zlib])
	SCPROF_ARCHIVES([PCRE2_LIBS], [libpcre2-8])
	SCPROF_ARCHIVES([JANSSON_LIBS], [jansson])
	SCPROF_ARCHIVES([LIBCYAML_LIBS], [libcyaml])
	SCPROF_ARCHIVES([LIBYAML_LIBS], [yaml-0.1])
])

# SCPROF_ARCHIVES(VAR, MODULES): sets VAR to pkg-config's flags for a static link with MODULES, with the archive of each
# library that has one, if a program can be linked with all objects of MODULES' archives. The check links all objects
# because some may link and others not: Debian 13's libdw.a calls functions of an archive that Debian does not have,
# but a program that only calls dwfl_begin links.
AC_DEFUN([SCPROF_ARCHIVES], [
	scprof_archives= scprof_whole= scprof_folders=
	scprof_own=" `$PKG_CONFIG --libs-only-l $2` "
	AS_IF([test "$enable_static_libs" != no],
		[for scprof_flag in `$PKG_CONFIG --static --libs $2`; do
			SCPROF_ARCHIVE([$scprof_flag])
		done])
	AC_MSG_CHECKING([for archives of $2])
	scprof_saved_libs=$LIBS
	LIBS="-Wl,--whole-archive $scprof_whole -Wl,--no-whole-archive $scprof_archives $LIBS"
	AS_IF([test -z "$scprof_whole"], [scprof_result=no],
		[AC_LINK_IFELSE([AC_LANG_PROGRAM()], [scprof_result=yes],
			[scprof_result='no, they cannot be linked'])])
	LIBS=$scprof_saved_libs
	AC_MSG_RESULT([$scprof_result])
	AS_IF([test "$scprof_result" = yes],
		[$1=$scprof_archives
		 AS_VAR_APPEND([scprof_linked], [" $2"])],
		[AS_VAR_APPEND([scprof_loaded], [" $2"])])
])

# SCPROF_ARCHIVE(FLAG): FLAG is from `pkg-config --static --libs`. Appends its replacement to scprof_archives, and the
# archive of a library in scprof_own to scprof_whole. The parts of the C library stay shared.
AC_DEFUN([SCPROF_ARCHIVE], [
	scprof_found=
	AS_CASE([$1],
		[-L*], [AS_VAR_APPEND([scprof_folders], [" `AS_ECHO([$1]) | sed 's/^-L//'`"])],
		[-lc|-ldl|-lm|-lpthread|-lrt], [],
		[-l*], [
			scprof_name=lib`AS_ECHO([$1]) | sed 's/^-l//'`.a
			for scprof_folder in $scprof_folders; do
				AS_IF([test -z "$scprof_found" && test -f "$scprof_folder/$scprof_name"],
					[scprof_found=$scprof_folder/$scprof_name])
			done
			AS_IF([test -z "$scprof_found"],
				[scprof_found=`$CC $CFLAGS -print-file-name=$scprof_name`])
			# The compiler prints only the name if it cannot find the file.
			AS_IF([test "$scprof_found" = "$scprof_name"], [scprof_found=])
		])
	AS_VAR_APPEND([scprof_archives], [" ${scprof_found:-$1}"])
	AS_CASE([$scprof_own], [*" $1 "*], [AS_VAR_APPEND([scprof_whole], [" $scprof_found"])])
])
