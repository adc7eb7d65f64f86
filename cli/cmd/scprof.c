// SPDX-License-Identifier: MIT
/*
 * scprof: the table of commands, for usage and dispatch. A first word that names a command is that
 * command. Everything else is a command line for `run`: `scprof ls` runs ls, and `scprof ./report`
 * runs a program of that name.
 */
#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cli/cmd/commands.h"
#include "cli/cmd/options.h"
#include "cli/term/exit_status.h"
#include "cli/term/message.h"
#include "cli/term/stream_end.h"
#include "cli/term/terminal.h"
#include "config.h"
#include "profile/util/nearest.h"
#include "profile/util/xalloc.h"

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
};

static int cmd_help(int argc, char **argv);

static const struct command commands[] = {
	{ "run", cmd_run, "run a program and write a profile of its system calls" },
	{ "report", cmd_report, "show a profile as a table, a tree, or what other tools read" },
	{ "merge", cmd_merge, "add profiles up" },
	{ "log", cmd_log, "show every call of a run in order, from a log (run --log)" },
	{ "diff", cmd_diff, "show what differs between two profiles, call site by call site" },
	{ "check", cmd_check, "compare a profile with a baseline and a budget, for CI" },
	{ "baseline", cmd_baseline, "write what check compares with, as text for git" },
	{ "doctor", cmd_doctor, "say what scprof can use on this machine, and why not" },
	{ "help", cmd_help, "show this, or the options of a command" },
};

#define NR_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < NR_COMMANDS; i++) {
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	}
	return NULL;
}

char *commands_suggest(const char *word)
{
	struct nearest nearest;
	char *text, *suggestion;

	nearest_init(&nearest, word);
	for (size_t i = 0; i < NR_COMMANDS; i++)
		nearest_offer(&nearest, commands[i].name);
	text = nearest_text(&nearest);
	suggestion = *text ? xasprintf("; did you mean the command '%s'?", nearest.names[0])
			   : xstrdup("");
	free(text);
	return suggestion;
}

static void print_usage(FILE *stream)
{
	fputs("Usage: scprof [run] [OPTION...] [--] PROGRAM [ARGUMENT...]\n"
	      "       scprof COMMAND [OPTION...]\n"
	      "\n"
	      "An exact profile of every system call of a program, by call-site stack.\n"
	      "\n"
	      "  scprof ls -l     runs 'ls -l' and writes scprof.ls.PID.pb.gz\n"
	      "  scprof report    shows the newest profile of the current directory\n"
	      "\n"
	      "Commands:\n",
	      stream);
	for (size_t i = 0; i < NR_COMMANDS; i++)
		fprintf(stream, "  %-8s %s\n", commands[i].name, commands[i].summary);
	fputs("\n"
	      "'scprof help COMMAND' lists the options of a command; a program that has the name\n"
	      "of a command is run as 'scprof ./NAME' or 'scprof run NAME'. 'scprof version' prints\n"
	      "the version.\n",
	      stream);
}

/* Returns @status, or STATUS_FAILURE if not all of standard output could be written. */
static int close_output(int status)
{
	return stream_end_check(stdout, "to standard output") == STATUS_OK ? status
									   : STATUS_FAILURE;
}

static int cmd_help(int argc, char **argv)
{
	char help[] = "--help";
	const struct command *command;

	if (argc == 2 && !strcmp(argv[1], OPTIONS_COMPLETE)) {
		for (size_t i = 0; i < NR_COMMANDS; i++)
			puts(commands[i].name);
		return close_output(STATUS_OK);
	}
	if (argc < 2 || !strcmp(argv[1], "help") || !strcmp(argv[1], "version") ||
	    *argv[1] == '-') {
		print_usage(stdout);
		return close_output(STATUS_OK);
	}
	command = find_command(argv[1]);
	if (!command) {
		char *suggestion = commands_suggest(argv[1]);

		message_print("there is no command '%s'%s", argv[1],
			      *suggestion ? suggestion : "; 'scprof help' lists them");
		free(suggestion);
		return STATUS_USAGE;
	}
	return command->run(2, (char *[]){ argv[1], help, NULL });
}

/*
 * If a seccomp filter denies futex, the C library ends the process without saying which call
 * failed.
 */
static bool has_futex(void)
{
	return syscall(SYS_futex, NULL, FUTEX_WAKE_PRIVATE, 0) >= 0 ||
	       (errno != EPERM && errno != ENOSYS);
}

static void do_nothing(int signal)
{
	(void)signal;
}

/*
 * With this handler, a write beyond RLIMIT_FSIZE fails with a message instead of killing scprof. It
 * is not SIG_IGN, because execve(2) resets a handler: the profiled program and the pager get the
 * signal as scprof had it.
 */
static void survive_file_size_limit(void)
{
	struct sigaction action = { .sa_handler = SIG_DFL };

	if (sigaction(SIGXFSZ, NULL, &action) < 0 || action.sa_handler != SIG_DFL)
		return;
	action = (struct sigaction){ .sa_handler = do_nothing, .sa_flags = SA_RESTART };
	sigaction(SIGXFSZ, &action, NULL);
}

int main(int argc, char **argv)
{
	const struct command *command;

	if (!has_futex()) {
		message_print("futex is denied here: %s", strerror(errno));
		return STATUS_FAILURE;
	}
	survive_file_size_limit();
	if (argc < 2) {
		print_usage(stderr);
		return STATUS_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return cmd_help(1, argv);
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V") ||
	    (!strcmp(argv[1], "version") && argc == 2)) {
		puts("scprof " PACKAGE_VERSION);
		return close_output(STATUS_OK);
	}
	command = find_command(argv[1]);
	if (!command)
		return cmd_run(argc, argv);
	/* `run` prints messages only, and a message sets the locale if it needs it. */
	if (command->run != cmd_run)
		terminal_set_locale();
	return command->run(argc - 1, argv + 1);
}
