// SPDX-License-Identifier: MIT
/*
 * libFuzzer harness for -e/--trace (`make fuzz`). A set is accepted, or refused with one line. The
 * inverse of an accepted set must be its complement. The harness avoids intervals and back
 * references in regular expressions, because the library takes unlimited memory for some of them
 * (strace does, too).
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "profile/syscall/syscall_set.h"
#include "profile/util/xalloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_error(const char *error)
{
	if (!error || !*error || strlen(error) > 2048)
		abort();
}

static void check_complement(const struct syscall_set *set, const char *spec)
{
	size_t prefix = strncmp(spec, "trace=", 6) == 0 ? 6 : strncmp(spec, "t=", 2) == 0 ? 2 : 0;
	char *inverse = xasprintf("!%s", spec + prefix);
	struct syscall_set other;
	char *error;

	if (syscall_set_parse(&other, inverse, &error))
		abort();
	for (uint32_t nr = 0; nr < SYSCALL_SET_MAX_NR + 2; nr++)
		for (int abi = 0; abi < SYSCALL_NR_ABIS; abi++)
			if (syscall_set_has(set, abi, nr) == syscall_set_has(&other, abi, nr))
				abort();
	free(inverse);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *spec = xmalloc(size + 1);
	struct syscall_set set;
	char *error = NULL;

	memcpy(spec, data, size);
	spec[size] = '\0';
	if (!strpbrk(spec, "{\\")) {
		if (syscall_set_parse(&set, spec, &error) == 0)
			check_complement(&set, spec);
		else
			check_error(error);
	}
	free(error);
	free(spec);
	return 0;
}
