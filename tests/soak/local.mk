# SPDX-License-Identifier: MIT
# `make soak` profiles a load that counts its own calls, for SOAK_SECONDS. It takes too long for `make check`.
SOAK_SECONDS = 60
SOAK_COMPILE = $(AM_V_CC)$(MKDIR_P) tests/soak && $(CC) -std=gnu11 -g -O1 -Wall -Wextra -pthread \
	-D_GNU_SOURCE -I$(top_srcdir)
SOAK_BUILT = tests/soak/soak_load tests/soak/soak_plugin.so

tests/soak/soak_load: $(top_srcdir)/tests/soak/soak_load.c $(top_srcdir)/tests/soak/soak_counts.h
	$(SOAK_COMPILE) -o $@ $(top_srcdir)/tests/soak/soak_load.c -ldl
tests/soak/soak_plugin.so: $(top_srcdir)/tests/soak/soak_plugin.c $(top_srcdir)/tests/soak/soak_counts.h
	$(SOAK_COMPILE) -shared -fPIC -o $@ $(top_srcdir)/tests/soak/soak_plugin.c

soak: all $(SOAK_BUILT)
	SCPROF=./scprof top_builddir=. $(top_srcdir)/tests/soak/soak --seconds $(SOAK_SECONDS)
.PHONY: soak

EXTRA_DIST += tests/soak/soak tests/soak/soak_counts.h tests/soak/soak_load.c tests/soak/soak_plugin.c
CLEANFILES += $(SOAK_BUILT)
