// SPDX-License-Identifier: MIT
/*
 * Demangles with libiberty. Its demanglers limit their recursion, but a short name can expand to a
 * text of exponential length. The callback that collects the text cannot return "stop", so at a
 * limit it leaves with longjmp. The demanglers keep their state on the stack. So nothing leaks,
 * except one small buffer for a Rust name in punycode that is too long.
 */
#include <libiberty/demangle.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "profile/symbols/symbolize.h"
#include "profile/util/xalloc.h"

/* The demanglers put about 64 bytes per character on the stack. */
#define MAX_MANGLED   10000
#define MAX_DEMANGLED 65536

struct collector {
	jmp_buf overflow;
	char *text;
	size_t length;
	size_t capacity;
};

static void collect(const char *text, size_t length, void *opaque)
{
	struct collector *collector = opaque;

	if (length > MAX_DEMANGLED - collector->length)
		longjmp(collector->overflow, 1);
	while (collector->capacity - collector->length <= length) {
		collector->capacity = collector->capacity ? collector->capacity * 2 : 128;
		collector->text = xreallocarray(collector->text, collector->capacity, 1);
	}
	memcpy(collector->text + collector->length, text, length);
	collector->length += length;
}

/* Demangles @name into @collector. Returns true if all of it was demangled. */
static bool demangle(struct collector *collector, const char *name)
{
	const int options = DMGL_PARAMS | DMGL_ANSI;

	if (setjmp(collector->overflow))
		return false;
	if (rust_demangle_callback(name, options, collect, collector))
		return true;
	collector->length = 0;
	return cplus_demangle_v3_callback(name, options, collect, collector);
}

char *symbolize_demangle(const char *name)
{
	struct collector collector = { .text = NULL };

	if (name[0] != '_' || strnlen(name, MAX_MANGLED + 1) > MAX_MANGLED)
		return xstrdup(name);
	if (!demangle(&collector, name) || !collector.length) {
		free(collector.text);
		return xstrdup(name);
	}
	collector.text[collector.length] = '\0';
	return collector.text;
}
