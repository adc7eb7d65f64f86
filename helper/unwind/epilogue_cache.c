/* SPDX-License-Identifier: MIT */
/*
 * Each file has a hash table of answers. If two answers belong in the same slot, the newer one
 * stays. An answer is kept only if all code that was read for it is in one region. It is used only
 * if all of that code is in one region again.
 */
#include "helper/unwind/epilogue_cache.h"

#include <stdlib.h>

#include "profile/util/xalloc.h"

#define FIRST_SIZE 1024u /* powers of two */
#define LAST_SIZE  (1u << 17)

enum question { AFTER_CALL, AFTER_SIGNAL, THREAD_END, FROM_START, MAIN, NR_QUESTIONS };

struct answer {
	uint64_t key;	   /* virtual address and question */
	uint64_t distance; /* FROM_START: bytes from the start of the function */
	uint64_t start;	   /* virtual addresses of the code that was read */
	uint64_t end;
	bool is_found;
	union {
		struct epilogue epilogue;
		struct prologue prologue;
		uint64_t main; /* its virtual address */
	};
};

struct epilogue_cache {
	struct answer **answers;
	unsigned int size;
	unsigned int nr;
};

/* A search whose answer is not in the cache. */
struct search {
	const struct region *region;
	code_read *read;
	void *argument;
	uint64_t start; /* addresses of the code that was read */
	uint64_t end;
	bool has_other_code; /* some of the code was outside of the region, or unreadable */
};

void epilogue_cache_free(struct epilogue_cache *cache)
{
	if (!cache)
		return;
	for (unsigned int i = 0; i < cache->size; i++)
		free(cache->answers[i]);
	free(cache->answers);
	free(cache);
}

static size_t read_and_note(uint64_t addr, uint8_t *code, void *argument)
{
	struct search *search = argument;
	size_t size = search->read(addr, code, search->argument);

	if (size != CODE_READ_MAX || addr < search->region->start ||
	    addr + size > search->region->end)
		search->has_other_code = true;
	if (addr < search->start)
		search->start = addr;
	if (addr + size > search->end)
		search->end = addr + size;
	return size;
}

/* Fills in @answer, whose key and distance are set, for the code at @ip. */
static void ask(enum question question, uint64_t ip, code_read *read, void *argument,
		struct answer *answer)
{
	switch (question) {
	case THREAD_END:
		answer->is_found = epilogue_is_thread_end(ip, read, argument);
		break;
	case FROM_START:
		answer->is_found = prologue_follow(ip - answer->distance, ip, read, argument,
						   &answer->prologue);
		break;
	case MAIN:
		answer->is_found = prologue_find_main(ip, read, argument, &answer->main);
		break;
	default:
		answer->is_found = epilogue_find(ip, question == AFTER_CALL, read, argument,
						 &answer->epilogue);
		break;
	}
}

static struct answer **place_of(const struct epilogue_cache *cache, uint64_t key)
{
	return &cache->answers[(key * 0x9e3779b97f4a7c15u) >> 32 & (cache->size - 1)];
}

static struct epilogue_cache *cache_of(struct elf_file *file)
{
	struct epilogue_cache *cache = file->epilogues;

	if (cache)
		return cache;
	cache = xcalloc(1, sizeof(*cache));
	cache->size = FIRST_SIZE;
	cache->answers = xcalloc(cache->size, sizeof(struct answer *));
	file->epilogues = cache;
	file->free_epilogues = epilogue_cache_free;
	return cache;
}

/* A large program has tens of thousands of return addresses in its stacks. */
static void grow(struct epilogue_cache *cache)
{
	struct epilogue_cache larger = { .size = 2 * cache->size };

	larger.answers = xcalloc(larger.size, sizeof(struct answer *));
	/*
	 * The answer of old slot i goes to slot i or to slot i + cache->size. So no slot gets two
	 * answers.
	 */
	for (unsigned int i = 0; i < cache->size; i++)
		if (cache->answers[i])
			*place_of(&larger, cache->answers[i]->key) = cache->answers[i];
	free(cache->answers);
	cache->answers = larger.answers;
	cache->size = larger.size;
}

static bool is_usable(const struct answer *answer, uint64_t key, uint64_t distance,
		      const struct region *region)
{
	return answer && answer->key == key && answer->distance == distance &&
	       answer->start + region->bias >= region->start &&
	       answer->end + region->bias <= region->end;
}

static void keep(struct epilogue_cache *cache, const struct search *search,
		 const struct answer *answer)
{
	struct answer **place;

	if (cache->nr > cache->size / 2 && cache->size < LAST_SIZE)
		grow(cache);
	place = place_of(cache, answer->key);
	if (!*place) {
		*place = xmalloc(sizeof(**place));
		cache->nr++;
	}
	**place = *answer;
	(*place)->start = search->start - search->region->bias;
	(*place)->end = search->end - search->region->bias;
}

/* Fills in @answer for the code at @ip. Its distance is set. */
static void find(const struct region *region, enum question question, uint64_t ip, code_read *read,
		 void *argument, struct answer *answer)
{
	struct search search = {
		.region = region, .read = read, .argument = argument, .start = ip, .end = ip
	};
	const struct answer *kept;
	struct epilogue_cache *cache;

	if (!region || !region->file) {
		ask(question, ip, read, argument, answer);
		return;
	}
	cache = cache_of(region->file);
	answer->key = (ip - region->bias) * NR_QUESTIONS + question;
	kept = *place_of(cache, answer->key);
	if (is_usable(kept, answer->key, answer->distance, region)) {
		*answer = *kept;
		return;
	}
	ask(question, ip, read_and_note, &search, answer);
	if (question == MAIN)
		answer->main -= region->bias;
	if (!search.has_other_code)
		keep(cache, &search, answer);
}

bool epilogue_cache_find(const struct region *region, uint64_t ip, bool has_called, code_read *read,
			 void *argument, struct epilogue *epilogue)
{
	struct answer answer = { .distance = 0 };

	find(region, has_called ? AFTER_CALL : AFTER_SIGNAL, ip, read, argument, &answer);
	*epilogue = answer.epilogue;
	return answer.is_found;
}

bool epilogue_cache_is_thread_end(const struct region *region, uint64_t ip, code_read *read,
				  void *argument)
{
	struct answer answer = { .distance = 0 };

	find(region, THREAD_END, ip, read, argument, &answer);
	return answer.is_found;
}

bool epilogue_cache_follow(const struct region *region, uint64_t start, uint64_t ip,
			   code_read *read, void *argument, struct prologue *prologue)
{
	struct answer answer = { .distance = ip - start };

	find(region, FROM_START, ip, read, argument, &answer);
	*prologue = answer.prologue;
	return answer.is_found;
}

bool epilogue_cache_find_main(const struct region *region, uint64_t entry, code_read *read,
			      void *argument, uint64_t *start)
{
	struct answer answer = { .distance = 0 };

	find(region, MAIN, entry, read, argument, &answer);
	*start = answer.main + (region && region->file ? region->bias : 0);
	return answer.is_found;
}
