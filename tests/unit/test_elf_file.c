// SPDX-License-Identifier: MIT
/*
 * Compares what the helper reads from the C library's file with its copy in memory and with
 * libgcc's look-ups.
 */
#include <criterion/criterion.h>
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helper/elf/elf_fde.h"
#include "helper/elf/elf_file.h"
#include "helper/elf/elf_load.h"
#include "helper/elf/elf_read.h"
#include "scprof/scprof.h"
#include "tests/unit/own_elf.h"

/* libgcc_s exports it for unwinders, but none of its headers declares it. */
struct fde_bases {
	void *text, *data, *function;
};
extern const void *_Unwind_Find_FDE(void *pc, struct fde_bases *bases);

static struct own_elf libc;
static struct elf_file *file;

static void setup(void)
{
	cr_assert(own_elf_find((const void *)(uintptr_t)getpid, &libc));
	file = own_elf_open(libc.path);
	cr_assert_not_null(file, "%s", libc.path);
}

static void teardown(void)
{
	elf_file_put(file);
	elf_file_drop_unused();
}

TestSuite(elf_file, .init = setup, .fini = teardown);

Test(elf_file, build_id_is_the_one_of_the_note)
{
	if (!libc.build_id[0])
		cr_skip_test("this C library has no build id");
	cr_expect_str_eq(file->build_id, libc.build_id);
}

/* This program has the flag, because it includes the header. */
Test(elf_file, flag_of_regions_is_at_the_address_in_the_note)
{
	const void *flag = (const void *)(uintptr_t)&scprof_is_listening_v1;
	struct own_elf own;
	struct elf_file *program;

	cr_assert(own_elf_find(flag, &own));
	program = own_elf_open("/proc/self/exe");
	cr_assert_not_null(program);
	cr_expect_eq(program->flag_vaddr + own.bias, (uint64_t)flag);
	cr_expect_neq(program->build_id[0], '\0', "one note hides the other");
	cr_expect_eq(file->flag_vaddr, 0);
	elf_file_put(program);
	scprof_begin("nothing happens");
	scprof_end();
}

Test(elf_file, bytes_equal_those_in_memory)
{
	const uint8_t *code = (const uint8_t *)(uintptr_t)getpid;
	uint8_t bytes[64];
	uint64_t offset;

	cr_assert(elf_file_offset_of_vaddr(file, (uint64_t)code - libc.bias, &offset));
	cr_assert(elf_read(file, offset, bytes, sizeof(bytes)));
	cr_expect_arr_eq(bytes, code, sizeof(bytes));
}

Test(elf_file, reads_go_over_chunks_and_stop_at_the_end)
{
	uint8_t *all = malloc(file->size), *whole = malloc(file->size);
	int fd = open(libc.path, O_RDONLY | O_CLOEXEC);
	uint8_t byte;

	cr_assert_eq(read(fd, all, file->size), (ssize_t)file->size);
	close(fd);
	cr_assert(elf_read(file, ELF_FILE_CHUNK - 3, whole, 2 * ELF_FILE_CHUNK));
	cr_expect_arr_eq(whole, all + ELF_FILE_CHUNK - 3, 2 * ELF_FILE_CHUNK);
	cr_assert(elf_read(file, 0, whole, file->size));
	cr_expect_arr_eq(whole, all, file->size);
	cr_expect(elf_read(file, file->size - 1, &byte, 1));
	cr_expect(elf_read(file, file->size, &byte, 0));
	cr_expect_not(elf_read(file, file->size, &byte, 1));
	cr_expect_not(elf_read(file, file->size - 1, whole, 2));
	cr_expect_not(elf_read(file, UINT64_MAX, &byte, 1));
	cr_expect_not(elf_read(file, 1, whole, SIZE_MAX));
	free(all);
	free(whole);
}

Test(elf_file, offsets_of_addresses_follow_the_segments)
{
	uint64_t offset;

	cr_assert_geq(file->nr_segments, 2);
	for (unsigned int i = 0; i < file->nr_segments; i++) {
		const struct elf_segment *segment = &file->segments[i];

		cr_assert(elf_file_offset_of_vaddr(file, segment->vaddr, &offset));
		cr_expect_eq(offset, segment->offset);
		cr_assert(elf_file_offset_of_vaddr(file, segment->vaddr + segment->file_size - 1,
						   &offset));
		cr_expect_eq(offset, segment->offset + segment->file_size - 1);
	}
	cr_expect_not(elf_file_offset_of_vaddr(file, 1ull << 40, &offset));
	cr_expect_not(elf_file_offset_of_vaddr(file, UINT64_MAX, &offset));
}

static void expect_fde(uint64_t vaddr, const struct own_table_entry *entry)
{
	uint64_t function, fde;

	cr_assert(elf_fde_find(file, vaddr, &function, &fde), "%#lx", vaddr);
	cr_expect_eq(function, libc.hdr_vaddr + (uint64_t)(int64_t)entry->function);
	cr_expect_eq(fde, libc.hdr_vaddr + (uint64_t)(int64_t)entry->fde);
}

Test(elf_file, every_entry_of_the_search_table_is_found)
{
	uint64_t function, fde;

	cr_assert_gt(libc.nr_entries, 1000);
	for (uint32_t i = 0; i < libc.nr_entries; i++) {
		uint64_t vaddr = libc.hdr_vaddr + (uint64_t)(int64_t)libc.table[i].function;

		expect_fde(vaddr, &libc.table[i]);
		if (i)
			expect_fde(vaddr - 1, &libc.table[i - 1]);
	}
	expect_fde(1ull << 40, &libc.table[libc.nr_entries - 1]);
	cr_expect_not(elf_fde_find(file,
				   libc.hdr_vaddr + (uint64_t)(int64_t)libc.table[0].function - 1,
				   &function, &fde));
	cr_expect_not(elf_fde_find(file, 0, &function, &fde));
}

/* The file keeps the last answers, but has no room for those of all entries. */
Test(elf_file, repeated_look_ups_give_the_same_answers)
{
	for (uint32_t i = 0; i + 300 < libc.nr_entries; i += 300)
		for (uint32_t turn = 0; turn < 900; turn++) {
			const struct own_table_entry *entry = &libc.table[i + turn % 300];

			expect_fde(libc.hdr_vaddr + (uint64_t)(int64_t)entry->function, entry);
		}
}

Test(elf_file, look_ups_agree_with_libgcc)
{
	uint64_t first = libc.hdr_vaddr + (uint64_t)(int64_t)libc.table[0].function;
	uint64_t last =
		libc.hdr_vaddr + (uint64_t)(int64_t)libc.table[libc.nr_entries - 1].function;
	unsigned int nr_found = 0;

	for (uint64_t vaddr = first; vaddr < last; vaddr += 97) {
		struct fde_bases bases;
		const void *theirs = _Unwind_Find_FDE((void *)(vaddr + libc.bias), &bases);
		uint64_t function, fde;

		if (!theirs) /* between two functions */
			continue;
		cr_assert(elf_fde_find(file, vaddr, &function, &fde));
		cr_expect_eq(fde + libc.bias, (uint64_t)theirs, "%#lx", vaddr);
		cr_expect_eq(function + libc.bias, (uint64_t)bases.function, "%#lx", vaddr);
		nr_found++;
	}
	cr_expect_gt(nr_found, 1000);
}

/* libgcc compares the address with the end of the function, too. Each address is asked twice. */
Test(elf_file, coverage_agrees_with_libgcc)
{
	uint64_t first = libc.hdr_vaddr + (uint64_t)(int64_t)libc.table[0].function;
	uint64_t last =
		libc.hdr_vaddr + (uint64_t)(int64_t)libc.table[libc.nr_entries - 1].function;
	unsigned int nr_outside = 0;

	for (uint64_t vaddr = first; vaddr < last; vaddr += 7) {
		struct fde_bases bases;
		bool is_theirs = _Unwind_Find_FDE((void *)(vaddr + libc.bias), &bases);

		cr_assert_eq(elf_fde_covers(file, vaddr), is_theirs, "%#lx", vaddr);
		cr_assert_eq(elf_fde_covers(file, vaddr), is_theirs, "%#lx again", vaddr);
		nr_outside += !is_theirs;
	}
	cr_expect_gt(nr_outside, 10);
	cr_expect_not(elf_fde_covers(file, first - 1));
}

Test(elf_file, vdso_is_read_from_memory)
{
	struct elf_file *vdso = elf_load_vdso();
	uint64_t function, fde;
	char magic[SELFMAG];

	if (!getauxval(AT_SYSINFO_EHDR))
		cr_skip_test("this kernel has no vdso");
	cr_assert_not_null(vdso);
	cr_expect_str_eq(vdso->path, "[vdso]");
	cr_assert(elf_read(vdso, 0, magic, SELFMAG));
	cr_expect_arr_eq(magic, ELFMAG, SELFMAG);
	cr_expect_gt(vdso->nr_segments, 0);
	cr_expect(elf_fde_find(vdso, vdso->segments[0].vaddr + vdso->segments[0].file_size,
			       &function, &fde));
	cr_expect_eq(elf_load_vdso(), vdso);
	elf_file_put(vdso);
	elf_file_put(vdso);
}

Test(elf_file, one_file_is_opened_once_and_kept_for_the_next)
{
	struct elf_file *again = own_elf_open(libc.path);

	cr_expect_eq(again, file);
	elf_file_put(again);
	elf_file_put(file);
	file = own_elf_open(libc.path);
	cr_expect_eq(file, again, "an unused file was closed");
	elf_file_drop_unused();
	cr_expect_eq(own_elf_open(libc.path), file, "a file in use was dropped");
	elf_file_put(file);
}

Test(elf_file, other_kinds_of_files_are_not_accepted)
{
	struct stat status;

	cr_expect_null(own_elf_open("/etc/passwd"));
	cr_expect_null(own_elf_open("/proc/self/maps"));
	cr_expect_null(own_elf_open("/dev/zero"));
	cr_expect_null(own_elf_open("/"));
	cr_assert_eq(stat(libc.path, &status), 0);
	cr_expect_null(own_elf_get("/dev/zero", status.st_dev, status.st_ino + 1),
		       "a file with another inode was accepted");
}
