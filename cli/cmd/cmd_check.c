// SPDX-License-Identifier: MIT
/*
 * `scprof check`: finds the budget and the baseline, checks the run, and writes the result in all
 * requested formats. An error that prevents the check ends with STATUS_FAILURE before anything is
 * written, so that no script mistakes it for a result.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/budget_read.h"
#include "analysis/run_notes.h"
#include "cli/cmd/commands.h"
#include "cli/cmd/keep_command.h"
#include "cli/cmd/load_sites.h"
#include "cli/cmd/options.h"
#include "cli/run/judged_run.h"
#include "cli/term/exit_status.h"
#include "cli/term/message.h"
#include "cli/term/output.h"
#include "cli/view/view_check.h"
#include "profile/model/runs.h"
#include "profile/util/source_root.h"
#include "profile/util/xalloc.h"

#define MAX_REPORTS 16

struct format {
	const char *name;
	void (*view)(const struct check_view *view);
};

#define NR_FORMATS 7

static const struct format formats[NR_FORMATS] = {
	{ "text", view_check_text },	   { "markdown", view_check_markdown },
	{ "junit", view_check_junit },	   { "github", view_check_github },
	{ "json", view_check_json },	   { "benchmark", view_check_benchmark },
	{ "bencher", view_check_bencher },
};

struct report {
	int format;
	const char *path; /* "-": standard output */
};

struct arguments {
	struct judged_run run; /* argv is NULL if the profile exists already */
	char *run_profile;     /* the default of run.profile */
	char *run_baseline;    /* the default of `baseline`, or NULL */
	const char *new;
	const char *baseline;
	const char *budget;
	int color;
	struct load_scope scope;
	struct skips skips;
	bool is_strict;
	bool allows_incomplete;
	bool wants_help;
	struct report reports[MAX_REPORTS]; /* the first is that of --format */
	unsigned int nr_reports;
};

/* What is checked, and against what. */
struct case_file {
	struct budget budget;
	char *baseline; /* path, or NULL */
	struct call_names names;
	struct loaded_sites base;
	struct loaded_sites new;
	char **notes;
};

static const char usage[] =
	"Usage: scprof check [OPTION...] PROFILE\n"
	"       scprof check [OPTION...] -- PROGRAM [ARGUMENT...]\n"
	"\n"
	"Checks that a run keeps its budget of system calls. Reads rules from .scprof.yml. With a\n"
	"baseline, there is also a built-in rule: if a call site makes the same number of calls in\n"
	"every run, it may not make more than in the baseline. After '--', runs PROGRAM and checks\n"
	"that run.\n"
	"\n"
	"      --baseline FILE        compare with FILE: a profile, or the output of 'scprof\n"
	"                             baseline update'; with PROGRAM, the default is\n"
	"                             NAME.baseline.yml, if this file exists\n"
	"      --budget FILE          read the rules from FILE instead of .scprof.yml\n"
	"      --skip REGEX           functions that match, by name, module or source file, are not\n"
	"                             your code; may be repeated\n"
	"      --from FUNCTION        check only what is below FUNCTION, such as main; /REGEX for all\n"
	"                             functions that match\n"
	"      --strict               fewer calls than in the baseline are an error, too\n"
	"      --allow-incomplete     check also a profile in which calls are missing\n"
	"      --runs N               run PROGRAM N times (1)\n"
	"      --profile FILE         write the profile of PROGRAM to FILE (NAME.pb.gz)\n"
	"      --allow-failure        check also a PROGRAM that fails\n"
	"  -f, --format FORMAT        text (the default), markdown, junit, github, json, benchmark,\n"
	"                             bencher\n"
	"  -r, --report FORMAT=FILE   also write a report in FORMAT to FILE ('-': standard\n"
	"                             output); may be repeated\n"
	"      --color WHEN           auto (the default), always, never\n"
	"  -h, --help                 show this\n"
	"\n"
	"Exit status: 0 when the budget is kept, 1 when it is broken, 2 for a wrong command line,\n"
	"3 when it cannot be checked.\n";

enum {
	OPTION_BASELINE = 256,
	OPTION_BUDGET,
	OPTION_FROM,
	OPTION_SKIP,
	OPTION_ALLOW_INCOMPLETE,
	OPTION_COLOR,
	OPTION_STRICT,
	OPTION_RUNS,
	OPTION_PROFILE,
	OPTION_ALLOW_FAILURE,
};

static const struct option long_options[] = {
	{ "baseline", required_argument, NULL, OPTION_BASELINE },
	{ "budget", required_argument, NULL, OPTION_BUDGET },
	{ "skip", required_argument, NULL, OPTION_SKIP },
	{ "from", required_argument, NULL, OPTION_FROM },
	{ "allow-incomplete", no_argument, NULL, OPTION_ALLOW_INCOMPLETE },
	{ "format", required_argument, NULL, 'f' },
	{ "report", required_argument, NULL, 'r' },
	{ "color", required_argument, NULL, OPTION_COLOR },
	{ "strict", no_argument, NULL, OPTION_STRICT },
	{ "runs", required_argument, NULL, OPTION_RUNS },
	{ "profile", required_argument, NULL, OPTION_PROFILE },
	{ "allow-failure", no_argument, NULL, OPTION_ALLOW_FAILURE },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static bool choose_format(int *format, const char *option, const char *name)
{
	const char *names[NR_FORMATS];

	for (size_t i = 0; i < NR_FORMATS; i++)
		names[i] = formats[i].name;
	return options_choose(format, option, name, names, NR_FORMATS);
}

/* `markdown=FILE` */
static bool add_report(struct arguments *arguments, const char *value)
{
	const char *equals = strchr(value, '=');
	struct report report = { .format = -1 };
	bool is_known;
	char *name;

	if (!equals || !equals[1]) {
		message_print("--report '%s' is not FORMAT=FILE, such as markdown=FILE", value);
		return false;
	}
	if (arguments->nr_reports == MAX_REPORTS) {
		message_print("--report can be given at most %d times", MAX_REPORTS - 1);
		return false;
	}
	name = xasprintf("%.*s", (int)(equals - value), value);
	is_known = choose_format(&report.format, "--report", name);
	report.path = equals + 1;
	free(name);
	arguments->reports[arguments->nr_reports++] = report;
	return is_known;
}

/* Handles one option. Returns false after a message. */
static bool set_option(void *argument, int option)
{
	struct arguments *arguments = argument;

	switch (option) {
	case OPTION_BASELINE:
		arguments->baseline = optarg;
		return true;
	case OPTION_BUDGET:
		arguments->budget = optarg;
		return true;
	case OPTION_SKIP:
		skips_add(&arguments->skips, optarg);
		return true;
	case OPTION_FROM:
		arguments->scope.from = optarg;
		return true;
	case OPTION_ALLOW_INCOMPLETE:
		arguments->allows_incomplete = true;
		return true;
	case 'f':
		return choose_format(&arguments->reports[0].format, "--format", optarg);
	case 'r':
		return add_report(arguments, optarg);
	case OPTION_COLOR:
		return options_choose(&arguments->color, "--color", optarg, color_mode_names,
				      NR_COLOR_MODES);
	case OPTION_STRICT:
		arguments->is_strict = true;
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

static const struct option_parser parser = { "check", ":f:r:h", long_options, set_option };

/* Prepares the run of the program after `--`. Before that, there are @nr_operands operands. */
static int set_run(struct arguments *arguments, char **argv, int nr_operands)
{
	struct judged_run *run = &arguments->run;

	if (nr_operands) {
		message_print(
			"check takes a profile or a program, and not both: '%s' is before '--'",
			argv[optind]);
		return STATUS_USAGE;
	}
	if (!run->argv[0]) {
		message_print("there is no program after '--': scprof check -- PROGRAM");
		return STATUS_USAGE;
	}
	run->nr_runs = run->nr_runs ? run->nr_runs : 1;
	run->is_derived = !run->profile;
	arguments->run_profile = judged_run_file(run->argv, ".pb.gz");
	if (!run->profile)
		run->profile = arguments->run_profile;
	arguments->run_baseline = judged_run_file(run->argv, ".baseline.yml");
	arguments->new = run->profile;
	return STATUS_OK;
}

static int parse_arguments(struct arguments *arguments, int argc, char **argv)
{
	bool is_run = (arguments->run.argv = judged_run_split(&argc, argv)) != NULL;
	int status = options_parse(&parser, arguments, argc, argv);

	if (status != STATUS_OK)
		return status;
	if (arguments->wants_help)
		return STATUS_OK;
	if (is_run)
		return set_run(arguments, argv, argc - optind);
	if (arguments->run.nr_runs || arguments->run.profile || arguments->run.allows_failure) {
		message_print("--runs, --profile and --allow-failure are for a program: "
			      "scprof check -- PROGRAM");
		return STATUS_USAGE;
	}
	if (argc - optind != 1) {
		message_print(argc == optind ? "check needs a profile: scprof check PROFILE"
					     : "check takes one profile: scprof check PROFILE");
		return STATUS_USAGE;
	}
	arguments->new = argv[optind];
	return STATUS_OK;
}

/* Returns @path relative to the directory of the budget, as paths in a budget are. */
static char *path_beside(const char *budget, const char *path)
{
	const char *slash = strrchr(budget, '/');

	if (*path == '/' || !slash)
		return xstrdup(path);
	return xasprintf("%.*s/%s", (int)(slash - budget), budget, path);
}

static int find_budget(const struct arguments *arguments, struct case_file *file)
{
	const char *path = arguments->budget ? arguments->budget : BUDGET_FILE;
	char *error;

	if (!arguments->budget && access(path, F_OK) && errno == ENOENT) {
		budget_init(&file->budget);
	} else if (budget_read(&file->budget, path, &error)) {
		message_print("%s", error);
		free(error);
		return STATUS_FAILURE;
	}
	if (arguments->baseline)
		file->baseline = xstrdup(arguments->baseline);
	else if (file->budget.baseline)
		file->baseline = path_beside(path, file->budget.baseline);
	else if (arguments->run_baseline && !access(arguments->run_baseline, F_OK))
		file->baseline = xstrdup(arguments->run_baseline);
	if (file->baseline || file->budget.nr_rules > 1)
		return STATUS_OK;
	if (arguments->run_baseline)
		message_print("nothing to check against: there is no '%s', which 'scprof baseline "
			      "update -- %s' writes, and there are no rules in %s",
			      arguments->run_baseline, arguments->run.argv[0], path);
	else
		message_print("nothing to check against: name a baseline (--baseline FILE), or "
			      "write rules into %s",
			      path);
	budget_fini(&file->budget);
	return STATUS_USAGE;
}

static bool is_refused(const struct arguments *arguments, const struct call_sites *sites,
		       const char *path)
{
	if (sites->is_complete || arguments->allows_incomplete)
		return false;
	message_print("cannot check '%s': it is incomplete, calls are missing in it "
		      "(--allow-incomplete checks it anyway)",
		      path);
	return true;
}

/*
 * Returns true if the runs traced different calls: fewer traced calls would look like an
 * improvement.
 */
static bool is_otherwise_traced(const struct case_file *file)
{
	char *note;

	if (!file->baseline)
		return false;
	note = run_note(&file->base.sites, &file->new.sites, RUN_TRACE);
	if (!note)
		return false;
	message_print("cannot check: not the same calls were traced: %s", note);
	free(note);
	return true;
}

/*
 * Loads the profile and the baseline, with the expressions of --skip and of `skip` in the budget.
 */
static int load_case(const struct arguments *arguments, struct case_file *file)
{
	struct load_scope scope = arguments->scope;
	struct skips skips = { 0 };
	int status;

	for (uint32_t i = 0; i < file->budget.nr_skips; i++)
		skips_add(&skips, file->budget.skips[i]);
	for (uint32_t i = 0; i < arguments->skips.nr; i++)
		skips_add(&skips, arguments->skips.list[i]);
	scope.skips = &skips;
	status = load_sites(file->baseline ? &file->base : NULL, &file->new, &file->names, &scope);
	skips_free(&skips);
	return status;
}

static int open_case(const struct arguments *arguments, struct case_file *file)
{
	int status = find_budget(arguments, file);

	if (status != STATUS_OK)
		return status;
	if (arguments->run.argv && judged_run(&arguments->run) != STATUS_OK) {
		budget_fini(&file->budget);
		free(file->baseline);
		return STATUS_FAILURE;
	}
	call_names_init(&file->names);
	file->base.path = file->baseline;
	file->new.path = arguments->new;
	status = load_case(arguments, file);
	if (status != STATUS_OK) {
		call_names_fini(&file->names);
		budget_fini(&file->budget);
		free(file->baseline);
		return STATUS_FAILURE;
	}
	file->notes = run_notes(file->baseline ? &file->base.sites : NULL, &file->new.sites, true);
	return STATUS_OK;
}

static void close_case(struct case_file *file)
{
	run_notes_free(file->notes);
	load_sites_fini(&file->new);
	if (file->baseline)
		load_sites_fini(&file->base);
	call_names_fini(&file->names);
	budget_fini(&file->budget);
	free(file->baseline);
}

static int write_report(const struct arguments *arguments, const struct report *report,
			struct check_view *view)
{
	/* The buffered output must come first. */
	bool is_stdout = !strcmp(report->path, "-") || !strcmp(report->path, "/dev/stdout");
	struct output output;

	if (output_open(&output, is_stdout ? NULL : report->path))
		return STATUS_FAILURE;
	view->out = output.stream;
	terminal_init(&view->terminal, view->out,
		      view->out == stdout ? (enum color_mode)arguments->color : COLOR_AUTO);
	formats[report->format].view(view);
	return output_end(&output, report->path, STATUS_OK);
}

/* A limit is broken. If the environment differs from the baseline's, that is a likely reason. */
static void add_environment_note(struct case_file *file)
{
	char *note = run_environment_note(&file->base.sites, &file->new.sites);
	unsigned int nr = 0;

	if (!note)
		return;
	while (file->notes[nr])
		nr++;
	file->notes = xreallocarray(file->notes, nr + 2, sizeof(*file->notes));
	file->notes[nr] = note;
	file->notes[nr + 1] = NULL;
}

static int judge(const struct arguments *arguments, struct case_file *file)
{
	struct judgement judgement;
	char *root = source_root_find();
	struct check_view view = {
		.judgement = &judgement,
		.base_path = file->baseline,
		.new_path = arguments->new,
		.root = root,
	};
	const struct keep_command command = {
		.run = &arguments->run,
		.profile = arguments->new,
		.baseline = file->baseline,
		.is_copy = file->base.is_profile,
	};
	char *keep = file->baseline ? keep_command_text(&command) : NULL;
	char *error;
	int status;

	view.keep = keep;
	file->budget.is_strict = arguments->is_strict;
	if (judgement_init(&judgement, &file->budget, file->baseline ? &file->base.sites : NULL,
			   &file->new.sites, &error)) {
		message_print("cannot check: %s", error);
		free(error);
		free(root);
		free(keep);
		return STATUS_FAILURE;
	}
	if (judgement.nr && file->baseline)
		add_environment_note(file);
	view.notes = file->notes;
	load_sites_say(file->notes);
	status = judgement.nr_errors ? STATUS_FINDING : STATUS_OK;
	for (unsigned int i = 0; i < arguments->nr_reports; i++) {
		if (write_report(arguments, &arguments->reports[i], &view))
			status = STATUS_FAILURE;
	}
	judgement_fini(&judgement);
	free(root);
	free(keep);
	return status;
}

static void arguments_fini(struct arguments *arguments)
{
	skips_free(&arguments->skips);
	free(arguments->run_profile);
	free(arguments->run_baseline);
}

int cmd_check(int argc, char **argv)
{
	struct arguments arguments = { .reports = { { .path = "-" } }, .nr_reports = 1 };
	struct case_file file = { 0 };
	int status = parse_arguments(&arguments, argc, argv);

	if (status == STATUS_OK && arguments.wants_help)
		return options_print_help(usage);
	if (status == STATUS_OK)
		status = open_case(&arguments, &file);
	if (status != STATUS_OK) {
		arguments_fini(&arguments);
		return status;
	}
	if (is_refused(&arguments, &file.new.sites, arguments.new) ||
	    (file.baseline && is_refused(&arguments, &file.base.sites, file.baseline)) ||
	    is_otherwise_traced(&file))
		status = STATUS_FAILURE;
	else
		status = judge(&arguments, &file);
	close_case(&file);
	arguments_fini(&arguments);
	return status;
}
