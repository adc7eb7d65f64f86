/* SPDX-License-Identifier: MIT */
/*
 * From Linux 6.11 the kernel answers this without printing all mappings (PROCMAP_QUERY in
 * <linux/fs.h>). Before that, the helper reads /proc/PID/maps up to the mapping.
 */
#include "helper/unwind/mapping.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "helper/unwind/maps.h"

/* struct procmap_query, which older kernel headers lack */
struct query {
	uint64_t size; /* of this struct */
	uint64_t flags;
	uint64_t addr;
	uint64_t start; /* from here on the answer */
	uint64_t end;
	uint64_t permissions;
	uint64_t page_size;
	uint64_t offset;
	uint64_t inode;
	uint32_t dev_major;
	uint32_t dev_minor;
	uint32_t name_size; /* 0: the name is not wanted */
	uint32_t build_id_size;
	uint64_t name_addr;
	uint64_t build_id_addr;
};

#define QUERY _IOWR('f', 17, struct query)

static struct address_range read_lines(FILE *file, uint64_t addr)
{
	struct address_range found = { 0, 0 };
	struct maps_line parsed;
	char *line = NULL;
	size_t size = 0;

	while (!found.end && getline(&line, &size, file) > 0)
		if (maps_line_parse(line, &parsed) && addr >= parsed.start && addr < parsed.end)
			found = (struct address_range){ parsed.start, parsed.end };
	free(line);
	return found;
}

struct address_range mapping_find(pid_t tid, uint64_t addr)
{
	struct query query = { .size = sizeof(query), .addr = addr };
	struct address_range found = { 0, 0 };
	char name[64];
	FILE *file;

	snprintf(name, sizeof(name), "/proc/%d/maps", (int)tid);
	file = fopen(name, "re");
	if (!file)
		return found;
	if (ioctl(fileno(file), QUERY, &query) == 0)
		found = (struct address_range){ query.start, query.end };
	else
		found = read_lines(file, addr);
	fclose(file);
	return found;
}
