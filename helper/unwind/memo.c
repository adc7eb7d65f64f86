/* SPDX-License-Identifier: MIT */
/*
 * The memo table: a hash table by (ip, sp). Each bucket is a short list that begins with the last
 * hit. The size is limited. When the table is full, the helper empties it, and learns the stacks
 * that are still in use again.
 */
#include "helper/unwind/memo.h"

#include <stdlib.h>
#include <string.h>

#include "profile/util/xalloc.h"

#define NR_BUCKETS   4096u
#define MAX_MEMOS    16384u
#define MAX_WORDS    (1u << 20) /* 16 MiB */
#define MAX_VARIANTS 64u	/* of one bucket */
#define WINDOW_MAX   (1u << 20) /* words further from sp are read one by one */

static unsigned int memo_hash(uint64_t ip, uint64_t sp)
{
	return (unsigned int)(((ip ^ sp << 7) * 0x9e3779b97f4a7c15u) >> 52) % NR_BUCKETS;
}

void memo_table_init(struct memo_table *table)
{
	memset(table, 0, sizeof(*table));
}

static void memo_table_clear(struct memo_table *table)
{
	for (unsigned int i = 0; table->buckets && i < NR_BUCKETS; i++) {
		while (table->buckets[i]) {
			struct memo *memo = table->buckets[i];
			table->buckets[i] = memo->next;
			free(memo);
		}
	}
	table->nr_memos = 0;
	table->nr_words = 0;
}

void memo_table_fini(struct memo_table *table)
{
	memo_table_clear(table);
	free(table->buckets);
}

void memo_recorder_reset(struct memo_recorder *recorder)
{
	recorder->register_mask = 0;
	recorder->nr_words = 0;
	recorder->nr_ranges = 0;
}

void memo_recorder_register(struct memo_recorder *recorder, unsigned int number)
{
	recorder->register_mask |= 1u << number;
}

void memo_recorder_word(struct memo_recorder *recorder, uint64_t addr, uint64_t value)
{
	/*
	 * Two reads of one word in short succession are common. A word that was read longer ago is
	 * stored twice, which only costs a second comparison.
	 */
	for (uint32_t i = recorder->nr_words; i-- > 0 && recorder->nr_words - i <= 4;)
		if (recorder->words[i].addr == addr)
			return;
	if (recorder->nr_words == recorder->capacity) {
		recorder->capacity = recorder->capacity ? 2 * recorder->capacity : 256;
		recorder->words = xreallocarray(recorder->words, recorder->capacity,
						sizeof(*recorder->words));
	}
	recorder->words[recorder->nr_words].addr = addr;
	recorder->words[recorder->nr_words++].value = value;
}

bool memo_recorder_range(struct memo_recorder *recorder, const struct memo_range *range)
{
	if (recorder->nr_ranges == MEMO_MAX_RANGES)
		return false;
	recorder->ranges[recorder->nr_ranges++] = *range;
	return true;
}

static bool registers_match(const struct memo *memo, const uint64_t *registers)
{
	for (uint32_t i = 0; i < memo->nr_ranges; i++) {
		const struct memo_range *range = &memo->ranges[i];

		if (range->addr < MEMO_NR_REGISTERS &&
		    !memo_range_has(range, registers[range->addr]))
			return false;
	}
	for (uint32_t mask = memo->register_mask; mask; mask &= mask - 1) {
		unsigned int number = (unsigned int)__builtin_ctz(mask);
		if (memo->registers[number] != registers[number])
			return false;
	}
	return true;
}

const struct memo *memo_table_find(struct memo_table *table, const uint64_t *registers,
				   bool (*words_match)(const struct memo *memo, void *argument),
				   void *argument)
{
	uint64_t ip = registers[MEMO_REGISTER_IP], sp = registers[MEMO_REGISTER_SP];
	struct memo **bucket, **link;

	if (!table->buckets)
		return NULL;
	bucket = &table->buckets[memo_hash(ip, sp)];
	for (link = bucket; *link; link = &(*link)->next) {
		struct memo *memo = *link;
		if (memo->ip != ip || memo->sp != sp || !registers_match(memo, registers) ||
		    !words_match(memo, argument))
			continue;
		*link = memo->next;
		memo->next = *bucket;
		*bucket = memo;
		return memo;
	}
	return NULL;
}

static void drop_oldest_variant(struct memo_table *table, struct memo **bucket)
{
	unsigned int nr = 0;

	for (; *bucket; bucket = &(*bucket)->next) {
		if (++nr < MAX_VARIANTS)
			continue;
		struct memo *last = *bucket;
		*bucket = last->next;
		table->nr_memos--;
		table->nr_words -= last->nr_words;
		free(last);
		return;
	}
}

static void widen_window(struct memo *memo, uint64_t addr)
{
	uint64_t end = addr + sizeof(uint64_t);

	if (end > memo->window_end && end - memo->sp < WINDOW_MAX && addr >= memo->sp)
		memo->window_end = end;
}

const struct memo *memo_table_add(struct memo_table *table, const struct memo_recorder *recorder,
				  const uint64_t *registers, uint32_t stack, bool is_truncated)
{
	size_t words_size = recorder->nr_words * sizeof(struct memo_word);
	struct memo *memo;
	struct memo **bucket;

	if (!table->buckets)
		table->buckets = xcalloc(NR_BUCKETS, sizeof(*table->buckets));
	if (table->nr_memos >= MAX_MEMOS || table->nr_words + recorder->nr_words > MAX_WORDS)
		memo_table_clear(table);
	memo = xmalloc(sizeof(*memo) + words_size);
	memo->ip = registers[MEMO_REGISTER_IP];
	memo->sp = registers[MEMO_REGISTER_SP];
	memcpy(memo->registers, registers, sizeof(memo->registers));
	memo->register_mask = recorder->register_mask;
	memo->stack = stack;
	memo->is_truncated = is_truncated;
	table->has_truncated |= is_truncated;
	memo->nr_ranges = recorder->nr_ranges;
	memcpy(memo->ranges, recorder->ranges, sizeof(memo->ranges));
	memo->nr_words = recorder->nr_words;
	memo->window_end = memo->sp;
	if (words_size)
		memcpy(memo->words, recorder->words, words_size);
	for (uint32_t i = 0; i < memo->nr_words; i++)
		widen_window(memo, memo->words[i].addr);
	for (uint32_t i = 0; i < memo->nr_ranges; i++)
		widen_window(memo, memo->ranges[i].addr);
	bucket = &table->buckets[memo_hash(memo->ip, memo->sp)];
	drop_oldest_variant(table, bucket);
	memo->next = *bucket;
	*bucket = memo;
	table->nr_memos++;
	table->nr_words += memo->nr_words;
	return memo;
}
