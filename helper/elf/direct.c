/* SPDX-License-Identifier: MIT */
/*
 * A list of the devices whose file systems are local. That of the root directory is known from the
 * start. helper/elf/elf_cache.c adds others, after another thread has opened the first file on
 * them.
 */
#include "helper/elf/direct.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "profile/util/xalloc.h"

#define MAX_DEVICES 16

/* Some versions of <linux/magic.h> do not have it. */
#define MAGIC_XFS      0x58465342
#define MAGIC_ZFS      0x2fc12fc1
#define MAGIC_BCACHEFS 0xca451a4e

static uint64_t devices[MAX_DEVICES];
static unsigned int nr_devices, nr_system_devices; /* these come first */
static bool is_ended = true;			   /* until direct_init */
static bool has_other;

/*
 * All other file systems, including future ones, count as served by a process or another machine.
 */
static bool is_local_type(const struct statfs *status)
{
	switch ((unsigned long)status->f_type & 0xffffffff) {
	case EXT4_SUPER_MAGIC: /* of ext2 and ext3, too */
	case MAGIC_XFS:
	case BTRFS_SUPER_MAGIC:
	case F2FS_SUPER_MAGIC:
	case MAGIC_ZFS:
	case MAGIC_BCACHEFS:
	case SQUASHFS_MAGIC:
	case TMPFS_MAGIC:
	case RAMFS_MAGIC:
	case OVERLAYFS_SUPER_MAGIC:
		return true;
	default:
		return false;
	}
}

bool direct_is_local(int fd)
{
	struct statfs status;

	return fstatfs(fd, &status) == 0 && is_local_type(&status);
}

void direct_add_device(uint64_t dev)
{
	for (unsigned int i = 0; i < nr_devices; i++)
		if (devices[i] == dev)
			return;
	if (nr_devices < MAX_DEVICES)
		devices[nr_devices++] = dev;
}

/*
 * Adds the root directory and /usr. The helper uses the C library in one of these, so their file
 * systems respond.
 */
static void add_system_devices(void)
{
	static const char *const folders[] = { "/", "/usr" };
	struct statfs file_system;
	struct stat status;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (stat(folders[i], &status) == 0 && statfs(folders[i], &file_system) == 0 &&
		    is_local_type(&file_system))
			direct_add_device(status.st_dev);
}

/*
 * Returns true if @fd, an entry of the open @folder, is a descriptor that answers others' accesses.
 */
static bool is_served_by(int folder, const char *fd)
{
	char target[32];
	ssize_t length = readlinkat(folder, fd, target, sizeof(target) - 1);

	target[length < 0 ? 0 : length] = '\0';
	return strcmp(target, "anon_inode:[fanotify]") == 0 || strcmp(target, "/dev/fuse") == 0;
}

/* Returns true if process @pid has such a descriptor, or if the helper may not look. */
static bool may_serve(pid_t pid)
{
	char path[64];
	const struct dirent *entry;
	bool result = false;
	DIR *folder;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	folder = opendir(path);
	if (!folder)
		return true;
	while (!result && (entry = readdir(folder)))
		result = is_served_by(dirfd(folder), entry->d_name);
	closedir(folder);
	return result;
}

void direct_init(pid_t pid)
{
	is_ended = may_serve(pid);
	if (is_ended)
		return;
	add_system_devices();
	nr_system_devices = nr_devices;
}

void direct_end(void)
{
	is_ended = true;
}

bool direct_is_safe(uint64_t dev)
{
	for (unsigned int i = 0; i < nr_devices && !is_ended; i++)
		if (devices[i] == dev)
			return true;
	return false;
}

void direct_see_other(void)
{
	has_other = true;
}

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return xasprintf("%.*s/", (int)(slash - path), path);
}

bool direct_may_finish(const char *output)
{
	struct statfs status;
	char *folder;
	bool result;

	if (is_ended || has_other || output[0] != '/')
		return false;
	folder = folder_of(output);
	result = statfs(folder, &status) == 0 && is_local_type(&status);
	free(folder);
	return result;
}

bool direct_is_on_system_device(const char *output)
{
	struct stat status;
	char *folder;
	bool result = false;

	if (is_ended || output[0] != '/')
		return false;
	folder = folder_of(output);
	if (stat(folder, &status) == 0)
		for (unsigned int i = 0; i < nr_system_devices; i++)
			result |= devices[i] == status.st_dev;
	free(folder);
	return result;
}
