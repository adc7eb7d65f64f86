/* SPDX-License-Identifier: MIT */
/*
 * `scprof run`: turns options into the helper's environment, runs the program, and prints a summary
 * of its profile. The first operand ends the options.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cmd/commands.h"
#include "cli/cmd/options.h"
#include "cli/cmd/run_summary.h"
#include "cli/run/environment.h"
#include "cli/run/run_program.h"
#include "cli/term/exit_status.h"
#include "cli/term/message.h"
#include "profile/model/runs.h"
#include "profile/syscall/syscall_set.h"
#include "profile/util/xalloc.h"
#include "scprof/handshake.h"

static const char usage[] =
	"Usage: scprof [run] [OPTION...] [--] PROGRAM [ARGUMENT...]\n"
	"\n"
	"Runs PROGRAM and writes a profile of every system call that it makes.\n"
	"\n"
	"  -o, --output FILE    output file: %n is the program's name, %p its process id, %% a\n"
	"                       percent sign (scprof.%n.%p.pb.gz)\n"
	"  -e, --trace SET      count only these system calls: read,write  %file  /regex  !futex\n"
	"      --engine ENGINE  auto (the default) or fast: calls are counted in the program itself\n"
	"                       where that is safe; ptrace: the program stops at each call\n"
	"      --intercept WAY  how other calls reach scprof: auto (the default), dispatch\n"
	"                       or prctl (Linux 5.11), filter (seccomp), or stops (at each call)\n"
	"      --no-follow      do not follow child processes\n"
	"      --max-frames N   follow stacks up to N frames (512)\n"
	"      --log[=FILE]     write every call, in order, to FILE too (the profile's name with\n"
	"                       .sclog); 'scprof log' shows it\n"
	"      --fds            record which file, socket, pipe or device each call touches, for\n"
	"                       'scprof report --by path' and '--by fd'\n"
	"      --redact         keep paths, addresses and the command's arguments out of the files\n"
	"      --per-process    keep processes of one name apart, by id\n"
	"      --per-thread     keep threads of one name apart, by id\n"
	"      --runs N         run the program N times (1); the profile shows what varies\n"
	"      --preload        start the helper from libscprof.so inside PROGRAM, which scprof\n"
	"                       puts into LD_PRELOAD; PROGRAM must be dynamically linked\n"
	"      --stats          print what the engine did: stops, sites, memory\n"
	"  -q, --quiet          print nothing but errors\n"
	"  -h, --help           show this\n"
	"\n"
	"Each option but --preload, --runs and --stats is also an environment variable, for use with\n"
	"LD_PRELOAD=libscprof.so; an option overrides its variable: SCPROF_OUTPUT,\n"
	"SCPROF_TRACE, SCPROF_ENGINE, SCPROF_INTERCEPT, SCPROF_FOLLOW=no, SCPROF_MAX_FRAMES,\n"
	"SCPROF_PER_PROCESS=yes, SCPROF_PER_THREAD=yes, SCPROF_QUIET=yes, SCPROF_LOG=yes or\n"
	"=FILE, SCPROF_FDS=yes, SCPROF_REDACT=yes. With the launcher, SCPROF_DEBUG=all prints\n"
	"what the helper does.\n"
	"\n"
	"Exits as PROGRAM does, or ends by the same signal; 126 or 127 when it cannot be run or\n"
	"found, 2 on wrong usage, 3 when it cannot be profiled (then it was not run).\n";

enum {
	OPTION_ENGINE = 256,
	OPTION_INTERCEPT,
	OPTION_NO_FOLLOW,
	OPTION_MAX_FRAMES,
	OPTION_LOG,
	OPTION_FDS,
	OPTION_REDACT,
	OPTION_PER_PROCESS,
	OPTION_PER_THREAD,
	OPTION_PRELOAD,
	OPTION_RUNS,
	OPTION_STATS,
};

static const struct option long_options[] = {
	{ "output", required_argument, NULL, 'o' },
	{ "trace", required_argument, NULL, 'e' },
	{ "engine", required_argument, NULL, OPTION_ENGINE },
	{ "intercept", required_argument, NULL, OPTION_INTERCEPT },
	{ "no-follow", no_argument, NULL, OPTION_NO_FOLLOW },
	{ "max-frames", required_argument, NULL, OPTION_MAX_FRAMES },
	{ "fds", no_argument, NULL, OPTION_FDS },
	{ "redact", no_argument, NULL, OPTION_REDACT },
	{ "log", optional_argument, NULL, OPTION_LOG },
	{ "per-process", no_argument, NULL, OPTION_PER_PROCESS },
	{ "per-thread", no_argument, NULL, OPTION_PER_THREAD },
	{ "preload", no_argument, NULL, OPTION_PRELOAD },
	{ "runs", required_argument, NULL, OPTION_RUNS },
	{ "stats", no_argument, NULL, OPTION_STATS },
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* The values of the options. */
struct run_options {
	struct environment environment; /* of the helper */
	bool has_stats;
	bool is_preloaded;
	bool wants_help;
	unsigned int nr_runs;
};

static const char *const engines[] = { "auto", "fast", "ptrace" };
static const char *const ways[] = { "auto", "dispatch", "prctl", "filter", "stops" };

static bool check_trace(const char *spec)
{
	struct syscall_set set;
	char *error = NULL;

	if (syscall_set_parse(&set, spec, &error) == 0)
		return true;
	message_print("%s", error);
	free(error);
	return false;
}

static bool check_max_frames(const char *value)
{
	unsigned int number;

	return options_number("--max-frames", value, 1, 65536, &number);
}

/* Handles one option. Prints a message and returns false if its value is wrong. */
static bool set_option(void *argument, int option)
{
	struct run_options *options = argument;
	struct environment *environment = &options->environment;
	const int nr_engines = sizeof(engines) / sizeof(engines[0]);
	const int nr_ways = sizeof(ways) / sizeof(ways[0]);
	int chosen;

	switch (option) {
	case 'o':
		environment_set(environment, SCPROF_ENV_OUTPUT, optarg);
		if (!*optarg)
			message_print("--output '' names no file");
		return *optarg;
	case 'e':
		environment_set(environment, SCPROF_ENV_TRACE, optarg);
		return check_trace(optarg);
	case OPTION_ENGINE:
		environment_set(environment, SCPROF_ENV_ENGINE, optarg);
		return options_choose(&chosen, "--engine", optarg, engines, nr_engines);
	case OPTION_INTERCEPT:
		environment_set(environment, SCPROF_ENV_INTERCEPT, optarg);
		return options_choose(&chosen, "--intercept", optarg, ways, nr_ways);
	case OPTION_NO_FOLLOW:
		environment_set(environment, SCPROF_ENV_FOLLOW, "no");
		return true;
	case OPTION_MAX_FRAMES:
		environment_set(environment, SCPROF_ENV_MAX_FRAMES, optarg);
		return check_max_frames(optarg);
	case OPTION_PER_PROCESS:
		environment_set(environment, SCPROF_ENV_PER_PROCESS, "yes");
		return true;
	case OPTION_FDS:
		environment_set(environment, SCPROF_ENV_FDS, "yes");
		return true;
	case OPTION_REDACT:
		environment_set(environment, SCPROF_ENV_REDACT, "yes");
		return true;
	case OPTION_LOG:
		environment_set(environment, SCPROF_ENV_LOG, optarg ? optarg : "yes");
		return true;
	case OPTION_RUNS:
		return options_number("--runs", optarg, 1, RUNS_MAX, &options->nr_runs);
	case OPTION_PRELOAD:
		options->is_preloaded = true;
		return true;
	case OPTION_STATS:
		options->has_stats = true;
		return true;
	case OPTION_PER_THREAD:
		environment_set(environment, SCPROF_ENV_PER_THREAD, "yes");
		return true;
	case 'q':
		environment_set(environment, SCPROF_ENV_QUIET, "yes");
		return true;
	default:
		options->wants_help = true;
		return true;
	}
}

/* The first operand ends the options. */
static const struct option_parser parser = { "run", "+:o:e:qh", long_options, set_option };

/* Returns -1 if the program can be run; otherwise the exit status. */
static int parse_options(struct run_options *options, int argc, char **argv)
{
	if (options_parse(&parser, options, argc, argv) != STATUS_OK)
		return STATUS_USAGE;
	if (options->wants_help)
		return options_print_help(usage);
	if (options->nr_runs > 1 && environment_get(&options->environment, SCPROF_ENV_LOG)) {
		message_print("--log records one run and cannot be combined with --runs");
		return STATUS_USAGE;
	}
	if (optind < argc)
		return -1;
	message_print("no program to run; 'scprof help run' shows how");
	return STATUS_USAGE;
}

int cmd_run(int argc, char **argv)
{
	struct run_options options = { .nr_runs = 1 };
	struct run_program run = { .environment = &options.environment };
	struct launch_result result;
	bool is_first_word, is_quiet;
	char *suggestion;
	int status;

	environment_init(&options.environment);
	status = parse_options(&options, argc, argv);
	if (status >= 0) {
		environment_fini(&options.environment);
		return status;
	}
	run.argv = argv + optind;
	run.nr_runs = options.nr_runs;
	run.is_preloaded = options.is_preloaded;
	/* The first word may be a mistyped command, but not after "run" or an option. */
	is_first_word = optind == 1 && strcmp(argv[0], "run") != 0;
	suggestion = is_first_word ? commands_suggest(run.argv[0]) : xstrdup("");
	run.suggestion = suggestion;
	is_quiet = environment_is_quiet(&options.environment);
	run_program(&run, &result);
	free(suggestion);
	environment_fini(&options.environment);
	if (!result.is_run)
		return result.refusal;
	if (result.profile && !is_quiet)
		run_summary_print(result.profile, options.has_stats);
	free(result.profile);
	launch_exit_alike(result.status);
}
