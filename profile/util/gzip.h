/* SPDX-License-Identifier: MIT */
/*
 * Writes and reads gzip (RFC 1952) through descriptors, in pieces of fixed size, with zlib. Unlike
 * zlib's gzFile, it leaves the descriptor open, so that the caller can sync the file. And it limits
 * the size to which a small file may decompress.
 */
#ifndef SCPROF_PROFILE_UTIL_GZIP_H
#define SCPROF_PROFILE_UTIL_GZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gzip_writer;

/*
 * Returns a new writer to @fd, which the caller owns. @is_quick: speed is more important than size.
 */
struct gzip_writer *gzip_writer_new(int fd, bool is_quick);
/*
 * Compresses and writes @size bytes. The writer remembers an error, and gzip_writer_finish()
 * returns it.
 */
void gzip_writer_put(struct gzip_writer *writer, const void *data, size_t size);
/* Writes out all data so far, so that it can be read even if no more follows. */
void gzip_writer_sync(struct gzip_writer *writer);
/* Returns the first error as -errno, or 0. */
int gzip_writer_error(const struct gzip_writer *writer);
/* Writes the rest, frees @writer, and returns 0 or the first error as -errno. */
int gzip_writer_finish(struct gzip_writer *writer);

/*
 * The size to which a file may decompress: this many times the bytes read from it, plus some
 * megabytes. The writer stays at half of that; it stores data uncompressed if they are too
 * repetitive.
 */
#define GZIP_MAX_RATIO 128
#define GZIP_MIN_BOUND (16u << 20)

/*
 * Returns true if the first @packed bytes of a file may not decompress to as much as @unpacked
 * bytes.
 */
bool gzip_is_bomb(uint64_t packed, uint64_t unpacked);

/*
 * Reads all of @fd into *@data (*@size bytes), which the caller frees. Decompresses it if it begins
 * like gzip. Returns 0. Returns -errno if read(2) fails. Returns -EBADMSG and a text in *@reason if
 * the gzip data is damaged, or if there would be more than @max_size bytes or more than the file
 * may decompress to.
 */
int gzip_read_all(int fd, size_t max_size, void **data, size_t *size, const char **reason);

#endif
