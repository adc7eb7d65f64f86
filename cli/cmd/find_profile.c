// SPDX-License-Identifier: MIT
/*
 * The newest profile is the one that was changed last; of equally old ones the name decides. Files
 * of other programs may have the same ending. A file that is not a scprof profile is skipped with a
 * message.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "analysis/baseline.h"
#include "cli/cmd/find_profile.h"
#include "cli/term/exit_status.h"
#include "cli/term/message.h"
#include "cli/term/progress.h"
#include "profile/pprof/pprof.h"
#include "profile/symbols/debug_server.h"
#include "profile/symbols/symbolize.h"
#include "profile/util/xalloc.h"

struct candidate {
	char *name;
	struct timespec changed;
};

struct candidates {
	struct candidate *list;
	uint32_t nr;
	uint32_t capacity;
};

static bool has_ending(const char *name, const char *ending)
{
	size_t length = strlen(name), rest = strlen(ending);

	return *name != '.' && length > rest && !strcmp(name + length - rest, ending);
}

static void add_candidate(struct candidates *candidates, const char *name, const char *ending)
{
	struct stat status;

	if (!has_ending(name, ending) || stat(name, &status) || !S_ISREG(status.st_mode))
		return;
	candidates->list = xgrow(candidates->list, candidates->nr, &candidates->capacity,
				 sizeof(*candidates->list));
	candidates->list[candidates->nr++] = (struct candidate){
		.name = xstrdup(name),
		.changed = status.st_mtim,
	};
}

static int compare_candidates(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	if (left->changed.tv_sec != right->changed.tv_sec)
		return left->changed.tv_sec > right->changed.tv_sec ? -1 : 1;
	if (left->changed.tv_nsec != right->changed.tv_nsec)
		return left->changed.tv_nsec > right->changed.tv_nsec ? -1 : 1;
	return strcmp(left->name, right->name);
}

static int list_candidates(struct candidates *candidates, const char *ending)
{
	DIR *directory = opendir(".");
	struct dirent *entry;

	*candidates = (struct candidates){ 0 };
	if (!directory)
		return -errno;
	while ((entry = readdir(directory)))
		add_candidate(candidates, entry->d_name, ending);
	closedir(directory);
	if (candidates->nr)
		qsort(candidates->list, candidates->nr, sizeof(*candidates->list),
		      compare_candidates);
	return 0;
}

static void free_candidates(struct candidates *candidates)
{
	for (uint32_t i = 0; i < candidates->nr; i++)
		free(candidates->list[i].name);
	free(candidates->list);
}

char *find_newest_file(const char *ending)
{
	struct candidates candidates;
	char *name = NULL;

	if (list_candidates(&candidates, ending) == 0 && candidates.nr)
		name = xstrdup(candidates.list[0].name);
	free_candidates(&candidates);
	return name;
}

static bool read_first(struct profile *profile, const struct candidates *candidates)
{
	char error[PPROF_ERROR_SIZE];

	for (uint32_t i = 0; i < candidates->nr; i++) {
		if (!pprof_read(profile, candidates->list[i].name, error)) {
			message_print("reading %s", candidates->list[i].name);
			return true;
		}
		message_print("skipping %s", error);
	}
	return false;
}

static int find_newest(struct profile *profile)
{
	struct candidates candidates;
	int error = list_candidates(&candidates, ".pb.gz");
	bool found = !error && read_first(profile, &candidates);

	if (error)
		message_print("cannot list the current directory: %s", strerror(-error));
	else if (!found)
		message_print("no scprof profile (*.pb.gz) in the current directory: name one, or "
			      "make one with 'scprof PROGRAM'");
	free_candidates(&candidates);
	return found ? 0 : STATUS_FAILURE;
}

static volatile sig_atomic_t is_interrupted;

static void interrupt(int signal)
{
	(void)signal;
	is_interrupted = true;
}

static bool go_on(const char *build_id, long done, long total)
{
	(void)build_id;
	if (total > 0)
		progress_count((uint64_t)done, (uint64_t)total);
	return !is_interrupted;
}

/*
 * Servers may be slow. Ctrl-C ends the wait for them, and the report appears without their names. A
 * second Ctrl-C ends scprof.
 */
static void look_up_names(struct profile *profile)
{
	struct sigaction action = { .sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND };
	struct sigaction before;
	bool has_server = debug_server_open(go_on);
	enum debug_server_end end;

	if (has_server)
		sigaction(SIGINT, &action, &before);
	progress_begin(has_server ? "looking up names, also at DEBUGINFOD_URLS (Ctrl-C: without)"
				  : "looking up names");
	symbolize_profile(profile);
	progress_end();
	end = debug_server_close();
	if (has_server)
		sigaction(SIGINT, &before, NULL);
	if (end == DEBUG_SERVER_SLOW)
		message_print(
			"DEBUGINFOD_URLS took %u seconds (DEBUGINFOD_MAXTIME sets how many it "
			"may); going on without debug information from servers",
			debug_server_time_limit());
	else if (end != DEBUG_SERVER_FINE)
		message_print("%s; going on without debug information from servers",
			      end == DEBUG_SERVER_SILENT ? "no answer from DEBUGINFOD_URLS"
							 : "interrupted");
}

/* Returns a hint on what to do with a file that is not a profile, or "". */
static const char *hint_for(const char *path)
{
	char head[4096] = "";
	struct stat status;
	bool is_file = !stat(path, &status) && S_ISREG(status.st_mode);
	FILE *file = is_file ? fopen(path, "re") : NULL;
	size_t size = file ? fread(head, 1, sizeof(head) - 1, file) : 0;

	if (file)
		fclose(file);
	head[size] = '\0';
	if (has_ending(path, ".sclog"))
		return "; scprof log shows logs";
	if (strstr(head, BASELINE_KEY ":"))
		return "; it is a baseline, and scprof check and scprof diff compare with it";
	if (!strncasecmp(head, "<!doctype html", 14))
		return "; it is a page for a browser";
	return "";
}

int find_profile(struct profile *profile, const char *path)
{
	char error[PPROF_ERROR_SIZE];
	bool failed = false;

	if (!path) {
		if (find_newest(profile))
			return STATUS_FAILURE;
	} else {
		progress_begin("reading %s", path);
		failed = pprof_read(profile, strcmp(path, "-") ? path : "/dev/stdin", error);
		progress_end();
	}
	if (failed) {
		message_print("%s%s", error, hint_for(path));
		return STATUS_FAILURE;
	}
	look_up_names(profile);
	return 0;
}
