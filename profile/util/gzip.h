/* SPDX-License-Identifier: MIT */
/*
 * gzip (RFC 1952) to and from file descriptors, in pieces of fixed size, with zlib. Unlike zlib's
 * gzFile it leaves the descriptor open, so that the caller can fsync, and it bounds what a small
 * file may unfold to.
 */
#ifndef SCPROF_PROFILE_UTIL_GZIP_H
#define SCPROF_PROFILE_UTIL_GZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gzip_writer;

/* Returns a writer to @fd, which stays the caller's. @is_quick: time counts more than size. */
struct gzip_writer *gzip_writer_new(int fd, bool is_quick);
/* Compresses @size bytes. An error is kept, and _finish returns it. */
void gzip_writer_put(struct gzip_writer *writer, const void *data, size_t size);
/* Writes all that was put so far, so that it can be read even if no more comes. */
void gzip_writer_sync(struct gzip_writer *writer);
/* Returns the first error as -errno, or 0. */
int gzip_writer_error(const struct gzip_writer *writer);
/* Writes what is left, frees @writer and returns 0 or the first error as -errno. */
int gzip_writer_finish(struct gzip_writer *writer);

/*
 * What a file may unfold to: this many times the bytes that were read of it, and some megabytes.
 * The writer keeps to half of that, and stores data that are too repetitive.
 */
#define GZIP_MAX_RATIO 128
#define GZIP_MIN_BOUND (16u << 20)

/* Returns whether @unpacked bytes are more than the first @packed bytes of a file may unfold to. */
bool gzip_is_bomb(uint64_t packed, uint64_t unpacked);

/*
 * Reads all of @fd into *@data (*@size bytes, the caller frees it), unpacked when it begins as
 * gzip does. Returns 0; -errno of read(2); or -EBADMSG with a text in *@reason when the gzip data
 * is damaged, or when more than @max_size bytes, or more than the file may unfold to, would come
 * out.
 */
int gzip_read_all(int fd, size_t max_size, void **data, size_t *size, const char **reason);

#endif
