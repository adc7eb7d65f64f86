// SPDX-License-Identifier: MIT
/*
 * Names of system calls and of errors. To resolve a number, libseccomp searches and allocates
 * memory. For a whole table this would take longer than a short program runs. So each number is
 * resolved when it is first asked for, and the name is kept in an array for the rest of the
 * program. Numbers without a name get one made from the number. Not thread-safe.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <search.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "profile/syscall/syscall_name.h"
#include "profile/util/xalloc.h"

#define NR_SLOTS       1024
#define UNKNOWN_PREFIX "syscall_0x"
#define UNKNOWN_ERROR  "errno_"
#define MAX_ERRNO      4095 /* include/linux/err.h: greater values are results, not errors */

/* Indexed by number, without the x32 bit. */
struct abi_table {
	bool knows_byte_movers;
	bool is_resolved[NR_SLOTS];
	bool moves_bytes[NR_SLOTS];
	const char *names[NR_SLOTS];
};

static const struct {
	const char *name;
	uint32_t seccomp_arch;
	uint32_t nr_bit; /* a bit that is set in every number of the ABI */
} abis[SYSCALL_NR_ABIS] = {
	[SYSCALL_ABI_X86_64] = { "x86-64", SCMP_ARCH_X86_64, 0 },
	[SYSCALL_ABI_I386] = { "i386", SCMP_ARCH_X86, 0 },
	[SYSCALL_ABI_X32] = { "x32", SCMP_ARCH_X32, SYSCALL_X32_BIT },
};

/*
 * Calls that return how many bytes they transferred. recvmmsg and sendmmsg return a number of
 * messages. getdents and getrandom return bytes, too, but these are not data of files or peers.
 */
static const char *const byte_movers[] = {
	"copy_file_range",
	"pread64",
	"preadv",
	"preadv2",
	"process_vm_readv",
	"process_vm_writev",
	"pwrite64",
	"pwritev",
	"pwritev2",
	"read",
	"readv",
	"recv",
	"recvfrom",
	"recvmsg",
	"send",
	"sendfile",
	"sendfile64",
	"sendmsg",
	"sendto",
	"splice",
	"tee",
	"vmsplice",
	"write",
	"writev",
};

/*
 * Error numbers that are internal to the kernel (include/linux/errno.h) but that some drivers
 * return.
 */
static const struct {
	int error;
	const char *name;
} kernel_errors[] = {
	{ 512, "ERESTARTSYS" },
	{ 513, "ERESTARTNOINTR" },
	{ 514, "ERESTARTNOHAND" },
	{ 515, "ENOIOCTLCMD" },
	{ 516, "ERESTART_RESTARTBLOCK" },
	{ 517, "EPROBE_DEFER" },
	{ 518, "EOPENSTALE" },
	{ 519, "ENOPARAM" },
	{ 521, "EBADHANDLE" },
	{ 522, "ENOTSYNC" },
	{ 523, "EBADCOOKIE" },
	{ 524, "ENOTSUPP" },
	{ 525, "ETOOSMALL" },
	{ 526, "ESERVERFAULT" },
	{ 527, "EBADTYPE" },
	{ 528, "EJUKEBOX" },
	{ 529, "EIOCBQUEUED" },
	{ 530, "ERECALLCONFLICT" },
};

static struct abi_table tables[SYSCALL_NR_ABIS];

/* Stores the index of @nr into the tables. Returns false if @abi cannot have such a number. */
static bool find_slot(enum syscall_abi abi, uint32_t nr, uint32_t *slot)
{
	*slot = nr ^ abis[abi].nr_bit;
	return *slot < NR_SLOTS;
}

const char *syscall_abi_name(enum syscall_abi abi)
{
	return abis[abi].name;
}

int syscall_abi_from_name(const char *name)
{
	for (int abi = 0; abi < SYSCALL_NR_ABIS; abi++)
		if (strcmp(name, abis[abi].name) == 0)
			return abi;
	return -1;
}

static int compare_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Takes over @name, and returns the one copy of this text that is kept. */
static const char *keep_name(char *name)
{
	static void *kept;
	char **node = tsearch(name, &kept, compare_text);

	if (!node)
		abort();
	if (*node != name)
		free(name);
	return *node;
}

const char *syscall_known_name(enum syscall_abi abi, uint32_t nr)
{
	struct abi_table *table = &tables[abi];
	uint32_t slot;

	if (!find_slot(abi, nr, &slot))
		return NULL;
	if (!table->is_resolved[slot])
		table->names[slot] =
			seccomp_syscall_resolve_num_arch(abis[abi].seccomp_arch, (int)nr);
	table->is_resolved[slot] = true;
	return table->names[slot];
}

const char *syscall_name(enum syscall_abi abi, uint32_t nr)
{
	const char *name = syscall_known_name(abi, nr);

	return name ? name : keep_name(xasprintf(UNKNOWN_PREFIX "%" PRIx32, nr));
}

/* Parses @text as a number in @base, at most @max. Returns -1 if it is anything else. */
static int64_t parse_number(const char *text, int base, uint32_t max)
{
	unsigned long long value;
	char *end;

	if (!*text || text[strspn(text, "0123456789abcdef")])
		return -1;
	errno = 0;
	value = strtoull(text, &end, base);
	return *end || errno || value > max ? -1 : (int64_t)value;
}

/*
 * Some i386 calls can also be made through socketcall or ipc. When asked for such a name,
 * libseccomp returns a negative number of its own. So this function searches the names of all
 * numbers.
 */
static int64_t search_number(enum syscall_abi abi, const char *name)
{
	for (uint32_t slot = 0; slot < NR_SLOTS; slot++) {
		const char *known = syscall_known_name(abi, slot | abis[abi].nr_bit);

		if (known && strcmp(known, name) == 0)
			return slot | abis[abi].nr_bit;
	}
	return -1;
}

int64_t syscall_number(enum syscall_abi abi, const char *name)
{
	int nr;

	if (strncmp(name, UNKNOWN_PREFIX, strlen(UNKNOWN_PREFIX)) == 0)
		return parse_number(name + strlen(UNKNOWN_PREFIX), 16, UINT32_MAX);
	nr = seccomp_syscall_resolve_name_arch(abis[abi].seccomp_arch, name);
	if (nr >= 0)
		return nr;
	return abi == SYSCALL_ABI_I386 && nr != __NR_SCMP_ERROR ? search_number(abi, name) : -1;
}

static void find_byte_movers(enum syscall_abi abi)
{
	for (size_t i = 0; i < sizeof(byte_movers) / sizeof(byte_movers[0]); i++) {
		int64_t nr = syscall_number(abi, byte_movers[i]);
		uint32_t slot;

		if (nr >= 0 && find_slot(abi, (uint32_t)nr, &slot))
			tables[abi].moves_bytes[slot] = true;
	}
	tables[abi].knows_byte_movers = true;
}

bool syscall_moves_bytes(enum syscall_abi abi, uint32_t nr)
{
	uint32_t slot;

	if (!tables[abi].knows_byte_movers)
		find_byte_movers(abi);
	return find_slot(abi, nr, &slot) && tables[abi].moves_bytes[slot];
}

static const char *known_error(int error)
{
	for (size_t i = 0; i < sizeof(kernel_errors) / sizeof(kernel_errors[0]); i++)
		if (kernel_errors[i].error == error)
			return kernel_errors[i].name;
	return error > 0 ? strerrorname_np(error) : NULL;
}

const char *syscall_errno_name(unsigned int error)
{
	const char *name = error <= MAX_ERRNO ? known_error((int)error) : NULL;

	return name ? name : keep_name(xasprintf(UNKNOWN_ERROR "%u", error));
}

int syscall_errno_from_name(const char *name)
{
	if (strncmp(name, UNKNOWN_ERROR, strlen(UNKNOWN_ERROR)) == 0)
		return (int)parse_number(name + strlen(UNKNOWN_ERROR), 10, INT_MAX);
	for (int error = 1; error <= MAX_ERRNO; error++) {
		const char *known = known_error(error);

		if (known && strcmp(known, name) == 0)
			return error;
	}
	return -1;
}
