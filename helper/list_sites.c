/* SPDX-License-Identifier: MIT */
/*
 * Runs while scprof is built: prints, as C, the table of helper/own_sites.h for the C library and
 * the dynamic loader that it has been started with.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper/fast_patch.h"
#include "helper/layout.h"
#include "helper/own_sites.h"
#include "profile/c_library.h"

#define SYSCALL_SIZE 2

/* This program's own table is empty: what it prints must not depend on an older one. */
const struct own_file own_files[] = { { 0 } };

/* What the dynamic loader calls on its way to the program's first instruction. */
static bool is_of_start(const struct site *site)
{
	static const uint32_t start[] = {
		SYS_read,	SYS_close,	     SYS_mmap,
		SYS_mprotect,	SYS_munmap,	     SYS_brk,
		SYS_pread64,	SYS_access,	     SYS_prlimit64,
		SYS_openat,	SYS_set_tid_address, SYS_set_robust_list,
		SYS_newfstatat, SYS_getrandom,	     SYS_rseq,
	};

	/* Where a cmp is all that is known, the number comes from elsewhere. */
	if (site->shape == SITE_CMP)
		return true;
	for (size_t i = 0; i < sizeof(start) / sizeof(start[0]); i++)
		if (site->nr == start[i])
			return true;
	return false;
}

static void print_site(struct layout *layout, const struct region *region, uint64_t ip,
		       bool is_loader)
{
	struct fast_site site = { .ip = ip };

	fast_patch_classify(getpid(), layout, &site);
	if (site.is_refused)
		return;
	printf("\t{ 0x%" PRIx64 ", %s, %uu, %d, %d },\n", ip - region->start + region->offset,
	       site.site.shape == SITE_MOV ? "SITE_MOV" : "SITE_CMP", (unsigned int)site.site.nr,
	       (int)site.site.cmp_immediate, is_loader && is_of_start(&site.site));
}

static bool is_wanted(const struct region *region)
{
	return region->is_executable && !region->is_writable && region->inode && region->file &&
	       region->file->build_id[0] && c_library_has_module(region->path);
}

static void print_sites(struct layout *layout, const struct region *region, unsigned int number)
{
	const uint8_t *text = (const uint8_t *)(uintptr_t)region->start;
	bool is_loader = strncmp(strrchr(region->path, '/'), "/ld-", 4) == 0;

	printf("\n/* %s */\nstatic const struct own_site sites_%u[] = {\n", region->path, number);
	for (uint64_t i = 0; i + SYSCALL_SIZE <= region->end - region->start; i++)
		if (text[i] == 0x0f && text[i + 1] == 0x05)
			print_site(layout, region, region->start + i + SYSCALL_SIZE, is_loader);
	puts("\t{ 0 },\n};");
}

int main(void)
{
	struct layout *layout = layout_read(getpid());
	unsigned int number = 0;

	puts("/* Made by helper/list_sites.c. */\n#include \"helper/own_sites.h\"");
	for (unsigned int i = 0; layout && i < layout->nr_regions; i++)
		if (is_wanted(&layout->regions[i]))
			print_sites(layout, &layout->regions[i], number++);
	puts("\nconst struct own_file own_files[] = {");
	number = 0;
	for (unsigned int i = 0; layout && i < layout->nr_regions; i++)
		if (is_wanted(&layout->regions[i])) {
			printf("\t{ \"%s\", sites_%u, sizeof(sites_%u) / sizeof(sites_%u[0]) - 1 },\n",
			       layout->regions[i].file->build_id, number, number, number);
			number++;
		}
	puts("\t{ 0 },\n};");
	if (layout)
		layout_put(layout);
	return 0;
}
