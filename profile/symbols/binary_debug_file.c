// SPDX-License-Identifier: MIT
/*
 * Finds the separate debug file of a binary: by build id in /usr/lib/debug/.build-id, then by the
 * name in .gnu_debuglink. A file found by name must have the same build id or the right checksum.
 * libdwfl's own callback could ask a debuginfod server at any time. Here a server is asked last,
 * only if a command has called debug_server_open(), and never at the end of a run.
 */
#include <elfutils/libdwelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "profile/symbols/binary_parts.h"
#include "profile/symbols/debug_server.h"
#include "profile/util/xalloc.h"

#define DEBUG_ROOT "/usr/lib/debug"

static bool has_crc(int fd, GElf_Word expected)
{
	struct stat status;
	unsigned long crc;
	void *data;

	if (fstat(fd, &status) != 0 || status.st_size == 0)
		return false;
	data = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		return false;
	crc = crc32_z(0, data, (size_t)status.st_size);
	munmap(data, (size_t)status.st_size);
	return crc == expected;
}

static bool has_build_id(int fd, const unsigned char *expected, int size)
{
	Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	const void *bytes = NULL;
	bool is_equal = elf && dwelf_elf_gnu_build_id(elf, &bytes) == size &&
			memcmp(bytes, expected, (size_t)size) == 0;

	elf_end(elf);
	return is_equal;
}

/* Opens @path if it is the debug file of @module. Returns a descriptor or -1. Frees @path. */
static int try_file(Dwfl_Module *module, GElf_Word crc, char *path, char **debug_file_name)
{
	const unsigned char *build_id;
	GElf_Addr address;
	int size = dwfl_module_build_id(module, &build_id, &address);
	int fd = binary_open_regular(path);

	if (fd >= 0 && ((size > 0 && has_build_id(fd, build_id, size)) || has_crc(fd, crc))) {
		*debug_file_name = path;
		return fd;
	}
	if (fd >= 0)
		close(fd);
	free(path);
	return -1;
}

static int find_by_link(Dwfl_Module *module, const char *file_name, const char *link_name,
			GElf_Word link_crc, char **debug_file_name)
{
	static const char *const formats[][2] = { { "", "/" },
						  { "", "/.debug/" },
						  { DEBUG_ROOT, "/" } };
	char *real = realpath(file_name, NULL);
	char *slash = real ? strrchr(real, '/') : NULL;
	int fd = -1;

	if (slash)
		*slash = '\0';
	for (size_t i = 0; slash && fd < 0 && i < sizeof(formats) / sizeof(formats[0]); i++)
		fd = try_file(module, link_crc,
			      xasprintf("%s%s%s%s", formats[i][0], real, formats[i][1], link_name),
			      debug_file_name);
	free(real);
	return fd;
}

/* Does not trust servers: the file must have the build id that was requested. */
static int find_by_server(Dwfl_Module *module, char **debug_file_name)
{
	const unsigned char *build_id;
	GElf_Addr address;
	int size = dwfl_module_build_id(module, &build_id, &address);
	char *hex, *path = NULL;
	int fd;

	if (size <= 0 || !debug_server_is_open())
		return -1;
	hex = xcalloc(2 * (size_t)size + 1, 1);
	for (int i = 0; i < size; i++)
		sprintf(hex + 2 * i, "%02x", build_id[i]);
	fd = debug_server_fetch(hex, &path);
	free(hex);
	if (fd >= 0 && has_build_id(fd, build_id, size)) {
		*debug_file_name = path;
		return fd;
	}
	if (fd >= 0)
		close(fd);
	free(path);
	return -1;
}

int binary_find_debug_file(Dwfl_Module *module, void **user_data, const char *name, Dwarf_Addr base,
			   const char *file_name, const char *link_name, GElf_Word link_crc,
			   char **debug_file_name)
{
	int fd = dwfl_build_id_find_debuginfo(module, user_data, name, base, file_name, link_name,
					      link_crc, debug_file_name);

	/* A link must be a file name, not a path that leads elsewhere. */
	if (fd < 0 && file_name && link_name && *link_name && !strchr(link_name, '/'))
		fd = find_by_link(module, file_name, link_name, link_crc, debug_file_name);
	if (fd < 0)
		fd = find_by_server(module, debug_file_name);
	if (fd < 0 || binary_is_bounded(fd))
		return fd;
	close(fd);
	free(*debug_file_name);
	*debug_file_name = NULL;
	return -1;
}
