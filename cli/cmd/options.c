// SPDX-License-Identifier: MIT
/*
 * Errors in the command line. getopt_long's own messages are not used: they name the program by its
 * path and do not suggest the nearest option. After an error, optind shows which argument was
 * wrong: getopt_long has moved past a long option, but not past an argument that contains more
 * short options.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cmd/options.h"
#include "cli/term/exit_status.h"
#include "cli/term/message.h"
#include "cli/term/stream_end.h"
#include "profile/util/nearest.h"
#include "profile/util/pattern.h"
#include "profile/util/xalloc.h"

#define MAX_OPTIONS 64

/* Returns "; did you mean '--format'?" or "". The caller frees it. */
static char *suggest_option(const char *argument, const struct option *options)
{
	char *word = xasprintf("%.*s", (int)strcspn(argument, "="), argument);
	char *names[MAX_OPTIONS];
	struct nearest nearest;
	unsigned int nr = 0;
	char *text;

	nearest_init(&nearest, word);
	for (; options->name && nr < MAX_OPTIONS; options++) {
		names[nr] = xasprintf("--%s", options->name);
		nearest_offer(&nearest, names[nr++]);
	}
	text = nearest_text(&nearest);
	while (nr > 0)
		free(names[--nr]);
	free(word);
	return text;
}

static void complain_long(const char *command, const char *argument, const struct option *options)
{
	char *suggestion = suggest_option(argument, options);
	int length = (int)strcspn(argument, "=");

	if (*suggestion)
		message_print("unknown option '%.*s'%s", length, argument, suggestion);
	else
		message_print("unknown option '%.*s'; 'scprof help %s' lists the options", length,
			      argument, command);
	free(suggestion);
}

/*
 * Returns true for an abbreviation that fits several options. getopt_long reports it like an
 * unknown option.
 */
static bool is_ambiguous(const char *argument, const struct option *options)
{
	size_t length = strcspn(argument + 2, "=");
	unsigned int nr = 0;

	for (; options->name; options++)
		nr += !strncmp(options->name, argument + 2, length);
	return length && nr > 1;
}

/*
 * Returns what to do instead of using @option, if this is an option of strace that scprof does not
 * have. Otherwise returns NULL.
 */
static const char *hint_for_strace(const char *command, int option)
{
	if (strcmp(command, "run") != 0)
		return NULL;
	switch (option) {
	case 'c':
		return "scprof always counts; 'scprof report --by syscall' shows the sums";
	case 'f':
		return "scprof follows child processes unless --no-follow is given";
	case 'k':
		return "scprof always records stacks; 'scprof report --tree' shows them";
	case 'p':
		return "scprof starts the program, and cannot attach to a process";
	default:
		return NULL;
	}
}

static int complain(const char *command, char **argv, const struct option *options, int returned)
{
	const char *last = argv[optind - 1];
	bool is_long = !strncmp(last, "--", 2);

	if (returned == ':')
		message_print("option '%s' needs a value", last);
	else if (is_long && optopt && strchr(last, '='))
		message_print("option '%.*s' takes no value", (int)strcspn(last, "="), last);
	else if (!optopt && is_ambiguous(last, options))
		message_print("option '%s' could be several; write it out", last);
	else if (!optopt)
		complain_long(command, last, options);
	else if (hint_for_strace(command, optopt))
		message_print("unknown option '-%c': %s", optopt, hint_for_strace(command, optopt));
	else
		message_print("unknown option '-%c'; 'scprof help %s' lists the options", optopt,
			      command);
	return STATUS_USAGE;
}

/*
 * Prints all long options, one on each line, for the completion of shells (cli/completion/). An
 * option that needs a value ends with `=`.
 */
static _Noreturn void list_options(const struct option *options)
{
	for (; options->name; options++)
		printf("--%s%s\n", options->name, options->has_arg == required_argument ? "=" : "");
	exit(stream_end_check(stdout, "the options"));
}

int options_parse(const struct option_parser *parser, void *arguments, int argc, char **argv)
{
	int option;

	if (argc == 2 && !strcmp(argv[1], OPTIONS_COMPLETE))
		list_options(parser->long_options);
	optind = 0;
	opterr = 0;
	while ((option = getopt_long(argc, argv, parser->short_options, parser->long_options,
				     NULL)) != -1) {
		if (option == '?' || option == ':')
			return complain(parser->command, argv, parser->long_options, option);
		if (!parser->take(arguments, option))
			return STATUS_USAGE;
	}
	return STATUS_OK;
}

int options_print_help(const char *usage)
{
	fputs(usage, stdout);
	return stream_end_check(stdout, "the help");
}

bool options_choose(int *choice, const char *option, const char *value, const char *const *names,
		    unsigned int nr_names)
{
	char *list = xstrdup("");

	for (unsigned int i = 0; i < nr_names; i++) {
		if (!strcmp(value, names[i])) {
			free(list);
			*choice = (int)i;
			return true;
		}
		char *longer = xasprintf("%s%s%s", list, i ? ", " : "", names[i]);

		free(list);
		list = longer;
	}
	message_print("%s '%s' is unknown: it is one of %s", option, value, list);
	free(list);
	return false;
}

bool options_number(const char *option, const char *value, unsigned int least,
		    unsigned int greatest, unsigned int *number)
{
	char *end;
	unsigned long parsed;

	errno = 0;
	parsed = strtoul(value, &end, 10);
	if (*value < '0' || *value > '9' || *end || errno || parsed < least || parsed > greatest) {
		message_print("%s '%s' is not a number from %u to %u", option, value, least,
			      greatest);
		return false;
	}
	*number = (unsigned int)parsed;
	return true;
}

bool options_add_syscalls(struct syscall_set **syscalls, const char *spec)
{
	struct syscall_set set;
	char *error;

	if (syscall_set_parse(&set, spec, &error)) {
		message_print("--syscall: %s", error);
		free(error);
		return false;
	}
	if (!*syscalls)
		*syscalls = xcalloc(1, sizeof(**syscalls));
	for (int abi = 0; abi < SYSCALL_NR_ABIS; abi++) {
		for (int word = 0; word < SYSCALL_SET_MAX_NR / 64; word++)
			(*syscalls)->bits[abi][word] |= set.bits[abi][word];
	}
	(*syscalls)->others |= set.others;
	return true;
}

bool options_add_pattern(struct frame_patterns *patterns, const char *option, const char *text)
{
	struct frame_pattern pattern = { .is_ignored = !strcmp(option, "--ignore") };
	char *message;

	pattern.pattern = pattern_compile(text, &message);
	if (!pattern.pattern) {
		message_print("%s: %s", option, message);
		free(message);
		return false;
	}
	patterns->list =
		xgrow(patterns->list, patterns->nr, &patterns->capacity, sizeof(*patterns->list));
	patterns->list[patterns->nr++] = pattern;
	return true;
}

void options_print_failure(const struct frame_pattern *pattern)
{
	message_print("%s: %s", pattern->is_ignored ? "--ignore" : "--focus",
		      pattern_failure(pattern->pattern));
}

void options_free_patterns(struct frame_patterns *patterns)
{
	for (uint32_t i = 0; i < patterns->nr; i++)
		pattern_free(patterns->list[i].pattern);
	free(patterns->list);
}
