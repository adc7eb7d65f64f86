// SPDX-License-Identifier: MIT
/*
 * Sections with debug information may be compressed. libdw decompresses them in memory, where they
 * can be up to 1032 times as large; real ones become three to six times as large. libdw also
 * decompresses files that are compressed as a whole.
 */
#include <elf.h>
#include <gelf.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "profile/symbols/binary_parts.h"

#define MAX_RATIO 32
#define MIN_BOUND (64u << 20)

/* The beginning of a compressed section. */
union compression {
	Elf32_Chdr small;
	Elf64_Chdr large;
};

/* Reads one header, because gelf_getchdr() would read the whole section, or map the whole file. */
static bool read_compression(Elf *elf, int fd, const GElf_Shdr *section, union compression *header)
{
	const size_t size = gelf_fsize(elf, ELF_T_CHDR, 1, EV_CURRENT);
	const char *ident = elf_getident(elf, NULL);
	union compression raw;
	Elf_Data in = { .d_buf = &raw, .d_size = size, .d_type = ELF_T_CHDR };
	Elf_Data out = { .d_buf = header, .d_size = size, .d_type = ELF_T_CHDR };

	in.d_version = out.d_version = EV_CURRENT;
	return size && ident && section->sh_size >= size && section->sh_type != SHT_NOBITS &&
	       pread(fd, &raw, size, (off_t)section->sh_offset) == (ssize_t)size &&
	       gelf_xlatetom(elf, &out, &in, (unsigned char)ident[EI_DATA]);
}

static uint64_t unpacked_size(Elf *elf, int fd, Elf_Scn *section)
{
	union compression compression;
	GElf_Shdr header;

	if (!gelf_getshdr(section, &header) || !(header.sh_flags & SHF_COMPRESSED) ||
	    !read_compression(elf, fd, &header, &compression))
		return 0;
	return gelf_getclass(elf) == ELFCLASS32 ? compression.small.ch_size
						: compression.large.ch_size;
}

static bool sections_are_bounded(Elf *elf, int fd, uint64_t bound)
{
	Elf_Scn *section = NULL;
	uint64_t total = 0;

	while ((section = elf_nextscn(elf, section))) {
		uint64_t size = unpacked_size(elf, fd, section);

		if (size > bound - total)
			return false;
		total += size;
	}
	return true;
}

bool binary_is_bounded(int fd)
{
	char magic[SELFMAG];
	struct stat status;
	bool is_bounded;
	Elf *elf;

	if (fstat(fd, &status) != 0 || pread(fd, magic, SELFMAG, 0) != SELFMAG ||
	    memcmp(magic, ELFMAG, SELFMAG) != 0)
		return false;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	is_bounded = elf && sections_are_bounded(elf, fd,
						 MIN_BOUND + MAX_RATIO * (uint64_t)status.st_size);
	elf_end(elf);
	return is_bounded;
}
