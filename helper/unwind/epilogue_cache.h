/* SPDX-License-Identifier: MIT */
/*
 * What helper/code/epilogue.h finds in code of files, kept with the file. A file's code does not
 * change, and to decode it takes longer than all other parts of unwinding together.
 */
#ifndef SCPROF_HELPER_UNWIND_EPILOGUE_CACHE_H
#define SCPROF_HELPER_UNWIND_EPILOGUE_CACHE_H

#include "helper/code/epilogue.h"
#include "helper/unwind/layout.h"

struct epilogue_cache;

/*
 * The same as the functions of helper/code/epilogue.h, for @ip in @region. Code that has no file is
 * decoded each time, and @region may be NULL for it.
 */
bool epilogue_cache_find(const struct region *region, uint64_t ip, bool has_called,
			 epilogue_read *read, void *argument, struct epilogue *epilogue);
bool epilogue_cache_is_thread_end(const struct region *region, uint64_t ip, epilogue_read *read,
				  void *argument);

/* For the end of a file. NULL is fine. */
void epilogue_cache_free(struct epilogue_cache *cache);

#endif
