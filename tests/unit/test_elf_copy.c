// SPDX-License-Identifier: MIT
/*
 * The helper reads copies of a program that are damaged or have an unusual form, and files that
 * change while it reads them.
 */
#include <criterion/criterion.h>
#include <elf.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helper/elf/elf_fde.h"
#include "helper/elf/elf_file.h"
#include "helper/elf/elf_load.h"
#include "helper/elf/elf_read.h"
#include "tests/unit/own_elf.h"

static void teardown(void)
{
	elf_file_drop_unused();
}

TestSuite(elf_copy, .fini = teardown);

/* A copy of a small program in a temporary file. The tests change it. */
static char copy_path[] = "/tmp/scprof-elf.XXXXXX";
static uint8_t *image;
static size_t image_size;

static int make_copy(void)
{
	int fd = open("/bin/true", O_RDONLY | O_CLOEXEC);
	struct stat status;

	cr_assert_geq(fd, 0);
	cr_assert_eq(fstat(fd, &status), 0);
	image_size = (size_t)status.st_size;
	image = malloc(image_size);
	cr_assert_eq(read(fd, image, image_size), (ssize_t)image_size);
	close(fd);
	fd = mkstemp(copy_path);
	cr_assert_eq(pwrite(fd, image, image_size, 0), (ssize_t)image_size);
	return fd;
}

static void drop_copy(int fd)
{
	close(fd);
	unlink(copy_path);
	free(image);
}

/* Returns what it has read, so that the compiler does not leave a read out. */
static uint64_t use(struct elf_file *some)
{
	uint64_t function = 0, fde = 0, offset = 0, sum = strlen(some->build_id) + some->entry;
	uint8_t bytes[16];

	for (uint64_t vaddr = 0; vaddr < 65536; vaddr += 509) {
		if (elf_fde_find(some, vaddr, &function, &fde))
			sum += function + fde;
		if (elf_file_offset_of_vaddr(some, vaddr, &offset) &&
		    elf_read(some, offset, bytes, sizeof(bytes)))
			sum += bytes[7];
	}
	for (unsigned int i = 0; i < some->nr_segments; i++)
		if (elf_fde_find(some, some->segments[i].vaddr, &function, &fde))
			sum += fde;
	return sum;
}

/* Reads the copy as it is now. Returns true if it was accepted as an ELF file. */
static bool try_copy(void)
{
	static volatile uint64_t sink;
	struct elf_file *some = own_elf_open(copy_path);

	if (some)
		sink += use(some);
	elf_file_put(some);
	elf_file_drop_unused();
	return some;
}

/* Changes the type of all program headers of notes, as Go's linker has none for the build id. */
static void hide_notes(int fd)
{
	const Elf64_Ehdr *ehdr = (const Elf64_Ehdr *)(const void *)image;
	const Elf64_Phdr *phdrs = (const Elf64_Phdr *)(const void *)(image + ehdr->e_phoff);
	const Elf64_Word type = PT_NULL;

	for (unsigned int i = 0; i < ehdr->e_phnum; i++) {
		off_t at =
			(off_t)(ehdr->e_phoff + i * sizeof(*phdrs) + offsetof(Elf64_Phdr, p_type));

		if (phdrs[i].p_type == PT_NOTE)
			cr_assert_eq(pwrite(fd, &type, sizeof(type), at), sizeof(type));
	}
}

Test(elf_copy, build_id_is_found_by_its_section)
{
	int fd = make_copy();
	struct elf_file *some = own_elf_open(copy_path);
	char build_id[sizeof(some->build_id)];

	cr_assert_not_null(some);
	snprintf(build_id, sizeof(build_id), "%s", some->build_id);
	elf_file_put(some);
	elf_file_drop_unused();
	if (!build_id[0])
		cr_skip_test("/bin/true has no build id");
	hide_notes(fd);
	some = own_elf_open(copy_path);
	cr_assert_not_null(some);
	cr_expect_str_eq(some->build_id, build_id);
	elf_file_put(some);
	elf_file_drop_unused();
	drop_copy(fd);
}

Test(elf_copy, flipped_bytes_do_no_harm)
{
	int fd = make_copy();
	unsigned int seed = 1, nr_taken = 0;

	for (unsigned int trial = 0; trial < 4000; trial++) {
		uint8_t *damaged = malloc(image_size);

		memcpy(damaged, image, image_size);
		for (int change = rand_r(&seed) % 8; change >= 0; change--) {
			/* Headers, where most can go wrong; the whole file; section headers. */
			size_t room = trial % 3 == 0 ? 1024 : image_size;
			size_t at = (size_t)rand_r(&seed) % room;

			if (trial % 3 == 1)
				at = image_size - 1 - at % 2048;
			damaged[at] = change % 2 ? (uint8_t)rand_r(&seed) : 0xff;
		}
		cr_assert_eq(pwrite(fd, damaged, image_size, 0), (ssize_t)image_size);
		nr_taken += try_copy();
		free(damaged);
	}
	cr_expect_gt(nr_taken, 1000);
	drop_copy(fd);
}

Test(elf_copy, extreme_program_header_fields_do_no_harm)
{
	static const uint64_t extremes[] = { 0,		1, INT64_MAX, UINT64_MAX, UINT64_MAX - 4095,
					     UINT32_MAX };
	int fd = make_copy();

	for (size_t at = 0; at < sizeof(Elf64_Ehdr) + 16 * sizeof(Elf64_Phdr); at += 4) {
		for (size_t i = 0; i < sizeof(extremes) / sizeof(extremes[0]); i++) {
			cr_assert_eq(pwrite(fd, &extremes[i], 8, (off_t)at), 8);
			try_copy();
			cr_assert_eq(pwrite(fd, image + at, 8, (off_t)at), 8);
		}
	}
	cr_expect(try_copy());
	drop_copy(fd);
}

Test(elf_copy, cut_files_do_no_harm)
{
	int fd = make_copy();

	for (size_t size = image_size; size > 0; size = size * 15 / 16) {
		cr_assert_eq(ftruncate(fd, (off_t)size), 0);
		try_copy();
	}
	cr_expect_not(try_copy());
	drop_copy(fd);
}

Test(elf_copy, file_that_shrinks_while_open_does_no_harm)
{
	int fd = make_copy();
	struct elf_file *some = own_elf_open(copy_path);
	uint8_t byte;

	cr_assert_not_null(some);
	cr_assert_eq(ftruncate(fd, 100), 0);
	cr_expect_gt(use(some), 0);
	elf_read(some, image_size - 1, &byte, 1);
	elf_file_put(some);
	drop_copy(fd);
}

Test(elf_copy, huge_sparse_file_is_not_accepted)
{
	int fd = make_copy();

	for (off_t size = 1l << 62; size > 1l << 36; size /= 2)
		if (ftruncate(fd, size) == 0)
			cr_expect_not(try_copy(), "%ld bytes", size);
	drop_copy(fd);
}

/*
 * Overwrites the copy with another entry point. Restores its times to @times, if that is not NULL.
 */
static void rewrite(int fd, uint64_t entry, const struct timespec *times)
{
	usleep(20000); /* the kernel's clock for time stamps advances every few milliseconds */
	cr_assert_eq(pwrite(fd, &entry, 8, offsetof(Elf64_Ehdr, e_entry)), 8);
	if (times)
		cr_assert_eq(futimens(fd, times), 0);
}

static void expect_noticed(bool keeps_times)
{
	int fd = make_copy();
	struct elf_file *before = own_elf_open(copy_path), *after;
	struct timespec times[2];
	struct stat status;

	cr_assert_eq(fstat(fd, &status), 0);
	times[0] = status.st_atim;
	times[1] = status.st_mtim;
	rewrite(fd, 0x123456, keeps_times ? times : NULL);
	after = own_elf_open(copy_path);
	cr_assert_not_null(after);
	cr_expect_neq(after, before);
	cr_expect_eq(after->entry, 0x123456);
	cr_expect_neq(before->entry, 0x123456, "a file in use has changed");
	cr_expect(before->is_outdated);
	elf_file_put(before);
	elf_file_put(after);
	drop_copy(fd);
}

Test(elf_copy, file_rewritten_in_place_is_noticed)
{
	expect_noticed(false);
}

Test(elf_copy, file_rewritten_with_its_old_times_is_noticed)
{
	expect_noticed(true);
}

Test(elf_copy, unused_file_that_was_rewritten_is_freed)
{
	int fd = make_copy();

	elf_file_put(own_elf_open(copy_path));
	rewrite(fd, 0x777, NULL);
	elf_file_put(own_elf_open(copy_path));
	drop_copy(fd);
}

Test(elf_copy, replaced_file_is_another_file)
{
	int fd = make_copy();
	struct elf_file *before = own_elf_open(copy_path), *after;
	struct stat status, now;

	cr_assert_eq(fstat(fd, &status), 0);
	cr_assert_eq(unlink(copy_path), 0);
	close(fd);
	fd = open(copy_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	cr_assert_eq(write(fd, image, image_size), (ssize_t)image_size);
	cr_assert_eq(fstat(fd, &now), 0);
	if (now.st_ino != status.st_ino)
		cr_expect_null(own_elf_get(copy_path, status.st_dev + 1, status.st_ino));
	after = own_elf_open(copy_path);
	cr_assert_not_null(after);
	cr_expect_neq(after, before);
	elf_file_put(before);
	elf_file_put(after);
	drop_copy(fd);
}
