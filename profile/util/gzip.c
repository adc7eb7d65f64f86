// SPDX-License-Identifier: MIT
/*
 * Writes and reads gzip: one member, and nothing after it.
 */
#include "profile/util/gzip.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "profile/util/write_all.h"
#include "profile/util/xalloc.h"

#define PIECE_SIZE   (64u << 10)
#define LEVEL_STORED 0
#define GZIP_FORMAT  (MAX_WBITS + 16) /* zlib.h: "Add 16 to windowBits" for a gzip header */

struct gzip_writer {
	z_stream stream;
	int fd;
	int error;
	int level;	 /* the level that was requested */
	bool is_storing; /* data is stored, not compressed, until the file is large enough */
	unsigned char piece[PIECE_SIZE];
};

struct gzip_writer *gzip_writer_new(int fd, bool is_quick)
{
	struct gzip_writer *writer = xcalloc(1, sizeof(*writer));

	writer->fd = fd;
	writer->level = is_quick ? Z_BEST_SPEED : Z_DEFAULT_COMPRESSION;
	if (deflateInit2(&writer->stream, writer->level, Z_DEFLATED, GZIP_FORMAT, 8,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		xalloc_fail();
	writer->stream.next_out = writer->piece;
	writer->stream.avail_out = PIECE_SIZE;
	return writer;
}

static void gzip_writer_flush(struct gzip_writer *writer)
{
	size_t size = PIECE_SIZE - writer->stream.avail_out;

	if (!writer->error)
		writer->error = write_all(writer->fd, writer->piece, size);
	writer->stream.next_out = writer->piece;
	writer->stream.avail_out = PIECE_SIZE;
}

bool gzip_is_bomb(uint64_t packed, uint64_t unpacked)
{
	return unpacked > GZIP_MIN_BOUND && (unpacked - GZIP_MIN_BOUND) / GZIP_MAX_RATIO > packed;
}

/*
 * Decides if the next piece is stored: yes, if what was compressed so far is too small for the
 * reader.
 */
static void gzip_writer_choose_level(struct gzip_writer *writer)
{
	uint64_t packed = writer->stream.total_out;
	bool is_too_small = writer->stream.total_in > GZIP_MIN_BOUND / 2 &&
			    writer->stream.total_in / (GZIP_MAX_RATIO / 2) > packed;

	if (is_too_small == writer->is_storing)
		return;
	writer->is_storing = is_too_small;
	/* zlib.h: deflateParams compresses earlier data with the old level, which needs room. */
	while (deflateParams(&writer->stream, is_too_small ? LEVEL_STORED : writer->level,
			     Z_DEFAULT_STRATEGY) == Z_BUF_ERROR &&
	       !writer->error)
		gzip_writer_flush(writer);
}

void gzip_writer_put(struct gzip_writer *writer, const void *data, size_t size)
{
	const unsigned char *next = data;

	while (size && !writer->error) {
		uInt part = size < PIECE_SIZE ? (uInt)size : PIECE_SIZE;

		writer->stream.avail_in = 0;
		gzip_writer_choose_level(writer);
		writer->stream.next_in = (Bytef *)next;
		writer->stream.avail_in = part;
		while (writer->stream.avail_in) {
			deflate(&writer->stream, Z_NO_FLUSH);
			if (!writer->stream.avail_out)
				gzip_writer_flush(writer);
		}
		next += part;
		size -= part;
	}
}

void gzip_writer_sync(struct gzip_writer *writer)
{
	bool is_full;

	/*
	 * zlib.h: "deflate must be called again with the same value of flush … until … avail_out !=
	 * 0"
	 */
	do {
		deflate(&writer->stream, Z_SYNC_FLUSH);
		is_full = !writer->stream.avail_out;
		gzip_writer_flush(writer);
	} while (is_full && !writer->error);
}

int gzip_writer_error(const struct gzip_writer *writer)
{
	return writer->error;
}

int gzip_writer_finish(struct gzip_writer *writer)
{
	int error, state;

	do {
		state = deflate(&writer->stream, Z_FINISH);
		gzip_writer_flush(writer);
	} while (state == Z_OK && !writer->error);
	error = writer->error;
	deflateEnd(&writer->stream);
	free(writer);
	return error;
}

struct gzip_reader {
	int fd;
	size_t max_size;
	unsigned char *data;
	size_t size;
	size_t capacity;
	uint64_t packed; /* bytes read from the file */
	z_stream stream;
	bool is_gzip;
	bool at_end; /* at the end of the gzip member */
	const char *reason;
	unsigned char piece[PIECE_SIZE];
};

static int gzip_reader_refuse(struct gzip_reader *reader, const char *reason)
{
	reader->reason = reason;
	return -EBADMSG;
}

/* Makes room for at least one more byte. */
static int gzip_reader_grow(struct gzip_reader *reader)
{
	if (reader->size < reader->capacity)
		return 0;
	if (reader->capacity >= reader->max_size)
		return gzip_reader_refuse(reader, "it is too large");
	reader->capacity = reader->capacity ? reader->capacity * 2 : PIECE_SIZE;
	if (reader->capacity > reader->max_size)
		reader->capacity = reader->max_size;
	reader->data = xreallocarray(reader->data, reader->capacity, 1);
	return 0;
}

/*
 * Appends the output of the @size bytes in the piece. The same loop copies bytes that are not
 * compressed.
 */
static int gzip_reader_inflate(struct gzip_reader *reader)
{
	z_stream *stream = &reader->stream;

	for (;;) {
		size_t room;
		int state, err = gzip_reader_grow(reader);

		if (err)
			return err;
		room = reader->capacity - reader->size;
		stream->next_out = reader->data + reader->size;
		stream->avail_out = room < PIECE_SIZE ? (uInt)room : PIECE_SIZE;
		room = stream->avail_out;
		state = inflate(stream, Z_NO_FLUSH);
		reader->size += room - stream->avail_out;
		if (gzip_is_bomb(reader->packed - stream->avail_in, reader->size))
			return gzip_reader_refuse(reader, "it unfolds to too much");
		if (state == Z_MEM_ERROR)
			xalloc_fail();
		if (state == Z_STREAM_END) {
			reader->at_end = true;
			return stream->avail_in ? gzip_reader_refuse(reader, "data after its end")
						: 0;
		}
		if (state == Z_BUF_ERROR || (state == Z_OK && stream->avail_out))
			return 0; /* all input has been used */
		if (state != Z_OK)
			return gzip_reader_refuse(reader, "its gzip data is damaged");
	}
}

static int gzip_reader_copy(struct gzip_reader *reader, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		int err = gzip_reader_grow(reader);

		if (err)
			return err;
		reader->data[reader->size++] = reader->piece[i];
	}
	return 0;
}

static int gzip_reader_take(struct gzip_reader *reader, size_t size)
{
	if (!reader->is_gzip)
		return gzip_reader_copy(reader, size);
	if (reader->at_end)
		return gzip_reader_refuse(reader, "data after its end");
	reader->packed += size;
	reader->stream.next_in = reader->piece;
	reader->stream.avail_in = (uInt)size;
	return gzip_reader_inflate(reader);
}

/* Fills the piece, also from a pipe. Returns its size, 0 at the end, or -errno. */
static ssize_t gzip_reader_fill(struct gzip_reader *reader)
{
	size_t size = 0;

	while (size < PIECE_SIZE) {
		ssize_t got = read(reader->fd, reader->piece + size, PIECE_SIZE - size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			break;
		size += (size_t)got;
	}
	return (ssize_t)size;
}

static int gzip_reader_run(struct gzip_reader *reader)
{
	ssize_t size = gzip_reader_fill(reader);
	int err = 0;

	if (!size)
		return gzip_reader_refuse(reader, "it is empty");
	if (size >= 2 && reader->piece[0] == 0x1f && reader->piece[1] == 0x8b)
		reader->is_gzip = true;
	for (; size > 0 && !err; size = err ? 0 : gzip_reader_fill(reader))
		err = gzip_reader_take(reader, (size_t)size);
	if (!err && size < 0)
		err = (int)size;
	if (!err && reader->is_gzip && !reader->at_end)
		err = gzip_reader_refuse(reader, "it is cut");
	return err;
}

int gzip_read_all(int fd, size_t max_size, void **data, size_t *size, const char **reason)
{
	struct gzip_reader *reader = xcalloc(1, sizeof(*reader));
	int err;

	reader->fd = fd;
	reader->max_size = max_size;
	if (inflateInit2(&reader->stream, GZIP_FORMAT) != Z_OK)
		xalloc_fail();
	err = gzip_reader_run(reader);
	inflateEnd(&reader->stream);
	*reason = reader->reason;
	*data = reader->data;
	*size = reader->size;
	if (err) {
		free(reader->data);
		*data = NULL;
	}
	free(reader);
	return err;
}
