# SPDX-License-Identifier: MIT
# SCPROF_ZLIB: compresses profiles with gzip.
AC_DEFUN([SCPROF_ZLIB], [SCPROF_PKG([ZLIB], [zlib], [zlib1g-dev], [zlib-devel])])
