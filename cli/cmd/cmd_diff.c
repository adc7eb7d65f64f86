// SPDX-License-Identifier: MIT
/*
 * `scprof diff`: reads two runs, matches their call sites by name, and passes the rows to a view.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/run_notes.h"
#include "cli/cmd/commands.h"
#include "cli/cmd/load_sites.h"
#include "cli/cmd/options.h"
#include "cli/term/exit_status.h"
#include "cli/term/message.h"
#include "cli/term/output.h"
#include "cli/view/view_diff.h"
#include "cli/view/view_diff_html.h"
#include "profile/util/source_root.h"
#include "profile/util/xalloc.h"

#define DEFAULT_LIMIT 30

enum diff_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_MARKDOWN, FORMAT_HTML, NR_FORMATS };

static const char *const format_names[NR_FORMATS] = { "text", "json", "markdown", "html" };

/* Without HTML, whose view may fail. */
static void (*const views[FORMAT_HTML])(const struct diff_view *view) = {
	view_diff_text,
	view_diff_json,
	view_diff_markdown,
};

struct arguments {
	const char *base;
	const char *new;
	const char *output; /* NULL: standard output */
	int by;		    /* enum diff_by; -1: not given */
	int sort;	    /* enum diff_sort; -1: not given */
	int format;	    /* enum diff_format */
	int color;	    /* enum color_mode */
	bool is_tree;
	bool has_limit;
	unsigned int limit;
	struct diff_options options;
	struct load_scope scope;
	struct skips skips;
	bool wants_help;
};

static const char usage[] =
	"Usage: scprof diff [OPTION...] BASE NEW\n"
	"\n"
	"Shows which call sites make more, fewer or other system calls in NEW than in BASE. Each is\n"
	"a profile, or a baseline of 'scprof baseline update'. Sites are matched by function and\n"
	"module, so code that moved or was recompiled still matches.\n"
	"\n"
	"  -b, --by KEY         one row per KEY: site (the default), syscall, function\n"
	"  -s, --sort KEY       cost (the default: new and gone calls, times what such a call\n"
	"                       takes), calls, errors, bytes, time, name\n"
	"  -t, --tree           a tree of what differs, from functions down to system calls\n"
	"      --skip REGEX     functions that match, by name, module or source file, are not\n"
	"                       your code; may be repeated\n"
	"      --from FUNCTION  only what is below FUNCTION, such as main, in both: stacks begin there;\n"
	"                       /REGEX for all functions that match\n"
	"      --region REGEX   only calls made in a region that matches (doc/regions.md)\n"
	"  -n, --limit N        at most N rows, 0 for all (text and markdown: 30; else all)\n"
	"      --time           show also what differs in time alone\n"
	"      --significant    leave out what varies anyway: calls within the range of several\n"
	"                       runs, waiting and waking of threads, small differences of time\n"
	"  -f, --format FORMAT  text (the default), json, markdown, html: a page with flame graphs\n"
	"  -o, --output FILE    write to FILE, not to standard output\n"
	"      --color WHEN     auto (the default), always, never\n"
	"  -h, --help           show this\n"
	"\n"
	"Exit status: 0 when nothing differs, 1 when something does, 2 for a wrong command line,\n"
	"3 when a file cannot be read, or nothing is below FUNCTION or in such a region.\n";

enum {
	OPTION_TIME = 256,
	OPTION_SIGNIFICANT,
	OPTION_FROM,
	OPTION_SKIP,
	OPTION_REGION,
	OPTION_COLOR,
};

static const struct option long_options[] = {
	{ "by", required_argument, NULL, 'b' },
	{ "sort", required_argument, NULL, 's' },
	{ "tree", no_argument, NULL, 't' },
	{ "limit", required_argument, NULL, 'n' },
	{ "time", no_argument, NULL, OPTION_TIME },
	{ "significant", no_argument, NULL, OPTION_SIGNIFICANT },
	{ "skip", required_argument, NULL, OPTION_SKIP },
	{ "from", required_argument, NULL, OPTION_FROM },
	{ "region", required_argument, NULL, OPTION_REGION },
	{ "format", required_argument, NULL, 'f' },
	{ "output", required_argument, NULL, 'o' },
	{ "color", required_argument, NULL, OPTION_COLOR },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/* Handles one option. Returns false after a message. */
static bool set_option(void *argument, int option)
{
	struct arguments *arguments = argument;

	switch (option) {
	case 'b':
		return options_choose(&arguments->by, "--by", optarg, diff_by_names, NR_DIFF_BYS);
	case 's':
		return options_choose(&arguments->sort, "--sort", optarg, diff_sort_names,
				      NR_DIFF_SORTS);
	case 'f':
		return options_choose(&arguments->format, "--format", optarg, format_names,
				      NR_FORMATS);
	case 'o':
		arguments->output = optarg;
		return true;
	case OPTION_COLOR:
		return options_choose(&arguments->color, "--color", optarg, color_mode_names,
				      NR_COLOR_MODES);
	case 'n':
		arguments->has_limit = true;
		return options_number("--limit", optarg, 0, UINT_MAX, &arguments->limit);
	case 't':
		arguments->is_tree = true;
		return true;
	case OPTION_TIME:
		arguments->options.has_time = true;
		return true;
	case OPTION_SIGNIFICANT:
		arguments->options.is_significant = true;
		return true;
	case OPTION_SKIP:
		skips_add(&arguments->skips, optarg);
		return true;
	case OPTION_FROM:
		arguments->scope.from = optarg;
		return true;
	case OPTION_REGION:
		arguments->scope.region = optarg;
		return true;
	default:
		arguments->wants_help = true;
		return true;
	}
}

static const struct option_parser parser = { "diff", ":b:s:tn:f:o:h", long_options, set_option };

static int parse_arguments(struct arguments *arguments, int argc, char **argv)
{
	int status = options_parse(&parser, arguments, argc, argv);

	if (status != STATUS_OK)
		return status;
	if (arguments->wants_help)
		return STATUS_OK;
	if (arguments->is_tree &&
	    (arguments->by >= 0 || arguments->sort >= 0 || arguments->has_limit ||
	     arguments->options.has_time || arguments->format != FORMAT_TEXT)) {
		message_print("--tree cannot be combined with --by, --sort, --limit, --time and "
			      "--format");
		return STATUS_USAGE;
	}
	if (argc - optind != 2) {
		message_print("diff needs two profiles: scprof diff BASE NEW");
		return STATUS_USAGE;
	}
	arguments->by = arguments->by >= 0 ? arguments->by : DIFF_BY_SITE;
	arguments->sort = arguments->sort >= 0 ? arguments->sort : DIFF_SORT_COST;
	arguments->base = argv[optind];
	arguments->new = argv[optind + 1];
	if (!arguments->has_limit && arguments->format != FORMAT_JSON &&
	    arguments->format != FORMAT_HTML)
		arguments->limit = DEFAULT_LIMIT;
	return STATUS_OK;
}

static int show(const struct arguments *arguments, const struct loaded_sites *base,
		const struct loaded_sites *new, FILE *out)
{
	char **notes = run_notes(&base->sites, &new->sites, false);
	char *root = source_root_find();
	struct diff diff, by_syscall;
	struct diff_view view = {
		.out = out,
		.diff = &diff,
		.by_syscall = &by_syscall,
		.options = arguments->options,
		.limit = arguments->limit,
		.base_path = arguments->base,
		.new_path = arguments->new,
		.root = root,
	};
	int status, err = 0;

	load_sites_say(notes);
	diff_init(&diff, &base->sites, &new->sites, (enum diff_by)arguments->by,
		  (enum diff_sort)arguments->sort);
	diff_init(&by_syscall, &base->sites, &new->sites, DIFF_BY_SYSCALL, DIFF_SORT_COST);
	terminal_init(&view.terminal, out, (enum color_mode)arguments->color);
	if (arguments->is_tree)
		view_diff_tree(&view);
	else if (arguments->format != FORMAT_HTML)
		views[arguments->format](&view);
	else
		err = view_diff_html(&view);
	status = diff_view_count(&diff, &arguments->options) ? STATUS_FINDING : STATUS_OK;
	diff_fini(&diff);
	diff_fini(&by_syscall);
	free(root);
	run_notes_free(notes);
	return err ? STATUS_FAILURE : status;
}

static int write_difference(const struct arguments *arguments, const struct loaded_sites *base,
			    const struct loaded_sites *new)
{
	struct output output;
	int status;

	if (output_open(&output, arguments->output))
		return STATUS_FAILURE;
	status = show(arguments, base, new, output.stream);
	return output_end(&output, "the difference", status);
}

static bool has_stacks(const struct loaded_sites *base, const struct loaded_sites *new)
{
	const struct loaded_sites *without = !base->sites.has_stacks  ? base
					     : !new->sites.has_stacks ? new
								      : NULL;

	if (without)
		message_print("--tree needs profiles: '%s' is a baseline in text, without stacks",
			      without->path);
	return !without;
}

int cmd_diff(int argc, char **argv)
{
	struct arguments arguments = { .by = -1, .sort = -1, .scope.may_lack = true };
	struct loaded_sites base, new;
	struct call_names names;
	int status = parse_arguments(&arguments, argc, argv);

	if (status != STATUS_OK)
		return status;
	if (arguments.wants_help)
		return options_print_help(usage);
	call_names_init(&names);
	base.path = arguments.base;
	new.path = arguments.new;
	arguments.scope.skips = &arguments.skips;
	status = load_sites(&base, &new, &names, &arguments.scope);
	if (status == STATUS_OK && arguments.is_tree && !has_stacks(&base, &new)) {
		status = STATUS_USAGE;
		load_sites_fini(&base);
		load_sites_fini(&new);
	} else if (status == STATUS_OK) {
		status = write_difference(&arguments, &base, &new);
		load_sites_fini(&base);
		load_sites_fini(&new);
	}
	call_names_fini(&names);
	skips_free(&arguments.skips);
	return status;
}
