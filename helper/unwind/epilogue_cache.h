/* SPDX-License-Identifier: MIT */
/*
 * A cache for the results of helper/code/epilogue.h, which is part of the data of each file. The
 * code of a file does not change, and decoding it takes longer than all other parts of unwinding
 * together.
 */
#ifndef SCPROF_HELPER_UNWIND_EPILOGUE_CACHE_H
#define SCPROF_HELPER_UNWIND_EPILOGUE_CACHE_H

#include "helper/code/epilogue.h"
#include "helper/unwind/layout.h"

struct epilogue_cache;

/*
 * Do the same as the functions of helper/code/epilogue.h, for @ip in @region. Code without a file
 * is decoded each time; @region may be NULL for it.
 */
bool epilogue_cache_find(const struct region *region, uint64_t ip, bool has_called, code_read *read,
			 void *argument, struct epilogue *epilogue);
bool epilogue_cache_is_thread_end(const struct region *region, uint64_t ip, code_read *read,
				  void *argument);

/* Frees the cache of a file. NULL is fine. */
void epilogue_cache_free(struct epilogue_cache *cache);

#endif
