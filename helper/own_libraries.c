/* SPDX-License-Identifier: MIT */
/*
 * The C library and dynamic loader of the helper are nearly always the program's too, and a short program
 * has ended before they could be read once they are seen in it.
 */
#include "helper/own_libraries.h"

#include <elf.h>
#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/binary_ahead.h"
#include "profile/c_library.h"

#define MAX_BUILD_ID 64 /* bytes */

/* Writes the build id of @note, as hex, to @text, and returns true when it is one. */
static bool copy_build_id(const ElfW(Nhdr) * note, char text[static 2 * MAX_BUILD_ID + 1])
{
	const char *name = (const char *)(note + 1);
	const unsigned char *id = (const unsigned char *)name + ((note->n_namesz + 3u) & ~3u);

	if (note->n_type != NT_GNU_BUILD_ID || note->n_namesz != 4 || memcmp(name, "GNU", 4) != 0 ||
	    note->n_descsz > MAX_BUILD_ID)
		return false;
	for (unsigned int i = 0; i < note->n_descsz; i++)
		sprintf(text + 2 * (size_t)i, "%02x", id[i]);
	return true;
}

static bool find_in_segment(const char *start, size_t size, char *text)
{
	size_t at = 0;

	while (at + sizeof(ElfW(Nhdr)) <= size) {
		const ElfW(Nhdr) *note = (const ElfW(Nhdr) *)(const void *)(start + at);

		if (copy_build_id(note, text))
			return true;
		at += sizeof(*note) + ((note->n_namesz + 3u) & ~3u) + ((note->n_descsz + 3u) & ~3u);
	}
	return false;
}

static int visit(struct dl_phdr_info *info, size_t size, void *argument)
{
	char path[PATH_MAX], build_id[2 * MAX_BUILD_ID + 1];

	(void)size;
	(void)argument;
	if (!c_library_has_module(info->dlpi_name) || !realpath(info->dlpi_name, path))
		return 0;
	for (unsigned int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];

		if (header->p_type == PT_NOTE &&
		    find_in_segment((const char *)(info->dlpi_addr + header->p_vaddr),
				    header->p_memsz, build_id)) {
			binary_ahead_ask(path, build_id);
			break;
		}
	}
	return 0;
}

void own_libraries_read_ahead(void)
{
	dl_iterate_phdr(visit, NULL);
}
