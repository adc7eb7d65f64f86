# SPDX-License-Identifier: MIT
# The gate: code that the helper copies into the programs that it profiles.
noinst_LIBRARIES += libgate.a
libgate_a_SOURCES = gate/gate.c gate/gate_entry.S include/scprof/gate.h include/scprof/thread_area.h
libgate_a_CPPFLAGS = -I$(top_srcdir)/include -I$(top_srcdir)
libgate_a_CFLAGS = $(SHIM_CFLAGS) -fno-jump-tables -fcf-protection=none
