/* SPDX-License-Identifier: MIT */
/*
 * Reads the settings from the environment and checks them before the helper changes anything in the
 * program.
 */
#include "helper/base/settings.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "profile/util/atomic_file.h"
#include "profile/util/xalloc.h"
#include "scprof/handshake.h"

#define DEFAULT_OUTPUT	"scprof.%n.%p.pb.gz"
#define PROFILE_ENDING	".pb.gz"
#define LOG_ENDING	".sclog"
#define MAX_FRAMES_MAX	65536
#define NAME_LENGTH_MAX 200 /* of %n, so that the default file name fits into NAME_MAX */

void settings_take_environment(pid_t pid)
{
	char *line = NULL;
	size_t size = 0;
	char *name = xasprintf("/proc/%d/environ", (int)pid);
	FILE *file = fopen(name, "re");

	free(name);
	while (file && getdelim(&line, &size, '\0', file) > 0) {
		char *equals = strchr(line, '=');
		if (!equals || strncmp(line, "SCPROF_", 7) != 0)
			continue;
		*equals = '\0';
		setenv(line, equals + 1, 1);
	}
	free(line);
	if (file)
		fclose(file);
}

/* A variable with an empty value counts as not set. */
static const char *lookup(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* Returns 0 for no, 1 for yes, or -1 if @text is neither. */
static int word_to_bool(const char *text)
{
	static const char *const words[] = { "0", "1", "no", "yes", "false", "true", "off", "on" };

	for (unsigned int i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(text, words[i]) == 0)
			return i & 1;
	return -1;
}

static int parse_bool(const char *name, bool fallback, bool *value, char **error)
{
	const char *text = lookup(name);
	int word = text ? word_to_bool(text) : fallback;

	*value = word == 1;
	if (word >= 0)
		return 0;
	*error = xasprintf("%s: '%s' is neither yes nor no", name, text);
	return -EINVAL;
}

static int parse_max_frames(struct settings *settings, char **error)
{
	const char *text = lookup(SCPROF_ENV_MAX_FRAMES);
	unsigned long value;
	char *end;

	settings->max_frames = SETTINGS_MAX_FRAMES;
	if (!text)
		return 0;
	value = strtoul(text, &end, 10);
	if (*end || text[0] < '0' || text[0] > '9' || value < 1 || value > MAX_FRAMES_MAX) {
		*error = xasprintf("%s: '%s' is not a number from 1 to %d", SCPROF_ENV_MAX_FRAMES,
				   text, MAX_FRAMES_MAX);
		return -EINVAL;
	}
	settings->max_frames = (unsigned int)value;
	return 0;
}

static int parse_engine(struct settings *settings, char **error)
{
	const char *text = lookup(SCPROF_ENV_ENGINE);

	settings->is_fast = !text || strcmp(text, "ptrace") != 0;
	settings->wants_fast = text && strcmp(text, "fast") == 0;
	if (!text || strcmp(text, "auto") == 0 || strcmp(text, "fast") == 0 || !settings->is_fast)
		return 0;
	*error = xasprintf("%s: '%s' is none of auto, fast, ptrace", SCPROF_ENV_ENGINE, text);
	return -EINVAL;
}

static int parse_interception(struct settings *settings, char **error)
{
	static const char *const names[] = {
		[INTERCEPT_AUTO] = "auto",     [INTERCEPT_STOPS] = "stops",
		[INTERCEPT_FILTER] = "filter", [INTERCEPT_DISPATCH] = "dispatch",
		[INTERCEPT_PRCTL] = "prctl",
	};
	const char *text = lookup(SCPROF_ENV_INTERCEPT);

	settings->interception = INTERCEPT_AUTO;
	if (!text)
		return 0;
	for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(text, names[i]) == 0) {
			settings->interception = (enum interception)i;
			return 0;
		}
	}
	*error = xasprintf("%s: '%s' is none of auto, dispatch, prctl, filter, stops",
			   SCPROF_ENV_INTERCEPT, text);
	return -EINVAL;
}

static int parse_trace(struct settings *settings, char **error)
{
	const char *text = lookup(SCPROF_ENV_TRACE);
	char *reason = NULL;
	int result;

	syscall_set_fill(&settings->trace);
	if (!text)
		return 0;
	settings->trace_text = xstrdup(text);
	result = syscall_set_parse(&settings->trace, text, &reason);
	if (result)
		*error = xasprintf("%s: %s", SCPROF_ENV_TRACE, reason);
	free(reason);
	return result;
}

/* Shortens @name so that a file name has room for more. Does not cut inside a character. */
static char *cut_name(char *name)
{
	size_t length = strnlen(name, NAME_LENGTH_MAX);

	/* A character of UTF-8 has at most three of these bytes. */
	for (int i = 0; i < 3 && length && ((unsigned char)name[length] & 0xc0) == 0x80; i++)
		length--;
	name[length] = '\0';
	return name;
}

/*
 * Returns the program's name: from the launcher, which is about to run it, or else of the running
 * process.
 */
static char *program_name(pid_t pid)
{
	const char *given = lookup(SCPROF_ENV_PROGRAM);
	char *name = xasprintf("/proc/%d/comm", (int)pid);
	char comm[64] = "program";
	FILE *file = fopen(name, "re");

	free(name);
	if (file && !given && fgets(comm, sizeof(comm), file))
		comm[strcspn(comm, "\n")] = '\0';
	if (file)
		fclose(file);
	if (given)
		return cut_name(xstrdup(given));
	for (char *slash = comm; (slash = strchr(slash, '/'));)
		*slash = '_';
	return xstrdup(comm);
}

/* Replaces %n, %p and %% in @template. */
static char *expand_output(const char *template, const char *name, pid_t pid)
{
	char *result = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&result, &size);

	if (!stream)
		return xstrdup(template);
	for (const char *at = template; *at; at++) {
		if (at[0] == '%' && at[1] == 'n')
			fputs(name, stream);
		else if (at[0] == '%' && at[1] == 'p')
			fprintf(stream, "%d", (int)pid);
		else if (at[0] == '%' && at[1] == '%')
			fputc('%', stream);
		else {
			fputc(*at, stream);
			continue;
		}
		at++;
	}
	fclose(stream);
	return result;
}

/* Tries /proc as well, because a filter may deny getcwd. */
static bool current_directory(char folder[static PATH_MAX])
{
	ssize_t length;

	if (getcwd(folder, PATH_MAX))
		return true;
	length = readlink("/proc/self/cwd", folder, PATH_MAX - 1);
	if (length <= 0 || folder[0] != '/')
		return false;
	folder[length] = '\0';
	return true;
}

static char *absolute_path(char *path)
{
	char folder[PATH_MAX];
	char *result;

	if (path[0] == '/' || !current_directory(folder))
		return path;
	result = xasprintf("%s/%s", strcmp(folder, "/") == 0 ? "" : folder, path);
	free(path);
	return result;
}

/* Refuses a path where no file can be created, before the program starts. */
static int check_output(const char *path, enum name_origin origin, char **error)
{
	int err = atomic_file_try(path, origin);

	if (err)
		*error = xasprintf("cannot write '%s': %s", path,
				   output_place_explain(path, origin, err));
	return err;
}

/* Each of several runs writes its own profile, whose name ends with the launcher's suffix. */
static int parse_output(struct settings *settings, pid_t pid, char **error)
{
	const char *template = lookup(SCPROF_ENV_OUTPUT), *suffix = lookup(SCPROF_ENV_SUFFIX);
	int err;

	settings->name = program_name(pid);
	settings->output = absolute_path(
		expand_output(template ? template : DEFAULT_OUTPUT, settings->name, pid));
	settings->output_origin = template ? NAME_GIVEN : NAME_DERIVED;
	err = check_output(settings->output, settings->output_origin, error);
	if (err || !suffix)
		return err;
	settings->final = settings->output;
	settings->final_origin = settings->output_origin;
	settings->output = xasprintf("%s%s", settings->final, suffix);
	settings->output_origin = NAME_DERIVED;
	return check_output(settings->output, settings->output_origin, error);
}

/* Returns the default path of the log: that of the profile, with another ending. */
static char *log_beside(const char *output, const char *name, pid_t pid)
{
	size_t length = strlen(output), ending = strlen(PROFILE_ENDING);

	if (strcmp(output, "/dev/null") == 0)
		return expand_output("scprof.%n.%p" LOG_ENDING, name, pid);
	if (length > ending && strcmp(output + length - ending, PROFILE_ENDING) == 0)
		length -= ending;
	return xasprintf("%.*s" LOG_ENDING, (int)length, output);
}

static int parse_log(struct settings *settings, pid_t pid, char **error)
{
	const char *text = lookup(SCPROF_ENV_LOG);
	int word = text ? word_to_bool(text) : 0;

	if (word == 0)
		return 0;
	settings->log = absolute_path(word == 1 ? log_beside(settings->output, settings->name, pid)
						: expand_output(text, settings->name, pid));
	settings->log_origin = word == 1 ? NAME_DERIVED : NAME_GIVEN;
	if (strcmp(settings->log, settings->output) == 0) {
		*error = xasprintf("log and profile cannot both be written to '%s'", settings->log);
		return -EINVAL;
	}
	return check_output(settings->log, settings->log_origin, error);
}

void settings_set_way(struct settings *settings, enum helper_way way)
{
	settings->is_preloaded = way != HELPER_FORKED;
	settings->has_launcher = way != HELPER_PRELOADED;
}

int settings_init(struct settings *settings, enum helper_way way, pid_t pid, char **error)
{
	int result;

	memset(settings, 0, sizeof(*settings));
	settings_set_way(settings, way);
	if ((result = parse_bool(SCPROF_ENV_QUIET, false, &settings->is_quiet, error)) < 0 ||
	    (result = parse_output(settings, pid, error)) < 0 ||
	    (result = parse_bool(SCPROF_ENV_FOLLOW, true, &settings->follows, error)) < 0 ||
	    (result = parse_bool(SCPROF_ENV_PER_PROCESS, false, &settings->per_process, error)) <
		    0 ||
	    (result = parse_bool(SCPROF_ENV_PER_THREAD, false, &settings->per_thread, error)) < 0 ||
	    (result = parse_bool(SCPROF_ENV_FDS, false, &settings->touches, error)) < 0 ||
	    (result = parse_bool(SCPROF_ENV_REDACT, false, &settings->redacts, error)) < 0 ||
	    (result = parse_max_frames(settings, error)) < 0 ||
	    (result = parse_engine(settings, error)) < 0 ||
	    (result = parse_interception(settings, error)) < 0 ||
	    (result = parse_trace(settings, error)) < 0)
		return result;
	return parse_log(settings, pid, error);
}

void settings_fini(struct settings *settings)
{
	free(settings->trace_text);
	free(settings->name);
	free(settings->output);
	free(settings->log);
	free(settings->final);
}
