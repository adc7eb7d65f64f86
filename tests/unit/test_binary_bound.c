// SPDX-License-Identifier: MIT
/*
 * ELF files with a section that states how large its decompressed contents are.
 */
#include <criterion/criterion.h>
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "profile/symbols/binary.h"

static char path[64];

/* Writes a copy of this program in which the first section of @type is a compressed one, of @size bytes. */
static void make_file(uint32_t type, uint64_t size)
{
	Elf64_Chdr compressed = { .ch_type = ELFCOMPRESS_ZLIB, .ch_size = size, .ch_addralign = 1 };
	FILE *self = fopen("/proc/self/exe", "re");
	struct stat status;
	unsigned char *image;
	int fd;

	cr_assert(self && fstat(fileno(self), &status) == 0);
	image = malloc((size_t)status.st_size);
	cr_assert_eq(fread(image, 1, (size_t)status.st_size, self), (size_t)status.st_size);
	fclose(self);
	Elf64_Shdr *sections = (Elf64_Shdr *)(image + ((Elf64_Ehdr *)image)->e_shoff);

	while (sections->sh_type != type || sections->sh_size < sizeof(compressed) ||
	       sections->sh_flags & SHF_ALLOC)
		sections++;
	sections->sh_flags |= SHF_COMPRESSED;
	memcpy(image + sections->sh_offset, &compressed, sizeof(compressed));
	strcpy(path, "/tmp/scprof-bound.XXXXXX");
	fd = mkstemp(path);
	cr_assert_eq(write(fd, image, (size_t)status.st_size), status.st_size);
	close(fd);
	free(image);
}

static int open_file(void)
{
	struct binary *binary = NULL;
	int rc = binary_open(&binary, path, "");

	binary_close(binary);
	unlink(path);
	return rc;
}

Test(binary_bound, a_section_with_an_enormous_decompressed_size_is_not_read)
{
	make_file(SHT_PROGBITS, UINT64_C(1) << 32);
	cr_expect_eq(open_file(), -ENOEXEC);
	make_file(SHT_PROGBITS, UINT64_MAX);
	cr_expect_eq(open_file(), -ENOEXEC);
}

/*
 * The reader accepts this file's sections. It refuses the file later, because the build ids differ.
 */
Test(binary_bound, a_section_with_an_ordinary_decompressed_size_is_read)
{
	make_file(SHT_PROGBITS, 1 << 20);
	cr_expect_neq(open_file(), -ENOEXEC);
}
