/* SPDX-License-Identifier: MIT */
/*
 * Each file has at most one job that reads it. If the job takes too long, reads of this file fail
 * until the job is done. Then the cache takes the bytes that the job has read.
 */
#include "helper/elf/elf_read.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "helper/base/aside.h"
#include "helper/base/debug.h"
#include "helper/elf/direct.h"
#include "helper/elf/elf_open.h"
#include "profile/util/xalloc.h"

#define BATCH \
	(4 *  \
	 ELF_FILE_CHUNK) /* another thread reads at least this much, as handing over costs more */
#define MAX_IOV 64

struct elf_read {
	struct aside_job job;
	pid_t tid;
	char *path;
	struct elf_mapping mapping;
	struct elf_identity identity;
	uint64_t offset;
	size_t size;
	uint8_t *bytes; /* NULL: could not be read */
};

static int open_same(pid_t tid, const struct elf_read *read)
{
	struct elf_opened opened;
	int fd = elf_open(tid, &read->mapping, &opened);

	if (fd < 0 || elf_identity_is_equal(&opened.identity, &read->identity))
		return fd;
	close(fd);
	return -1;
}

/*
 * In a thread of helper/base/aside.c, or in the tracing thread if that is safe
 * (helper/elf/direct.h).
 */
static void read_file(struct aside_job *job)
{
	struct elf_read *read = (struct elf_read *)job;
	int fd = open_same(read->tid, read);

	/* The thread that has mapped the file may have ended. */
	if (fd < 0)
		fd = open_same(getpid(), read);
	if (fd < 0)
		return;
	read->bytes = xmalloc(read->size);
	if (pread(fd, read->bytes, read->size, (off_t)read->offset) != (ssize_t)read->size) {
		free(read->bytes);
		read->bytes = NULL;
	}
	close(fd);
}

static void release(struct aside_job *job)
{
	struct elf_read *read = (struct elf_read *)job;

	free(read->bytes);
	free(read->path);
	free(read);
}

static struct elf_read *new_read(const struct elf_file *file, uint64_t offset, size_t size)
{
	struct elf_read *read = xcalloc(1, sizeof(*read));

	read->job = (struct aside_job){ .work = read_file, .release = release };
	read->tid = file->tid;
	read->path = xstrdup(file->path);
	read->mapping = (struct elf_mapping){
		.path = read->path,
		.inode = file->inode,
		.start = file->start,
		.end = file->end,
	};
	read->identity = file->identity;
	read->offset = offset;
	read->size = size;
	return read;
}

/* Puts the bytes of @read, which start at a chunk, into the cache. */
static void keep_chunks(struct elf_file *file, const struct elf_read *read)
{
	for (size_t done = 0; read->bytes && done < read->size; done += ELF_FILE_CHUNK) {
		uint64_t index = (read->offset + done) / ELF_FILE_CHUNK;
		size_t part =
			read->size - done < ELF_FILE_CHUNK ? read->size - done : ELF_FILE_CHUNK;

		if (file->chunks[index])
			continue;
		file->chunks[index] = xcalloc(1, ELF_FILE_CHUNK);
		memcpy(file->chunks[index], read->bytes + done, part);
	}
}

/*
 * Puts the bytes of a late job into the cache, if it is done. Returns false if it is not done yet.
 */
static bool finish_late(struct elf_file *file)
{
	struct elf_read *read = file->late;

	if (!read)
		return true;
	if (!aside_is_done(&read->job))
		return false;
	keep_chunks(file, read);
	file->late = NULL;
	release(&read->job);
	return true;
}

/* Returns a finished read of @size bytes at @offset, which the caller releases, or NULL. */
static struct elf_read *read_now(struct elf_file *file, uint64_t offset, size_t size)
{
	struct elf_read *read;

	if (!finish_late(file))
		return NULL;
	read = new_read(file, offset, size);
	if (direct_is_safe(file->dev)) {
		read_file(&read->job);
		return read;
	}
	if (!aside_start(&read->job)) {
		release(&read->job);
		return NULL;
	}
	if (aside_wait(&read->job, aside_patience_ms()))
		return read;
	debug(unwind, "'%s' keeps its readers waiting", file->path);
	aside_be_impatient();
	file->late = read;
	return NULL;
}

static uint64_t align_down(uint64_t offset)
{
	return offset - offset % ELF_FILE_CHUNK;
}

/* Reads the missing chunk @index and the following ones, up to @end or the size of a batch. */
static bool fetch(struct elf_file *file, uint64_t index, uint64_t end)
{
	uint64_t offset = index * ELF_FILE_CHUNK, batch;
	struct elf_read *read;

	if (file->fd >= 0) {
		elf_read_ahead(file, offset, 1);
		return file->chunks[index];
	}
	batch = direct_is_safe(file->dev) ? ELF_FILE_CHUNK : BATCH;
	if (end < offset + batch)
		end = offset + batch;
	if (end > file->size)
		end = file->size;
	read = read_now(file, offset, (size_t)(end - offset));
	if (read) {
		keep_chunks(file, read);
		release(&read->job);
	}
	return file->chunks[index];
}

void elf_read_ahead(struct elf_file *file, uint64_t offset, uint64_t size)
{
	uint64_t end;

	if (offset >= file->size)
		return;
	end = size > file->size - offset ? file->size : offset + size;
	for (offset = align_down(offset); offset < end;) {
		struct iovec parts[MAX_IOV];
		uint64_t index = offset / ELF_FILE_CHUNK;
		unsigned int nr;

		for (nr = 0; nr < MAX_IOV && offset < end; nr++, offset += ELF_FILE_CHUNK)
			parts[nr] = (struct iovec){ xcalloc(1, ELF_FILE_CHUNK), ELF_FILE_CHUNK };
		if (preadv(file->fd, parts, (int)nr, (off_t)(index * ELF_FILE_CHUNK)) < 0) {
			while (nr)
				free(parts[--nr].iov_base);
			return;
		}
		for (unsigned int i = 0; i < nr; i++) {
			free(file->chunks[index + i]);
			file->chunks[index + i] = parts[i].iov_base;
		}
	}
}

bool elf_read_once(struct elf_file *file, uint64_t offset, void *buffer, size_t size)
{
	struct elf_read *read;

	if (offset > file->size || size > file->size - offset)
		return false;
	if (file->image || file->is_whole)
		return elf_read(file, offset, buffer, size);
	read = read_now(file, offset, size);
	if (!read)
		return false;
	if (read->bytes)
		memcpy(buffer, read->bytes, size);
	offset = read->bytes != NULL;
	release(&read->job);
	return offset;
}

bool elf_read(struct elf_file *file, uint64_t offset, void *buffer, size_t size)
{
	const uint64_t end = offset + size;

	if (offset > file->size || size > file->size - offset)
		return false;
	if (file->image) {
		memcpy(buffer, file->image + offset, size);
		return true;
	}
	while (size) {
		uint64_t index = offset / ELF_FILE_CHUNK;
		size_t skip = offset % ELF_FILE_CHUNK;
		size_t part = ELF_FILE_CHUNK - skip < size ? ELF_FILE_CHUNK - skip : size;

		if (!file->chunks[index] && !fetch(file, index, end))
			return false;
		memcpy(buffer, file->chunks[index] + skip, part);
		buffer = (char *)buffer + part;
		offset += part;
		size -= part;
	}
	return true;
}

bool elf_read_vaddr(struct elf_file *file, uint64_t vaddr, void *buffer, size_t size)
{
	uint64_t offset;

	return elf_file_offset_of_vaddr(file, vaddr, &offset) &&
	       elf_read(file, offset, buffer, size);
}

void elf_read_fini(struct elf_file *file)
{
	if (file->late)
		aside_abandon(&file->late->job);
	if (file->chunks)
		for (uint64_t i = 0; i <= file->size / ELF_FILE_CHUNK; i++)
			free(file->chunks[i]);
	free(file->chunks);
}
