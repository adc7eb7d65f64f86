// SPDX-License-Identifier: MIT
/*
 * Opens a binary with libdwfl, and asks first its DWARF, then the function table of a Go program,
 * and then its symbol tables. Each binary has its own libdwfl session, at load bias 0, so closing
 * it frees all its memory.
 */
#include "profile/symbols/binary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "profile/symbols/binary_parts.h"
#include "profile/symbols/debug_server.h"
#include "profile/util/xalloc.h"

struct binary {
	Dwfl *dwfl;
	Dwfl_Module *module;
	struct binary_dwarf *dwarf; /* NULL: there is none, or it is not open yet */
	struct binary_symbols *symbols;
	struct binary_go *go; /* NULL: it is no Go program, or it has not been read yet */
	bool is_dwarf_read;
	bool is_go_read;
};

static char *standard_debug_path;

static const Dwfl_Callbacks callbacks = {
	.find_debuginfo = binary_find_debug_file,
	.section_address = dwfl_offline_section_address,
	.debuginfo_path = &standard_debug_path,
};

int binary_open_regular(const char *path)
{
	/*
	 * A profile may come from another machine: a path in it may be a pipe here, on which open()
	 * would block.
	 */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		return binary_copy(fd);
	close(fd);
	return -ENOEXEC;
}

static bool has_build_id(Dwfl_Module *module, const char *expected)
{
	const unsigned char *bytes;
	GElf_Addr address;
	int size = dwfl_module_build_id(module, &bytes, &address);

	if (size < 0)
		size = 0;
	if (strlen(expected) != 2 * (size_t)size)
		return false;
	for (int i = 0; i < size; i++) {
		char hex[3];

		snprintf(hex, sizeof(hex), "%02x", bytes[i]);
		if (memcmp(expected + 2 * i, hex, 2) != 0)
			return false;
	}
	return true;
}

/* Gives the file to libdwfl. Takes over @fd if it returns 0. */
static int report(struct binary *binary, const char *path, int fd, const char *build_id)
{
	binary->dwfl = dwfl_begin(&callbacks);
	if (!binary->dwfl)
		return -ENOMEM;
	dwfl_report_begin(binary->dwfl);
	binary->module = dwfl_report_elf(binary->dwfl, path, path, fd, 0, true);
	if (!binary->module)
		return -ENOEXEC;
	dwfl_report_end(binary->dwfl, NULL, NULL);
	return has_build_id(binary->module, build_id) ? 0 : -ESTALE;
}

static int open_fd(struct binary **binary, const char *path, int fd, const char *build_id)
{
	int rc;

	if (fd < 0)
		return fd;
	if (!binary_is_bounded(fd)) {
		close(fd);
		return -ENOEXEC;
	}
	*binary = xcalloc(1, sizeof(**binary));
	rc = report(*binary, path, fd, build_id);
	if (!rc)
		return 0;
	if (!(*binary)->module)
		close(fd);
	binary_close(*binary);
	*binary = NULL;
	return rc;
}

int binary_open(struct binary **binary, const char *path, const char *build_id)
{
	bool is_vdso = strcmp(path, "[vdso]") == 0;
	int rc;

	*binary = NULL;
	rc = open_fd(binary, path, is_vdso ? binary_open_vdso() : binary_open_regular(path),
		     build_id);
	/* A debug file is enough: the binary itself is not needed. */
	if (rc && !is_vdso &&
	    open_fd(binary, path, debug_server_fetch(build_id, NULL), build_id) == 0)
		rc = 0;
	return rc;
}

void binary_close(struct binary *binary)
{
	if (!binary)
		return;
	binary_symbols_free(binary->symbols);
	binary_dwarf_free(binary->dwarf);
	binary_go_free(binary->go);
	dwfl_end(binary->dwfl);
	free(binary);
}

static void read_symbols(struct binary *binary)
{
	if (!binary->symbols)
		binary->symbols = binary_symbols_new(binary->module);
}

static char *find_symbol(struct binary *binary, uint64_t address)
{
	read_symbols(binary);
	return binary_symbols_find(binary->symbols, address);
}

/* The function table of a Go program leaves out the types for which a function is made. */
static bool is_shortened(const char *name)
{
	return strstr(name, "[...]") != NULL;
}

static bool is_mangled(const char *name)
{
	return name[0] == '_' && (name[1] == 'Z' || name[1] == 'R');
}

/*
 * Returns true if @symbol is a better name of the function than that which DWARF or the function
 * table of a Go program gave. It is better if it is mangled and so includes the scope, or if the
 * other leaves out types. It is also better if it is what programmers call the function: `write`
 * rather than `__GI___libc_write`.
 */
static bool is_better_name(const char *symbol, const struct binary_line *line)
{
	if (!line->system_name || is_shortened(line->system_name))
		return true;
	if (is_mangled(symbol))
		return line->is_plain_name;
	return !is_mangled(line->system_name) &&
	       strspn(symbol, "_") < strspn(line->system_name, "_");
}

static void name_by_symbol(struct binary *binary, uint64_t address, struct binary_line *line)
{
	char *symbol = find_symbol(binary, line->entry ? line->entry : address);

	if (!symbol || !is_better_name(symbol, line)) {
		free(symbol);
		return;
	}
	free(line->system_name);
	line->system_name = symbol;
}

void binary_use_symbols_only(struct binary *binary)
{
	binary->is_dwarf_read = true;
}

static void read_dwarf(struct binary *binary)
{
	if (!binary->is_dwarf_read)
		binary->dwarf = binary_dwarf_new(binary->module);
	binary->is_dwarf_read = true;
}

static void read_go(struct binary *binary)
{
	if (!binary->is_go_read)
		binary->go = binary_go_new(binary->module);
	binary->is_go_read = true;
}

void binary_read_symbols(struct binary *binary)
{
	read_dwarf(binary);
	read_go(binary);
	read_symbols(binary);
	binary_symbols_prefetch(binary->symbols);
}

void binary_expect(struct binary *binary, const uint64_t *addresses, uint32_t nr)
{
	read_symbols(binary);
	binary_symbols_expect(binary->symbols, addresses, nr);
}

bool binary_has_dwarf(const struct binary *binary)
{
	return binary->dwarf != NULL;
}

void binary_find_lines(struct binary *binary, uint64_t address, struct binary_lines *lines)
{
	struct binary_line *outermost;

	lines->nr = 0;
	read_dwarf(binary);
	if (binary->dwarf)
		binary_dwarf_find(binary->dwarf, address, lines);
	if (!lines->nr) {
		read_go(binary);
		if (binary->go)
			binary_go_find(binary->go, address, lines);
	}
	if (!lines->nr)
		lines->lines[lines->nr++] = (struct binary_line){ .system_name = NULL };
	outermost = &lines->lines[lines->nr - 1];
	if (!outermost->system_name || outermost->is_plain_name ||
	    outermost->system_name[0] == '_' || is_shortened(outermost->system_name))
		name_by_symbol(binary, address, outermost);
	if (lines->nr == 1 && !outermost->system_name && !outermost->file)
		lines->nr = 0;
}
