# SPDX-License-Identifier: MIT
# SCPROF_PKG(VAR, MODULES, DEBIAN-PACKAGE, FEDORA-PACKAGE)
# Asks pkg-config for MODULES. Sets VAR_CFLAGS and VAR_LIBS, or ends configure with one line that says which package to
# install. SCPROF_MISSING prints only this line, for macros that find a library without pkg-config.
AC_DEFUN([SCPROF_MISSING],
	[AC_MSG_ERROR([$1 was not found: install it with 'apt-get install $2' or 'dnf install $3'])])

AC_DEFUN([SCPROF_PKG], [
	AC_REQUIRE([PKG_PROG_PKG_CONFIG])
	PKG_CHECK_MODULES([$1], [$2], [], [SCPROF_MISSING([$2], [$3], [$4])])
])
