/* SPDX-License-Identifier: MIT */
/*
 * Parses the options of all commands in the same way. Errors say what is wrong, and name the
 * nearest valid word. A command's short options begin with `:` or `+:` (see getopt_long(3)).
 */
#ifndef SCPROF_CLI_CMD_OPTIONS_H
#define SCPROF_CLI_CMD_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>

#include "analysis/report_filter.h"
#include "profile/syscall/syscall_set.h"

/* If this is the only argument of a command, options_parse() prints its options and exits. */
#define OPTIONS_COMPLETE "--complete"

/* The options of a command. */
struct option_parser {
	const char *command;	   /* its name */
	const char *short_options; /* for getopt_long(3) */
	const struct option *long_options;
	/* Handles one option, whose value is optarg. Returns false after a message. */
	bool (*take)(void *arguments, int option);
};

/*
 * Parses a command line. @arguments is for parser->take. Afterwards optind is the index of the
 * first argument that is not an option. Returns STATUS_OK, or STATUS_USAGE after a message.
 */
int options_parse(const struct option_parser *parser, void *arguments, int argc, char **argv);

/* Prints @usage to standard output. Returns the exit status of the command. */
int options_print_help(const char *usage);

/*
 * Stores the index of @value in @names. If it is none of them, prints a message that lists the
 * valid values, and returns false. @option is the option's name with its dashes.
 */
bool options_choose(int *choice, const char *option, const char *value, const char *const *names,
		    unsigned int nr_names);

/*
 * Parses a decimal number from @least to @greatest. Prints a message and returns false if @value is
 * not one.
 */
bool options_number(const char *option, const char *value, unsigned int least,
		    unsigned int greatest, unsigned int *number);

/*
 * For --syscall: adds the calls of @spec to *@syscalls, which it allocates if it is NULL. Prints a
 * message and returns false on an error.
 */
bool options_add_syscalls(struct syscall_set **syscalls, const char *spec);

struct frame_patterns {
	struct frame_pattern *list;
	uint32_t nr;
	uint32_t capacity;
};

/*
 * For --focus and --ignore: adds the regular expression @text. @option is one of these two. Prints
 * a message and returns false on an error.
 */
bool options_add_pattern(struct frame_patterns *patterns, const char *option, const char *text);
/* Prints why @pattern could not be matched. */
void options_print_failure(const struct frame_pattern *pattern);
void options_free_patterns(struct frame_patterns *patterns);

#endif
