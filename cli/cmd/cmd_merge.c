// SPDX-License-Identifier: MIT
/*
 * `scprof merge`: adds profiles, one after the other, to one profile. Writes it only if all could
 * be read.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cmd/commands.h"
#include "cli/cmd/options.h"
#include "cli/term/exit_status.h"
#include "cli/term/message.h"
#include "cli/term/progress.h"
#include "profile/model/merge.h"
#include "profile/model/summary.h"
#include "profile/pprof/pprof.h"
#include "profile/util/xalloc.h"

static const char usage[] =
	"Usage: scprof merge -o OUTPUT FILE...\n"
	"\n"
	"Adds up the profiles of several runs, machines or CI jobs. Their order does not change the\n"
	"result, and merged profiles can be merged again. FILE '-' is standard input.\n"
	"\n"
	"  -o, --output OUTPUT  output file; '-' is standard output\n"
	"  -q, --quiet          print nothing but errors\n"
	"  -h, --help           show this\n"
	"\n"
	"Nothing is written when a FILE cannot be read. OUTPUT may be one of the FILEs.\n";

static const struct option long_options[] = {
	{ "output", required_argument, NULL, 'o' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

struct merge_options {
	const char *output;
	bool is_quiet;
	bool wants_help;
	char **paths;
	int nr_paths;
};

static bool check_options(const struct merge_options *options)
{
	bool has_stdin = false;

	if (options->wants_help)
		return true;
	if (!options->output) {
		message_print("merge needs -o OUTPUT");
		return false;
	}
	if (!options->nr_paths) {
		message_print("merge needs a profile: scprof merge -o OUTPUT FILE...");
		return false;
	}
	for (int i = 0; i < options->nr_paths; i++) {
		bool is_stdin = !strcmp(options->paths[i], "-");

		if (is_stdin && has_stdin) {
			message_print(
				"'-' can be given only once: standard input holds one profile");
			return false;
		}
		has_stdin |= is_stdin;
	}
	if (!strcmp(options->output, "-") && isatty(STDOUT_FILENO)) {
		message_print(
			"a profile cannot be written to a terminal: name a file with --output, or redirect");
		return false;
	}
	return true;
}

static bool set_option(void *argument, int option)
{
	struct merge_options *options = argument;

	if (option == 'o')
		options->output = optarg;
	else if (option == 'q')
		options->is_quiet = true;
	else
		options->wants_help = true;
	return true;
}

static const struct option_parser parser = { "merge", ":o:qh", long_options, set_option };

static int parse_options(struct merge_options *options, int argc, char **argv)
{
	if (options_parse(&parser, options, argc, argv) != STATUS_OK)
		return STATUS_USAGE;
	options->paths = argv + optind;
	options->nr_paths = argc - optind;
	return check_options(options) ? STATUS_OK : STATUS_USAGE;
}

static bool add_file(struct merge *merge, const char *path)
{
	char error[PPROF_ERROR_SIZE];
	struct profile profile;
	int err;

	if (pprof_read(&profile, strcmp(path, "-") ? path : "/dev/stdin", error)) {
		message_print("%s", error);
		return false;
	}
	err = merge_add(merge, &profile);
	profile_fini(&profile);
	if (err)
		message_print("with '%s' %s", path,
			      err == -EOVERFLOW ? "the sums become too large for a profile"
						: "there are too many stacks for one profile");
	return !err;
}

static int write_result(const struct merge_options *options, struct merge *merge)
{
	const char *path = strcmp(options->output, "-") ? options->output : "/dev/stdout";
	struct profile result;
	int err;

	progress_begin("writing %s", options->output);
	merge_finish(merge, &result);
	err = pprof_write(&result, path);
	progress_end();
	if (err) {
		message_print("cannot write '%s': %s", options->output,
			      output_place_explain(path, NAME_GIVEN, err));
	} else if (!options->is_quiet) {
		char *summary = summary_line(&result, options->output);

		message_print("%d profile%s: %s", options->nr_paths,
			      options->nr_paths == 1 ? "" : "s", summary);
		free(summary);
	}
	profile_fini(&result);
	return err ? STATUS_FAILURE : STATUS_OK;
}

static int merge_files(const struct merge_options *options)
{
	struct merge *merge = merge_new();
	int status = STATUS_OK;

	progress_begin("merging");
	for (int i = 0; i < options->nr_paths && status == STATUS_OK; i++) {
		progress_count((uint64_t)i, (uint64_t)options->nr_paths);
		if (!add_file(merge, options->paths[i]))
			status = STATUS_FAILURE;
	}
	progress_end();
	if (status == STATUS_OK)
		status = write_result(options, merge);
	merge_free(merge);
	return status;
}

int cmd_merge(int argc, char **argv)
{
	struct merge_options options = { .output = NULL };
	int status = parse_options(&options, argc, argv);

	if (status != STATUS_OK || !options.wants_help)
		return status == STATUS_OK ? merge_files(&options) : status;
	return options_print_help(usage);
}
