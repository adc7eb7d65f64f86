// SPDX-License-Identifier: MIT
/*
 * libFuzzer harness for the function tables of Go programs. The first 32 bytes of the input are the
 * data for inlined functions, and the rest is the table. For any address, the reader must return
 * names and lines, or none.
 */
#include <stdint.h>
#include <stdlib.h>

#include "profile/symbols/go_lines.h"
#include "profile/symbols/go_table.h"

#define DATA_SIZE 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(const struct go_lines *go, uint64_t address)
{
	struct binary_lines lines;
	uint64_t frame_size;

	go_lines_find(go, address, &lines);
	for (uint32_t i = 0; i < lines.nr; i++)
		if (!lines.lines[i].system_name)
			abort();
	binary_lines_fini(&lines);
	go_table_frame_size(go->table, go->size, go->text_addr, address, &frame_size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct go_lines go;

	if (size < DATA_SIZE)
		return 0;
	go = (struct go_lines){ data + DATA_SIZE, size - DATA_SIZE, 0x401000, data, DATA_SIZE };
	for (uint64_t address = 0x401000; address < 0x401060; address += 4)
		ask(&go, address);
	ask(&go, UINT64_MAX);
	go_table_find(go.table, go.size);
	return 0;
}
