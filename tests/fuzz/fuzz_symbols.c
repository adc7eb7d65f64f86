// SPDX-License-Identifier: MIT
/*
 * libFuzzer harness for symbol tables and DWARF. The input is an ELF file. For any address, the
 * reader must return names and lines, or none. The harness does not cover libdw's threads or
 * debuginfod servers.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "profile/symbols/binary.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(struct binary *binary, uint64_t address)
{
	struct binary_lines lines;

	binary_find_lines(binary, address, &lines);
	for (uint32_t i = 0; i < lines.nr; i++)
		if (lines.lines[i].system_name &&
		    !memchr(lines.lines[i].system_name, '\0', 1 << 20))
			abort();
	if (lines.nr)
		binary_lines_fini(&lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("binary", 0);
	struct binary *binary;
	char path[64];

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (binary_open(&binary, path, "") == 0) {
		binary_read_symbols(binary);
		for (uint64_t address = 0; address < 0x4000; address += 0x101)
			ask(binary, address);
		ask(binary, UINT64_MAX);
		binary_close(binary);
	}
	close(fd);
	return 0;
}
