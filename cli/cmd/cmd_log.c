// SPDX-License-Identifier: MIT
/*
 * `scprof log`: reads a log, selects calls, sorts them by their start, and passes one after the
 * other to a view. Reads the file twice if a view needs names, or all stacks or threads.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report_filter.h"
#include "cli/cmd/commands.h"
#include "cli/cmd/find_profile.h"
#include "cli/cmd/options.h"
#include "cli/term/exit_status.h"
#include "cli/term/message.h"
#include "cli/term/output.h"
#include "cli/view/call_text.h"
#include "cli/view/log_order.h"
#include "cli/view/view_log.h"
#include "profile/symbols/symbolize.h"
#include "profile/util/xalloc.h"

enum log_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_PERFETTO, NR_FORMATS };

static const char *const format_names[NR_FORMATS] = { "text", "json", "perfetto" };

struct log_options {
	const char *path;   /* NULL: the newest log */
	const char *output; /* NULL: standard output */
	int format;	    /* enum log_format */
	enum log_time time;
	bool has_stacks;
	bool only_failed;
	bool wants_help;
	unsigned int limit; /* 0: all */
	unsigned int pid;   /* 0: all */
	unsigned int tid;   /* 0: all */
	uint64_t min_ns;
	struct syscall_set *syscalls; /* NULL: all */
	struct frame_patterns patterns;
};

static const char usage[] =
	"Usage: scprof log [OPTION...] [FILE]\n"
	"\n"
	"Shows the calls of a run in the order in which they began, from the log that\n"
	"'scprof run --log' wrote: FILE, '-' for standard input, or the newest *.sclog of the\n"
	"current directory.\n"
	"\n"
	"  -r, --relative       with the time since the start of the call above\n"
	"  -t, --time           with the time of day; -tt: with microseconds; -ttt: seconds since\n"
	"                       1970\n"
	"      --elapsed        with the time since the start of the log\n"
	"  -k, --stacks         with the stack of each call\n"
	"  -S, --syscall SET    only these system calls: read,write  %file  /regex  !futex\n"
	"  -Z, --failed         only calls that failed\n"
	"  -p, --pid PID        only of this process\n"
	"      --tid TID        only of this thread\n"
	"      --min-time TIME  only calls that took at least TIME: 500us  10ms  1.5s\n"
	"  -m, --focus REGEX    only stacks in which the function, module or source file of some\n"
	"                       frame matches REGEX (Perl-compatible); also called --match\n"
	"      --ignore REGEX   only stacks in which no frame matches\n"
	"  -n, --limit N        only the first N of them\n"
	"  -f, --format FORMAT  text (the default), json (an object a line), or perfetto (trace\n"
	"                       events, for ui.perfetto.dev)\n"
	"  -o, --output FILE    write to FILE\n"
	"  -h, --help           show this\n";

enum {
	OPTION_ELAPSED = 256,
	OPTION_TID,
	OPTION_MIN_TIME,
	OPTION_IGNORE,
};

static const struct option long_options[] = {
	{ "relative", no_argument, NULL, 'r' },
	{ "time", no_argument, NULL, 't' },
	{ "elapsed", no_argument, NULL, OPTION_ELAPSED },
	{ "stacks", no_argument, NULL, 'k' },
	{ "syscall", required_argument, NULL, 'S' },
	{ "failed", no_argument, NULL, 'Z' },
	{ "pid", required_argument, NULL, 'p' },
	{ "tid", required_argument, NULL, OPTION_TID },
	{ "min-time", required_argument, NULL, OPTION_MIN_TIME },
	{ "focus", required_argument, NULL, 'm' },
	{ "match", required_argument, NULL, 'm' },
	{ "ignore", required_argument, NULL, OPTION_IGNORE },
	{ "limit", required_argument, NULL, 'n' },
	{ "format", required_argument, NULL, 'f' },
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static bool set_min_time(struct log_options *options, const char *value)
{
	static const struct {
		const char *unit;
		double ns;
	} units[] = { { "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 } };
	char *end;
	double number = strtod(value, &end);

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (end == value || strcmp(end, units[i].unit) || !(number >= 0 && number < 1e9))
			continue;
		options->min_ns = (uint64_t)(number * units[i].ns);
		return true;
	}
	message_print("--min-time '%s' is not a time, such as 500us, 10ms or 1.5s", value);
	return false;
}

/* -t, -tt and -ttt show increasing detail. */
static void set_clock(struct log_options *options)
{
	if (options->time < LOG_TIME_CLOCK)
		options->time = LOG_TIME_CLOCK;
	else if (options->time < LOG_TIME_EPOCH)
		options->time++;
}

/* Handles one option. Returns false after a message. */
static bool set_option(void *argument, int option)
{
	struct log_options *options = argument;

	switch (option) {
	case 'r':
		options->time = LOG_TIME_DELTA;
		return true;
	case 't':
		set_clock(options);
		return true;
	case OPTION_ELAPSED:
		options->time = LOG_TIME_ELAPSED;
		return true;
	case 'k':
		options->has_stacks = true;
		return true;
	case 'S':
		return options_add_syscalls(&options->syscalls, optarg);
	case 'Z':
		options->only_failed = true;
		return true;
	case 'p':
		return options_number("--pid", optarg, 1, INT_MAX, &options->pid);
	case OPTION_TID:
		return options_number("--tid", optarg, 1, INT_MAX, &options->tid);
	case OPTION_MIN_TIME:
		return set_min_time(options, optarg);
	case 'm':
		return options_add_pattern(&options->patterns, "--focus", optarg);
	case OPTION_IGNORE:
		return options_add_pattern(&options->patterns, "--ignore", optarg);
	case 'n':
		return options_number("--limit", optarg, 0, UINT_MAX, &options->limit);
	case 'f':
		return options_choose(&options->format, "--format", optarg, format_names,
				      NR_FORMATS);
	case 'o':
		options->output = optarg;
		return true;
	default:
		options->wants_help = true;
		return true;
	}
}

static const struct option_parser parser = { "log", ":rtkS:Zp:m:n:f:o:h", long_options,
					     set_option };

static int parse_options(struct log_options *options, int argc, char **argv)
{
	int status = options_parse(&parser, options, argc, argv);

	if (status != STATUS_OK)
		return status;
	if (argc - optind > 1) {
		message_print("log shows one log, and '%s' is a second one", argv[optind + 1]);
		return STATUS_USAGE;
	}
	if (options->format != FORMAT_TEXT && options->time != LOG_TIME_NONE) {
		message_print("--relative, --time and --elapsed are for --format text: the other "
			      "formats have all times");
		return STATUS_USAGE;
	}
	options->path = argv[optind];
	return STATUS_OK;
}

struct selection {
	const struct log_options *options;
	struct report_filter filter;
};

static bool is_selected(const struct selection *selection, const struct log_file *log,
			const struct log_call *call)
{
	const struct log_options *options = selection->options;
	const struct log_thread *thread = &log->threads[call->thread];
	const struct sample sample = {
		.key = { .stack = call->stack, .nr = call->nr, .abi = (uint16_t)call->abi },
	};

	return (!options->only_failed || call_text_error(call)) &&
	       (!options->pid || options->pid == thread->pid) &&
	       (!options->tid || options->tid == thread->tid) &&
	       call->duration_ns >= options->min_ns &&
	       report_filter_has(&selection->filter, &sample);
}

/*
 * Shows the earliest call of @order. Returns false if there is none, or if enough have been shown.
 */
static bool show_one(const struct log_options *options, struct log_view *view,
		     struct log_order *order, uint64_t *nr_shown)
{
	struct log_call call;

	if ((options->limit && *nr_shown >= options->limit) || ferror(view->out) ||
	    !log_order_take(order, &call))
		return false;
	if (options->format == FORMAT_JSON)
		view_log_json_call(view, &call);
	else if (options->format == FORMAT_PERFETTO)
		view_perfetto_call(view, &call);
	else
		view_log_text_call(view, &call);
	(*nr_shown)++;
	return true;
}

/* Shows the calls. Returns 0. Returns -errno on an error, after showing all calls before it. */
static int show_calls(const struct selection *selection, struct log_view *view,
		      struct log_file *log, char *error)
{
	const struct log_options *options = selection->options;
	struct log_order order;
	struct log_call call;
	uint64_t nr_shown = 0;
	bool is_open = true;
	int result = 1;

	log_order_init(&order, LOG_ORDER_WINDOW);
	while (is_open && (result = log_file_next(log, &call, error)) > 0) {
		if (!is_selected(selection, log, &call))
			continue;
		if (log_order_is_full(&order))
			is_open = show_one(options, view, &order, &nr_shown);
		log_order_put(&order, &call);
	}
	while (show_one(options, view, &order, &nr_shown))
		;
	log_order_fini(&order);
	return result < 0 ? result : 0;
}

/* Reads the log to its end for its definitions. The caller reads the calls again later. */
static int read_definitions(struct log_file *log, char *error)
{
	struct log_call call;
	int result;

	while ((result = log_file_next(log, &call, error)) > 0)
		;
	symbolize_profile(&log->profile);
	return result < 0 ? result : log_file_rewind(log, error);
}

static int show_log(const struct log_options *options, struct log_view *view, struct log_file *log)
{
	struct selection selection = { .options = options };
	const struct frame_pattern *failed;
	char error[LOG_FILE_ERROR_SIZE] = "";
	int result = 0;

	if (options->patterns.nr || options->has_stacks || options->format == FORMAT_PERFETTO)
		result = read_definitions(log, error);
	failed = report_filter_init(&selection.filter, &log->profile, options->syscalls,
				    options->patterns.list, options->patterns.nr);
	if (failed)
		options_print_failure(failed);
	if (!result && !failed) {
		if (options->format == FORMAT_PERFETTO)
			view_perfetto_begin(view);
		result = show_calls(&selection, view, log, error);
		if (options->format == FORMAT_PERFETTO)
			view_perfetto_end(view);
	}
	report_filter_fini(&selection.filter);
	if (result < 0)
		message_print("%s", error);
	return result < 0 || failed ? STATUS_FAILURE : STATUS_OK;
}

/* Opens the log that the user named, or the newest one, and prints its name. */
static int find_log(struct log_file *log, const char *path)
{
	char error[LOG_FILE_ERROR_SIZE];
	char *newest = path ? NULL : find_newest_file(".sclog");
	int result = STATUS_OK;

	if (!path && !newest) {
		message_print("no log (*.sclog) in the current directory: name one, or make one "
			      "with 'scprof run --log PROGRAM'");
		return STATUS_FAILURE;
	}
	if (log_file_open(log, path ? path : newest, error)) {
		message_print("%s", error);
		result = STATUS_FAILURE;
	} else if (newest) {
		message_print("reading %s", newest);
	}
	free(newest);
	return result;
}

static int show(const struct log_options *options)
{
	struct log_view view = { .time = options->time, .has_stacks = options->has_stacks };
	struct log_file log;
	struct output output;
	int status = find_log(&log, options->path), end;

	if (status)
		return status;
	view.log = &log;
	if (output_open(&output, options->output)) {
		log_file_close(&log);
		return STATUS_FAILURE;
	}
	view.out = output.stream;
	status = show_log(options, &view, &log);
	if (status == STATUS_OK && !log.is_complete && !options->limit)
		message_print("the log ends early, after %llu calls: its writer was killed",
			      (unsigned long long)log.nr_calls);
	log_file_close(&log);
	/* The output stays even if the log is damaged: it has all calls before the damage. */
	end = output_end(&output, "the log", STATUS_OK);
	return end ? end : status;
}

int cmd_log(int argc, char **argv)
{
	struct log_options options = { .format = FORMAT_TEXT };
	int status = parse_options(&options, argc, argv);

	if (status == STATUS_OK)
		status = options.wants_help ? options_print_help(usage) : show(&options);
	free(options.syscalls);
	options_free_patterns(&options.patterns);
	return status;
}
