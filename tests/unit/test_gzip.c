// SPDX-License-Identifier: MIT
/*
 * Files whose decompressed contents are enormous: which of them the reader refuses, and that the
 * writer creates none.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "profile/util/gzip.h"

static char path[64];

static void setup(void)
{
	strcpy(path, "/tmp/scprof-gzip.XXXXXX");
	close(mkstemp(path));
}

static void teardown(void)
{
	unlink(path);
}

TestSuite(gzip, .init = setup, .fini = teardown);

Test(gzip, zeros_compressed_a_thousand_times_end_at_the_limit)
{
	enum { PIECE = 1 << 20, BOUND = 8 << 20 };
	char *zeros = calloc(PIECE, 1);
	int fd = open(path, O_RDWR | O_TRUNC);
	struct gzip_writer *writer = gzip_writer_new(fd, false);
	const char *reason;
	void *data;
	size_t size;

	for (int i = 0; i < 64; i++)
		gzip_writer_put(writer, zeros, PIECE);
	cr_assert_eq(gzip_writer_finish(writer), 0);
	free(zeros);
	lseek(fd, 0, SEEK_SET);
	cr_assert_eq(gzip_read_all(fd, BOUND, &data, &size, &reason), -EBADMSG);
	cr_assert_str_eq(reason, "it is too large");
	cr_assert_leq(size, BOUND);
	cr_assert_null(data);
	close(fd);
}

/* Uses zlib directly, because scprof's writer creates no such file. */
Test(gzip, a_bomb_is_refused_before_it_is_decompressed)
{
	enum { PIECE = 1 << 20, NR_PIECES = 300 };
	char *zeros = calloc(PIECE, 1);
	gzFile file = gzopen(path, "wb");
	const char *reason;
	void *data;
	size_t size;
	int fd;

	for (int i = 0; i < NR_PIECES; i++)
		cr_assert_eq(gzwrite(file, zeros, PIECE), PIECE);
	gzclose(file);
	free(zeros);
	fd = open(path, O_RDONLY);
	cr_assert_eq(gzip_read_all(fd, 1 << 30, &data, &size, &reason), -EBADMSG);
	cr_assert_str_eq(reason, "it unfolds to too much");
	cr_assert_lt(size, 20 << 20);
	close(fd);
}

Test(gzip, files_of_the_writer_are_never_taken_for_a_bomb)
{
	enum { PIECE = 1 << 20, NR_PIECES = 200 };
	char *zeros = calloc(PIECE, 1);
	int fd = open(path, O_RDWR | O_TRUNC);
	struct gzip_writer *writer = gzip_writer_new(fd, false);
	const char *reason;
	void *data;
	size_t size;

	for (int i = 0; i < NR_PIECES; i++)
		gzip_writer_put(writer, zeros, PIECE);
	cr_assert_eq(gzip_writer_finish(writer), 0);
	cr_assert_lt(lseek(fd, 0, SEEK_END), 4 << 20);
	lseek(fd, 0, SEEK_SET);
	cr_assert_eq(gzip_read_all(fd, 1 << 30, &data, &size, &reason), 0, "%s", reason);
	cr_assert_eq(size, (size_t)PIECE * NR_PIECES);
	for (size_t i = 0; i < size; i += PIECE)
		cr_assert_arr_eq((char *)data + i, zeros, PIECE);
	free(zeros);
	free(data);
	close(fd);
}
