/* SPDX-License-Identifier: MIT */
/*
 * `scprof doctor`: prints what works on this machine, why not, and what to do.
 */
#include <stdio.h>
#include <string.h>

#include "cli/cmd/commands.h"
#include "cli/cmd/options.h"
#include "cli/doctor/doctor.h"
#include "cli/term/exit_status.h"
#include "cli/term/message.h"
#include "cli/term/stream_end.h"
#include "cli/view/json_value.h"

static const char usage[] =
	"Usage: scprof doctor [OPTION...]\n"
	"\n"
	"Tries what scprof needs from this machine, and says for each what works, why not, and what\n"
	"to do. The last line, 'run', says if scprof can profile here.\n"
	"\n"
	"      --json           print one JSON object\n"
	"  -h, --help           show this\n"
	"\n"
	"Exits with 0 if scprof can profile here, 1 if it cannot, 2 on wrong usage.\n";

enum { OPTION_JSON = 256 };

static const struct option long_options[] = {
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static void print_text(const struct checks *checks)
{
	for (unsigned int i = 0; i < checks->nr; i++) {
		const struct check *check = &checks->list[i];

		printf("%-14s %-3s  %s%s%s\n", check->name, check->is_ok ? "yes" : "no", check->why,
		       check->advice ? "; " : "", check->advice ? check->advice : "");
	}
}

static void print_json(const struct checks *checks, bool can_profile)
{
	json_t *object = json_value_object(), *list = json_value_array();

	for (unsigned int i = 0; i < checks->nr; i++) {
		const struct check *check = &checks->list[i];
		json_t *entry = json_value_object();

		json_value_set(entry, "name", json_value_text(check->name));
		json_value_set(entry, "ok", json_boolean(check->is_ok));
		json_value_set(entry, "why", json_value_text(check->why));
		json_value_set(entry, "advice", json_value_text(check->advice));
		json_value_append(list, entry);
	}
	json_value_set(object, "version", json_value_number(1));
	json_value_set(object, "can_profile", json_boolean(can_profile));
	json_value_set(object, "checks", list);
	json_value_print(object, stdout);
}

struct arguments {
	bool is_json;
	bool wants_help;
};

static bool set_option(void *argument, int option)
{
	struct arguments *arguments = argument;

	if (option == OPTION_JSON)
		arguments->is_json = true;
	else
		arguments->wants_help = true;
	return true;
}

static const struct option_parser parser = { "doctor", ":h", long_options, set_option };

static int parse_arguments(struct arguments *arguments, int argc, char **argv)
{
	int status = options_parse(&parser, arguments, argc, argv);

	if (status != STATUS_OK || optind == argc)
		return status;
	message_print("doctor takes no argument, but got '%s'", argv[optind]);
	return STATUS_USAGE;
}

int cmd_doctor(int argc, char **argv)
{
	struct checks checks = { .nr = 0 };
	struct arguments arguments = { .is_json = false };
	bool can_profile;
	int status = parse_arguments(&arguments, argc, argv);

	if (status != STATUS_OK)
		return status;
	if (arguments.wants_help)
		return options_print_help(usage);
	check_tracing(&checks);
	check_memory(&checks);
	check_clock(&checks);
	check_names(&checks);
	check_run(&checks);
	can_profile = checks_is_ok(&checks, "run");
	if (arguments.is_json)
		print_json(&checks, can_profile);
	else
		print_text(&checks);
	checks_fini(&checks);
	if (stream_end_check(stdout, "the checks") != STATUS_OK)
		return STATUS_FAILURE;
	return can_profile ? STATUS_OK : STATUS_FINDING;
}
