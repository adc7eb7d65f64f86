/* SPDX-License-Identifier: MIT */
/*
 * The way into a program with `scprof run --preload`. The program's environment is scprof's own,
 * and in it:
 *   LD_PRELOAD       libscprof.so, followed by what was there
 *   SCPROF_…         the settings of the options, which the helper reads from there
 *   SCPROF_LAUNCHER  the pid of the program, and the number of a descriptor that leads to the
 *                    launcher. libscprof.so hands it to the helper, and closes it in the program.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/run/environment.h"
#include "cli/run/preloadable.h"
#include "cli/run/way_in.h"
#include "profile/util/built_file.h"
#include "profile/util/xalloc.h"

/* Returns the path of the library. The caller frees it. */
static char *find_library(void)
{
	return built_file_find("shim/.libs/libscprof.so", SCPROF_SHIM_PATH, R_OK);
}

static char *refuse(const char *path)
{
	char *library = find_library();
	char *text = NULL;

	/* ld.so(8): these separate the names in LD_PRELOAD, and $ begins a token. */
	if (strpbrk(library, " :$"))
		text = xasprintf("the path '%s' has a character that LD_PRELOAD cannot hold",
				 library);
	else if (access(library, R_OK) < 0)
		text = xasprintf("cannot read '%s': %s", library, strerror(errno));
	else
		text = preloadable_refuse(path);
	free(library);
	return text;
}

static void set_preload(struct environment *environment)
{
	const char *before = getenv("LD_PRELOAD");
	char *library = find_library();
	char *value = before && *before ? xasprintf("%s:%s", library, before) : xstrdup(library);

	environment_set(environment, "LD_PRELOAD", value);
	free(value);
	free(library);
}

static void set_settings(struct environment *environment, char *const *settings)
{
	for (; *settings; settings++) {
		char *name = xasprintf("%.*s", (int)strcspn(*settings, "="), *settings);

		if (strncmp(name, "SCPROF_", strlen("SCPROF_")) == 0)
			environment_set(environment, name, *settings + strlen(name) + 1);
		free(name);
	}
}

static void set_launcher(struct environment *environment, int reports)
{
	char *value = xasprintf("%d:%d", (int)getpid(), reports);

	environment_set(environment, SCPROF_ENV_LAUNCHER, value);
	free(value);
}

static _Noreturn void become_program(const struct way_start *start)
{
	struct complaint complaint = { .is_exec = true };
	struct environment environment;

	environment_init_all(&environment);
	set_preload(&environment);
	set_settings(&environment, start->settings);
	set_launcher(&environment, start->reports);
	fcntl(start->reports, F_SETFD, 0);
	way_restore_signals(start);
	execve(start->path, start->argv, environment.entries);
	complaint.error = errno;
	way_complain(start, &complaint);
}

static pid_t start_program(const struct way_start *start, pid_t *helper)
{
	pid_t child = fork();

	*helper = 0;
	if (child == 0)
		become_program(start);
	return child;
}

const struct way_in way_preload = { .refuse = refuse, .start = start_program };
