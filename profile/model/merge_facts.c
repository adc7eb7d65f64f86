// SPDX-License-Identifier: MIT
/*
 * Merges each fact by the rule of its key. For an unknown key the values are listed. Each rule
 * gives the same result in any order and grouping of the additions: it is a sum, a minimum, a
 * maximum, or the first elements of a sorted set. The same rules read the facts of merged profiles.
 */
#include "profile/model/merge_facts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "profile/util/text_counts.h"
#include "profile/util/utf8.h"
#include "profile/util/xalloc.h"

#define MAX_VALUES     16u   /* values of one key */
#define MAX_OTHERS     256u  /* keys that are not in the table */
#define MAX_VALUE_SIZE 4096u /* bytes of a value; longer ones are cut */
#define MAX_ITEMS      1024u /* items of one tally */

struct merged_fact {
	char *key;
	struct text_counts counts; /* the values; of a tally, the labels with their numbers */
	uint64_t least;		   /* UINT64_MAX: no value yet */
	uint64_t greatest;	   /* or the sum */
	bool is_there;		   /* some profile has the fact */
};

struct rule {
	/* Adds @value, the fact of one profile. */
	void (*add)(struct merged_fact *fact, const char *value, const struct rule *rule);
	/* Sets the fact in @to. */
	void (*put)(const struct merged_fact *fact, struct profile *to, const struct rule *rule);
	const char *between; /* text between two items of a tally */
	const char *inside;  /* text between the number and the label */
	bool is_label_first;
};

static void add_value(struct merged_fact *fact, const char *value, const struct rule *rule)
{
	size_t size = strnlen(value, MAX_VALUE_SIZE);
	char *cut = xasprintf("%.*s", (int)utf8_valid_size(value, size), value);

	(void)rule;
	text_counts_add(&fact->counts, cut, 1, MAX_VALUES);
	free(cut);
}

static void put_values(const struct merged_fact *fact, struct profile *to, const struct rule *rule)
{
	(void)rule;
	for (uint32_t i = 0; i < fact->counts.nr; i++) {
		char *key = i ? xasprintf("%s#%u", fact->key, i + 1) : xstrdup(fact->key);

		profile_set_fact(to, key, "%s", fact->counts.list[i].text);
		free(key);
	}
	if (fact->counts.has_more) {
		char *key = xasprintf("%s#more", fact->key);

		profile_set_fact(to, key, "yes");
		free(key);
	}
}

/* Parses @text, which must be only a number. */
static bool parse_number(const char *text, uint64_t *number)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	*number = strtoull(text, &end, 10);
	return *end == '\0';
}

/* @item is "3 reads" or, label first, "read 3". This function modifies it. */
static void add_item(struct merged_fact *fact, char *item, const struct rule *rule)
{
	char *split = strstr(item, rule->inside);
	char *number = item;
	uint64_t count;

	if (!split)
		return;
	*split = '\0';
	split += strlen(rule->inside);
	if (rule->is_label_first) {
		number = split;
		split = item;
	}
	if (parse_number(number, &count))
		text_counts_add(&fact->counts, split, count, MAX_ITEMS);
}

static void add_tally(struct merged_fact *fact, const char *value, const struct rule *rule)
{
	char *text = xstrdup(value);
	char *item = text;

	while (item) {
		char *next = strstr(item, rule->between);

		if (next) {
			*next = '\0';
			next += strlen(rule->between);
		}
		add_item(fact, item, rule);
		item = next;
	}
	free(text);
}

static char *describe_item(const struct text_count *item, const struct rule *rule)
{
	if (rule->is_label_first)
		return xasprintf("%s%s%" PRIu64, item->text, rule->inside, item->count);
	return xasprintf("%" PRIu64 "%s%s", item->count, rule->inside, item->text);
}

static void put_tally(const struct merged_fact *fact, struct profile *to, const struct rule *rule)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		xalloc_fail();
	for (uint32_t i = 0; i < fact->counts.nr; i++) {
		char *item = describe_item(&fact->counts.list[i], rule);

		fprintf(stream, "%s%s", i ? rule->between : "", item);
		free(item);
	}
	if (fclose(stream))
		xalloc_fail();
	profile_set_fact(to, fact->key, "%s", fact->counts.nr ? text : "none");
	free(text);
}

static void add_number(struct merged_fact *fact, const char *value, const struct rule *rule)
{
	uint64_t number;

	(void)rule;
	if (parse_number(value, &number) &&
	    __builtin_add_overflow(fact->greatest, number, &fact->greatest))
		fact->greatest = UINT64_MAX;
}

static void put_number(const struct merged_fact *fact, struct profile *to, const struct rule *rule)
{
	(void)rule;
	profile_set_fact(to, fact->key, "%" PRIu64, fact->greatest);
}

/*
 * The result is "yes" if all profiles say so. merge_facts_add() adds this fact for every profile.
 */
static void add_all(struct merged_fact *fact, const char *value, const struct rule *rule)
{
	(void)rule;
	fact->greatest |= strcmp(value, "yes") != 0;
}

static void put_all(const struct merged_fact *fact, struct profile *to, const struct rule *rule)
{
	(void)rule;
	profile_set_fact(to, fact->key, "%s", fact->greatest ? "no" : "yes");
}

/* "123 KiB at most" */
static void add_peak(struct merged_fact *fact, const char *value, const struct rule *rule)
{
	uint64_t number = strtoull(value, NULL, 10);

	(void)rule;
	if (number > fact->greatest)
		fact->greatest = number;
}

static void put_peak(const struct merged_fact *fact, struct profile *to, const struct rule *rule)
{
	(void)rule;
	profile_set_fact(to, fact->key, "%" PRIu64 " KiB at most", fact->greatest);
}

/*
 * "125 calls across stops, less 6713 ns each, 40 calls in place"; merged: "less 6713 to 7000 ns
 * each"
 */
static void add_timing(struct merged_fact *fact, const char *value, const struct rule *rule)
{
	const char *cost = strstr(value, ", less ");
	const char *to = cost ? strstr(cost, " to ") : NULL;
	uint64_t least, greatest;

	if (cost) {
		least = strtoull(cost + strlen(", less "), NULL, 10);
		greatest = to ? strtoull(to + strlen(" to "), NULL, 10) : least;
		if (least < fact->least)
			fact->least = least;
		if (greatest > fact->greatest)
			fact->greatest = greatest;
	}
	add_tally(fact, value, rule);
}

static uint64_t count_of(const struct text_counts *counts, const char *text)
{
	for (uint32_t i = 0; i < counts->nr; i++)
		if (!strcmp(counts->list[i].text, text))
			return counts->list[i].count;
	return 0;
}

static void put_timing(const struct merged_fact *fact, struct profile *to, const struct rule *rule)
{
	uint64_t in_place = count_of(&fact->counts, "calls in place");
	uint64_t least = fact->least < fact->greatest ? fact->least : fact->greatest;
	char *range =
		least == fact->greatest ? xstrdup("") : xasprintf(" to %" PRIu64, fact->greatest);
	char *rest = in_place ? xasprintf(", %" PRIu64 " calls in place", in_place) : xstrdup("");

	(void)rule;
	profile_set_fact(to, fact->key,
			 "%" PRIu64 " calls across stops, less %" PRIu64 "%s ns each%s",
			 count_of(&fact->counts, "calls across stops"), least, range, rest);
	free(range);
	free(rest);
}

/* Returns a text such as "2026-11-23T10:00:00Z", or NULL if @seconds is not a valid time. */
static char *describe_time(time_t seconds)
{
	char text[64];
	struct tm parts;

	if (!gmtime_r(&seconds, &parts) || !strftime(text, sizeof(text), "%FT%TZ", &parts))
		return NULL;
	return xstrdup(text);
}

static void put_until(const struct merged_fact *fact, struct profile *to, const struct rule *rule)
{
	char *text = describe_time((time_t)fact->greatest);

	(void)rule;
	if (text)
		profile_set_fact(to, fact->key, "%s", text);
	free(text);
}

static void add_until(struct merged_fact *fact, const char *value, const struct rule *rule)
{
	struct tm parts = { 0 };
	const char *end = strptime(value, "%FT%TZ", &parts);
	time_t seconds = end && !*end ? timegm(&parts) : 0;

	(void)rule;
	if (seconds > 0 && (uint64_t)seconds > fact->greatest)
		fact->greatest = (uint64_t)seconds;
}

/* For a fact that has no meaning in a merged profile. */
static void add_nothing(struct merged_fact *fact, const char *value, const struct rule *rule)
{
	(void)fact;
	(void)value;
	(void)rule;
}

static void put_nothing(const struct merged_fact *fact, struct profile *to, const struct rule *rule)
{
	(void)fact;
	(void)to;
	(void)rule;
}

static const struct rule dropped = { add_nothing, put_nothing, NULL, NULL, false };
static const struct rule values = { add_value, put_values, NULL, NULL, false };
static const struct rule number = { add_number, put_number, NULL, NULL, false };
static const struct rule all = { add_all, put_all, NULL, NULL, false };
static const struct rule peak = { add_peak, put_peak, NULL, NULL, false };
static const struct rule until = { add_until, put_until, NULL, NULL, false };
static const struct rule timing = { add_timing, put_timing, ", ", " ", false };
static const struct rule numbers_of_things = { add_tally, put_tally, ", ", " ", false };
static const struct rule numbers_of_reasons = { add_tally, put_tally, "; ", ": ", false };
static const struct rule things_and_numbers = { add_tally, put_tally, ", ", " ", true };

#define KEY_PROFILES "merged_profiles"
#define KEY_UNTIL    "merged_until"

static const struct {
	const char *key;
	const struct rule *rule;
} known[] = {
	{ KEY_PROFILES, &number },
	{ KEY_UNTIL, &until },
	{ "command", &values },
	{ "executable", &values },
	{ "exit_status", &values },
	{ "engine", &values },
	{ "fast", &numbers_of_things },
	{ "unpatched_sites", &numbers_of_reasons },
	{ "stopped_calls", &numbers_of_reasons },
	{ "start", &values },
	{ "trace", &values },
	{ "follow", &values },
	{ PROFILE_FACT_COMPLETE, &all },
	{ "calls_lost", &number },
	{ PROFILE_FACT_SATURATED, &number },
	{ "overwritten_areas", &number },
	{ "truncated_stacks", &number },
	{ "frame_pointer_stacks", &number },
	{ "unfollowed_processes", &number },
	{ "unfinished_calls", &number },
	{ "unfinished", &things_and_numbers },
	{ "ending_calls", &number },
	{ "paused_calls", &number },
	{ "unbalanced_regions", &number },
	{ "unnamed_regions", &number },
	{ "filtered_regions", &number },
	{ "timing", &timing },
	{ "uncertain_times", &number },
	{ "uncertain_ns", &number },
	{ "clock", &values },
	{ "stops", &number },
	{ "helper_memory", &peak },
	{ "unwinds", &numbers_of_things },
	{ "kernel", &values },
	{ "runs", &dropped },
	{ "run", &dropped },
	{ "runs_wanted", &dropped },
	{ "scprof_version", &values },
};

#define NR_KNOWN (sizeof(known) / sizeof(known[0]))

struct merge_facts {
	struct merged_fact known[NR_KNOWN];
	struct merged_fact others[MAX_OTHERS + 1]; /* sorted by key */
	uint32_t nr_others;
};

struct merge_facts *merge_facts_new(void)
{
	struct merge_facts *facts = xcalloc(1, sizeof(*facts));

	for (uint32_t i = 0; i < NR_KNOWN; i++)
		facts->known[i] =
			(struct merged_fact){ .key = xstrdup(known[i].key), .least = UINT64_MAX };
	return facts;
}

static void fact_fini(struct merged_fact *fact)
{
	free(fact->key);
	text_counts_fini(&fact->counts);
}

void merge_facts_free(struct merge_facts *facts)
{
	for (uint32_t i = 0; i < NR_KNOWN; i++)
		fact_fini(&facts->known[i]);
	for (uint32_t i = 0; i < facts->nr_others; i++)
		fact_fini(&facts->others[i]);
	free(facts);
}

/*
 * Returns the fact @key among the others, and adds it if it is missing. Returns NULL if there are
 * already too many that sort before it.
 */
static struct merged_fact *other_fact(struct merge_facts *facts, const char *key)
{
	uint32_t at = 0;

	while (at < facts->nr_others && strcmp(facts->others[at].key, key) < 0)
		at++;
	if (at < facts->nr_others && !strcmp(facts->others[at].key, key))
		return &facts->others[at];
	if (at == MAX_OTHERS)
		return NULL;
	memmove(&facts->others[at + 1], &facts->others[at],
		(facts->nr_others - at) * sizeof(facts->others[0]));
	facts->others[at] = (struct merged_fact){ .key = xstrdup(key) };
	if (++facts->nr_others > MAX_OTHERS)
		fact_fini(&facts->others[--facts->nr_others]);
	return &facts->others[at];
}

static struct merged_fact *find_fact(struct merge_facts *facts, const char *key,
				     const struct rule **rule)
{
	for (uint32_t i = 0; i < NR_KNOWN; i++) {
		*rule = known[i].rule;
		if (!strcmp(known[i].key, key))
			return &facts->known[i];
	}
	*rule = &values;
	return other_fact(facts, key);
}

static void add(struct merge_facts *facts, const char *key, const char *value)
{
	const struct rule *rule;
	struct merged_fact *fact = find_fact(facts, key, &rule);

	if (!fact)
		return;
	fact->is_there = true;
	rule->add(fact, value, rule);
}

/*
 * Adds a fact with a suffix: `key#2` is a further value of `key`; `key#more` says that there were
 * more.
 */
static void add_further(struct merge_facts *facts, const char *key, const char *which,
			const char *value)
{
	const struct rule *rule;
	struct merged_fact *fact = find_fact(facts, key, &rule);

	if (!fact || rule != &values)
		return;
	fact->is_there = true;
	if (!strcmp(which, "more"))
		fact->counts.has_more = true;
	else
		add_value(fact, value, rule);
}

static void add_fact(struct merge_facts *facts, const struct fact *fact)
{
	char *key = xstrdup(fact->key);
	char *number_sign = strrchr(key, '#');

	if (number_sign)
		*number_sign++ = '\0';
	if (!*key || strlen(key) > MAX_VALUE_SIZE)
		; /* scprof never writes such a key */
	else if (number_sign)
		add_further(facts, key, number_sign, fact->value);
	else
		add(facts, key, fact->value);
	free(key);
}

/* Adds facts that a profile of one run does not contain. */
static void add_run(struct merge_facts *facts, const struct profile *from)
{
	time_t end = (time_t)(((uint64_t)from->start_time_ns + (uint64_t)from->duration_ns) /
			      1000000000);
	char *text = describe_time(end);

	add(facts, KEY_PROFILES, "1");
	if (text && from->start_time_ns)
		add(facts, KEY_UNTIL, text);
	free(text);
}

void merge_facts_add(struct merge_facts *facts, const struct profile *from)
{
	if (!profile_fact(from, PROFILE_FACT_COMPLETE))
		add(facts, PROFILE_FACT_COMPLETE, "no");
	for (uint32_t i = 0; i < from->nr_facts; i++)
		add_fact(facts, &from->facts[i]);
	if (!profile_fact(from, KEY_PROFILES))
		add_run(facts, from);
}

void merge_facts_put(const struct merge_facts *facts, struct profile *to)
{
	for (uint32_t i = 0; i < NR_KNOWN; i++)
		if (facts->known[i].is_there)
			known[i].rule->put(&facts->known[i], to, known[i].rule);
	for (uint32_t i = 0; i < facts->nr_others; i++)
		values.put(&facts->others[i], to, &values);
}
