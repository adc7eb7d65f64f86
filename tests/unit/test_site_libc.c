/* SPDX-License-Identifier: MIT */
/*
 * The call sites of the C library and dynamic linker that run this test: how many can be patched,
 * that those of the usual wrappers can, and what the patched functions look like. The expected
 * counts are those of Debian 12's glibc 2.36. Elsewhere the counts only have to be plausible. The
 * test prints the totals.
 */
#include <Zydis/Zydis.h>
#include <criterion/criterion.h>
#include <dlfcn.h>
#include <gnu/lib-names.h>
#include <gnu/libc-version.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helper/code/site.h"
#include "helper/elf/elf_fde.h"
#include "helper/elf/elf_read.h"
#include "profile/util/xalloc.h"
#include "tests/unit/own_elf.h"

#define MAX_REASONS   32
#define STUB_DISTANCE 0x1000000u

struct function {
	uint64_t addr;
	size_t size;
	uint8_t *code;
};

struct totals {
	unsigned int nr_functions;
	unsigned int nr_sites;
	unsigned int nr_mov;
	unsigned int nr_cmp;
	const char *reasons[MAX_REASONS];
	unsigned int nr_each[MAX_REASONS];
};

static struct elf_file *open_library(const char *name)
{
	void *handle = dlopen(name, RTLD_LAZY | RTLD_NOLOAD);
	struct elf_file *file;
	struct link_map *map;
	struct stat status;
	char *path;

	cr_assert_not_null(handle);
	cr_assert_eq(dlinfo(handle, RTLD_DI_LINKMAP, &map), 0);
	path = realpath(map->l_name, NULL);
	cr_assert_not_null(path);
	cr_assert_eq(stat(path, &status), 0);
	file = own_elf_get(path, status.st_dev, status.st_ino);
	cr_assert_not_null(file, "%s", path);
	free(path);
	dlclose(handle);
	return file;
}

/* Finds the last function that starts before @limit. FDEs of glibc have 32-bit sizes. */
static bool load_function_below(struct elf_file *file, uint64_t limit, struct function *function)
{
	uint64_t fde, offset;
	uint32_t size;

	if (limit == 0 || !elf_fde_find(file, limit - 1, &function->addr, &fde))
		return false;
	cr_assert(elf_file_offset_of_vaddr(file, fde, &offset));
	cr_assert(elf_read(file, offset + 12, &size, sizeof(size)));
	function->size = size;
	function->code = xmalloc(size);
	cr_assert(elf_file_offset_of_vaddr(file, function->addr, &offset));
	cr_assert(elf_read(file, offset, function->code, size));
	return true;
}

/* Returns the address after the next syscall instruction from @addr on, or 0. */
static uint64_t next_call(const struct function *function, uint64_t addr)
{
	ZydisDecodedInstruction instruction;
	ZydisDecoder decoder;
	size_t at = addr - function->addr;

	ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
	for (; at < function->size; at += instruction.length) {
		if (!ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&decoder, NULL, function->code + at,
								function->size - at, &instruction)))
			return 0;
		if (instruction.mnemonic == ZYDIS_MNEMONIC_SYSCALL)
			return function->addr + at + instruction.length;
	}
	return 0;
}

static struct site classify(const struct function *function, uint64_t ip)
{
	return site_classify(function->code, function->size, function->addr, ip);
}

static void count_reason(struct totals *totals, const char *reason)
{
	unsigned int i;

	for (i = 0; i < MAX_REASONS && totals->reasons[i]; i++)
		if (strcmp(totals->reasons[i], reason) == 0)
			break;
	cr_assert_lt(i, MAX_REASONS);
	totals->reasons[i] = reason;
	totals->nr_each[i]++;
}

static void count_site(struct totals *totals, const struct function *function, uint64_t ip)
{
	struct site site = classify(function, ip);

	totals->nr_sites++;
	totals->nr_mov += site.shape == SITE_MOV;
	totals->nr_cmp += site.shape == SITE_CMP;
	if (site.shape == SITE_UNPATCHABLE)
		count_reason(totals, site.reason);
}

static void count_function(struct totals *totals, const struct function *function)
{
	uint64_t ip = function->addr;

	totals->nr_functions++;
	while ((ip = next_call(function, ip)))
		count_site(totals, function, ip);
}

/* Returns an address beyond all functions. */
static uint64_t text_limit(const struct elf_file *file)
{
	const struct elf_segment *last = &file->segments[file->nr_segments - 1];

	return last->vaddr + last->file_size;
}

static struct totals count_library(const char *name)
{
	struct elf_file *file = open_library(name);
	uint64_t limit = text_limit(file);
	struct totals totals = { 0 };
	struct function function;
	unsigned int i;

	while (load_function_below(file, limit, &function)) {
		count_function(&totals, &function);
		limit = function.addr;
		free(function.code);
	}
	elf_file_put(file);
	printf("# %s: %u functions, %u calls: %u SITE_MOV, %u SITE_CMP\n", name,
	       totals.nr_functions, totals.nr_sites, totals.nr_mov, totals.nr_cmp);
	for (i = 0; i < MAX_REASONS && totals.reasons[i]; i++)
		printf("#   %u unpatchable: %s\n", totals.nr_each[i], totals.reasons[i]);
	return totals;
}

static bool is_debian_12(void)
{
	return strcmp(gnu_get_libc_version(), "2.36") == 0;
}

Test(site_libc, most_calls_of_the_c_library_can_be_patched)
{
	struct totals totals = count_library(LIBC_SO);

	cr_assert_gt(totals.nr_functions, 1000);
	cr_assert_gt(totals.nr_mov, is_debian_12() ? 400 : 100);
	cr_assert_gt(totals.nr_cmp, is_debian_12() ? 50 : 0);
}

Test(site_libc, the_dynamic_linker_has_patchable_calls)
{
	struct totals totals = count_library(LD_SO);

	cr_assert_gt(totals.nr_mov, is_debian_12() ? 25 : 0);
	cr_assert_gt(totals.nr_cmp, is_debian_12() ? 5 : 0);
}

static struct function load_symbol(struct elf_file *file, const char *name)
{
	void *handle = dlopen(LIBC_SO, RTLD_LAZY | RTLD_NOLOAD);
	struct function function;
	struct link_map *map;
	uint64_t addr;

	cr_assert_eq(dlinfo(handle, RTLD_DI_LINKMAP, &map), 0);
	addr = (uint64_t)dlsym(handle, name) - map->l_addr;
	cr_assert(load_function_below(file, addr + 1, &function));
	cr_assert_eq(function.addr, addr, "%s", name);
	dlclose(handle);
	return function;
}

Test(site_libc, every_call_of_the_usual_wrappers_can_be_patched)
{
	/* In later versions, calls at which a thread can be cancelled share another site. */
	static const char *const names[] = { "getppid", "read",	   "write",  "openat",
					     "close",	"fstatat", "pread64" };
	size_t nr_names = is_debian_12() ? sizeof(names) / sizeof(names[0]) : 1, i;
	struct elf_file *file = open_library(LIBC_SO);

	for (i = 0; i < nr_names; i++) {
		struct function function = load_symbol(file, names[i]);
		uint64_t ip = next_call(&function, function.addr);

		cr_assert_neq(ip, 0, "%s", names[i]);
		for (; ip; ip = next_call(&function, ip))
			cr_assert_neq(classify(&function, ip).shape, SITE_UNPATCHABLE, "%s: %s",
				      names[i], classify(&function, ip).reason);
		free(function.code);
	}
	elf_file_put(file);
}

/*
 * Expects the same verdict about every site of the function after the sites before it have been
 * patched.
 */
static void patch_function(const struct function *function)
{
	struct function patched = { function->addr, function->size, xmalloc(function->size) };
	uint64_t ip = function->addr;
	uint8_t bytes[SITE_MAX_PATCH];
	size_t size;

	memcpy(patched.code, function->code, function->size);
	while ((ip = next_call(function, ip))) {
		struct site site = classify(function, ip), again = classify(&patched, ip);

		cr_assert_eq(site.shape, again.shape, "%#llx", (unsigned long long)ip);
		cr_assert_eq(site.patch_addr, again.patch_addr);
		if (site.shape == SITE_UNPATCHABLE)
			continue;
		size = site_patch_bytes(&site, function->addr + STUB_DISTANCE, bytes);
		memcpy(patched.code + (site.patch_addr - function->addr), bytes, size);
		cr_assert_eq(next_call(&patched, site.patch_addr), site.return_addr);
		cr_assert_eq(classify(&patched, site.return_addr).shape, SITE_UNPATCHABLE);
	}
	free(patched.code);
}

Test(site_libc, sites_are_judged_alike_beside_patched_ones)
{
	struct elf_file *file = open_library(LIBC_SO);
	uint64_t limit = text_limit(file);
	struct function function;

	while (load_function_below(file, limit, &function)) {
		patch_function(&function);
		limit = function.addr;
		free(function.code);
	}
	elf_file_put(file);
}

/* Returns how many SITE_CMP of the library may be the target of some branch in its text. */
static unsigned int count_landings(struct elf_file *file, const struct function *text)
{
	uint64_t limit = text_limit(file), ip;
	unsigned int nr = 0;
	struct function function;

	while (load_function_below(file, limit, &function)) {
		for (ip = function.addr; (ip = next_call(&function, ip));) {
			struct site site = classify(&function, ip);

			nr += site.shape == SITE_CMP &&
			      site_has_landing(&site, text->code, text->size, text->addr);
		}
		limit = function.addr;
		free(function.code);
	}
	return nr;
}

Test(site_libc, no_function_of_the_c_library_branches_into_a_site_of_another)
{
	struct elf_file *file = open_library(LIBC_SO);
	const struct elf_segment *segment = file->segments;
	struct function text;

	while (!segment->is_executable)
		segment++;
	text = (struct function){ segment->vaddr, segment->file_size, xmalloc(segment->file_size) };
	cr_assert(elf_read(file, segment->offset, text.code, text.size));
	cr_assert_leq(count_landings(file, &text), is_debian_12() ? 0 : 10);
	free(text.code);
	elf_file_put(file);
}
