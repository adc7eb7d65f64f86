// SPDX-License-Identifier: MIT
/*
 * libFuzzer harness for the reader of logs (`make fuzz-log-read`). The input is the uncompressed
 * stream of records, because the checksum of a compressed one would reject nearly all mutations. If
 * the input can be read, a second reading must give the same calls.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "profile/log/log_file.h"
#include "profile/util/gzip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int count_calls(struct log_file *log, char *error)
{
	struct log_call call;
	int result, nr = 0;

	while ((result = log_file_next(log, &call, error)) > 0)
		nr++;
	return result < 0 ? result : nr;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("log", 0);
	struct gzip_writer *gzip = gzip_writer_new(fd, true);
	char path[64], error[LOG_FILE_ERROR_SIZE];
	struct log_file log;

	gzip_writer_put(gzip, data, size);
	if (gzip_writer_finish(gzip))
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!log_file_open(&log, path, error)) {
		int nr = count_calls(&log, error);

		if (nr >= 0 && (log_file_rewind(&log, error) || count_calls(&log, error) != nr))
			abort();
		log_file_close(&log);
	}
	close(fd);
	return 0;
}
