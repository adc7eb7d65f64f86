/* SPDX-License-Identifier: MIT */
/*
 * Looks in the search table of .eh_frame_hdr (Linux Standard Base, "Exception Frame Header"), or in
 * the helper's own index where the file has no such table.
 *
 * Stacks share most of their frames, and each step of a walk asks several times. So a file keeps
 * the last answers in a hash table, one for each hash value. The content of a file never changes
 * (helper/elf/elf_file.h), so an answer stays right.
 */
#include "helper/elf/elf_fde.h"

#include <stdlib.h>

#include "helper/elf/eh_frame_index.h"
#include "helper/elf/elf_read.h"
#include "profile/util/xalloc.h"

#define HASH_BITS 8 /* the answers of a file fit into one page */

/* An entry of the search table: both are distances from the header. */
struct table_entry {
	int32_t function;
	int32_t fde;
};

struct elf_fde_answer {
	uint64_t vaddr; /* 0: none yet */
	struct table_entry entry;
	enum { COVER_UNKNOWN, COVER_YES, COVER_NO } cover; /* the result of elf_fde_covers() */
};

/* Finds the last entry at or before @vaddr. Returns false if there is none. */
static bool search(struct elf_file *file, uint64_t vaddr, struct table_entry *entry)
{
	uint32_t low = 0, high = file->nr_table_entries;
	int64_t wanted = (int64_t)(vaddr - file->hdr_vaddr);

	/* Entries are sorted by function. */
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int32_t function;

		if (!elf_read_vaddr(file, file->table_vaddr + 8ull * middle, &function, 4))
			return false;
		if (function <= wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return low && elf_read_vaddr(file, file->table_vaddr + 8ull * (low - 1), entry, 8);
}

static struct elf_fde_answer *answer_for(struct elf_file *file, uint64_t vaddr)
{
	if (!file->fde_answers)
		file->fde_answers = xcalloc(1u << HASH_BITS, sizeof(*file->fde_answers));
	return &file->fde_answers[vaddr * 0x9e3779b97f4a7c15u >> (64 - HASH_BITS)];
}

bool elf_fde_find(struct elf_file *file, uint64_t vaddr, uint64_t *function_vaddr,
		  uint64_t *fde_vaddr)
{
	struct elf_fde_answer *answer;

	if (file->index)
		return eh_frame_index_find(file->index, vaddr, function_vaddr, fde_vaddr);
	answer = answer_for(file, vaddr);
	if (answer->vaddr != vaddr || !vaddr) {
		struct table_entry entry;

		/* A read may fail now and succeed later, so this is not an answer. */
		if (!search(file, vaddr, &entry))
			return false;
		*answer = (struct elf_fde_answer){ .vaddr = vaddr, .entry = entry };
	}
	*function_vaddr = file->hdr_vaddr + (uint64_t)(int64_t)answer->entry.function;
	*fde_vaddr = file->hdr_vaddr + (uint64_t)(int64_t)answer->entry.fde;
	return true;
}

bool elf_fde_read_end(struct elf_file *file, uint64_t fde_vaddr, uint64_t function_vaddr,
		      uint64_t *end_vaddr)
{
	struct {
		uint32_t length, cie;
		int32_t begin; /* relative to itself, as all linkers and compilers write it */
		uint32_t range;
	} record;

	if (!elf_read_vaddr(file, fde_vaddr, &record, sizeof(record)) ||
	    fde_vaddr + 8 + (uint64_t)(int64_t)record.begin != function_vaddr)
		return false;
	*end_vaddr = function_vaddr + record.range;
	return true;
}

bool elf_fde_covers(struct elf_file *file, uint64_t vaddr)
{
	struct elf_fde_answer *answer;
	uint64_t function, fde, end;
	bool covers;

	if (!elf_fde_find(file, vaddr, &function, &fde))
		return false;
	answer = file->index ? NULL : answer_for(file, vaddr);
	if (answer && answer->cover != COVER_UNKNOWN)
		return answer->cover == COVER_YES;
	/* A read may fail now and succeed later, so that is not an answer. */
	if (!elf_fde_read_end(file, fde, function, &end))
		return true;
	covers = vaddr < end;
	if (answer)
		answer->cover = covers ? COVER_YES : COVER_NO;
	return covers;
}

void elf_fde_fini(struct elf_file *file)
{
	free(file->fde_answers);
}
