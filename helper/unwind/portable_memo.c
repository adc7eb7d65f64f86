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
#define PAGE_BYTES   4096u

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
	struct portable_value site;
	struct portable_value registers[MEMO_NR_REGISTERS];
	uint32_t register_mask;
	struct portable_stack stack;
	uint32_t nr_words;
	struct portable_word words[];
};

#define NO_PROBE UINT16_MAX

/*
 * A search looks at many memos that do not match, and most of them are not in the CPU's caches. So
 * the table contains two values of each memo that rule out most wrong memos: the hash of its site,
 * and a probe. The probe is one return address of the stack. Only its offset within its page is
 * compared, because this offset is the same in all processes: the kernel maps files by whole pages.
 */
struct slot {
	struct portable_memo *memo;
	uint32_t distance; /* where the probe is, from the stack pointer */
	uint16_t in_page;  /* the probe's value modulo the size of a page, or NO_PROBE */
	uint16_t site_hash;
};

struct bucket {
	struct slot *slots; /* the last used one comes first */
	unsigned int nr, capacity;
};

static struct bucket buckets[NR_BUCKETS];
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

static uint64_t hash_of(const struct portable_value *site)
{
	return (((uint64_t)(uintptr_t)site->file >> 4) + site->value) * 0x9e3779b97f4a7c15u;
}

static struct bucket *bucket_of(uint64_t hash)
{
	return &buckets[hash >> 53];
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
		while (buckets[i].nr)
			memo_free(buckets[i].slots[--buckets[i].nr].memo);
		free(buckets[i].slots);
		buckets[i] = (struct bucket){ .nr = 0 };
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

/* Returns true if all words of @memo match. Then @recorder has them. */
static bool words_match(struct layout *layout, const struct portable_memo *memo, uint64_t sp,
			const struct portable_reader *reader, struct memo_recorder *recorder)
{
	memo_recorder_reset(recorder);
	for (uint32_t i = 0; i < memo->nr_words; i++) {
		const uint64_t addr = sp + memo->words[i].distance;
		uint64_t value;

		if (!reader->read(addr, &value, reader->argument) ||
		    !is_value(layout, &memo->words[i].value, value, sp))
			return false;
		memo_recorder_word(recorder, addr, value);
	}
	return true;
}

static bool probe_matches(const struct slot *slot, uint64_t sp,
			  const struct portable_reader *reader)
{
	uint64_t value;

	return slot->in_page == NO_PROBE ||
	       (reader->read(sp + slot->distance, &value, reader->argument) &&
		value % PAGE_BYTES == slot->in_page);
}

static void move_to_front(struct bucket *bucket, unsigned int index)
{
	const struct slot slot = bucket->slots[index];

	memmove(bucket->slots + 1, bucket->slots, index * sizeof(slot));
	bucket->slots[0] = slot;
}

bool portable_memo_find(struct layout *layout, const uint64_t *registers,
			const struct portable_reader *reader, struct memo_recorder *recorder,
			struct portable_stack *found)
{
	const uint64_t sp = registers[MEMO_REGISTER_SP];
	const struct portable_value site = make_value(layout, registers[MEMO_REGISTER_IP], sp);
	const uint64_t hash = hash_of(&site);
	struct bucket *bucket = bucket_of(hash);

	if (!site.file)
		return false;
	for (unsigned int i = 0; i < bucket->nr; i++) {
		const struct slot *slot = &bucket->slots[i];
		const struct portable_memo *memo = slot->memo;

		if (slot->site_hash != (uint16_t)hash || !probe_matches(slot, sp, reader) ||
		    memo->site.file != site.file || memo->site.value != site.value ||
		    !registers_match(layout, memo, registers, sp) ||
		    !words_match(layout, memo, sp, reader, recorder))
			continue;
		recorder->register_mask = memo->register_mask;
		*found = memo->stack;
		move_to_front(bucket, i);
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

/*
 * The stacks of a site often begin with the same calls inside the C library, and end with the same
 * calls in main. So the probe is a return address in the middle.
 */
static struct slot make_slot(struct portable_memo *memo, const struct memo_recorder *recorder)
{
	struct slot slot = {
		.memo = memo,
		.in_page = NO_PROBE,
		.site_hash = (uint16_t)hash_of(&memo->site),
	};

	for (uint32_t i = 0; i < memo->nr_words; i++) {
		if (!memo->words[i].value.file)
			continue;
		slot.in_page = recorder->words[i].value % PAGE_BYTES;
		slot.distance = (uint32_t)memo->words[i].distance;
		if (i >= memo->nr_words / 2)
			break;
	}
	return slot;
}

static void add_slot(struct bucket *bucket, const struct slot *slot)
{
	if (bucket->nr == MAX_VARIANTS)
		memo_free(bucket->slots[--bucket->nr].memo);
	if (bucket->nr == bucket->capacity) {
		bucket->capacity = bucket->capacity ? 2 * bucket->capacity : 4;
		bucket->slots =
			xreallocarray(bucket->slots, bucket->capacity, sizeof(*bucket->slots));
	}
	bucket->slots[bucket->nr] = *slot;
	move_to_front(bucket, bucket->nr++);
}

void portable_memo_add(struct layout *layout, const uint64_t *registers,
		       const struct memo_recorder *recorder, struct portable_stack stack)
{
	uint64_t sp = registers[MEMO_REGISTER_SP];
	struct portable_value site = make_value(layout, registers[MEMO_REGISTER_IP], sp);
	struct portable_memo *memo;
	struct slot slot;

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
	slot = make_slot(memo, recorder);
	add_slot(bucket_of(hash_of(&site)), &slot);
	nr_memos++;
}
