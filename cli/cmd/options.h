/* SPDX-License-Identifier: MIT */
/*
 * Errors of the command line, said the same way by every command: what is wrong, and the nearest
 * thing that would have been right. Commands call getopt_long with opterr = 0 and a `:` first in
 * the short options (after a `+`).
 */
#ifndef SCPROF_CLI_CMD_OPTIONS_H
#define SCPROF_CLI_CMD_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>

#include "analysis/report_filter.h"
#include "profile/syscall/syscall_set.h"

/*
 * Says why getopt_long returned @returned ('?' or ':') and, for an unknown long option, which of
 * @options is nearest. @command is the command's name. Returns STATUS_USAGE.
 */
int options_complain(const char *command, char **argv, const struct option *options, int returned);

/*
 * Stores the index of @value in @names. Returns false, after a message that lists the valid values,
 * if it is none of them. @option is the option's name with its dashes.
 */
bool options_choose(int *choice, const char *option, const char *value, const char *const *names,
		    unsigned int nr_names);

/* Parses a decimal number from @least to @greatest; false, and a message, if it is not one. */
bool options_number(const char *option, const char *value, unsigned int least,
		    unsigned int greatest, unsigned int *number);

/*
 * --syscall: adds the calls of @spec to *@syscalls, which is allocated when it is NULL. Returns
 * false after a message.
 */
bool options_add_syscalls(struct syscall_set **syscalls, const char *spec);

struct frame_patterns {
	struct frame_pattern *list;
	uint32_t nr;
	uint32_t capacity;
};

/*
 * --focus and --ignore: adds the regular expression @text; @option is one of the two. Returns false
 * after a message.
 */
bool options_add_pattern(struct frame_patterns *patterns, const char *option, const char *text);
/* Prints why @pattern, one of those, could not be matched. */
void options_print_failure(const struct frame_pattern *pattern);
void options_free_patterns(struct frame_patterns *patterns);

#endif
