# SPDX-License-Identifier: MIT
# SCPROF_PROTOBUF_C: the library that encodes profile.proto, and the program that makes its C code: protoc with the
# plugin protoc-gen-c. If protoc is missing, protoc-c is used, an older name of the plugin, which needs no protoc.
# Sets PROTOBUF_C_CFLAGS, PROTOBUF_C_LIBS and PROTOC.
AC_DEFUN([SCPROF_PROTOBUF_C], [
	SCPROF_PKG([PROTOBUF_C], [libprotobuf-c >= 1.3.0], [libprotobuf-c-dev], [protobuf-c-devel])
	AC_ARG_VAR([PROTOC], [the protobuf compiler])
	AC_CHECK_PROG([PROTOC_GEN_C], [protoc-gen-c], [yes])
	AS_IF([test -n "$PROTOC_GEN_C"], [AC_PATH_PROG([PROTOC], [protoc])])
	AS_IF([test -z "$PROTOC"], [AC_PATH_PROG([PROTOC_C], [protoc-c])
		PROTOC=$PROTOC_C])
	AS_IF([test -z "$PROTOC"], [SCPROF_MISSING([protoc with protoc-gen-c],
		[protobuf-compiler protobuf-c-compiler], [protobuf-compiler protobuf-c-compiler])])
])
