/* SPDX-License-Identifier: MIT */
/*
 * What lies where in an address space: the regions of /proc/PID/maps at one moment, with the ELF files behind
 * them, and whatever was learned that holds as long as no executable region changes: the
 * unwinder's cache and the memos. A layout never changes; a process whose executable regions do
 * gets a new one. Forked processes share theirs until then. But a JIT compiler makes its code writable and
 * executable again thousands of times: such a change is only noted (layout_spoil), and the maps are read again
 * when a stack leads there.
 */
#ifndef SCPROF_HELPER_LAYOUT_H
#define SCPROF_HELPER_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "helper/elf_cache.h"
#include "helper/memo.h"
#include "profile/profile.h"

struct region {
	uint64_t start;
	uint64_t end;
	uint64_t offset; /* in the file */
	uint64_t dev;
	uint64_t inode; /* 0: no file */
	bool is_writable;
	bool is_executable;
	bool is_met;	       /* somebody has asked what is there: stacks may depend on it */
	struct elf_file *file; /* NULL: none, or none that can be read */
	uint64_t bias;	       /* runtime address less virtual address; valid when file is set */
	char *path;	       /* of executable regions only, else NULL */
	uint32_t mapping;      /* profile's mapping id, 0: not asked for yet */
};

#define LAYOUT_MAX_STALE 32

/* [start, end) */
struct address_range {
	uint64_t start;
	uint64_t end;
};

struct layout {
	unsigned int refs;
	struct region *regions; /* sorted by address */
	unsigned int nr_regions;
	struct region *last_found;
	struct address_range stale[LAYOUT_MAX_STALE]; /* what has changed since: see layout_spoil */
	unsigned int nr_stale;
	bool has_met_stale;   /* somebody has asked what is there: it must be read again */
	bool is_incomplete;   /* files are still being loaded; it must be read again when */
	unsigned int nr_done; /* this is no longer aside_nr_done() */
	void *unwinder;	      /* unwind's own, made on first use */
	struct memo_table memos;
};

/*
 * Reads the maps of thread @tid. Returns a layout that the caller holds; it has no regions when
 * the maps cannot be read. Release with layout_put.
 */
struct layout *layout_read(pid_t tid);
/* The same when code has been added to what @old has; NULL is fine. */
struct layout *layout_read_again(pid_t tid, struct layout *old);
struct layout *layout_ref(struct layout *layout);
void layout_put(struct layout *layout);

/*
 * Lets @layout, just read, take over what was learned with @old, which is about to be put, when nobody
 * else has that and all its executable regions are still there: then what was read once
 * would be read again. Returns whether it did.
 */
bool layout_take_over(struct layout *layout, struct layout *old);

/* Where the mapping of thread @tid that holds @addr starts at this moment; 0 when that cannot be read. */
uint64_t layout_mapping_start(pid_t tid, uint64_t addr);

/*
 * Code in [@addr, @addr + @size), in no file, has changed, come or gone. Returns false when the layout must be read
 * again at once: when it is shared, when files are mapped there, when stacks that were found may depend on it.
 */
bool layout_spoil(struct layout *layout, uint64_t addr, uint64_t size);

/* Whether all of [@addr, @addr + @size) was executable, or is stale. */
bool layout_is_all_code(const struct layout *layout, uint64_t addr, uint64_t size);

/* Whether files that were not there when @layout was read may have been loaded since, or stale ranges are asked for. */
bool layout_is_outdated(const struct layout *layout);

/* Returns the region that holds @addr, or NULL. In a stale range that need not be true any more: see has_met_stale. */
struct region *layout_find(struct layout *layout, uint64_t addr);
/* The same where only code in files matters: that never is in a stale range. */
struct region *layout_find_file(struct layout *layout, uint64_t addr);
/* Whether @addr is in executable memory. */
bool layout_is_executable(struct layout *layout, uint64_t addr);
/*
 * Whether @ip is in a Go program's file that has no other unwind information, and its table says how many bytes the stack
 * pointer is below the return address there.
 */
bool layout_go_frame_size(struct layout *layout, uint64_t ip, uint64_t *frame_size);
/*
 * Whether @ip is in the outermost code of a program, of ld.so, or of Go's stacks, where a walk may end without unwind
 * information.
 */
bool layout_is_entry_code(struct layout *layout, uint64_t ip);
/* True when an executable region lies in [@addr, @addr + @size). */
bool layout_has_executable(const struct layout *layout, uint64_t addr, uint64_t size);

/*
 * Returns the frame id of code address @addr in @profile: of its file, or of "[anon]" when it is
 * in no file.
 */
uint32_t layout_frame(struct layout *layout, uint64_t addr, struct profile *profile);

#endif
