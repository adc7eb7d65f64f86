# SPDX-License-Identifier: MIT
# SCPROF_PROTOBUF_C: the library that encodes profile.proto, and protoc-c, which makes its C code.
# Sets PROTOBUF_C_CFLAGS, PROTOBUF_C_LIBS and PROTOC_C.
AC_DEFUN([SCPROF_PROTOBUF_C], [
	SCPROF_PKG([PROTOBUF_C], [libprotobuf-c >= 1.3.0], [libprotobuf-c-dev], [protobuf-c-devel])
	AC_ARG_VAR([PROTOC_C], [the protobuf compiler for C])
	AC_PATH_PROG([PROTOC_C], [protoc-c])
	AS_IF([test -z "$PROTOC_C"],
		[SCPROF_MISSING([protoc-c], [protobuf-c-compiler], [protobuf-c-compiler])])
])
