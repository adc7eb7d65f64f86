/* SPDX-License-Identifier: MIT */
/*
 * Reads links below /proc/TID (proc(5)): "/path", "/path (deleted)", "socket:[4711]",
 * "anon_inode:[eventpoll]".
 */
#include "helper/count/file_name.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helper/trace/remote_memory.h"

#define PAGE_SIZE 4096u /* of x86-64, the smallest */

/* Returns the length of the link's target, or 0 if there is none. */
static size_t read_link(const char *path, char target[static FILE_NAME_SIZE])
{
	ssize_t length = readlink(path, target, FILE_NAME_SIZE - 1);

	if (length < 0)
		length = 0;
	target[length] = '\0';
	return (size_t)length;
}

static enum file_kind kind_of_target(const char *target, uint64_t *inode)
{
	static const char socket[] = "socket:[", pipe[] = "pipe:[";

	*inode = 0;
	if (*target == '/')
		return FILE_KIND_FILE;
	if (strncmp(target, socket, sizeof(socket) - 1) == 0) {
		*inode = strtoull(target + sizeof(socket) - 1, NULL, 10);
		return FILE_KIND_SOCKET;
	}
	return strncmp(target, pipe, sizeof(pipe) - 1) == 0 ? FILE_KIND_PIPE : FILE_KIND_OTHER;
}

void file_name_of_fd(pid_t tid, int fd, struct file_name *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)tid, fd);
	name->inode = 0;
	if (fd >= 0 && read_link(path, name->text)) {
		name->kind = kind_of_target(name->text, &name->inode);
		return;
	}
	name->kind = FILE_KIND_UNKNOWN;
	strcpy(name->text, "(not open)");
}

/*
 * Reads a text page by page, because the next page may not exist. Returns false if the text has no
 * end.
 */
static bool read_text(pid_t tid, uint64_t addr, char text[static FILE_NAME_SIZE])
{
	size_t size = 0;

	while (size < FILE_NAME_SIZE) {
		size_t part = PAGE_SIZE - ((addr + size) & (PAGE_SIZE - 1));
		size_t got;

		if (part > FILE_NAME_SIZE - size)
			part = FILE_NAME_SIZE - size;
		got = remote_memory_read(tid, addr + size, text + size, part);
		if (memchr(text + size, '\0', got))
			return true;
		if (got < part)
			return false;
		size += part;
	}
	return false;
}

/* Removes empty and `.` parts from the absolute @path, in place. */
static void tidy(char *path)
{
	char *out = path;

	for (const char *at = path; *at;) {
		size_t length;

		at += strspn(at, "/");
		length = strcspn(at, "/");
		if (length && !(length == 1 && *at == '.')) {
			*out++ = '/';
			memmove(out, at, length);
			out += length;
		}
		at += length;
	}
	if (out == path)
		*out++ = '/';
	*out = '\0';
}

/* Finds the directory to which a path is relative; it is empty for the root of the file system. */
static void read_base(pid_t tid, int folder, bool is_absolute, char base[static FILE_NAME_SIZE])
{
	char path[64];

	if (is_absolute)
		snprintf(path, sizeof(path), "/proc/%d/root", (int)tid);
	else if (folder == AT_FDCWD)
		snprintf(path, sizeof(path), "/proc/%d/cwd", (int)tid);
	else
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)tid, folder);
	if (!read_link(path, base))
		strcpy(base, is_absolute ? "" : "(not open)");
	if (strcmp(base, "/") == 0)
		base[0] = '\0';
}

bool file_name_of_path(pid_t tid, int folder, uint64_t addr, struct file_name *name)
{
	char given[FILE_NAME_SIZE], base[FILE_NAME_SIZE];

	if (!addr)
		return false;
	name->kind = FILE_KIND_PATH;
	name->inode = 0;
	if (!read_text(tid, addr, given)) {
		name->kind = FILE_KIND_UNKNOWN;
		strcpy(name->text, "(not readable)");
		return true;
	}
	if (!*given)
		return false;
	read_base(tid, folder, *given == '/', base);
	if (snprintf(name->text, sizeof(name->text), "%s/%s", base, given) < 0)
		return false;
	if (*name->text == '/')
		tidy(name->text);
	return true;
}

enum file_kind file_name_look(pid_t tid, int fd)
{
	struct statx status;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)tid, fd);
	/*
	 * With AT_STATX_DONT_SYNC (statx(2)), the kernel asks no server, which may be the program
	 * itself.
	 */
	if (statx(AT_FDCWD, path, AT_STATX_DONT_SYNC, STATX_TYPE, &status) < 0)
		return FILE_KIND_UNKNOWN;
	switch (status.stx_mode & S_IFMT) {
	case S_IFREG:
		return FILE_KIND_FILE;
	case S_IFDIR:
		return FILE_KIND_FOLDER;
	case S_IFCHR:
	case S_IFBLK:
		return FILE_KIND_DEVICE;
	case S_IFIFO:
		return FILE_KIND_PIPE;
	case S_IFSOCK:
		return FILE_KIND_SOCKET;
	default:
		return FILE_KIND_OTHER;
	}
}
