/* SPDX-License-Identifier: MIT */
/*
 * The table of portable memos: a hash table by the file and address of the call site. The size is
 * limited: a full table is emptied. A memo keeps a reference to each file that it names, so that no
 * other file can get its identity.
 */
#include "helper/unwind/portable_memo.h"

#include <stdlib.h>
#include <string.h>

#include "profile/util/xalloc.h"

#define NR_BUCKETS   2048u
#define MAX_MEMOS    4096u /* their files stay in the cache */
#define MAX_VARIANTS 64u
#define MAX_WORDS    512u	/* deeper stacks are unwound in each process */
#define STACK_REACH  (1u << 20) /* bytes around the stack pointer */
#define STACK_BELOW  (64u << 10)

struct portable_value {
	struct elf_file *file; /* NULL: none */
	bool is_on_stack;
	uint64_t value; /* address in the file, distance from the stack pointer, or as it is */
};

struct portable_word {
	uint64_t distance; /* distance of its address from the stack pointer */
	struct portable_value value;
};

struct portable_memo {
	struct portable_memo *next; /* in its bucket; the last used one comes first */
	struct portable_value site;
	struct portable_value registers[MEMO_NR_REGISTERS];
	uint32_t register_mask;
	struct portable_stack stack;
	uint32_t nr_words;
	struct portable_word words[];
};

static struct portable_memo *buckets[NR_BUCKETS];
static unsigned int nr_memos;

/* Does not add a reference to the file. */
static struct portable_value make_value(struct layout *layout, uint64_t value, uint64_t sp)
{
	const struct region *region;

	/*
	 * Most values that are not addresses are small. Code may be right above a thread's stack.
	 */
	region = value < 4096 ? NULL : layout_find_file(layout, value);
	if (region && region->is_executable && region->file)
		return (struct portable_value){ .file = region->file,
						.value = value - region->bias };
	if (value - (sp - STACK_BELOW) < STACK_REACH)
		return (struct portable_value){ .is_on_stack = true, .value = value - sp };
	return (struct portable_value){ .value = value };
}

static bool is_value(struct layout *layout, const struct portable_value *expected, uint64_t value,
		     uint64_t sp)
{
	const struct region *region;

	if (expected->is_on_stack)
		return value - sp == expected->value;
	if (!expected->file)
		return value == expected->value;
	region = layout_find_file(layout, value);
	return region && region->file == expected->file && region->is_executable &&
	       value - region->bias == expected->value;
}

static struct portable_memo **bucket_of(const struct portable_value *site)
{
	uint64_t hash = ((uint64_t)(uintptr_t)site->file >> 4) + site->value;

	return &buckets[(hash * 0x9e3779b97f4a7c15u) >> 53];
}

static void memo_free(struct portable_memo *memo)
{
	elf_file_put(memo->site.file);
	for (unsigned int i = 0; i < MEMO_NR_REGISTERS; i++)
		if (memo->registers[i].file)
			elf_file_put(memo->registers[i].file);
	for (uint32_t i = 0; i < memo->nr_words; i++)
		if (memo->words[i].value.file)
			elf_file_put(memo->words[i].value.file);
	free(memo);
	nr_memos--;
}

static void clear(void)
{
	for (unsigned int i = 0; i < NR_BUCKETS; i++) {
		while (buckets[i]) {
			struct portable_memo *memo = buckets[i];
			buckets[i] = memo->next;
			memo_free(memo);
		}
	}
}

static bool registers_match(struct layout *layout, const struct portable_memo *memo,
			    const uint64_t *registers, uint64_t sp)
{
	for (uint32_t mask = memo->register_mask; mask; mask &= mask - 1) {
		unsigned int number = (unsigned int)__builtin_ctz(mask);
		if (!is_value(layout, &memo->registers[number], registers[number], sp))
			return false;
	}
	return true;
}

bool portable_memo_find(struct layout *layout, const uint64_t *registers,
			bool (*read)(uint64_t addr, uint64_t *value, void *argument),
			void *argument, struct memo_recorder *recorder,
			struct portable_stack *found)
{
	uint64_t sp = registers[MEMO_REGISTER_SP], value;
	struct portable_value site = make_value(layout, registers[MEMO_REGISTER_IP], sp);
	struct portable_memo **bucket, **link;

	if (!site.file)
		return false;
	bucket = bucket_of(&site);
	for (link = bucket; *link; link = &(*link)->next) {
		struct portable_memo *memo = *link;
		uint32_t i;

		if (memo->site.file != site.file || memo->site.value != site.value ||
		    !registers_match(layout, memo, registers, sp))
			continue;
		memo_recorder_reset(recorder);
		for (i = 0; i < memo->nr_words; i++) {
			uint64_t addr = sp + memo->words[i].distance;
			if (!read(addr, &value, argument) ||
			    !is_value(layout, &memo->words[i].value, value, sp))
				break;
			memo_recorder_word(recorder, addr, value);
		}
		if (i < memo->nr_words)
			continue;
		recorder->register_mask = memo->register_mask;
		*found = memo->stack;
		*link = memo->next;
		memo->next = *bucket;
		*bucket = memo;
		return true;
	}
	return false;
}

static bool can_be_portable(const struct memo_recorder *recorder, uint64_t sp)
{
	if (recorder->nr_words > MAX_WORDS || recorder->nr_ranges)
		return false;
	for (uint32_t i = 0; i < recorder->nr_words; i++)
		if (recorder->words[i].addr - sp >= STACK_REACH - STACK_BELOW)
			return false;
	return true;
}

static struct portable_value keep(struct portable_value value)
{
	if (value.file)
		elf_file_ref(value.file);
	return value;
}

static void drop_oldest_variant(struct portable_memo **link)
{
	for (unsigned int nr = 1; *link; link = &(*link)->next, nr++) {
		if (nr < MAX_VARIANTS)
			continue;
		struct portable_memo *last = *link;
		*link = last->next;
		memo_free(last);
		return;
	}
}

void portable_memo_add(struct layout *layout, const uint64_t *registers,
		       const struct memo_recorder *recorder, struct portable_stack stack)
{
	uint64_t sp = registers[MEMO_REGISTER_SP];
	struct portable_value site = make_value(layout, registers[MEMO_REGISTER_IP], sp);
	struct portable_memo **bucket, *memo;

	if (!site.file || !can_be_portable(recorder, sp))
		return;
	if (nr_memos == MAX_MEMOS)
		clear();
	memo = xcalloc(1, sizeof(*memo) + recorder->nr_words * sizeof(memo->words[0]));
	memo->site = keep(site);
	memo->register_mask = recorder->register_mask;
	for (unsigned int i = 0; i < MEMO_NR_REGISTERS; i++)
		if (memo->register_mask & 1u << i)
			memo->registers[i] = keep(make_value(layout, registers[i], sp));
	memo->stack = stack;
	memo->nr_words = recorder->nr_words;
	for (uint32_t i = 0; i < memo->nr_words; i++) {
		memo->words[i].distance = recorder->words[i].addr - sp;
		memo->words[i].value = keep(make_value(layout, recorder->words[i].value, sp));
	}
	bucket = bucket_of(&site);
	drop_oldest_variant(bucket);
	memo->next = *bucket;
	*bucket = memo;
	nr_memos++;
}
