/* SPDX-License-Identifier: MIT */
/*
 * Debug output to standard error.
 */
#include "helper/base/debug.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

unsigned int debug_domains;

static const struct {
	const char *name;
	unsigned int bits;
} domains[] = {
	{ "tracer", DEBUG_tracer },
	{ "unwind", DEBUG_unwind },
	{ "call", DEBUG_call },
	{ "start", DEBUG_start },
	{ "finish", DEBUG_finish },
	{ "fast", DEBUG_fast },
	{ "all", ~0u },
};

void debug_init(const char *list)
{
	while (list && *list) {
		size_t length = strcspn(list, ",");
		for (unsigned int i = 0; i < sizeof(domains) / sizeof(domains[0]); i++)
			if (strlen(domains[i].name) == length &&
			    strncmp(domains[i].name, list, length) == 0)
				debug_domains |= domains[i].bits;
		list += length;
		list += *list == ',';
	}
}

bool debug_is_on(void)
{
	return debug_domains != 0;
}

/* Returns the milliseconds since the first call of this function. */
static double elapsed_ms(void)
{
	static struct timespec start;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!start.tv_sec)
		start = now;
	return (double)(now.tv_sec - start.tv_sec) * 1e3 +
	       (double)(now.tv_nsec - start.tv_nsec) / 1e6;
}

void debug_print(const char *domain, const char *format, ...)
{
	char line[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	fprintf(stderr, "scprof: %s: %.3f ms: %s\n", domain, elapsed_ms(), line);
}
