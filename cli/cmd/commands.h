/* SPDX-License-Identifier: MIT */
/*
 * The commands of scprof. Each gets its own argument vector: argv[0] is the command's name, and
 * options follow. It prints its errors itself and returns the exit status (cli/term/exit_status.h).
 */
#ifndef SCPROF_CLI_CMD_COMMANDS_H
#define SCPROF_CLI_CMD_COMMANDS_H

int cmd_log(int argc, char **argv);
int cmd_merge(int argc, char **argv);
int cmd_baseline(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_run(int argc, char **argv);

/*
 * Returns "; did you mean the command 'report'?", or "" if no command is similar to @word. The
 * caller frees it.
 */
char *commands_suggest(const char *word);

#endif
