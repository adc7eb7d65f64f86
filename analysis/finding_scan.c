// SPDX-License-Identifier: MIT
/*
 * Makes sites by sorting: each sample becomes an entry (key, sample), and entries whose keys differ
 * at most in the error are a site. Calls are "near" a site if their stacks share its callers: the
 * function that a stack calls made all calls in the stacks below that stack.
 */
#include "analysis/finding_scan.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report_rows.h"
#include "analysis/waiting.h"
#include "profile/model/histogram.h"
#include "profile/symbols/c_library.h"
#include "profile/util/format.h"
#include "profile/util/xalloc.h"

/* The thresholds of doc/findings.md. */
#define LEAST_CALL_SHARE   0.08 /* of all calls */
#define LEAST_TIME_SHARE   0.05 /* of the time in calls */
#define LEAST_WALL_SHARE   0.01 /* of the wall time */
#define LEAST_CALLS_PER_S  1000
#define LEAST_CALLS_OF_RUN 40
#define MEDIUM_SHARE	   0.05
#define HIGH_SHARE	   0.30
#define HIGH_CALLS_PER_S   5000
#define HIGH_WALL_SHARE	   0.05
#define NANOSECONDS_PER_S  1e9

static enum call_role frame_role(const struct profile *profile, uint32_t id)
{
	const struct frame *frame = &profile->frames[id];
	enum call_role role = ROLE_NONE;

	for (uint32_t i = 0; i < frame->nr_lines && !role; i++) {
		const struct line *line = &profile->lines[frame->first_line + i];
		const struct function *function = &profile->functions[line->function];

		role = call_role_of(string_table_get(&profile->strings, function->system_name));
		if (!role)
			role = call_role_of(string_table_get(&profile->strings, function->name));
	}
	return role;
}

/* Returns the roles of functions by frame id. */
static uint8_t *frame_roles(const struct profile *profile)
{
	uint8_t *roles = xcalloc(profile->nr_frames, sizeof(*roles));

	for (uint32_t id = 1; id < profile->nr_frames; id++)
		roles[id] = (uint8_t)frame_role(profile, id);
	return roles;
}

/*
 * Returns the role of the innermost function that has one, between the system call and your code
 * (inclusive).
 */
static enum call_role stack_role(const struct finding_scan *scan, const uint8_t *roles,
				 uint32_t stack)
{
	uint32_t own = user_code_frame(&scan->own, stack);

	for (; stack; stack = scan->profile->stacks.nodes[stack].parent) {
		uint32_t frame = scan->profile->stacks.nodes[stack].frame;

		if (roles[frame])
			return roles[frame];
		if (frame == own)
			break;
	}
	return ROLE_NONE;
}

static bool is_in_vdso(const struct profile *profile, uint32_t stack)
{
	uint32_t mapping = profile->frames[profile->stacks.nodes[stack].frame].mapping;

	return stack &&
	       !strcmp(string_table_get(&profile->strings, profile->mappings[mapping].path),
		       "[vdso]");
}

static int compare_entries(const void *a, const void *b)
{
	const struct finding_entry *left = a, *right = b;

	return memcmp(&left->key, &right->key, sizeof(left->key));
}

static void collect_entries(struct finding_scan *scan)
{
	const struct profile *profile = scan->profile;
	uint8_t *roles = frame_roles(profile);

	scan->entries = xcalloc(profile->nr_samples + 1, sizeof(*scan->entries));
	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		const struct sample *sample = &profile->samples[i];
		uint32_t stack = sample->key.stack;
		struct finding_entry *entry = &scan->entries[i];

		entry->sample = sample;
		entry->key.location = user_code_location(&scan->own, stack);
		entry->key.process = sample->key.process;
		entry->key.nr = sample->key.nr;
		entry->key.abi = sample->key.abi;
		entry->key.role = stack_role(scan, roles, stack);
		entry->key.is_vdso = is_in_vdso(profile, stack);
		entry->key.error = sample->key.error;
	}
	free(roles);
	scan->nr_entries = profile->nr_samples;
	qsort(scan->entries, scan->nr_entries, sizeof(*scan->entries), compare_entries);
}

static void add_to_site(struct finding_site *site, const struct sample *sample,
			const struct waiting *waiting)
{
	struct totals totals = totals_of_sample(sample);

	if (waiting_has(waiting, sample))
		site->waiting_ns = count_add(site->waiting_ns, totals.time_ns);
	totals_add(&site->totals, &totals);
	if (!sample->key.error)
		totals_add(&site->done, &totals);
	if (histogram_upper(sample->key.bucket) < FINDING_QUICK_NS)
		site->quick_calls += sample->calls;
	site->nr_entries++;
}

static bool is_same_site(const struct finding_key *a, const struct finding_key *b)
{
	return !memcmp(a, b, offsetof(struct finding_key, error));
}

static bool is_function_of_scheduler(const struct profile *profile, uint32_t frame, uint32_t nr)
{
	static const char prefix[] = "runtime.";

	for (uint32_t nth = 0; nth < nr; nth++) {
		const struct line *line = &profile->lines[profile->frames[frame].first_line + nth];
		uint32_t name = profile->functions[line->function].name;

		if (!strncmp(string_table_get(&profile->strings, name), prefix, strlen(prefix)))
			return true;
	}
	return false;
}

/*
 * Returns true if Go's package runtime made the call for its own purposes: to schedule goroutines,
 * to register a file with its poller, or to get memory. The programmer cannot change that.
 */
static bool is_by_design(const struct finding_scan *scan, uint32_t stack)
{
	const struct profile *profile = scan->profile;
	uint32_t own = user_code_frame(&scan->own, stack);

	for (; stack; stack = profile->stacks.nodes[stack].parent) {
		uint32_t frame = profile->stacks.nodes[stack].frame;
		uint32_t nr = profile->frames[frame].nr_lines;

		if (frame == own && user_code_nth(&scan->own, stack) + 1 < nr)
			nr = user_code_nth(&scan->own, stack) + 1;
		if (is_function_of_scheduler(profile, frame, nr))
			return true;
		if (frame == own)
			break;
	}
	return false;
}

static void make_sites(struct finding_scan *scan, const struct report_filter *filter)
{
	struct finding_site *site = NULL;
	struct waiting waiting;

	waiting_init(&waiting, scan->profile);
	scan->sites = xcalloc(scan->nr_entries + 1, sizeof(*scan->sites));
	for (uint32_t i = 0; i < scan->nr_entries; i++) {
		const struct finding_entry *entry = &scan->entries[i];

		if (!site || !is_same_site(site_key(site), &entry->key)) {
			site = &scan->sites[scan->nr_sites++];
			site->entries = entry;
			site->class = call_class_of(syscall_name(entry->key.abi, entry->key.nr));
		}
		add_to_site(site, entry->sample, &waiting);
		site->is_selected |= report_filter_has(filter, entry->sample) &&
				     !is_by_design(scan, entry->sample->key.stack);
	}
}

void finding_scan_init(struct finding_scan *scan, const struct profile *profile,
		       const struct report_filter *filter)
{
	const char *trace = profile_fact(profile, "trace");

	*scan = (struct finding_scan){ .profile = profile };
	scan->has_all_calls = !trace || !strcmp(trace, "all");
	scan->wall_ns = profile->duration_ns > 0 ? (uint64_t)profile->duration_ns : 0;
	user_code_init(&scan->own, profile);
	collect_entries(scan);
	make_sites(scan, filter);
	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		const struct finding_site *site = &scan->sites[i];

		totals_add(&scan->total, &site->totals);
		scan->working_ns =
			count_add(scan->working_ns, site->totals.time_ns - site->waiting_ns);
	}
}

uint64_t scan_time_base(const struct finding_scan *scan, const struct finding_site *site)
{
	return site->waiting_ns > site->totals.time_ns / 2 ? scan->total.time_ns : scan->working_ns;
}

void finding_scan_fini(struct finding_scan *scan)
{
	for (int class = 0; class < NR_CALL_CLASSES; class ++)
		free(scan->below[class]);
	free(scan->sites);
	free(scan->entries);
	user_code_fini(&scan->own);
}

struct totals scan_beside(const struct finding_scan *scan, const struct finding_site *site,
			  enum call_class class, int role)
{
	struct totals sum = { 0 };

	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		const struct finding_site *other = &scan->sites[i];

		if (other->class == class && site_key(other)->process == site_key(site)->process &&
		    (role < 0 || site_key(other)->role == (uint32_t)role))
			totals_add(&sum, &other->done);
	}
	return sum;
}

/* A parent's id is smaller than its child's, so one pass from the end adds everything up. */
static void sum_below(struct finding_scan *scan, enum call_class class)
{
	const struct stack_table *stacks = &scan->profile->stacks;
	struct totals *below = xcalloc(stacks->nr, sizeof(*below));

	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		const struct finding_site *site = &scan->sites[i];

		for (uint32_t j = 0; site->class == class && j < site->nr_entries; j++) {
			const struct sample *sample = site->entries[j].sample;
			struct totals totals = totals_of_sample(sample);

			if (!sample->key.error)
				totals_add(&below[sample->key.stack], &totals);
		}
	}
	for (uint32_t id = stacks->nr - 1; id > 0; id--)
		totals_add(&below[stacks->nodes[id].parent], &below[id]);
	scan->below[class] = below;
}

/* Returns the stack of the caller of your code's function on @stack; 0 if that is unknown. */
static uint32_t caller_of_own(const struct finding_scan *scan, uint32_t stack)
{
	uint32_t own = user_code_frame(&scan->own, stack);

	while (stack && scan->profile->stacks.nodes[stack].frame != own)
		stack = scan->profile->stacks.nodes[stack].parent;
	return scan->profile->stacks.nodes[stack].parent;
}

static bool has_marked_caller(const struct stack_table *stacks, const bool *marks, uint32_t stack)
{
	while ((stack = stacks->nodes[stack].parent)) {
		if (marks[stack])
			return true;
	}
	return false;
}

struct totals scan_near(struct finding_scan *scan, const struct finding_site *site,
			enum call_class class)
{
	const struct stack_table *stacks = &scan->profile->stacks;
	bool *marks = xcalloc(stacks->nr, sizeof(*marks));
	struct totals sum = { 0 };

	if (!scan->below[class])
		sum_below(scan, class);
	for (uint32_t i = 0; i < site->nr_entries; i++) {
		uint32_t stack = caller_of_own(scan, site->entries[i].sample->key.stack);

		while (stack && !scan->below[class][stack].calls)
			stack = stacks->nodes[stack].parent;
		marks[stack] = true;
	}
	for (uint32_t stack = 1; stack < stacks->nr; stack++) {
		if (marks[stack] && !has_marked_caller(stacks, marks, stack))
			totals_add(&sum, &scan->below[class][stack]);
	}
	free(marks);
	return sum;
}

/*
 * Returns the location of the nearest caller on @stack that is more telling than @location: one
 * with a source line, otherwise one with a name where @location has none, or one in another module.
 */
static struct location better_caller(const struct finding_scan *scan,
				     const struct location *location, uint32_t stack)
{
	const struct profile *profile = scan->profile;
	const struct stack_table *stacks = &profile->stacks;
	bool has_symbol = location_has_symbol(profile, location);
	struct location named = { 0 };

	for (stack = caller_of_own(scan, stack); stack; stack = stacks->nodes[stack].parent) {
		struct location caller = location_of(profile, stacks->nodes[stack].frame, 0);

		if (c_library_has_module(string_table_get(&profile->strings, caller.module)))
			continue;
		if (caller.file)
			return caller;
		if (!named.function && location_has_symbol(profile, &caller) &&
		    (!has_symbol || caller.module != location->module))
			named = caller;
	}
	return named;
}

/* Finds the caller that at least half of the calls have in common. */
static bool find_caller(const struct finding_scan *scan, const struct finding_site *site,
			struct location *caller)
{
	const struct location *location = &site_key(site)->location;
	const struct finding_entry *most = site->entries;
	uint64_t calls = 0;

	for (uint32_t i = 1; i < site->nr_entries; i++) {
		if (site->entries[i].sample->calls > most->sample->calls)
			most = &site->entries[i];
	}
	*caller = better_caller(scan, location, most->sample->key.stack);
	for (uint32_t i = 0; caller->function && i < site->nr_entries; i++) {
		const struct sample *sample = site->entries[i].sample;
		struct location other = better_caller(scan, location, sample->key.stack);

		if (!memcmp(&other, caller, sizeof(other)))
			calls += sample->calls;
	}
	return calls && calls >= site->totals.calls / 2;
}

char *site_place(const struct finding_scan *scan, const struct finding_site *site)
{
	const struct location *location = &site_key(site)->location;
	char *place = location_place(scan->profile, location, LOCATION_FULL);
	struct location caller;
	char *from, *whole;

	if (location->file || !find_caller(scan, site, &caller))
		return place;
	from = location_place(scan->profile, &caller, LOCATION_FULL);
	whole = xasprintf("%s called from %s", place, from);
	free(from);
	free(place);
	return whole;
}

const char *site_syscall(const struct finding_site *site)
{
	return syscall_name(site_key(site)->abi, site_key(site)->nr);
}

static double share(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : 0;
}

static double max(double a, double b)
{
	return a > b ? a : b;
}

/*
 * Returns how often the program of @site was executed or forked. The type is double so that the
 * hostile counts of a file cannot overflow.
 */
static double nr_runs(const struct finding_scan *scan, const struct finding_site *site)
{
	return 1 + (double)scan_beside(scan, site, CLASS_EXEC, -1).calls +
	       (double)scan_beside(scan, site, CLASS_FORK, ROLE_NONE).calls;
}

bool scan_matters(const struct finding_scan *scan, const struct finding_site *site, uint64_t calls,
		  uint64_t time_ns, uint64_t least_calls)
{
	double seconds = (double)scan->wall_ns / NANOSECONDS_PER_S;

	if (calls < least_calls)
		return false;
	if (share(calls, scan->total.calls) < LEAST_CALL_SHARE &&
	    share(time_ns, scan_time_base(scan, site)) < LEAST_TIME_SHARE)
		return false;
	if ((double)calls < LEAST_CALLS_PER_S * seconds &&
	    share(time_ns, scan->wall_ns) < LEAST_WALL_SHARE)
		return false;
	return (double)calls >= LEAST_CALLS_OF_RUN * nr_runs(scan, site);
}

/* A large share of a small number of calls, or of little time, is not severe. */
static enum finding_severity severity(const struct finding_scan *scan,
				      const struct finding *finding)
{
	const struct totals *totals = &finding->totals;
	double seconds = (double)scan->wall_ns / NANOSECONDS_PER_S;

	if (finding->share >= HIGH_SHARE &&
	    ((double)totals->calls >= HIGH_CALLS_PER_S * seconds ||
	     share(totals->time_ns, scan->wall_ns) >= HIGH_WALL_SHARE))
		return FINDING_HIGH;
	return finding->share >= MEDIUM_SHARE ? FINDING_MEDIUM : FINDING_NOTE;
}

struct finding *scan_add_text(const struct finding_scan *scan, struct findings *findings,
			      const struct finding_site *site, const struct totals *totals,
			      char *text, const char *advice)
{
	const struct finding_key *key = site_key(site);
	struct finding *finding;

	findings->list = xreallocarray(findings->list, findings->nr + 1, sizeof(*findings->list));
	finding = &findings->list[findings->nr++];
	*finding = (struct finding){
		.location = key->location,
		.nr = key->nr,
		.abi = key->abi,
		.process = key->process,
		.totals = *totals,
		.text = text,
		.advice = xstrdup(advice),
	};
	finding->share = max(share(totals->calls, scan->total.calls),
			     max(share(totals->time_ns, scan_time_base(scan, site)),
				 share(totals->time_ns, scan->wall_ns)));
	if (finding->share > 1)
		finding->share = 1;
	finding->severity = severity(scan, finding);
	return finding;
}

struct finding *scan_add(const struct finding_scan *scan, struct findings *findings,
			 const struct finding_site *site, const struct totals *totals,
			 char *sentence, const char *advice)
{
	char calls[FORMAT_SIZE], part[FORMAT_SIZE], time[FORMAT_SIZE];
	uint64_t base_ns = scan_time_base(scan, site);
	char *text = xasprintf("%s; that is %s of all calls and %s of their %stime (%s).", sentence,
			       format_percent(calls, totals->calls, scan->total.calls),
			       format_percent(part, totals->time_ns, base_ns),
			       base_ns < scan->total.time_ns ? "working " : "",
			       format_time(time, totals->time_ns));

	free(sentence);
	return scan_add_text(scan, findings, site, totals, text, advice);
}
