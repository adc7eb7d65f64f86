// SPDX-License-Identifier: MIT
/*
 * libFuzzer harness for perf maps, which name code that a program generated. The input is the file.
 * Every frame has a name or none, and each name must be in the file.
 */
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "profile/symbols/perf_map.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mapping anonymous = { .limit = UINT64_MAX };
	int fd = memfd_create("map", 0);
	struct profile profile;
	uint32_t mapping, nr_named, nr = 0;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET))
		abort();
	profile_init(&profile);
	anonymous.path = string_table_intern(&profile.strings, "[anon]");
	mapping = profile_intern_mapping(&profile, &anonymous);
	for (uint64_t address = 1; address; address <<= 4)
		profile_intern_frame(&profile, mapping, address);
	profile_intern_frame(&profile, mapping, UINT64_MAX);
	nr_named = perf_map_name_frames(&profile, 1, fd);
	for (uint32_t frame = 1; frame < profile.nr_frames; frame++)
		nr += profile.frames[frame].nr_lines != 0;
	if (nr != nr_named)
		abort();
	profile_fini(&profile);
	close(fd);
	return 0;
}
