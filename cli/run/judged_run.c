// SPDX-License-Identifier: MIT
/*
 * The program keeps scprof's standard streams. scprof itself prints little during the run.
 */
#include "cli/run/judged_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "cli/run/libtool_script.h"
#include "cli/run/run_program.h"
#include "cli/term/exit_status.h"
#include "cli/term/message.h"
#include "profile/util/output_place.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"
#include "scprof/handshake.h"

char *const *judged_run_split(int *argc, char **argv)
{
	for (int i = 1; i < *argc; i++) {
		if (strcmp(argv[i], "--") == 0) {
			*argc = i;
			return argv + i + 1;
		}
	}
	return NULL;
}

char *judged_run_file(char *const *argv, const char *ending)
{
	return xasprintf("%s%s", text_basename(argv[0]), ending);
}

/*
 * Returns @path with each percent sign doubled, because the setting is a pattern such as %p. The
 * caller frees it.
 */
static char *escape_percent(const char *path)
{
	char *escaped = xcalloc(2 * strlen(path) + 1, 1), *to = escaped;

	for (; *path; path++) {
		if (*path == '%')
			*to++ = '%';
		*to++ = *path;
	}
	return escaped;
}

/*
 * Removes an older profile, which could be mistaken for the profile of this run. Returns STATUS_OK
 * if there is none now.
 */
static int clear_old(const struct judged_run *run)
{
	enum name_origin origin = run->is_derived ? NAME_DERIVED : NAME_GIVEN;
	int err = output_place_clear(run->profile, origin);

	if (!err || err == -ENOENT)
		return STATUS_OK;
	message_print("cannot remove the old '%s': %s", run->profile,
		      output_place_explain(run->profile, origin, err));
	return STATUS_FAILURE;
}

static int judge_status(const struct judged_run *run, const struct launch_result *result)
{
	const char *name = run->argv[0];
	int status = result->status;

	if (!result->is_run)
		return STATUS_FAILURE; /* a message has said why */
	if (!result->profile) {
		message_print("there is no profile of '%s'", name);
		return STATUS_FAILURE;
	}
	if (run->allows_failure || !status)
		return STATUS_OK;
	if (WIFSIGNALED(status))
		message_print("'%s' was killed by signal %d (%s), so its calls are not judged",
			      name, WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		message_print("'%s' failed with exit status %d, so its calls are not judged "
			      "(--allow-failure judges them)",
			      name, WEXITSTATUS(status));
	return STATUS_FAILURE;
}

int judged_run(const struct judged_run *run)
{
	struct environment environment;
	struct launch_result result;
	char *output = escape_percent(run->profile);
	const struct run_program program = {
		.argv = run->argv,
		.environment = &environment,
		.nr_runs = run->nr_runs,
		.suggestion = "",
	};
	int status = clear_old(run);

	if (status == STATUS_OK) {
		environment_init(&environment);
		environment_set(&environment, SCPROF_ENV_OUTPUT, output);
		environment_set(&environment, SCPROF_ENV_QUIET, "yes");
		libtool_script_note(run->argv[0]);
		run_program(&program, &result);
		environment_fini(&environment);
		status = judge_status(run, &result);
		free(result.profile);
	}
	free(output);
	return status;
}
