// SPDX-License-Identifier: MIT
/*
 * The vdso is a file that exists only in memory. It is the same in all processes of one kernel and
 * ABI. So our own vdso can be used for other processes with the same build id.
 */
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include "profile/symbols/binary_parts.h"

/* The section headers are the last part of the image that the kernel builds. */
static size_t vdso_size(const ElfW(Ehdr) * header)
{
	size_t size = header->e_shoff + (size_t)header->e_shnum * header->e_shentsize;
	const ElfW(Phdr) *segments = (const void *)((const char *)header + header->e_phoff);

	for (int i = 0; i < header->e_phnum; i++)
		if (segments[i].p_offset + segments[i].p_filesz > size)
			size = segments[i].p_offset + segments[i].p_filesz;
	return size;
}

int binary_open_vdso(void)
{
	const ElfW(Ehdr) *header = (const void *)getauxval(AT_SYSINFO_EHDR);
	ssize_t written;
	size_t size;
	int fd;

	if (!header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
		return -ENOENT;
	fd = memfd_create("vdso", MFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	size = vdso_size(header);
	written = write(fd, header, size);
	if (written == (ssize_t)size)
		return fd;
	close(fd);
	return -EIO;
}
