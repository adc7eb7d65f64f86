/* SPDX-License-Identifier: MIT */
/*
 * The kernel starts the interpreter that a script names after "#!" (execve(2)), up to five levels
 * deep. An ELF file names its dynamic loader in PT_INTERP. A file without it is static, or it is
 * the dynamic loader itself, which has a name as a shared library (DT_SONAME). The dynamic loader
 * ignores LD_PRELOAD in secure-execution mode (ld.so(8)).
 */
#include "cli/run/preloadable.h"

#include <elf.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "profile/util/xalloc.h"

#define MAX_LEVELS   5
#define SCRIPT_SIZE  256 /* BINPRM_BUF_SIZE: the kernel looks at no more of a script */
#define MAX_HEADERS  64
#define MAX_DYNAMICS 512

static bool read_at(int fd, void *to, size_t size, uint64_t offset)
{
	return pread(fd, to, size, (off_t)offset) == (ssize_t)size;
}

static bool has_soname(int fd, const Elf64_Phdr *dynamic)
{
	Elf64_Dyn entry;

	for (unsigned int i = 0; i < MAX_DYNAMICS; i++) {
		if (!read_at(fd, &entry, sizeof(entry), dynamic->p_offset + i * sizeof(entry)) ||
		    entry.d_tag == DT_NULL)
			return false;
		if (entry.d_tag == DT_SONAME)
			return true;
	}
	return false;
}

static bool is_static(int fd, const Elf64_Ehdr *ehdr)
{
	Elf64_Phdr header;

	for (unsigned int i = 0; i < ehdr->e_phnum && i < MAX_HEADERS; i++) {
		if (!read_at(fd, &header, sizeof(header), ehdr->e_phoff + i * sizeof(header)))
			return false;
		if (header.p_type == PT_INTERP)
			return false;
		if (header.p_type == PT_DYNAMIC && has_soname(fd, &header))
			return false;
	}
	return true;
}

/* Returns true if the kernel gives the program more privileges than this process has. */
static bool is_privileged(const char *path, int fd)
{
	struct statvfs place;
	struct stat status;

	if (fstat(fd, &status) < 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ||
	    (fstatvfs(fd, &place) == 0 && place.f_flag & ST_NOSUID))
		return false;
	if (status.st_mode & S_ISUID && status.st_uid != getuid())
		return true;
	if ((status.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) &&
	    status.st_gid != getgid())
		return true;
	return geteuid() != 0 && getxattr(path, "security.capability", NULL, 0) > 0;
}

/* Returns the interpreter of the script that begins with @text, or NULL. The caller frees it. */
static char *interpreter(char text[static SCRIPT_SIZE + 1])
{
	char *start;

	if (strncmp(text, "#!", 2) != 0)
		return NULL;
	text[strcspn(text, "\n")] = '\0';
	start = text + 2 + strspn(text + 2, " \t");
	return xasprintf("%.*s", (int)strcspn(start, " \t"), start);
}

/*
 * As preloadable_refuse(), for one file, which the line calls @name. Stores in @next the
 * interpreter of a script, or NULL.
 */
static char *refuse_file(const char *path, int fd, const char *name, char **next)
{
	union {
		char text[SCRIPT_SIZE + 1];
		Elf64_Ehdr elf;
	} head = { .text = "" };

	*next = NULL;
	if (pread(fd, head.text, SCRIPT_SIZE, 0) < 0)
		return NULL;
	if (memcmp(head.elf.e_ident, ELFMAG, SELFMAG) != 0) {
		*next = interpreter(head.text);
		return NULL;
	}
	if (head.elf.e_ident[EI_CLASS] != ELFCLASS64)
		return xasprintf("%s is a 32-bit program, which cannot load the 64-bit "
				 "libscprof.so; run it without --preload",
				 name);
	if (is_static(fd, &head.elf))
		return xasprintf("%s is statically linked, so nothing can be preloaded; run it "
				 "without --preload",
				 name);
	if (is_privileged(path, fd))
		return xasprintf("%s gets privileges when it starts (set-user-ID, set-group-ID or "
				 "file capabilities), and such programs ignore LD_PRELOAD; "
				 "without --preload it is profiled, but without these privileges",
				 name);
	return NULL;
}

char *preloadable_refuse(const char *path)
{
	char *file = xstrdup(path), *name = xstrdup("it"), *next, *text = NULL;

	for (unsigned int level = 0; file && !text && level <= MAX_LEVELS; level++) {
		int fd = open(file, O_RDONLY | O_CLOEXEC);

		next = NULL;
		if (fd >= 0) {
			text = refuse_file(file, fd, name, &next);
			close(fd);
		}
		free(file);
		free(name);
		file = next;
		name = file ? xasprintf("its interpreter '%s'", file) : NULL;
	}
	free(file);
	free(name);
	return text;
}
