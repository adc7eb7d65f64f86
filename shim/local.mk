# SPDX-License-Identifier: MIT
# What programs may include, to name their regions.
scprofincludedir = $(includedir)/scprof
scprofinclude_HEADERS = include/scprof/scprof.h

# libscprof.so: no C library, nothing exported; -z initfirst runs its constructor before all others.
pkglib_LTLIBRARIES += shim/libscprof.la
shim_libscprof_la_SOURCES = shim/fail.h shim/helper_join.c shim/helper_spawn.c shim/memory.c shim/raw_syscall.h shim/shim.c \
	include/scprof/handshake.h include/scprof/helper_spawn.h
shim_libscprof_la_CPPFLAGS = -I$(top_srcdir)/include -I$(top_srcdir) \
	-DSCPROF_HELPER_PATH='"$(pkglibexecdir)/scprof-helper"'
shim_libscprof_la_CFLAGS = $(SHIM_CFLAGS)
shim_libscprof_la_LDFLAGS = $(SHIM_LDFLAGS)

# The gate: code that the helper copies into the programs that it profiles.
noinst_LIBRARIES += libgate.a
libgate_a_SOURCES = shim/gate.c shim/gate_entry.S include/scprof/gate.h include/scprof/thread_area.h
libgate_a_CPPFLAGS = -I$(top_srcdir)/include -I$(top_srcdir)
libgate_a_CFLAGS = $(SHIM_CFLAGS) -fno-jump-tables -fcf-protection=none
