// SPDX-License-Identifier: MIT
/*
 * Finds the end of a function of assembly code that has no size in .dynsym. This does not decode
 * instructions: the first byte that looks like a return instruction ends the function.
 */
#include <string.h>

#include "profile/symbols/binary_parts.h"

#define MAX_LABEL   4096 /* bytes; no function of assembly code is longer */
#define RETURN_BYTE 0xc3

uint64_t binary_label_limit(Elf *elf, GElf_Word index, uint64_t start, uint64_t limit)
{
	size_t size = limit - start < MAX_LABEL ? (size_t)(limit - start) : MAX_LABEL;
	Elf_Scn *scn = elf_getscn(elf, index);
	const unsigned char *end;
	const Elf_Data *data;
	GElf_Shdr header;

	if (!scn || !gelf_getshdr(scn, &header) || header.sh_type == SHT_NOBITS)
		return start;
	data = elf_getdata_rawchunk(elf, (int64_t)(header.sh_offset + (start - header.sh_addr)),
				    size, ELF_T_BYTE);
	if (!data || !data->d_buf)
		return start;
	end = memchr(data->d_buf, RETURN_BYTE, size);
	return end ? start + (uint64_t)(end - (const unsigned char *)data->d_buf) + 1
		   : start + size;
}
