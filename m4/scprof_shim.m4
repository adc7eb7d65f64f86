# SPDX-License-Identifier: MIT
# SCPROF_SHIM: how libscprof.so is compiled and linked. It is loaded into other programs. So it uses no vector
# registers, no libc (the compiler may not turn a loop into a call of memcpy), no sanitizer and no coverage, and it
# exports nothing. It has unwind tables, because debuggers need them.
# Sets SHIM_CFLAGS (instead of AM_CFLAGS) and SHIM_LDFLAGS (instead of AM_LDFLAGS).
AC_DEFUN([SCPROF_SHIM], [
	SHIM_CFLAGS='-std=gnu11 -O2'
	SCPROF_TRY_CFLAGS([SHIM_CFLAGS], [-ffreestanding -fvisibility=hidden -fno-stack-protector
		-mgeneral-regs-only -fno-tree-loop-distribute-patterns -fno-common
		-U_FORTIFY_SOURCE])
	AS_VAR_APPEND([SHIM_CFLAGS], [" $WARN_CFLAGS"])
	SHIM_LDFLAGS='-module -avoid-version -no-undefined -XCClinker -nostdlib'
	SHIM_LDFLAGS="$SHIM_LDFLAGS -Wl,-z,initfirst -Wl,-z,now -Wl,-z,norelro -Wl,-z,noexecstack"
	AC_SUBST([SHIM_LDFLAGS])
])
