/* SPDX-License-Identifier: MIT */
/*
 * text FILE: linked statically. It maps FILE, the C library, as code, as valgrind does, and never
 * executes it. The mapping must stay equal to the file. Then it executes another program, whose
 * calls come from FILE, and does the same again.
 *
 * text: the code of the program and of its libraries must be equal to their files.
 */
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>

#include "tests/live/tracee.h"

enum { NR_CALLS = 300 };

static NOINLINE void make_calls(void)
{
	for (int i = 0; i < NR_CALLS; i++) {
		getppid();
		BARRIER();
	}
}

static void run_other(void)
{
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid == 0) {
		execl("/bin/ls", "ls", "-l", "/", (char *)NULL);
		_exit(TRACEE_FAILED);
	}
	CHECK(wait_for(pid) == 0);
}

/* Returns true if the @size bytes at @text equal those at @offset of the file. */
static int is_as_in_file(const char *path, const char *text, size_t size, off_t offset)
{
	char bytes[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int is_equal = 1;

	CHECK(fd >= 0);
	for (size_t at = 0; at < size; at += sizeof(bytes)) {
		ssize_t nr = pread(fd, bytes, sizeof(bytes), offset + (off_t)at);
		size_t rest = size - at;

		if (nr <= 0)
			break;
		is_equal &= memcmp(text + at, bytes, (size_t)nr < rest ? (size_t)nr : rest) == 0;
	}
	close(fd);
	return is_equal;
}

/* Returns the segment of the file that contains code, extended to whole pages. */
static Elf64_Phdr code_segment(int fd)
{
	Elf64_Ehdr header;
	Elf64_Phdr segment;

	CHECK(pread(fd, &header, sizeof(header), 0) == sizeof(header));
	for (int i = 0; i < header.e_phnum; i++) {
		off_t at = (off_t)(header.e_phoff + (size_t)i * sizeof(segment));

		CHECK(pread(fd, &segment, sizeof(segment), at) == sizeof(segment));
		if (segment.p_type == PT_LOAD && segment.p_flags & PF_X)
			break;
	}
	CHECK(segment.p_flags & PF_X && segment.p_offset % 4096 == 0);
	return segment;
}

/* Maps it within reach of a jump from the program. */
static void map_as_code(const char *path)
{
	char *const place = (char *)0x10000000;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf64_Phdr code = code_segment(fd);
	char *text = mmap(place, code.p_filesz, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd,
			  (off_t)code.p_offset);

	CHECK(text != MAP_FAILED);
	close(fd);
	make_calls();
	CHECK(is_as_in_file(path, text, code.p_filesz, (off_t)code.p_offset));
	CHECK(munmap(text, code.p_filesz) == 0);
}

static void check_own_text(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long start, end, offset;
	char line[512], permissions[5], path[256];

	CHECK(maps);
	while (fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx %4s %lx %*s %*s %255s", &start, &end, permissions,
			   &offset, path) == 5 &&
		    permissions[2] == 'x' && path[0] == '/')
			CHECK(is_as_in_file(path, (const char *)start, end - start, (off_t)offset));
	fclose(maps);
}

int main(int argc, char **argv)
{
	make_calls();
	if (argc > 1) {
		map_as_code(argv[1]);
		run_other();
		map_as_code(argv[1]);
	} else {
		check_own_text();
	}
	return 0;
}
