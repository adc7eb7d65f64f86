/* SPDX-License-Identifier: MIT */
/*
 * Each file has a hash table of answers. If two answers belong in the same slot, the newer one
 * stays. An answer is kept only if all code that was read for it is in one region. It is used only
 * if all of that code is in one region again.
 */
#include "helper/unwind/epilogue_cache.h"

#include <stdlib.h>

#include "profile/util/xalloc.h"

#define NR_ANSWERS 2048u /* a power of two */

enum question { AFTER_CALL, AFTER_SIGNAL, THREAD_END, NR_QUESTIONS };

struct answer {
	uint64_t key;	/* virtual address and question */
	uint64_t start; /* virtual addresses of the code that was read */
	uint64_t end;
	bool is_found;
	struct epilogue epilogue;
};

struct epilogue_cache {
	struct answer *answers[NR_ANSWERS];
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
	for (unsigned int i = 0; i < NR_ANSWERS; i++)
		free(cache->answers[i]);
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

static bool ask(enum question question, uint64_t ip, code_read *read, void *argument,
		struct epilogue *epilogue)
{
	return question == THREAD_END
		       ? epilogue_is_thread_end(ip, read, argument)
		       : epilogue_find(ip, question == AFTER_CALL, read, argument, epilogue);
}

static struct answer **place_of(struct elf_file *file, uint64_t key)
{
	if (!file->epilogues) {
		file->epilogues = xcalloc(1, sizeof(*file->epilogues));
		file->free_epilogues = epilogue_cache_free;
	}
	return &file->epilogues->answers[(key * 0x9e3779b97f4a7c15u) >> 32 & (NR_ANSWERS - 1)];
}

static bool is_usable(const struct answer *answer, uint64_t key, const struct region *region)
{
	return answer && answer->key == key && answer->start + region->bias >= region->start &&
	       answer->end + region->bias <= region->end;
}

static void keep(struct answer **place, uint64_t key, const struct search *search, bool is_found,
		 const struct epilogue *epilogue)
{
	if (!*place)
		*place = xmalloc(sizeof(**place));
	**place = (struct answer){
		.key = key,
		.start = search->start - search->region->bias,
		.end = search->end - search->region->bias,
		.is_found = is_found,
		.epilogue = *epilogue,
	};
}

static bool find(const struct region *region, enum question question, uint64_t ip, code_read *read,
		 void *argument, struct epilogue *epilogue)
{
	struct search search = {
		.region = region, .read = read, .argument = argument, .start = ip, .end = ip
	};
	struct answer **place;
	uint64_t key;
	bool is_found;

	if (!region || !region->file)
		return ask(question, ip, read, argument, epilogue);
	key = (ip - region->bias) * NR_QUESTIONS + question;
	place = place_of(region->file, key);
	if (is_usable(*place, key, region)) {
		*epilogue = (*place)->epilogue;
		return (*place)->is_found;
	}
	is_found = ask(question, ip, read_and_note, &search, epilogue);
	if (!search.has_other_code)
		keep(place, key, &search, is_found, epilogue);
	return is_found;
}

bool epilogue_cache_find(const struct region *region, uint64_t ip, bool has_called, code_read *read,
			 void *argument, struct epilogue *epilogue)
{
	*epilogue = (struct epilogue){ .saved_mask = 0 };
	return find(region, has_called ? AFTER_CALL : AFTER_SIGNAL, ip, read, argument, epilogue);
}

bool epilogue_cache_is_thread_end(const struct region *region, uint64_t ip, code_read *read,
				  void *argument)
{
	struct epilogue none = { .saved_mask = 0 };

	return find(region, THREAD_END, ip, read, argument, &none);
}
