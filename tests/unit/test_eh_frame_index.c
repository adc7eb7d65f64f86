// SPDX-License-Identifier: MIT
/*
 * The index made from .eh_frame. It is compared with the table that the linker made for the same
 * section, with entries made by hand in every encoding of addresses, and with damaged sections.
 */
#include <criterion/criterion.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "helper/elf/eh_frame_index.h"
#include "helper/elf/elf_fde.h"
#include "helper/elf/elf_read.h"
#include "tests/unit/own_elf.h"

static struct eh_frame_index *index_of_bytes(const uint8_t *bytes, size_t size, uint64_t vaddr)
{
	struct elf_file file = { .fd = -1, .image = bytes, .size = size };

	return eh_frame_index_new(&file, vaddr, 0, size);
}

static Elf64_Shdr find_section(struct elf_file *file, const char *wanted)
{
	Elf64_Shdr strings, section = { 0 };
	Elf64_Ehdr ehdr;
	char name[32];

	cr_assert(elf_read(file, 0, &ehdr, sizeof(ehdr)));
	cr_assert(elf_read(file, ehdr.e_shoff + ehdr.e_shstrndx * sizeof(strings), &strings,
			   sizeof(strings)));
	for (unsigned int i = 0; i < ehdr.e_shnum; i++) {
		cr_assert(elf_read(file, ehdr.e_shoff + i * sizeof(section), &section,
				   sizeof(section)));
		if (elf_read(file, strings.sh_offset + section.sh_name, name, sizeof(name)) &&
		    strncmp(name, wanted, sizeof(name)) == 0)
			return section;
	}
	cr_assert_fail("no section %s", wanted);
	return section;
}

Test(eh_frame_index, gives_the_same_as_the_linkers_table)
{
	struct own_elf libc;
	struct elf_file *file;
	struct eh_frame_index *index;
	uint64_t theirs[2], ours[2];
	Elf64_Shdr section;

	cr_assert(own_elf_find((const void *)(uintptr_t)strtol, &libc));
	file = own_elf_open(libc.path);
	cr_assert_not_null(file);
	section = find_section(file, ".eh_frame");
	index = eh_frame_index_new(file, section.sh_addr, section.sh_offset, section.sh_size);
	cr_assert_gt(libc.nr_entries, 1000);
	for (uint32_t i = 0; i < libc.nr_entries; i++) {
		uint64_t vaddr = libc.hdr_vaddr + (uint64_t)(int64_t)libc.table[i].function;

		for (uint64_t delta = 0; delta < 3; delta++) {
			cr_assert(elf_fde_find(file, vaddr + delta, &theirs[0], &theirs[1]));
			cr_assert(eh_frame_index_find(index, vaddr + delta, &ours[0], &ours[1]));
			cr_assert_eq(ours[0], theirs[0], "%#lx", vaddr);
			cr_assert_eq(ours[1], theirs[1], "%#lx", vaddr);
		}
	}
	cr_expect_not(eh_frame_index_find(index, 0, &ours[0], &ours[1]));
	eh_frame_index_free(index);
	elf_file_put(file);
	elf_file_drop_unused();
}

/* The section that a test builds. */
static uint8_t bytes[4096];
static size_t nr_bytes;

static void put(uint64_t value, size_t size)
{
	memcpy(bytes + nr_bytes, &value, size);
	nr_bytes += size;
}

static void put_bytes(const void *from, size_t size)
{
	memcpy(bytes + nr_bytes, from, size);
	nr_bytes += size;
}

/* Writes the length of the entry that begins at @start, after the entry is complete. */
static void end_entry(size_t start)
{
	uint32_t length;

	while (nr_bytes % 4)
		put(0, 1);
	length = (uint32_t)(nr_bytes - start - 4);
	memcpy(bytes + start, &length, 4);
}

/* Adds a CIE and returns its position. @data is the augmentation data, without its length. */
static size_t put_cie(uint8_t version, const char *augmentation, const void *data, size_t size)
{
	size_t start = nr_bytes;

	put(0, 4);
	put(0, 4);
	put(version, 1);
	put_bytes(augmentation, strlen(augmentation) + 1);
	put(0x81, 1); /* code alignment 1, in two bytes */
	put(0x00, 1);
	put(0x78, 1); /* data alignment -8 */
	put(16, 1);
	if (augmentation[0] == 'z') {
		put(size, 1);
		put_bytes(data, size);
	}
	end_entry(start);
	return start;
}

static size_t put_fde(size_t cie, uint64_t function, size_t size)
{
	size_t start = nr_bytes;

	put(0, 4);
	put(start + 4 - cie, 4);
	put(function, size);
	put(0x10, size);
	put(0, 1);
	end_entry(start);
	return start;
}

#define VADDR 0x5000u

static void expect_found(uint64_t vaddr, uint64_t function, uint64_t fde)
{
	struct eh_frame_index *index = index_of_bytes(bytes, nr_bytes, VADDR);
	uint64_t found[2];

	cr_expect(eh_frame_index_find(index, vaddr, &found[0], &found[1]), "%#lx", vaddr);
	cr_expect_eq(found[0], function, "%#lx is not %#lx", found[0], function);
	cr_expect_eq(found[1], fde, "%#lx is not %#lx", found[1], fde);
	eh_frame_index_free(index);
}

static void expect_not_found(uint64_t vaddr)
{
	struct eh_frame_index *index = index_of_bytes(bytes, nr_bytes, VADDR);
	uint64_t found[2];

	cr_expect_not(eh_frame_index_find(index, vaddr, &found[0], &found[1]), "%#lx", vaddr);
	eh_frame_index_free(index);
}

/* Builds one CIE and one FDE of a function at 0x1000. */
static void expect_encoding(uint8_t encoding, size_t size)
{
	size_t cie, fde;
	uint64_t value = 0x1000;

	nr_bytes = 0;
	cie = put_cie(1, "zR", &encoding, 1);
	fde = nr_bytes;
	if (encoding & 0x10)
		value -= VADDR + fde + 8;
	put_fde(cie, value, size);
	expect_found(0x1000, 0x1000, VADDR + fde);
	expect_found(0x100f, 0x1000, VADDR + fde);
	expect_not_found(0xfff);
}

Test(eh_frame_index, every_encoding_of_addresses_is_read)
{
	expect_encoding(0x00, 8); /* absolute, as large-model assemblers write */
	expect_encoding(0x03, 4);
	expect_encoding(0x04, 8);
	expect_encoding(0x0b, 4);
	expect_encoding(0x0c, 8);
	expect_encoding(0x10, 8);
	expect_encoding(0x1b, 4); /* what gcc and clang write */
	expect_encoding(0x1c, 8);
}

Test(eh_frame_index, unknown_encodings_are_left_out)
{
	static const uint8_t encodings[] = { 0x01, 0x02, 0x09, 0x0a, 0x2b, 0x3b, 0x4b, 0x50, 0xff };

	for (size_t i = 0; i < sizeof(encodings); i++) {
		nr_bytes = 0;
		put_fde(put_cie(1, "zR", &encodings[i], 1), 0x1000, 8);
		expect_not_found(UINT64_MAX);
	}
}

Test(eh_frame_index, every_augmentation_is_read)
{
	static const struct {
		const char *text;
		uint8_t data[12];
		size_t size;
	} cies[] = {
		{ "zR", { 0x03 }, 1 },
		{ "zRS", { 0x03 }, 1 }, /* signal frame */
		{ "zSR", { 0x03 }, 1 },
		{ "zBR", { 0x03 }, 1 }, /* aarch64's, carries no data */
		{ "zLR", { 0x1b, 0x03 }, 2 },
		{ "zPLR", { 0x9b, 1, 2, 3, 4, 0x1b, 0x03 }, 7 },
		{ "zPLR", { 0x00, 1, 2, 3, 4, 5, 6, 7, 8, 0x1b, 0x03 }, 11 },
		{ "zPR", { 0x03, 1, 2, 3, 4, 0x03 }, 6 },
	};

	for (size_t i = 0; i < sizeof(cies) / sizeof(cies[0]); i++) {
		for (uint8_t version = 1; version <= 3; version += 2) {
			size_t fde;

			nr_bytes = 0;
			fde = put_fde(put_cie(version, cies[i].text, cies[i].data, cies[i].size),
				      0x1000, 4);
			expect_found(0x1000, 0x1000, VADDR + fde);
		}
	}
}

Test(eh_frame_index, augmentations_without_an_encoding_mean_plain_addresses)
{
	size_t fde;

	fde = put_fde(put_cie(1, "", NULL, 0), 0x1000, 8);
	expect_found(0x1000, 0x1000, VADDR + fde);
	nr_bytes = 0;
	fde = put_fde(put_cie(1, "z", "", 0), 0x1000, 8);
	expect_found(0x1000, 0x1000, VADDR + fde);
}

Test(eh_frame_index, unknown_versions_and_augmentations_are_left_out)
{
	uint8_t encoding = 0x03;

	put_fde(put_cie(2, "zR", &encoding, 1), 0x1000, 4);
	put_fde(put_cie(4, "zR", &encoding, 1), 0x1000, 4);
	put_fde(put_cie(1, "zXR", &encoding, 1), 0x1000, 4);
	expect_not_found(UINT64_MAX);
}

Test(eh_frame_index, functions_may_be_in_any_order_and_have_several_cies)
{
	uint8_t near = 0x03, far = 0x04;
	size_t cie1 = put_cie(1, "zR", &near, 1), fde1 = put_fde(cie1, 0x3000, 4);
	size_t cie2 = put_cie(1, "zR", &far, 1), fde2 = put_fde(cie2, 0x123456781000, 8);
	size_t fde3 = put_fde(cie1, 0x1000, 4), fde4 = put_fde(cie2, 0x2000, 8);

	expect_not_found(0xfff);
	expect_found(0x1fff, 0x1000, VADDR + fde3);
	expect_found(0x2fff, 0x2000, VADDR + fde4);
	expect_found(0x3000, 0x3000, VADDR + fde1);
	expect_found(UINT64_MAX, 0x123456781000, VADDR + fde2);
}

Test(eh_frame_index, functions_that_the_linker_dropped_are_left_out)
{
	uint8_t encoding = 0x03;

	put_fde(put_cie(1, "zR", &encoding, 1), 0, 4);
	expect_not_found(UINT64_MAX);
}

Test(eh_frame_index, length_of_zero_ends_the_section)
{
	uint8_t encoding = 0x03;
	size_t cie = put_cie(1, "zR", &encoding, 1), fde = put_fde(cie, 0x1000, 4);

	put(0, 4);
	put_fde(cie, 0x2000, 4);
	expect_found(0x2000, 0x1000, VADDR + fde);
}

Test(eh_frame_index, cie_outside_the_section_is_left_out)
{
	uint8_t encoding = 0x03;
	size_t cie = put_cie(1, "zR", &encoding, 1);
	uint32_t id = 0x7fffffff;
	size_t fde = put_fde(cie, 0x1000, 4);

	memcpy(bytes + fde + 4, &id, 4);
	expect_not_found(UINT64_MAX);
	id = (uint32_t)-1000; /* after this entry */
	memcpy(bytes + fde + 4, &id, 4);
	expect_not_found(UINT64_MAX);
}

Test(eh_frame_index, a_missing_section_gives_an_empty_index)
{
	struct elf_file file = { .fd = -1, .image = bytes, .size = 100 };
	static const uint64_t places[][2] = { { 0, 0 },	  { 0, 101 },	     { 50, 51 },
					      { 100, 4 }, { UINT64_MAX, 8 }, { 0, UINT64_MAX } };
	uint64_t found[2];

	eh_frame_index_free(NULL);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct eh_frame_index *index =
			eh_frame_index_new(&file, VADDR, places[i][0], places[i][1]);

		cr_assert_not_null(index);
		cr_expect_not(eh_frame_index_find(index, UINT64_MAX, &found[0], &found[1]));
		eh_frame_index_free(index);
	}
}

/* Copies the bytes to memory of their exact size, so that a sanitizer reports a read after them. */
static void check_damaged(const uint8_t *from, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	struct eh_frame_index *index;
	uint64_t found[2];

	memcpy(copy, from, size);
	index = index_of_bytes(copy, size, VADDR);
	free(copy);
	for (uint64_t vaddr = 1; vaddr; vaddr <<= 1)
		if (eh_frame_index_find(index, vaddr, &found[0], &found[1]))
			cr_assert_leq(found[0], vaddr);
	eh_frame_index_free(index);
}

Test(eh_frame_index, damaged_and_cut_sections_do_no_harm)
{
	uint8_t encodings[] = { 0x9b, 1, 2, 3, 4, 0x1b, 0x1b }, damaged[sizeof(bytes)];
	unsigned int seed = 1;
	size_t cie;

	cie = put_cie(1, "zPLR", encodings, sizeof(encodings));
	for (unsigned int i = 0; i < 8; i++)
		put_fde(i % 3 ? cie : put_cie(1, "", NULL, 0), 0x1000 + 64 * i, i % 3 ? 4 : 8);
	for (size_t size = 0; size <= nr_bytes; size++)
		check_damaged(bytes, size);
	for (unsigned int trial = 0; trial < 100000; trial++) {
		memcpy(damaged, bytes, nr_bytes);
		for (int change = rand_r(&seed) % 4; change >= 0; change--)
			damaged[(size_t)rand_r(&seed) % nr_bytes] =
				rand_r(&seed) % 2 ? (uint8_t)rand_r(&seed) : 0xff;
		check_damaged(damaged, nr_bytes);
	}
}

/* A CIE whose text never ends, and FDEs that make the index read it again and again. */
Test(eh_frame_index, text_without_end_takes_a_bounded_time, .timeout = 20)
{
	enum { CIE_SIZE = 8 << 20, NR_FDES = 200000 };
	size_t size = 2 * CIE_SIZE + NR_FDES * 16ul, at = 0;
	uint8_t *section = malloc(size);

	memset(section, 'z', size);
	for (int i = 0; i < 2; i++, at += CIE_SIZE) {
		uint32_t header[2] = { CIE_SIZE - 4, 0 };

		memcpy(section + at, header, sizeof(header));
		section[at + 8] = 1;
	}
	for (int i = 0; i < NR_FDES; i++, at += 16) {
		uint32_t header[2] = { 12, (uint32_t)(at + 4 - (i % 2 ? CIE_SIZE : 0)) };

		memcpy(section + at, header, sizeof(header));
	}
	eh_frame_index_free(index_of_bytes(section, size, VADDR));
	free(section);
}
