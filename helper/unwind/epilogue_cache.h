/* SPDX-License-Identifier: MIT */
/*
 * A cache for the results of helper/code/epilogue.h and helper/code/prologue.h, which is part of
 * the data of each file. The code of a file does not change, and decoding it takes longer than all
 * other parts of unwinding together.
 */
#ifndef SCPROF_HELPER_UNWIND_EPILOGUE_CACHE_H
#define SCPROF_HELPER_UNWIND_EPILOGUE_CACHE_H

#include "helper/code/epilogue.h"
#include "helper/code/prologue.h"
#include "helper/unwind/layout.h"

struct epilogue_cache;

/*
 * These functions return the same as those of the two headers, for @ip or @entry in @region. Code
 * that belongs to no file is decoded each time; @region may be NULL for such code.
 */
bool epilogue_cache_find(const struct region *region, uint64_t ip, bool has_called, code_read *read,
			 void *argument, struct epilogue *epilogue);
bool epilogue_cache_is_thread_end(const struct region *region, uint64_t ip, code_read *read,
				  void *argument);
bool epilogue_cache_follow(const struct region *region, uint64_t start, uint64_t ip,
			   code_read *read, void *argument, struct prologue *prologue);
bool epilogue_cache_find_main(const struct region *region, uint64_t entry, code_read *read,
			      void *argument, uint64_t *start);

/* Frees the cache of a file. NULL is fine. */
void epilogue_cache_free(struct epilogue_cache *cache);

#endif
