// SPDX-License-Identifier: MIT
/*
 * Finds ELF files through the dynamic loader.
 */
#include "tests/unit/own_elf.h"

#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct search {
	uint64_t addr;
	struct own_elf *elf;
};

static void read_notes(struct own_elf *elf, const char *note, const char *end)
{
	while (note + sizeof(Elf64_Nhdr) <= end) {
		const Elf64_Nhdr *header = (const Elf64_Nhdr *)note;
		const char *name = note + sizeof(*header);
		const unsigned char *id =
			(const unsigned char *)name + ((header->n_namesz + 3u) & ~3u);

		if (header->n_type == NT_GNU_BUILD_ID && strcmp(name, "GNU") == 0)
			for (uint32_t i = 0; i < header->n_descsz; i++)
				sprintf(elf->build_id + 2 * (size_t)i, "%02x", id[i]);
		note = (const char *)id + ((header->n_descsz + 3u) & ~3u);
	}
}

static void read_table(struct own_elf *elf, const char *hdr)
{
	memcpy(&elf->nr_entries, hdr + 8, sizeof(elf->nr_entries));
	elf->table = (const struct own_table_entry *)(hdr + 12);
}

static int visit(struct dl_phdr_info *info, size_t size, void *data)
{
	struct search *search = data;
	struct own_elf *elf = search->elf;
	bool is_here = false;

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++)
		is_here |= info->dlpi_phdr[i].p_type == PT_LOAD &&
			   search->addr - info->dlpi_addr - info->dlpi_phdr[i].p_vaddr <
				   info->dlpi_phdr[i].p_memsz;
	if (!is_here)
		return 0;
	memset(elf, 0, sizeof(*elf));
	elf->bias = info->dlpi_addr;
	elf->path = *info->dlpi_name ? info->dlpi_name : "/proc/self/exe";
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const char *at = (const char *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);

		if (info->dlpi_phdr[i].p_type == PT_NOTE)
			read_notes(elf, at, at + info->dlpi_phdr[i].p_memsz);
		if (info->dlpi_phdr[i].p_type == PT_GNU_EH_FRAME) {
			elf->hdr_vaddr = info->dlpi_phdr[i].p_vaddr;
			read_table(elf, at);
		}
	}
	return 1;
}

bool own_elf_find(const void *addr, struct own_elf *elf)
{
	struct search search = { .addr = (uint64_t)addr, .elf = elf };

	return dl_iterate_phdr(visit, &search) == 1;
}

struct elf_file *own_elf_get(const char *path, uint64_t dev, uint64_t inode)
{
	const struct elf_mapping mapping = { .path = path, .dev = dev, .inode = inode };
	bool is_loading;

	return elf_file_get(getpid(), &mapping, &is_loading);
}

struct elf_file *own_elf_open(const char *path)
{
	struct stat status;

	if (stat(path, &status))
		return NULL;
	return own_elf_get(path, status.st_dev, status.st_ino);
}
