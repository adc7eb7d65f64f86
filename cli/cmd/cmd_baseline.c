// SPDX-License-Identifier: MIT
/*
 * `scprof baseline update`: writes the call sites of profiles as text files next to them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/baseline.h"
#include "analysis/budget_net.h"
#include "analysis/budget_read.h"
#include "analysis/site_kind.h"
#include "cli/cmd/commands.h"
#include "cli/cmd/load_sites.h"
#include "cli/cmd/options.h"
#include "cli/run/judged_run.h"
#include "cli/term/exit_status.h"
#include "cli/term/message.h"
#include "cli/term/stream_end.h"
#include "profile/model/runs.h"
#include "profile/util/atomic_file.h"
#include "profile/util/source_root.h"
#include "profile/util/write_all.h"
#include "profile/util/xalloc.h"
#include "profile/util/yaml_text.h"

struct arguments {
	struct judged_run run; /* argv is NULL if the profiles exist already */
	const char *from;      /* NULL: as in the old baseline */
	const char *output;    /* NULL: next to each profile */
	struct skips skips;
	struct budget budget; /* owns some of the texts in skips */
	bool allows_incomplete;
	bool wants_help;
};

static const char usage[] =
	"Usage: scprof baseline update [OPTION...] PROFILE...\n"
	"       scprof baseline update [OPTION...] -- PROGRAM [ARGUMENT...]\n"
	"\n"
	"Writes the call sites of each PROFILE as text, which people can review and git can store:\n"
	"NAME.baseline.yml next to NAME.pb.gz. Each site has one line. Lines are sorted by name and\n"
	"contain no addresses, line numbers or times. So 'git diff' shows how a change of the\n"
	"program changes its system calls. 'scprof check' and 'scprof diff' compare with this file.\n"
	"After '--', runs PROGRAM first, and writes NAME.baseline.yml.\n"
	"\n"
	"  -o, --output FILE        write to FILE ('-': standard output); for one profile\n"
	"      --skip REGEX         functions that match, by name, module or source file, are not\n"
	"                           your code; may be repeated; those in .scprof.yml are used too\n"
	"      --from FUNCTION      only the calls below FUNCTION, such as main; the baseline records\n"
	"                           FUNCTION, and later updates and checks use it too\n"
	"      --allow-incomplete   use also a profile in which calls are missing\n"
	"      --runs N             run PROGRAM N times (1)\n"
	"      --profile FILE       write the profile of PROGRAM to FILE (NAME.pb.gz)\n"
	"      --allow-failure      use also a PROGRAM that fails\n"
	"  -h, --help               show this\n";

enum {
	OPTION_ALLOW_INCOMPLETE = 256,
	OPTION_SKIP,
	OPTION_FROM,
	OPTION_RUNS,
	OPTION_PROFILE,
	OPTION_ALLOW_FAILURE,
};

static const struct option long_options[] = {
	{ "output", required_argument, NULL, 'o' },
	{ "skip", required_argument, NULL, OPTION_SKIP },
	{ "allow-incomplete", no_argument, NULL, OPTION_ALLOW_INCOMPLETE },
	{ "from", required_argument, NULL, OPTION_FROM },
	{ "runs", required_argument, NULL, OPTION_RUNS },
	{ "profile", required_argument, NULL, OPTION_PROFILE },
	{ "allow-failure", no_argument, NULL, OPTION_ALLOW_FAILURE },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static bool set_option(void *argument, int option)
{
	struct arguments *arguments = argument;

	switch (option) {
	case 'o':
		arguments->output = optarg;
		return true;
	case OPTION_SKIP:
		skips_add(&arguments->skips, optarg);
		return true;
	case OPTION_ALLOW_INCOMPLETE:
		arguments->allows_incomplete = true;
		return true;
	case OPTION_FROM:
		arguments->from = optarg;
		return true;
	case OPTION_RUNS:
		return options_number("--runs", optarg, 1, RUNS_MAX, &arguments->run.nr_runs);
	case OPTION_PROFILE:
		arguments->run.profile = optarg;
		return true;
	case OPTION_ALLOW_FAILURE:
		arguments->run.allows_failure = true;
		return true;
	default:
		arguments->wants_help = true;
		return true;
	}
}

static const struct option_parser parser = { "baseline", ":o:h", long_options, set_option };

/* Checks a command line with a program after `--`. @nr is the number of operands before `--`. */
static int check_run(const struct arguments *arguments, char **argv, int nr)
{
	if (nr) {
		message_print("baseline update takes profiles or a program, and not both: '%s' is "
			      "before '--'",
			      argv[optind]);
		return STATUS_USAGE;
	}
	if (arguments->run.argv[0])
		return STATUS_OK;
	message_print("there is no program after '--': scprof baseline update -- PROGRAM");
	return STATUS_USAGE;
}

/* Parses the options. Leaves optind at the first profile. */
static int parse_arguments(struct arguments *arguments, int argc, char **argv)
{
	bool is_run = (arguments->run.argv = judged_run_split(&argc, argv)) != NULL;
	int status = options_parse(&parser, arguments, argc, argv);

	if (status != STATUS_OK)
		return status;
	if (arguments->wants_help)
		return STATUS_OK;
	if (optind == argc || strcmp(argv[optind], "update")) {
		message_print("baseline has one command: scprof baseline update PROFILE...");
		return STATUS_USAGE;
	}
	optind++;
	if (is_run)
		return check_run(arguments, argv, argc - optind);
	if (arguments->run.nr_runs || arguments->run.profile || arguments->run.allows_failure) {
		message_print("--runs, --profile and --allow-failure are for a program: "
			      "scprof baseline update -- PROGRAM");
		return STATUS_USAGE;
	}
	if (optind == argc) {
		message_print("baseline update needs a profile: scprof baseline update PROFILE...");
		return STATUS_USAGE;
	}
	if (arguments->output && argc - optind > 1) {
		message_print("--output is for one profile, and '%s' is a second one",
			      argv[optind + 1]);
		return STATUS_USAGE;
	}
	return STATUS_OK;
}

static char *output_path(const char *profile)
{
	static const char ending[] = ".pb.gz";
	size_t length = strlen(profile);

	if (length > strlen(ending) && !strcmp(profile + length - strlen(ending), ending))
		length -= strlen(ending);
	return xasprintf("%.*s.baseline.yml", (int)length, profile);
}

static int write_file(const char *path, enum name_origin origin, const char *text, size_t size)
{
	struct atomic_file file;
	int err = atomic_file_open(&file, path, origin);

	if (err)
		return err;
	err = write_all(file.fd, text, size);
	if (!err)
		return atomic_file_commit(&file, false);
	atomic_file_abort(&file);
	return err;
}

static uint64_t allocator_calls(const struct call_sites *sites)
{
	uint64_t calls = 0;

	for (uint32_t i = 0; i < sites->nr; i++) {
		if (sites->sites[i].key.kind == SITE_ALLOCATOR)
			calls = count_add(calls, sites->sites[i].totals.calls);
	}
	return calls;
}

/*
 * Returns true if the calls of allocators differ so little that two runs of one program could
 * differ as much.
 */
static bool has_like_memory(const char *path, const char *text, size_t size,
			    const struct call_sites *new)
{
	uint64_t before, now = allocator_calls(new);
	struct call_sites old;
	struct call_names names;
	bool has_threads;
	char *error;

	call_names_init(&names);
	if (baseline_parse(&old, &names, path, text, size, &error)) {
		free(error);
		call_names_fini(&names);
		return false;
	}
	before = allocator_calls(&old);
	has_threads = budget_net_has_threads(&old) || budget_net_has_threads(new);
	call_sites_fini(&old);
	call_names_fini(&names);
	return now <= budget_net_allocator_limit(before, has_threads) &&
	       before <= budget_net_allocator_limit(now, has_threads);
}

/*
 * If a rebuilt program makes the same calls, scprof does not write its baseline again. Then git
 * sees no change. Lines that `scprof check` does not judge may differ.
 */
static bool is_up_to_date(const char *path, const char *text, const struct call_sites *sites)
{
	char *old, *error = NULL;
	const char *at, *was;
	size_t size;
	bool is_same;

	if (yaml_text_read_file(path, BASELINE_MAX_SIZE, &old, &size, &error)) {
		free(error);
		return false;
	}
	old = xreallocarray(old, size + 1, 1);
	old[size] = '\0';
	at = baseline_judged_line(text);
	was = baseline_judged_line(old);
	while (*at && *was && baseline_same_line(at, was)) {
		at = baseline_judged_line(strchrnul(at, '\n'));
		was = baseline_judged_line(strchrnul(was, '\n'));
	}
	is_same = !*at && !*was && has_like_memory(path, old, size, sites);
	free(old);
	return is_same;
}

/*
 * Ensures that nothing is written that scprof could not read. Prints a message and returns false if
 * @text is invalid.
 */
static bool is_readable(const char *path, const char *text, size_t size)
{
	struct call_sites sites;
	struct call_names names;
	char *error = NULL;

	if (size > BASELINE_MAX_SIZE) {
		message_print(
			"cannot write '%s': it would have %zu bytes, and %u are the most that "
			"is read",
			path, size, BASELINE_MAX_SIZE);
		return false;
	}
	call_names_init(&names);
	if (baseline_parse(&sites, &names, path, text, size, &error) == 0)
		call_sites_fini(&sites);
	else
		message_print("cannot write '%s', which could not be read again: %s", path, error);
	call_names_fini(&names);
	if (!error)
		return true;
	free(error);
	return false;
}

static int write_baseline(const struct loaded_sites *loaded, const char *path,
			  enum name_origin origin)
{
	char *root = source_root_find(), *text = NULL;
	size_t size = 0;
	FILE *memory = open_memstream(&text, &size);
	int err = 0;

	if (!memory)
		xalloc_fail();
	baseline_write(&loaded->sites, root, memory);
	if (fclose(memory))
		xalloc_fail();
	free(root);
	if (!is_readable(path, text, size)) {
		err = -EBADMSG;
	} else if (!strcmp(path, "-")) {
		fwrite(text, 1, size, stdout);
	} else if (is_up_to_date(path, text, &loaded->sites)) {
		message_print("%s is up to date", path);
	} else {
		err = write_file(path, origin, text, size);
		if (err)
			message_print("cannot write '%s': %s", path,
				      output_place_explain(path, origin, err));
		else
			message_print("wrote %s", path);
	}
	free(text);
	return err ? STATUS_FAILURE : STATUS_OK;
}

/* Returns the function that the old baseline at @path names with `from`, or NULL. */
static char *old_from(const char *path)
{
	struct call_sites sites;
	struct call_names names;
	char *error, *from = NULL;

	if (!strcmp(path, "-"))
		return NULL;
	call_names_init(&names);
	if (baseline_read(&sites, &names, path, &error)) {
		free(error);
	} else {
		if (sites.facts[RUN_FROM])
			from = xstrdup(sites.facts[RUN_FROM]);
		call_sites_fini(&sites);
	}
	call_names_fini(&names);
	return from;
}

/*
 * Writes the baseline of @profile to the path that the user gave. If there is none, writes it to
 * @derived.
 */
static int update(const struct arguments *arguments, const char *profile, const char *derived)
{
	struct loaded_sites loaded = { .path = profile };
	struct call_names names;
	const char *path = arguments->output ? arguments->output : derived;
	char *old = arguments->from ? NULL : old_from(path);
	const struct load_scope scope = { .from = arguments->from ? arguments->from : old,
					  .skips = &arguments->skips };
	int status;

	call_names_init(&names);
	status = load_sites(NULL, &loaded, &names, &scope);
	if (status == STATUS_OK) {
		if (!loaded.is_profile) {
			message_print("'%s' is a baseline already: name a profile", profile);
			status = STATUS_USAGE;
		} else if (!loaded.sites.is_complete && !arguments->allows_incomplete) {
			message_print("%s is incomplete: calls are missing in it "
				      "(--allow-incomplete uses it anyway)",
				      profile);
			status = STATUS_FAILURE;
		} else {
			status = write_baseline(&loaded, path,
						arguments->output ? NAME_GIVEN : NAME_DERIVED);
		}
		load_sites_fini(&loaded);
	}
	call_names_fini(&names);
	free(old);
	return status;
}

static int update_profiles(const struct arguments *arguments, int argc, char **argv)
{
	int status = STATUS_OK;

	for (int i = optind; i < argc; i++) {
		char *path = output_path(argv[i]);
		int one = update(arguments, argv[i], path);

		status = status == STATUS_OK ? one : status;
		free(path);
	}
	return status;
}

static int run_and_update(struct arguments *arguments)
{
	struct judged_run *run = &arguments->run;
	char *profile = judged_run_file(run->argv, ".pb.gz");
	char *path = judged_run_file(run->argv, ".baseline.yml");
	int status;

	run->is_derived = !run->profile;
	if (!run->profile)
		run->profile = profile;
	run->nr_runs = run->nr_runs ? run->nr_runs : 1;
	status = judged_run(run);
	if (status == STATUS_OK)
		status = update(arguments, run->profile, path);
	free(profile);
	free(path);
	return status;
}

/* Adds the expressions of .scprof.yml, if there is one. Returns a status. */
static int add_skips_of_budget(struct arguments *arguments)
{
	char *error;

	if (access(BUDGET_FILE, F_OK))
		return STATUS_OK;
	if (budget_read(&arguments->budget, BUDGET_FILE, &error)) {
		message_print("%s", error);
		free(error);
		return STATUS_FAILURE;
	}
	for (uint32_t i = 0; i < arguments->budget.nr_skips; i++)
		skips_add(&arguments->skips, arguments->budget.skips[i]);
	return STATUS_OK;
}

int cmd_baseline(int argc, char **argv)
{
	struct arguments arguments = { 0 };
	int status = parse_arguments(&arguments, argc, argv);

	if (status != STATUS_OK)
		return status;
	if (arguments.wants_help)
		return options_print_help(usage);
	status = add_skips_of_budget(&arguments);
	if (status == STATUS_OK)
		status = arguments.run.argv ? run_and_update(&arguments)
					    : update_profiles(&arguments, argc, argv);
	skips_free(&arguments.skips);
	budget_fini(&arguments.budget);
	return stream_end_check(stdout, "the baseline") ? STATUS_FAILURE : status;
}
