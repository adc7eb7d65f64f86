/* SPDX-License-Identifier: MIT */
/*
 * Debug output. SCPROF_DEBUG=tracer,unwind,… (or "all") selects domains, whose messages go to
 * standard error, one on each line. Each module has one domain.
 */
#ifndef SCPROF_HELPER_BASE_DEBUG_H
#define SCPROF_HELPER_BASE_DEBUG_H

#include <stdbool.h>

enum debug_domain {
	DEBUG_tracer = 1 << 0,
	DEBUG_unwind = 1 << 1,
	DEBUG_call = 1 << 2,
	DEBUG_start = 1 << 3,
	DEBUG_finish = 1 << 4,
	DEBUG_fast = 1 << 5,
};

/* Turns on the domains in the comma-separated @list. NULL turns on none. */
void debug_init(const char *list);
bool debug_is_on(void);

extern unsigned int debug_domains;

void debug_print(const char *domain, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define debug(domain, ...)                                               \
	do {                                                             \
		if (__builtin_expect(debug_domains & DEBUG_##domain, 0)) \
			debug_print(#domain, __VA_ARGS__);               \
	} while (0)

#endif
