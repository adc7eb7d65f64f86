/* SPDX-License-Identifier: MIT */
/*
 * count_sites FILE...: prints one line with tabs for each ELF file: the file, how many call sites the
 * fast engine would patch in each of its four shapes, how many it would not patch, and the reasons.
 * The word [vdso] means the kernel's file. The code is mapped as the dynamic loader maps it, and the
 * helper's classifier decides.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "helper/gate/fast_patch.h"
#include "helper/gate/own_sites.h"
#include "helper/unwind/layout.h"

#define SYSCALL_SIZE 2
#define PAGE	     4096ull
#define MAX_REASONS  32
#define MAX_SEGMENTS 32

/* Replaces the list that the build makes, so that each site is classified here. */
const struct own_file own_files[] = { { 0 } };

struct counts {
	unsigned int shapes[SITE_COPY + 1];
	const char *reasons[MAX_REASONS];
	unsigned int nr_refused[MAX_REASONS];
};

static void fail(const char *path, const char *what)
{
	fprintf(stderr, "count_sites: %s: %s\n", path, what);
	exit(1);
}

static bool is_loaded(const Elf64_Phdr *segment)
{
	return segment->p_type == PT_LOAD && segment->p_filesz;
}

/* Reserves the addresses that the @nr segments take. */
static struct address_range reserve(const Elf64_Phdr *segments, int nr, uint64_t *first)
{
	uint64_t end = 0;
	void *memory;

	*first = UINT64_MAX;
	for (int i = 0; i < nr; i++) {
		if (!is_loaded(&segments[i]))
			continue;
		if (*first == UINT64_MAX)
			*first = segments[i].p_vaddr & -PAGE;
		end = segments[i].p_vaddr + segments[i].p_memsz;
	}
	memory = mmap(NULL, end - *first, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		      -1, 0);
	if (memory == MAP_FAILED)
		fail("mmap", strerror(errno));
	return (struct address_range){ (uintptr_t)memory, (uintptr_t)memory + end - *first };
}

/* Maps the segments of @path as the dynamic loader does. Returns the address. */
static struct address_range map_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf64_Phdr segments[MAX_SEGMENTS];
	Elf64_Ehdr header;
	struct address_range range;
	uint64_t first;

	if (fd < 0 || pread(fd, &header, sizeof(header), 0) != sizeof(header))
		fail(path, strerror(errno));
	if (memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_phnum > MAX_SEGMENTS ||
	    pread(fd, segments, header.e_phnum * sizeof(segments[0]), (off_t)header.e_phoff) < 0)
		fail(path, "no ELF file");
	range = reserve(segments, header.e_phnum, &first);
	for (int i = 0; i < header.e_phnum; i++) {
		const Elf64_Phdr *segment = &segments[i];
		uint64_t skip = segment->p_vaddr % PAGE;
		int protection = PROT_READ | (segment->p_flags & PF_X ? PROT_EXEC : 0);

		if (is_loaded(segment) &&
		    mmap((void *)(uintptr_t)(range.start + segment->p_vaddr - skip - first),
			 segment->p_filesz + skip, protection, MAP_PRIVATE | MAP_FIXED, fd,
			 (off_t)(segment->p_offset - skip)) == MAP_FAILED)
			fail(path, strerror(errno));
	}
	close(fd);
	return range;
}

static void count_refused(struct counts *counts, const char *reason)
{
	unsigned int i = 0;

	while (i < MAX_REASONS - 1 && counts->reasons[i] && counts->reasons[i] != reason)
		i++;
	counts->reasons[i] = reason;
	counts->nr_refused[i]++;
}

static void count_site(struct layout *layout, uint64_t ip, struct counts *counts)
{
	/* The results for the other sites say which padding is in use. */
	struct fast_site site = { .ip = ip, .known = fast_known_get(layout, ip) };

	fast_patch_classify(layout, &site);
	if (site.is_refused)
		count_refused(counts, site.site.reason);
	else
		counts->shapes[site.site.shape]++;
}

static void count_region(struct layout *layout, const struct region *region, struct counts *counts)
{
	const uint8_t *start = (const uint8_t *)(uintptr_t)region->start;
	const uint8_t *end = (const uint8_t *)(uintptr_t)region->end, *at = start;

	while ((at = memmem(at, (size_t)(end - at), "\x0f\x05", SYSCALL_SIZE))) {
		at += SYSCALL_SIZE;
		count_site(layout, region->start + (uint64_t)(at - start), counts);
	}
}

static void print_counts(const char *path, const struct counts *counts)
{
	printf("%s\t%u\t%u\t%u\t%u", path, counts->shapes[SITE_MOV], counts->shapes[SITE_CMP],
	       counts->shapes[SITE_SHORT], counts->shapes[SITE_COPY]);
	for (unsigned int i = 0; i < MAX_REASONS && counts->reasons[i]; i++)
		printf("\t%u: %s", counts->nr_refused[i], counts->reasons[i]);
	puts("");
}

static void count_file(const char *path)
{
	bool is_vdso = strcmp(path, "[vdso]") == 0;
	struct address_range range =
		is_vdso ? (struct address_range){ 0, UINT64_MAX } : map_file(path);
	struct layout *layout = layout_read(getpid());
	struct counts counts = { .shapes = { 0 } };

	for (unsigned int i = 0; i < layout->nr_regions; i++) {
		const struct region *region = &layout->regions[i];

		if (region->is_executable && region->file && region->start >= range.start &&
		    region->start < range.end &&
		    (!is_vdso || strcmp(region->file->path, path) == 0))
			count_region(layout, region, &counts);
	}
	layout_put(layout);
	print_counts(path, &counts);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		count_file(argv[i]);
	return 0;
}
