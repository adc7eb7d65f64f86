/* SPDX-License-Identifier: MIT */
/*
 * A list of files, and a list of loads that have not ended yet. If another process has mapped the
 * same first page, including the build id, the cached file is the same, and the helper opens
 * nothing. Otherwise a thread of helper/base/aside.c opens the file and compares its status.
 */
#include "helper/elf/elf_cache.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "helper/base/aside.h"
#include "helper/base/debug.h"
#include "helper/elf/direct.h"
#include "helper/elf/elf_load.h"
#include "helper/trace/absent_page.h"
#include "helper/trace/remote_memory.h"
#include "profile/util/xalloc.h"

#define MAX_UNUSED_FILES 128 /* kept for the next process that maps them */
#define PAGE_BYTES	 4096u
#define WORTH_WAITING_NS 2000000000u

struct elf_load {
	struct aside_job job;
	struct elf_load *next; /* in the list of loads that have not ended */
	pid_t tid;
	char *path;
	struct elf_mapping mapping;
	struct elf_identity cached; /* identity of the cached file with this name, or 0 */
	uint64_t start_ns;
	bool is_local;	       /* direct_is_local */
	bool is_cached;	       /* the cached file is the right one */
	struct elf_file *file; /* otherwise this file; NULL: none */
};

static struct elf_file *cache;
static struct elf_load *loads;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/*
 * In a thread of helper/base/aside.c, or in the tracing thread if that is safe
 * (helper/elf/direct.h).
 */
static void load_file(struct aside_job *job)
{
	struct elf_load *load = (struct elf_load *)job;
	struct elf_opened opened;
	int fd = elf_open(load->tid, &load->mapping, &opened);

	if (fd >= 0) {
		load->is_local = direct_is_local(fd);
		load->is_cached = elf_identity_is_equal(&opened.identity, &load->cached);
		if (!load->is_cached)
			load->file = elf_load(load->tid, &load->mapping, fd, &opened);
		close(fd);
	}
}

static void release(struct aside_job *job)
{
	struct elf_load *load = (struct elf_load *)job;

	if (load->file)
		elf_load_free(load->file);
	free(load->path);
	free(load);
}

static bool is_named(const struct elf_mapping *mapping, const char *path, uint64_t dev,
		     uint64_t inode)
{
	return mapping->inode == inode && mapping->dev == dev && strcmp(mapping->path, path) == 0;
}

static struct elf_file **cache_find(const struct elf_mapping *mapping)
{
	struct elf_file **link = &cache;

	while (*link && !is_named(mapping, (*link)->path, (*link)->dev, (*link)->inode))
		link = &(*link)->next;
	return link;
}

/* Returns true if the process has mapped the first page of this version of the file. */
static bool has_same_head(pid_t tid, const struct elf_mapping *mapping, const struct elf_file *file)
{
	uint8_t page[PAGE_BYTES];

	return mapping->head && file->build_id_end && file->build_id_end <= sizeof(page) &&
	       file->size >= sizeof(page) && file->chunks[0] &&
	       remote_memory_read(tid, mapping->head, page, sizeof(page)) == sizeof(page) &&
	       memcmp(page, file->chunks[0], sizeof(page)) == 0;
}

/* Removes the cached file at @link: it was overwritten, or another file has its name and inode. */
static void cache_remove(struct elf_file **link)
{
	struct elf_file *file = *link;

	*link = file->next;
	file->is_outdated = true;
	if (!file->refs)
		elf_load_free(file);
}

static struct elf_load *new_load(pid_t tid, const struct elf_mapping *mapping,
				 const struct elf_file *cached)
{
	struct elf_load *load = xcalloc(1, sizeof(*load));

	load->job = (struct aside_job){ .work = load_file, .release = release };
	load->tid = tid;
	load->path = xstrdup(mapping->path);
	load->mapping = *mapping;
	load->mapping.path = load->path;
	if (cached)
		load->cached = cached->identity;
	load->start_ns = now_ns();
	return load;
}

static struct elf_file *use(struct elf_file *file, pid_t tid, const struct elf_mapping *mapping)
{
	file->tid = tid;
	file->start = mapping->start;
	file->end = mapping->end;
	file->refs++;
	return file;
}

/* Takes the result of @load, which has ended, and frees it. */
static struct elf_file *finish_load(struct elf_load *load, pid_t tid,
				    const struct elf_mapping *mapping)
{
	struct elf_file **link = cache_find(mapping), *file = *link;

	if (load->is_local)
		direct_add_device(load->mapping.dev);
	else
		direct_see_other();
	if (file && load->is_cached && elf_identity_is_equal(&file->identity, &load->cached)) {
		use(file, tid, mapping);
	} else {
		if (file)
			cache_remove(link);
		file = load->file;
		load->file = NULL;
		if (file) {
			file->next = cache;
			cache = file;
			if (file->may_block)
				absent_page_expect();
		}
	}
	release(&load->job);
	return file;
}

/* Returns the file if its late load has ended. */
static struct elf_file *look_at_load(struct elf_load **link, pid_t tid,
				     const struct elf_mapping *mapping, bool *is_loading)
{
	struct elf_load *load = *link;

	*is_loading = !aside_is_done(&load->job);
	if (*is_loading)
		return NULL;
	*link = load->next;
	return finish_load(load, tid, mapping);
}

struct elf_file *elf_file_get(pid_t tid, const struct elf_mapping *mapping, bool *is_loading)
{
	struct elf_file *cached = *cache_find(mapping);
	struct elf_load *load;

	*is_loading = false;
	for (struct elf_load **link = &loads; *link; link = &(*link)->next)
		if (is_named(mapping, (*link)->path, (*link)->mapping.dev, (*link)->mapping.inode))
			return look_at_load(link, tid, mapping, is_loading);
	if (cached && has_same_head(tid, mapping, cached))
		return use(cached, tid, mapping);
	load = new_load(tid, mapping, cached);
	if (direct_is_safe(mapping->dev)) {
		load_file(&load->job);
		return finish_load(load, tid, mapping);
	}
	/* All threads are blocked. One may be free later. */
	if (!aside_start(&load->job)) {
		release(&load->job);
		*is_loading = true;
		return NULL;
	}
	if (aside_wait(&load->job, aside_patience_ms()))
		return finish_load(load, tid, mapping);
	debug(unwind, "'%s' is not opened at once", mapping->path);
	aside_be_impatient();
	absent_page_expect();
	direct_see_other();
	load->next = loads;
	loads = load;
	*is_loading = true;
	return NULL;
}

bool elf_cache_is_loading(void)
{
	for (struct elf_load *load = loads; load; load = load->next)
		if (now_ns() - load->start_ns < WORTH_WAITING_NS)
			return true;
	return false;
}

struct elf_file *elf_file_ref(struct elf_file *file)
{
	file->refs++;
	return file;
}

void elf_file_put(struct elf_file *file)
{
	unsigned int nr_unused = 0;

	if (!file || --file->refs)
		return;
	if (file->is_outdated) {
		elf_load_free(file);
		return;
	}
	for (file = cache; file; file = file->next)
		nr_unused += file->refs == 0;
	if (nr_unused > MAX_UNUSED_FILES)
		elf_file_drop_unused();
}

void elf_file_drop_unused(void)
{
	for (struct elf_file **link = &cache; *link;) {
		struct elf_file *file = *link;
		if (file->refs) {
			link = &file->next;
			continue;
		}
		*link = file->next;
		elf_load_free(file);
	}
}
