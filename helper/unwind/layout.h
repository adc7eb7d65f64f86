/* SPDX-License-Identifier: MIT */
/*
 * What lies where in an address space: the regions of /proc/PID/maps at one moment, with the ELF
 * files behind them, and whatever was learned that holds as long as no executable region changes:
 * the unwinder's cache and the memos. A layout never changes; a process whose executable regions do
 * gets a new one. Forked processes share theirs until then. But a JIT compiler makes its code
 * writable and executable again thousands of times: such a change is only noted (layout_spoil), and
 * the maps are read again when a stack leads there.
 */
#ifndef SCPROF_HELPER_UNWIND_LAYOUT_H
#define SCPROF_HELPER_UNWIND_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "helper/elf/elf_cache.h"
#include "helper/unwind/memo.h"
#include "profile/model/profile.h"

struct region {
	uint64_t start;
	uint64_t end;
	uint64_t offset; /* in the file */
	uint64_t dev;
	uint64_t inode; /* 0: no file */
	bool is_writable;
	bool is_executable;
	bool is_met;	       /* layout_find has returned it: stacks may depend on it */
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
	struct address_range stale[LAYOUT_MAX_STALE]; /* changed since then: see layout_spoil */
	unsigned int nr_stale;
	bool has_met_stale;   /* an address in a stale range was looked up: read the maps again */
	bool is_incomplete;   /* files are still loading: read it again when nr_done is outdated */
	unsigned int nr_done; /* aside_nr_done() when this layout was read */
	void *unwinder;	      /* private to helper/unwind/unwind.c, which makes it on first use */
	void (*free_unwinder)(void *unwinder); /* valid when @unwinder is not NULL */
	struct memo_table memos;
	struct memo_word *code_words; /* of layout_code_word, by address; NULL: none yet */
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
 * Lets @layout, just read, take over what was learned with @old, which is about to be put, when
 * nobody else has that and all its executable regions are still there: then what was read once
 * would be read again. Returns whether it did.
 */
bool layout_take_over(struct layout *layout, struct layout *old);

/*
 * Returns the mapping of thread @tid that holds @addr at this moment, or an empty range if that
 * cannot be read.
 */
struct address_range layout_mapping(pid_t tid, uint64_t addr);

/*
 * Notes that code outside of files in [@addr, @addr + @size) was added, changed or removed, and
 * returns true. *@stale is then the whole stale range around it. Returns false if the layout must
 * be read again at once: if processes share it, if files are mapped there, or if known stacks may
 * depend on the code.
 */
bool layout_spoil(struct layout *layout, uint64_t addr, uint64_t size, struct address_range *stale);

/* Returns true if each byte of [@addr, @addr + @size) was executable, or is in a stale range. */
bool layout_is_all_code(const struct layout *layout, uint64_t addr, uint64_t size);

/*
 * Returns true if files may have loaded since @layout was read, or if an address in a stale range
 * was looked up.
 */
bool layout_is_outdated(const struct layout *layout);

/*
 * Returns the region that contains @addr, or NULL. In a stale range the result may be outdated: see
 * has_met_stale.
 */
struct region *layout_find(struct layout *layout, uint64_t addr);
/* The same for callers that need only code in files. A stale range never contains such code. */
struct region *layout_find_file(struct layout *layout, uint64_t addr);
/* Whether @addr is in executable memory. */
bool layout_is_executable(struct layout *layout, uint64_t addr);
/* Returns the index of the first region that ends behind @addr, or nr_regions. */
unsigned int layout_index(const struct layout *layout, uint64_t addr);
/*
 * Returns true if @ip is in a Go function, and the function table of its file has the frame size.
 * *@frame_size is the number of bytes by which the stack pointer is below the return address.
 */
bool layout_go_frame_size(struct layout *layout, uint64_t ip, uint64_t *frame_size);
/*
 * Returns true if @ip is in the outermost code of a program, of ld.so or of a Go stack. There a
 * stack trace may end without unwind information.
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
