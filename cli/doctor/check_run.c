/* SPDX-License-Identifier: MIT */
/*
 * The last check: `scprof run` profiles a small program.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/doctor/doctor.h"
#include "profile/pprof/pprof.h"
#include "profile/util/xalloc.h"
#include "scprof/handshake.h"

#define SELF	    "/proc/self/exe"
#define PROGRAM	    "/bin/sh"
#define STATUS_LOST 127

/* The user's variables may make the run fail. That would say nothing about the machine. */
static void forget_settings(void)
{
	static const char *const settings[] = {
		SCPROF_ENV_OUTPUT,	SCPROF_ENV_TRACE,     SCPROF_ENV_ENGINE,
		SCPROF_ENV_FOLLOW,	SCPROF_ENV_LOG,	      SCPROF_ENV_FDS,
		SCPROF_ENV_MAX_FRAMES,	SCPROF_ENV_REDACT,    SCPROF_ENV_QUIET,
		SCPROF_ENV_PER_PROCESS, SCPROF_ENV_SUFFIX,    SCPROF_ENV_PER_THREAD,
		SCPROF_ENV_DEBUG,	SCPROF_ENV_INTERCEPT, SCPROF_ENV_FACTS,
	};

	for (unsigned int i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		unsetenv(settings[i]);
}

static _Noreturn void become_scprof(const char *output, int errors)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	forget_settings();
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(errors, STDERR_FILENO);
	execl(SELF, "scprof", "run", "-q", "-o", output, "--", PROGRAM, "-c", ":", (char *)NULL);
	_exit(STATUS_LOST);
}

/* Runs scprof. Returns its status, and the first line of its errors, which the caller frees. */
static int run_scprof(const char *output, char **line)
{
	int ends[2], status = -1;
	size_t size = 0;
	FILE *errors;
	pid_t pid;

	*line = NULL;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	pid = fork();
	if (pid == 0)
		become_scprof(output, ends[1]);
	close(ends[1]);
	errors = fdopen(ends[0], "r");
	if (errors && getline(line, &size, errors) > 0) {
		(*line)[strcspn(*line, "\n")] = '\0';
	} else {
		free(*line);
		*line = NULL;
	}
	if (pid > 0)
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	if (errors)
		fclose(errors);
	return status;
}

/* Says how the profile was made. The caller frees it. */
static char *describe(const char *path)
{
	char error[PPROF_ERROR_SIZE];
	struct profile profile;
	const char *engine, *interception;
	char *text;

	if (pprof_read(&profile, path, error) < 0)
		return xasprintf("a run was profiled, but its profile cannot be read: %s", error);
	engine = profile_fact(&profile, "engine");
	interception = profile_fact(&profile, "interception");
	text = xasprintf("a run of /bin/sh was profiled: engine %s, interception %s%s",
			 engine ? engine : "unknown", interception ? interception : "unknown",
			 engine && strcmp(engine, "ptrace") == 0
				 ? "; every call stops the program, which is slow"
				 : "");
	profile_fini(&profile);
	return text;
}

/* Returns only the reason from the error message @line. The caller frees it. */
static char *reason(const char *line)
{
	const char *not_run = strstr(line, "was not run: ");
	const char *start = not_run ? strchr(not_run, ':') + 2 : line;
	const char *hint = strstr(start, "; run 'scprof doctor'");

	return hint ? xasprintf("%.*s", (int)(hint - start), start) : xstrdup(start);
}

static void add_result(struct checks *checks, int status, const char *line, const char *output)
{
	if (status == 0)
		checks_add(checks, "run", true,
			   output ? describe(output) : xstrdup("a run of /bin/sh was profiled"),
			   NULL);
	else if (line)
		checks_add(checks, "run", false, reason(line), NULL);
	else
		checks_add(checks, "run", false,
			   xasprintf("scprof ended with status %#x without a message",
				     (unsigned int)status),
			   NULL);
}

void check_run(struct checks *checks)
{
	const char *folder = getenv("TMPDIR");
	char *output = xasprintf("%s/scprof-doctor.XXXXXX", folder && *folder ? folder : "/tmp");
	int file = mkstemp(output), status;
	char *line;

	if (file >= 0)
		close(file);
	status = run_scprof(file >= 0 ? output : "/dev/null", &line);
	add_result(checks, status, line, file >= 0 ? output : NULL);
	if (file >= 0)
		unlink(output);
	free(output);
	free(line);
}
