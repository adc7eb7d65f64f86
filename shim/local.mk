# SPDX-License-Identifier: MIT
# What programs may include, to name their regions.
scprofincludedir = $(includedir)/scprof
scprofinclude_HEADERS = include/scprof/scprof.h

# libscprof.so: no C library, nothing exported; -z initfirst runs its constructor before all others.
pkglib_LTLIBRARIES += shim/libscprof.la
shim_libscprof_la_SOURCES = shim/helper_spawn.c shim/memory.c shim/shim.c \
	handshake/fail.h handshake/helper_join.c handshake/raw_syscall.h \
	include/scprof/handshake.h include/scprof/helper_spawn.h
shim_libscprof_la_CPPFLAGS = -I$(top_srcdir)/include -I$(top_srcdir) \
	-DSCPROF_HELPER_PATH='"$(pkglibexecdir)/scprof-helper"'
shim_libscprof_la_CFLAGS = $(SHIM_CFLAGS)
shim_libscprof_la_LDFLAGS = $(SHIM_LDFLAGS)
