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

static uint64_t unpacked_size(Elf_Scn *section)
{
	GElf_Shdr header;
	GElf_Chdr compressed;

	if (!gelf_getshdr(section, &header) || !(header.sh_flags & SHF_COMPRESSED) ||
	    !gelf_getchdr(section, &compressed))
		return 0;
	return compressed.ch_size;
}

static bool sections_are_bounded(Elf *elf, uint64_t bound)
{
	Elf_Scn *section = NULL;
	uint64_t total = 0;

	while ((section = elf_nextscn(elf, section))) {
		uint64_t size = unpacked_size(section);

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
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	is_bounded =
		elf && sections_are_bounded(elf, MIN_BOUND + MAX_RATIO * (uint64_t)status.st_size);
	elf_end(elf);
	return is_bounded;
}
