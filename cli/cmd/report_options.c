// SPDX-License-Identifier: MIT
/*
 * The options of `scprof report`. Options that would have no effect are errors.
 */
#include "cli/cmd/report_options.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cmd/options.h"
#include "cli/term/exit_status.h"
#include "cli/term/message.h"
#include "profile/util/xalloc.h"

#define DEFAULT_MIN_PERCENT 0.5

static const char *const format_names[NR_FORMATS] = { "text", "json",	    "folded",
						      "html", "speedscope", "pprof" };

static const char *const findings_mode_names[NR_FINDINGS_MODES] = { "off", "on" };

const char report_usage[] =
	"Usage: scprof report [OPTION...] [FILE]\n"
	"\n"
	"Shows a profile: FILE, '-' for standard input, or the newest *.pb.gz of the current\n"
	"directory.\n"
	"\n"
	"  -b, --by KEY         one row per KEY: site (the default), syscall, function, line,\n"
	"                       module, process, thread, errno, region; after run --fds fd, path\n"
	"  -s, --sort KEY       time (the default), calls, errors, bytes, mean, p50, p99, max, name\n"
	"  -n, --limit N        at most N rows, 0 for all (text: 15 in the default view, 30\n"
	"                       with --by; json: all); in a tree, N children of one function\n"
	"  -S, --syscall SET    only these system calls: read,write  %file  /regex  !futex\n"
	"  -m, --focus REGEX    only stacks in which the function, module or source file of some\n"
	"                       frame matches REGEX (Perl-compatible); also called --match\n"
	"      --ignore REGEX   only stacks in which no frame matches\n"
	"      --percentiles LIST\n"
	"                       which columns of percentiles: 50,99 (the default), 90,99.9\n"
	"      --wait           show waiting calls as rows; without this option, the default\n"
	"                       view has one line for them all, and percentages of the working\n"
	"                       time\n"
	"      --hist           below each row a histogram of its latencies\n"
	"      --skip REGEX     functions that match, by name, module or source file, are not\n"
	"                       your code; may be repeated\n"
	"      --from FUNCTION  only what is below FUNCTION, such as main: stacks begin there;\n"
	"                       /REGEX for any function that matches\n"
	"      --region REGEX   only calls made in a region that matches (doc/regions.md)\n"
	"  -t, --tree           a tree from the outermost function down to the system calls\n"
	"  -c, --callers        a tree from the system calls up through their callers\n"
	"      --full           in a tree, all frames: also start-up code, what is inside the C\n"
	"                       library and in runtimes, and each level of a recursion\n"
	"      --min-percent P  sum up branches of a tree below P percent (0.5)\n"
	"  -f, --format FORMAT  text (the default), json, folded (main;copy;read 123), speedscope,\n"
	"                       html (a page with flame graph and tables, for a browser), or\n"
	"                       pprof (the selected calls, as a profile)\n"
	"      --findings MODE  on or off: what to look at first, and what to change; on in\n"
	"                       the default view, json and html, else off\n"
	"  -o, --output FILE    write to FILE\n"
	"      --color WHEN     auto (the default), always, never\n"
	"      --no-pager       print to the terminal directly, even what is longer than it\n"
	"  -h, --help           show this\n"
	"\n"
	"site, function, line and module name your code: the innermost function outside the C\n"
	"library and the runtimes and standard libraries of languages. p50, p99 and max are right\n"
	"to within a latency bucket, which is at most 12.5 % wide. Trees and folded stacks have\n"
	"the value that --sort names: time, calls, errors or bytes.\n";

enum {
	OPTION_MIN_PERCENT = 256,
	OPTION_COLOR,
	OPTION_FULL,
	OPTION_FROM,
	OPTION_REGION,
	OPTION_SKIP,
	OPTION_WAIT,
	OPTION_IGNORE,
	OPTION_HIST,
	OPTION_PERCENTILES,
	OPTION_NO_PAGER,
	OPTION_FINDINGS,
};

static const struct option long_options[] = {
	{ "by", required_argument, NULL, 'b' },
	{ "sort", required_argument, NULL, 's' },
	{ "limit", required_argument, NULL, 'n' },
	{ "syscall", required_argument, NULL, 'S' },
	{ "focus", required_argument, NULL, 'm' },
	{ "match", required_argument, NULL, 'm' },
	{ "wait", no_argument, NULL, OPTION_WAIT },
	{ "skip", required_argument, NULL, OPTION_SKIP },
	{ "ignore", required_argument, NULL, OPTION_IGNORE },
	{ "hist", no_argument, NULL, OPTION_HIST },
	{ "percentiles", required_argument, NULL, OPTION_PERCENTILES },
	{ "from", required_argument, NULL, OPTION_FROM },
	{ "region", required_argument, NULL, OPTION_REGION },
	{ "tree", no_argument, NULL, 't' },
	{ "callers", no_argument, NULL, 'c' },
	{ "min-percent", required_argument, NULL, OPTION_MIN_PERCENT },
	{ "format", required_argument, NULL, 'f' },
	{ "output", required_argument, NULL, 'o' },
	{ "color", required_argument, NULL, OPTION_COLOR },
	{ "full", no_argument, NULL, OPTION_FULL },
	{ "no-pager", no_argument, NULL, OPTION_NO_PAGER },
	{ "findings", required_argument, NULL, OPTION_FINDINGS },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static bool set_min_percent(struct report_options *options, const char *value)
{
	char *end;

	options->min_percent = strtod(value, &end);
	if (end == value || *end || !(options->min_percent >= 0 && options->min_percent <= 100)) {
		message_print("--min-percent '%s' is not a number from 0 to 100", value);
		return false;
	}
	return true;
}

static bool set_percentiles(struct report_options *options, const char *list)
{
	const char *reason;

	options->has_percentiles = true;
	if (percentiles_parse(&options->percentiles, list, &reason))
		return true;
	message_print("--percentiles '%s' is wrong: %s", list, reason);
	return false;
}

static bool set_format(struct report_options *options)
{
	if (strcmp(optarg, "perfetto") != 0)
		return options_choose(&options->format, "--format", optarg, format_names,
				      NR_FORMATS);
	message_print("a profile has only sums, and a timeline needs every call: use 'scprof run "
		      "--log', then 'scprof log --format perfetto'");
	return false;
}

/* Handles one option. Returns false after a message. */
static bool set_option(void *argument, int option)
{
	struct report_options *options = argument;

	switch (option) {
	case 'b':
		return options_choose(&options->by, "--by", optarg, report_by_names, NR_REPORT_BYS);
	case 's':
		return options_choose(&options->sort, "--sort", optarg, report_sort_names,
				      NR_REPORT_SORTS);
	case 'f':
		return set_format(options);
	case OPTION_COLOR:
		return options_choose(&options->color, "--color", optarg, color_mode_names,
				      NR_COLOR_MODES);
	case OPTION_FINDINGS:
		return options_choose(&options->findings, "--findings", optarg, findings_mode_names,
				      NR_FINDINGS_MODES);
	case 'n':
		options->has_limit = true;
		return options_number("--limit", optarg, 0, UINT_MAX, &options->limit);
	case 'S':
		return options_add_syscalls(&options->syscalls, optarg);
	case 'm':
		return options_add_pattern(&options->patterns, "--focus", optarg);
	case OPTION_FROM:
		options->from = optarg;
		return true;
	case OPTION_REGION:
		options->region = optarg;
		return true;
	case OPTION_WAIT:
		options->has_wait = true;
		return true;
	case OPTION_SKIP:
		skips_add(&options->skips, optarg);
		return true;
	case OPTION_IGNORE:
		return options_add_pattern(&options->patterns, "--ignore", optarg);
	case OPTION_MIN_PERCENT:
		return set_min_percent(options, optarg);
	case 'o':
		options->output = optarg;
		return true;
	case 't':
		options->is_tree = true;
		return true;
	case 'c':
		options->is_callers = true;
		return true;
	case OPTION_HIST:
		options->has_histograms = true;
		return true;
	case OPTION_PERCENTILES:
		return set_percentiles(options, optarg);
	case OPTION_NO_PAGER:
		options->has_no_pager = true;
		return true;
	case OPTION_FULL:
		options->is_full = true;
		return true;
	default:
		options->wants_help = true;
		return true;
	}
}

static const struct option_parser parser = { "report", ":b:s:n:S:m:tcf:o:h", long_options,
					     set_option };

bool report_options_has_nodes(const struct report_options *options)
{
	return options->is_tree || options->is_callers || options->format == FORMAT_FOLDED ||
	       options->format == FORMAT_SPEEDSCOPE;
}

static bool has_view_option(const struct report_options *options)
{
	return options->by >= 0 || options->sort != REPORT_SORT_TIME || options->has_limit ||
	       options->has_percentiles || options->has_histograms ||
	       report_options_has_nodes(options);
}

/*
 * Refuses options that would have no effect: a report that is not what the user asked for would be
 * misleading.
 */
static bool check_options(struct report_options *options)
{
	bool is_nodes = report_options_has_nodes(options);

	if (options->is_tree && options->is_callers)
		message_print("--tree and --callers cannot be combined");
	else if (options->format == FORMAT_HTML && has_view_option(options))
		message_print(
			"--format html has all tables and trees, and cannot be combined with --by, "
			"--sort, --limit, --percentiles, --hist, --tree or --callers");
	else if (options->format == FORMAT_HTML && !options->output && isatty(STDOUT_FILENO))
		message_print(
			"--format html cannot be written to a terminal: name a file with --output");
	else if (options->format == FORMAT_PPROF && has_view_option(options))
		message_print(
			"--format pprof has all calls, and cannot be combined with --by, --sort, "
			"--limit, --percentiles, --hist, --tree or --callers");
	else if (options->format == FORMAT_PPROF && !options->output && isatty(STDOUT_FILENO))
		message_print(
			"--format pprof cannot be written to a terminal: name a file with --output");
	else if (is_nodes && options->by >= 0)
		message_print(
			"--by is for tables, and cannot be combined with --tree, --callers, --format folded or "
			"speedscope");
	else if (is_nodes && (options->has_percentiles || options->has_histograms))
		message_print(
			"--percentiles and --hist are for tables, and cannot be combined with --tree, --callers, "
			"--format folded or speedscope");
	else if (is_nodes && options->sort >= NR_TREE_SORTS)
		message_print("trees and folded stacks are sorted by time, calls, errors or bytes, "
			      "not by %s",
			      report_sort_names[options->sort]);
	else if (options->is_full && (!is_nodes || options->format != FORMAT_TEXT))
		message_print("--full is for --tree and --callers as text; the other formats have "
			      "all frames always");
	else if (options->has_wait &&
		 (options->format != FORMAT_TEXT || options->by >= 0 || is_nodes ||
		  options->sort != REPORT_SORT_TIME || options->syscalls))
		message_print("--wait is for the default view, sorted by time; the other views "
			      "have all calls always");
	else if (options->has_limit &&
		 (options->format == FORMAT_FOLDED || options->format == FORMAT_SPEEDSCOPE))
		message_print("--limit cannot be combined with --format %s",
			      format_names[options->format]);
	else if (options->findings == FINDINGS_ON &&
		 (options->format == FORMAT_FOLDED || options->format == FORMAT_SPEEDSCOPE ||
		  options->format == FORMAT_PPROF))
		message_print("--findings cannot be combined with --format %s",
			      format_names[options->format]);
	else
		return true;
	return false;
}

static int parse(struct report_options *options, int argc, char **argv)
{
	int status = options_parse(&parser, options, argc, argv);

	if (status != STATUS_OK)
		return status;
	if (argc - optind > 1) {
		message_print(
			"report takes one profile; use 'scprof merge' or 'scprof diff' for two");
		return STATUS_USAGE;
	}
	options->path = argv[optind];
	return check_options(options) ? STATUS_OK : STATUS_USAGE;
}

int report_options_parse(struct report_options *options, int argc, char **argv)
{
	*options = (struct report_options){
		.by = -1,
		.findings = -1,
		.sort = REPORT_SORT_TIME,
		.min_percent = DEFAULT_MIN_PERCENT,
	};
	return parse(options, argc, argv);
}

void report_options_fini(struct report_options *options)
{
	free(options->syscalls);
	options_free_patterns(&options->patterns);
	skips_free(&options->skips);
}
