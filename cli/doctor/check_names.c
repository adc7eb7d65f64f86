/* SPDX-License-Identifier: MIT */
/*
 * Where reports find the names of functions in stripped files: separate debug files by build id,
 * and debuginfod servers. A profile is complete without them.
 */
#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/doctor/doctor.h"
#include "profile/symbols/debug_server.h"
#include "profile/util/xalloc.h"

#define DEBUG_FOLDER  "/usr/lib/debug/.build-id"
#define BUILD_ID_MAX  64
#define ALIGNED(size) (((size) + 3) & ~(size_t)3)

/* The build id of the C library that this program runs with. */
struct library {
	const char *path;
	char id[2 * BUILD_ID_MAX + 1]; /* hexadecimal; "": there is none */
};

static void read_notes(const uint8_t *at, size_t size, struct library *library)
{
	while (size >= sizeof(ElfW(Nhdr))) {
		const ElfW(Nhdr) *note = (const void *)at;
		size_t name = ALIGNED(note->n_namesz),
		       whole = sizeof(*note) + name + ALIGNED(note->n_descsz);

		if (whole > size)
			return;
		if (note->n_type == NT_GNU_BUILD_ID && note->n_descsz <= BUILD_ID_MAX)
			for (unsigned int i = 0; i < note->n_descsz; i++)
				sprintf(library->id + 2 * (size_t)i, "%02x",
					at[sizeof(*note) + name + i]);
		at += whole;
		size -= whole;
	}
}

static int visit(struct dl_phdr_info *info, size_t size, void *argument)
{
	struct library *library = argument;

	(void)size;
	if (!strstr(info->dlpi_name, "/libc.so") && !strstr(info->dlpi_name, "/ld-musl"))
		return 0;
	library->path = info->dlpi_name;
	for (unsigned int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_NOTE)
			read_notes((const uint8_t *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr),
				   info->dlpi_phdr[i].p_memsz, library);
	return 1;
}

static void check_debug_files(struct checks *checks)
{
	struct library library = { .path = "the C library" };
	char *path;

	dl_iterate_phdr(visit, &library);
	if (!library.id[0]) {
		checks_add(checks, "debug-files", false,
			   xasprintf("%s has no build id", library.path),
			   xstrdup("names of its functions come from its symbol table"));
		return;
	}
	path = xasprintf("%s/%.2s/%s.debug", DEBUG_FOLDER, library.id, library.id + 2);
	if (access(path, R_OK) == 0)
		checks_add(checks, "debug-files", true,
			   xasprintf("%s has a debug file, '%s'", library.path, path), NULL);
	else
		checks_add(checks, "debug-files", false,
			   xasprintf("%s has no debug file, '%s'", library.path, path),
			   xstrdup("for line numbers in the C library, install libc6-dbg (Debian) "
				   "or glibc-debuginfo (Fedora)"));
	free(path);
}

static void check_debuginfod(struct checks *checks)
{
	const char *urls = getenv("DEBUGINFOD_URLS");
	bool is_ok = debug_server_open(NULL);

	debug_server_close();
	if (is_ok)
		checks_add(checks, "debuginfod", true,
			   xasprintf("libdebuginfod was loaded, and DEBUGINFOD_URLS is '%s'", urls),
			   NULL);
	else if (!urls || !urls[strspn(urls, " ")])
		checks_add(checks, "debuginfod", false, xstrdup("DEBUGINFOD_URLS names no server"),
			   xstrdup("if it names one, reports ask it for missing names, for "
				   "instance https://debuginfod.elfutils.org"));
	else
		checks_add(checks, "debuginfod", false,
			   xstrdup("the library libdebuginfod cannot be loaded"),
			   xstrdup("install libdebuginfod1 (Debian) or elfutils-debuginfod-client "
				   "(Fedora)"));
}

void check_names(struct checks *checks)
{
	check_debug_files(checks);
	check_debuginfod(checks);
}
