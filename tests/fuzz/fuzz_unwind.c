// SPDX-License-Identifier: MIT
/*
 * libFuzzer harness for unwinding. The input is an ELF file, which is mapped into this process, and
 * a stack full of addresses in it. The helper reads the file's headers, and libunwind unwinds by
 * its .eh_frame. Whatever they contain, the unwinding must end. LLVM's sanitizers do not cover
 * libunwind, which is not built here.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "helper/elf/elf_cache.h"
#include "helper/trace/remote_memory.h"
#include "helper/unwind/layout.h"
#include "helper/unwind/unwind.h"

#define MAX_FRAMES 64
#define STACK_SIZE 4096
#define CODE_64	   0x33

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t stack[STACK_SIZE] __attribute__((aligned(16)));

/* Replaces the helper's function, which reads another process. */
size_t remote_memory_read(pid_t tid, uint64_t addr, void *buffer, size_t size)
{
	uint64_t start = (uint64_t)stack;

	(void)tid;
	if (addr < start || addr - start > STACK_SIZE || size > STACK_SIZE - (addr - start))
		return 0;
	memcpy(buffer, stack + (addr - start), size);
	return size;
}

bool remote_memory_word(pid_t tid, uint64_t addr, uint64_t *value)
{
	return remote_memory_read(tid, addr, value, sizeof(*value)) == sizeof(*value);
}

bool remote_memory_has_words(pid_t tid, const uint64_t *addrs, const uint64_t *expected,
			     unsigned int nr)
{
	uint64_t value;

	for (unsigned int i = 0; i < nr; i++)
		if (!remote_memory_word(tid, addrs[i], &value) || value != expected[i])
			return false;
	return true;
}

static void walk(const uint8_t *image, size_t size)
{
	struct layout *layout = layout_read(getpid());
	struct profile profile;

	profile_init(&profile);
	for (size_t offset = 0; layout && offset < size; offset += size / 16 + 1) {
		struct user_regs_struct registers = {
			.rip = (uint64_t)image + offset,
			.rsp = (uint64_t)stack + 64,
			.rbp = (uint64_t)stack + 256,
			.cs = CODE_64,
		};

		for (size_t i = 0; i < STACK_SIZE / 8; i++)
			((uint64_t *)stack)[i] = i % 2 ? (uint64_t)image + (offset + i * 37) % size
						       : (uint64_t)stack + i * 24 % STACK_SIZE;
		unwind_stack(getpid(), layout, &registers, false, MAX_FRAMES, &profile);
	}
	layout_put(layout);
	elf_file_drop_unused();
	profile_fini(&profile);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("binary", 0);
	void *image;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	image = size ? mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) : MAP_FAILED;
	if (image != MAP_FAILED) {
		walk(image, size);
		munmap(image, size);
	}
	close(fd);
	return 0;
}
