/* SPDX-License-Identifier: MIT */
/*
 * Makes the C library's code writable again and again, as programs that hook functions do. Prints
 * how many mappings the process has in the middle and at the end.
 */
#include "tests/live/tracee.h"

#include <link.h>
#include <sys/mman.h>

#define NR_ROUNDS 300

static char *code;
static size_t code_size;

static int find_code(struct dl_phdr_info *info, size_t size, void *data)
{
	const uintptr_t page = 4096;

	(void)size;
	(void)data;
	for (int i = 0; strstr(info->dlpi_name, "libc.so") && i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + header->p_vaddr;

		if (header->p_type != PT_LOAD || !(header->p_flags & PF_X))
			continue;
		code = (char *)(start & ~(page - 1));
		code_size = (start + header->p_memsz + page - 1 - (uintptr_t)code) & ~(page - 1);
	}
	return 0;
}

static int count_mappings(void)
{
	FILE *file = fopen("/proc/self/maps", "r");
	int nr = 0, c;

	while ((c = getc(file)) != EOF)
		nr += c == '\n';
	fclose(file);
	return nr;
}

static void change_code(int nr_rounds)
{
	for (int i = 0; i < nr_rounds; i++) {
		CHECK(mprotect(code, code_size, PROT_READ | PROT_WRITE | PROT_EXEC) == 0);
		CHECK(mprotect(code, code_size, PROT_READ | PROT_EXEC) == 0);
		for (int j = 0; j < 10; j++)
			CHECK(getppid() > 0);
	}
}

int main(void)
{
	dl_iterate_phdr(find_code, NULL);
	CHECK(code);
	change_code(NR_ROUNDS / 2);
	printf("%d ", count_mappings());
	change_code(NR_ROUNDS / 2);
	printf("%d\n", count_mappings());
	return 0;
}
