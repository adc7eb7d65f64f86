// SPDX-License-Identifier: MIT
/*
 * A run that fails is the last one, and its data are shown in the profile, because its user will
 * want to see them.
 */
#include "cli/run/repeat.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/term/message.h"
#include "profile/model/run_merge.h"
#include "profile/pprof/pprof.h"
#include "profile/util/xalloc.h"

/* Returns true for a pipe at its end: it gives each run the same input, which is nothing. */
static bool is_at_end(void)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&input, 1, 0) == 1 && !(input.revents & POLLIN);
}

void repeat_init(struct repeat *repeat, unsigned int nr, enum name_origin origin, bool is_quiet)
{
	struct stat status;

	*repeat = (struct repeat){
		.nr_wanted = nr, .input = -1, .origin = origin, .merge = run_merge_new()
	};
	if (fstat(STDIN_FILENO, &status) < 0)
		return;
	if (S_ISREG(status.st_mode))
		repeat->input = lseek(STDIN_FILENO, 0, SEEK_CUR);
	if ((S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode)) && !is_at_end() && !is_quiet)
		message_print("standard input is a pipe, which cannot be read twice: each run gets "
			      "what the runs before it left; use '< FILE' or '< /dev/null'");
}

void repeat_fini(struct repeat *repeat)
{
	run_merge_free(repeat->merge);
	free(repeat->path);
}

void repeat_rewind(const struct repeat *repeat)
{
	if (repeat->input >= 0)
		lseek(STDIN_FILENO, repeat->input, SEEK_SET);
}

/* Adds the profile at @path. Returns 0, or -1 after a message. */
static int take_profile(struct repeat *repeat, const char *path)
{
	char error[PPROF_ERROR_SIZE];
	struct profile profile;
	int err;

	if (pprof_read(&profile, path, error) < 0) {
		message_print("%s", error);
		return -1;
	}
	unlink(path);
	err = run_merge_add(repeat->merge, &profile);
	profile_fini(&profile);
	if (err)
		message_print("the profile of run %u cannot be added: %s", repeat->nr_made,
			      strerror(-err));
	return err;
}

bool repeat_take(struct repeat *repeat, struct launch_result *result)
{
	repeat->nr_made++;
	repeat->has_failed = result->status != 0;
	if (!result->profile || take_profile(repeat, result->profile) < 0) {
		repeat->is_spoilt = true;
		return false;
	}
	if (!repeat->path)
		repeat->path =
			xasprintf("%.*s", (int)(strlen(result->profile) - strlen(REPEAT_SUFFIX)),
				  result->profile);
	free(result->profile);
	result->profile = NULL;
	return !repeat->has_failed && repeat->nr_made < repeat->nr_wanted;
}

void repeat_finish(struct repeat *repeat, struct launch_result *result)
{
	struct profile profile;
	int err;

	free(result->profile);
	result->profile = NULL;
	if (repeat->is_spoilt) {
		message_print("there is no profile of run %u, so no profile of all runs is written",
			      repeat->nr_made);
		return;
	}
	run_merge_finish(repeat->merge, repeat->has_failed, &profile);
	if (repeat->nr_made < repeat->nr_wanted)
		profile_set_fact(&profile, "runs_wanted", "%u", repeat->nr_wanted);
	err = pprof_write_as(&profile, repeat->path, repeat->origin, PPROF_DURABLE);
	profile_fini(&profile);
	if (err)
		message_print("cannot write '%s': %s; there is no profile", repeat->path,
			      output_place_explain(repeat->path, repeat->origin, err));
	else
		result->profile = xstrdup(repeat->path);
}
