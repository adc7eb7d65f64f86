/* SPDX-License-Identifier: MIT */
/*
 * Runs while scprof is built. Prints a C file with the table of helper/gate/own_sites.h, for the C
 * library and the dynamic loader with which this program was started.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper/gate/fast_known.h"
#include "helper/gate/fast_patch.h"
#include "helper/gate/own_sites.h"
#include "helper/unwind/layout.h"
#include "profile/symbols/c_library.h"

#define SYSCALL_SIZE 2
#define MOV_SIZE     5
#define MAX_DISTANCE 32

/* The table in this program is empty, so its output does not depend on an older table. */
const struct own_file own_files[] = { { 0 } };

/*
 * If only a cmp was found, the number is set shortly before the call: `mov $nr,%eax`, or `xor
 * %eax,%eax`.
 */
static uint32_t likely_number(const struct site *site, const uint8_t *call)
{
	uint32_t nr;

	if (site->shape == SITE_MOV)
		return site->nr;
	if (call[-2] == 0x31 && call[-1] == 0xc0)
		return SYS_read;
	for (const uint8_t *at = call - MOV_SIZE; at > call - MAX_DISTANCE; at--)
		if (at[0] == 0xb8) {
			memcpy(&nr, at + 1, sizeof(nr));
			return nr;
		}
	return UINT32_MAX;
}

/*
 * Returns true for calls that the dynamic loader makes before a program's first instruction, and
 * that most programs make then.
 */
static bool is_common(uint32_t nr)
{
	static const uint32_t common[] = {
		SYS_read,	  SYS_write,	      SYS_close,	   SYS_lseek,
		SYS_mmap,	  SYS_mprotect,	      SYS_munmap,	   SYS_brk,
		SYS_pread64,	  SYS_access,	      SYS_ioctl,	   SYS_fcntl,
		SYS_openat,	  SYS_newfstatat,     SYS_getdents64,	   SYS_readlink,
		SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_prlimit64,	   SYS_getrandom,
		SYS_rseq,	  SYS_getuid,	      SYS_geteuid,	   SYS_getgid,
		SYS_getegid,	  SYS_arch_prctl,     SYS_set_tid_address, SYS_set_robust_list,
		SYS_getcwd,	  SYS_chdir,	      SYS_getpid,	   SYS_getppid,
		SYS_gettid,	  SYS_uname,	      SYS_sysinfo,	   SYS_statfs,
		SYS_dup2,	  SYS_pipe2,	      SYS_wait4,	   SYS_socket,
		SYS_connect,	  SYS_poll,	      SYS_statx,
	};

	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		if (nr == common[i])
			return true;
	/* true for syscall(), and for the site that cancellable calls share since glibc 2.41 */
	return nr == UINT32_MAX;
}

static const char *shape_name(enum site_shape shape)
{
	switch (shape) {
	case SITE_MOV:
		return "SITE_MOV";
	case SITE_CMP:
		return "SITE_CMP";
	case SITE_SHORT:
		return "SITE_SHORT";
	case SITE_COPY:
		return "SITE_COPY";
	default:
		return "SITE_UNPATCHABLE";
	}
}

static void print_bytes(const uint8_t *bytes, size_t size)
{
	printf(" {");
	for (size_t i = 0; i < size; i++)
		printf(" %d,", bytes[i]);
	printf(" },");
}

static void print_site(struct layout *layout, const struct region *region, uint64_t ip)
{
	const uint8_t *call = (const uint8_t *)(uintptr_t)ip - SYSCALL_SIZE;
	/* The results for the other sites say which padding is in use. */
	struct fast_site site = { .ip = ip, .known = fast_known_get(layout, ip) };

	fast_patch_classify(layout, &site);
	if (site.is_refused)
		return;
	printf("\t{ 0x%" PRIx64 ", %s, %uu, %d, %d, %d,", ip - region->start + region->offset,
	       shape_name(site.site.shape), (unsigned int)site.site.nr,
	       (int)site.site.cmp_immediate, is_common(likely_number(&site.site, call)),
	       site.site.shape == SITE_SHORT ? (int)(int64_t)(site.site.pad_addr - ip) : 0);
	print_bytes(site.site.pad, sizeof(site.site.pad));
	print_bytes(site.site.copy, sizeof(site.site.copy));
	printf(" %d },\n", site.site.copy_size);
}

static bool is_wanted(const struct region *region)
{
	return region->is_executable && !region->is_writable && region->inode && region->file &&
	       region->file->build_id[0] && c_library_has_module(region->path);
}

static void print_sites(struct layout *layout, const struct region *region, unsigned int number)
{
	const uint8_t *text = (const uint8_t *)(uintptr_t)region->start;

	printf("\n/* %s */\nstatic const struct own_site sites_%u[] = {\n", region->path, number);
	for (uint64_t i = 0; i + SYSCALL_SIZE <= region->end - region->start; i++)
		if (text[i] == 0x0f && text[i + 1] == 0x05)
			print_site(layout, region, region->start + i + SYSCALL_SIZE);
	puts("\t{ 0 },\n};");
}

int main(void)
{
	struct layout *layout = layout_read(getpid());
	unsigned int number = 0;

	puts("/* Made by helper/gate/list_sites.c. */\n#include \"helper/gate/own_sites.h\"");
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
