// SPDX-License-Identifier: MIT
/*
 * Prepares the environment of the helper, and then runs the program once or several times.
 */
#include "cli/run/run_program.h"

#include <stdlib.h>
#include <string.h>

#include "cli/run/circumstances.h"
#include "cli/run/libtool_script.h"
#include "cli/run/repeat.h"
#include "profile/util/text.h"
#include "scprof/handshake.h"

static const char *output_of(const struct run_program *run)
{
	const char *output = environment_get(run->environment, SCPROF_ENV_OUTPUT);

	return output && *output ? output : NULL;
}

/* Returns true if there are several runs and their profiles must be merged into one. */
static bool is_repeated(const struct run_program *run)
{
	const char *output = output_of(run);

	return run->nr_runs > 1 && !(output && strcmp(output, "/dev/null") == 0);
}

static void run_several(const struct run_program *run, const struct launch *launch,
			struct launch_result *result)
{
	struct repeat repeat;

	repeat_init(&repeat, run->nr_runs, output_of(run) ? NAME_GIVEN : NAME_DERIVED,
		    launch->is_quiet);
	do {
		repeat_rewind(&repeat);
		launch_program(launch, result);
	} while (result->is_run && repeat_take(&repeat, result));
	if (result->is_run)
		repeat_finish(&repeat, result);
	repeat_fini(&repeat);
}

static void run_alone(unsigned int nr, const struct launch *launch, struct launch_result *result)
{
	launch_program(launch, result);
	while (result->is_run && !result->status && --nr) {
		free(result->profile);
		launch_program(launch, result);
	}
}

void run_program(const struct run_program *run, struct launch_result *result)
{
	struct environment *environment = run->environment;
	struct launch launch = {
		.argv = run->argv,
		.suggestion = run->suggestion,
		.way = run->is_preloaded ? &way_preload : &way_fork,
		.is_quiet = environment_is_quiet(environment),
	};

	environment_set(environment, SCPROF_ENV_PROGRAM, text_basename(run->argv[0]));
	if (is_repeated(run))
		environment_set(environment, SCPROF_ENV_SUFFIX, REPEAT_SUFFIX);
	/* With --preload, the program would inherit this variable. */
	if (!run->is_preloaded)
		circumstances_set(environment);
	launch.helper_env = environment->entries;
	if (!launch.is_quiet)
		libtool_script_note(run->argv[0]);
	if (is_repeated(run))
		run_several(run, &launch, result);
	else
		run_alone(run->nr_runs, &launch, result);
}
