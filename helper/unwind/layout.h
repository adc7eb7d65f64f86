/* SPDX-License-Identifier: MIT */
/*
 * The memory map of an address space: the regions of /proc/PID/maps at one moment, and the ELF
 * files that are mapped there. A layout also holds data that is valid as long as no executable
 * region changes: the unwinder's cache and the memos. A layout never changes. A process whose
 * executable regions change gets a new one. Forked processes share a layout until then. But a JIT
 * compiler makes its code writable and executable again thousands of times. The helper only notes
 * such a change (layout_spoil), and reads the maps again when a stack leads there.
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
	bool is_met;	       /* layout_find has returned it, so stacks may depend on it */
	struct elf_file *file; /* NULL: there is none, or it cannot be read */
	uint64_t bias;	       /* runtime address minus virtual address; valid when file is set */
	char *path;	       /* only for executable regions, else NULL */
	uint32_t mapping;      /* profile's mapping id; 0: not needed yet */
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
 * Reads the maps of thread @tid. Returns a layout with one reference, which the caller releases
 * with layout_put. It has no regions if the maps cannot be read.
 */
struct layout *layout_read(pid_t tid);
/* The same after code has been added to the regions of @old; NULL is fine. */
struct layout *layout_read_again(pid_t tid, struct layout *old);
struct layout *layout_ref(struct layout *layout);
void layout_put(struct layout *layout);

/*
 * Moves the memos and the unwinder's cache of @old to @layout, which was just read, so that they
 * need not be built again. This requires that no other process uses @old, and that all its
 * executable regions still exist. The caller puts @old soon. Returns true if it moved them.
 */
bool layout_take_over(struct layout *layout, struct layout *old);

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
/* Returns true if @addr is in executable memory. */
bool layout_is_executable(struct layout *layout, uint64_t addr);
/* Returns the index of the first region that ends after @addr, or nr_regions. */
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
/* Returns true if there is executable memory in [@addr, @addr + @size). */
bool layout_has_executable(const struct layout *layout, uint64_t addr, uint64_t size);

/*
 * Returns the frame id of code address @addr in @profile. The frame belongs to the code's file, or
 * to "[anon]" if it is in no file.
 */
uint32_t layout_frame(struct layout *layout, uint64_t addr, struct profile *profile);

#endif
