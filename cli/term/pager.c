// SPDX-License-Identifier: MIT
/*
 * A custom stream (fopencookie(3)) holds the text back. When the text no longer fits, it starts the
 * pager, which then gets the text as it is printed. So a short text needs no process, and a long
 * one is not held in memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/term/pager.h"
#include "profile/util/xalloc.h"

#define DEFAULT_PAGER "less"

extern char **environ;

/* Returns the user's command; NULL for the default, "" for no pager. */
static const char *find_command(void)
{
	static const char *const variables[] = { "SCPROF_PAGER", "PAGER" };
	const char *term = getenv("TERM");

	if (!term || !*term || !strcmp(term, "dumb"))
		return "";
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		const char *command = getenv(variables[i]);

		if (command && (!strcmp(command, "cat") || !command[strspn(command, " \t")]))
			return "";
		if (command)
			return command;
	}
	return NULL;
}

/* Starts @command with @input as its standard input. Returns 0 or -errno. */
static int spawn(pid_t *pid, const char *command, int input)
{
	const char *shell[] = { "sh", "-c", command, NULL };
	const char *less[] = { DEFAULT_PAGER, NULL };
	char **argv = (char **)(command ? shell : less);
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	int error;

	sigemptyset(&defaults);
	sigaddset(&defaults, SIGINT);
	sigaddset(&defaults, SIGQUIT);
	sigaddset(&defaults, SIGPIPE);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	error = posix_spawnp(pid, argv[0], &actions, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return -error;
}

/*
 * The pager is in the same process group and reads the keyboard; Ctrl-C is for the pager. EPIPE
 * shows when it has ended.
 */
static void leave_signals_to_pager(void)
{
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
}

/* Returns false if no pager can be started. */
static bool start(struct pager *pager)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return false;
	/*
	 * less: quit if the text fits, show colours, leave the text on the screen. lv(1): show
	 * colours.
	 */
	setenv("LESS", "FRX", 0);
	setenv("LV", "-c", 0);
	leave_signals_to_pager();
	if (spawn(&pager->pid, find_command(), ends[0])) {
		pager->pid = 0;
		close(ends[0]);
		close(ends[1]);
		return false;
	}
	close(ends[0]);
	pager->fd = ends[1];
	return true;
}

/* Writes to the pager. Drops the text if the pager has ended. */
static void put(struct pager *pager, const char *text, size_t size)
{
	while (size && pager->fd >= 0) {
		ssize_t written = write(pager->fd, text, size);

		if (written >= 0) {
			text += written;
			size -= (size_t)written;
		} else if (errno != EINTR) {
			close(pager->fd);
			pager->fd = -1;
		}
	}
}

static void keep(struct pager *pager, const char *text, size_t size)
{
	if (pager->capacity - pager->size < size) {
		pager->capacity = 2 * (pager->size + size);
		pager->text = xreallocarray(pager->text, pager->capacity, 1);
	}
	memcpy(pager->text + pager->size, text, size);
	pager->size += size;
	for (size_t i = 0; i < size; i++)
		pager->nr_lines += text[i] == '\n';
}

/* Prints what was held back; continues without a pager. */
static bool give_up(struct pager *pager)
{
	bool is_written =
		!pager->size || fwrite(pager->text, 1, pager->size, pager->direct) == pager->size;

	pager->size = 0;
	pager->height = 0;
	return is_written;
}

static ssize_t take_text(void *cookie, const char *text, size_t size)
{
	struct pager *pager = cookie;

	if (pager->pid) {
		put(pager, text, size);
		return (ssize_t)size;
	}
	if (!pager->height)
		return (ssize_t)fwrite(text, 1, size, pager->direct);
	keep(pager, text, size);
	if (pager->nr_lines < pager->height)
		return (ssize_t)size;
	if (!start(pager))
		return give_up(pager) ? (ssize_t)size : 0;
	put(pager, pager->text, pager->size);
	return (ssize_t)size;
}

void pager_open(struct pager *pager, FILE *direct, const struct terminal *terminal, bool is_wanted)
{
	static const cookie_io_functions_t functions = { .write = take_text };
	const char *command = find_command();

	*pager = (struct pager){ .out = direct, .direct = direct, .fd = -1 };
	pager->height = terminal->height;
	if (!is_wanted || !terminal->height || (command && !*command))
		return;
	pager->out = fopencookie(pager, "w", functions);
	if (!pager->out)
		xalloc_fail();
}

bool pager_close(struct pager *pager)
{
	int status = 0;

	if (pager->out == pager->direct)
		return true;
	fclose(pager->out);
	pager->out = pager->direct;
	if (!pager->pid)
		give_up(pager);
	free(pager->text);
	pager->text = NULL;
	if (!pager->pid)
		return true;
	if (pager->fd >= 0)
		close(pager->fd);
	while (waitpid(pager->pid, &status, 0) < 0 && errno == EINTR)
		;
	/*
	 * The exit status of a shell that cannot find or execute the command: sh(1), "EXIT STATUS".
	 */
	return !(WIFEXITED(status) && (WEXITSTATUS(status) == 126 || WEXITSTATUS(status) == 127));
}
