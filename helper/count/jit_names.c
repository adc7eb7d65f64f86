/* SPDX-License-Identifier: MIT */
/*
 * Opens /tmp/perf-PID.map as the process sees it: below its root directory, with its process id in
 * the innermost namespace. Every user may create files in /tmp. So the helper reads a file only if
 * it belongs to the user of the process, to the helper's user or to root. No link leads out of that
 * root directory.
 */
#include "helper/count/jit_names.h"

#include <fcntl.h>
#include <inttypes.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper/base/aside.h"
#include "helper/base/debug.h"
#include "profile/symbols/perf_map.h"
#include "profile/util/xalloc.h"

#define PATIENCE_MS 1000

struct identity {
	pid_t inner_pid; /* in the innermost namespace of the process */
	uid_t uid;	 /* effective */
};

static bool read_identity(pid_t tid, struct identity *identity)
{
	char *path = xasprintf("/proc/%d/status", (int)tid);
	FILE *file = fopen(path, "re");
	char line[256];
	bool has_uid = false;

	free(path);
	if (!file)
		return false;
	identity->inner_pid = tid;
	while (fgets(line, sizeof(line), file)) {
		unsigned int real, effective;
		const char *last = strrchr(line, '\t');

		if (sscanf(line, "Uid:\t%u\t%u", &real, &effective) == 2) {
			identity->uid = effective;
			has_uid = true;
		} else if (!strncmp(line, "NStgid:", 7) && last) {
			identity->inner_pid = atoi(last + 1);
		}
	}
	fclose(file);
	return has_uid;
}

static int open_in_root(pid_t tid, const char *name)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	char *path = xasprintf("/proc/%d/root", (int)tid);
	int root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = -1;

	free(path);
	if (root < 0)
		return -1;
	fd = (int)syscall(SYS_openat2, root, name, &how, sizeof(how));
	close(root);
	return fd;
}

static bool is_trusted(int fd, const struct identity *identity)
{
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	       status.st_size <= PERF_MAP_MAX_SIZE &&
	       (status.st_uid == identity->uid || status.st_uid == 0 || status.st_uid == geteuid());
}

/* A job that opens and copies a map. It may be on a file system that a traced program serves. */
struct map_copy {
	struct aside_job job;
	pid_t tid;
	struct identity identity;
	char *name;
	int fd; /* of the copy, or -1 */
};

static bool copy(int from, int to)
{
	ssize_t got;

	do
		got = sendfile(to, from, NULL, PERF_MAP_MAX_SIZE);
	while (got > 0);
	return got == 0 && lseek(to, 0, SEEK_SET) == 0;
}

static void copy_aside(struct aside_job *job)
{
	struct map_copy *map = (struct map_copy *)job;
	int fd = open_in_root(map->tid, map->name);

	if (fd >= 0 && is_trusted(fd, &map->identity)) {
		map->fd = memfd_create("perf-map", MFD_CLOEXEC);
		if (map->fd >= 0 && !copy(fd, map->fd)) {
			close(map->fd);
			map->fd = -1;
		}
	}
	if (fd >= 0)
		close(fd);
}

static void release(struct aside_job *job)
{
	struct map_copy *map = (struct map_copy *)job;

	if (map->fd >= 0)
		close(map->fd);
	free(map->name);
	free(map);
}

static void read_map(struct profile *profile, uint32_t first, pid_t tid)
{
	struct map_copy *map;
	struct identity identity;

	if (!read_identity(tid, &identity))
		return;
	map = xcalloc(1, sizeof(*map));
	map->job = (struct aside_job){ .work = copy_aside, .release = release };
	map->tid = tid;
	map->identity = identity;
	map->name = xasprintf("tmp/perf-%d.map", (int)identity.inner_pid);
	map->fd = -1;
	if (!aside_run(&map->job, PATIENCE_MS))
		return;
	if (map->fd >= 0) {
		uint32_t nr = perf_map_name_frames(profile, first, map->fd);

		debug(finish, "%d: %" PRIu32 " names from '%s'", (int)tid, nr, map->name);
		(void)nr;
	}
	release(&map->job);
}

static uint32_t first_wanted; /* all earlier frames have names or a file */

bool jit_names_are_wanted(const struct profile *profile)
{
	while (first_wanted < profile->nr_frames && !perf_map_wants(profile, first_wanted))
		first_wanted++;
	return first_wanted < profile->nr_frames;
}

void jit_names_fetch(struct profile *profile, pid_t tid)
{
	if (jit_names_are_wanted(profile))
		read_map(profile, first_wanted, tid);
}
