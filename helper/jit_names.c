/* SPDX-License-Identifier: MIT */
/*
 * Opens /tmp/perf-PID.map as the process sees it: in its root directory, with its process id in
 * the innermost namespace. Anybody may put files into /tmp: one that is not the process's own
 * user's, ours or root's is not read, and no link leads out of that root.
 */
#include "helper/jit_names.h"

#include <fcntl.h>
#include <inttypes.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper/debug.h"
#include "profile/perf_map.h"
#include "profile/xalloc.h"

struct identity {
	pid_t inner_pid; /* in the innermost namespace that it is in */
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

static void read_map(struct profile *profile, uint32_t first, pid_t tid)
{
	struct identity identity;
	char *name;
	int fd;

	if (!read_identity(tid, &identity))
		return;
	name = xasprintf("tmp/perf-%d.map", (int)identity.inner_pid);
	fd = open_in_root(tid, name);
	if (fd >= 0 && is_trusted(fd, &identity)) {
		uint32_t nr = perf_map_name_frames(profile, first, fd);

		debug(finish, "%d: %" PRIu32 " names from '%s'", (int)tid, nr, name);
		(void)nr;
	}
	if (fd >= 0)
		close(fd);
	free(name);
}

static uint32_t first_wanted; /* all frames before have names, or a file */

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
