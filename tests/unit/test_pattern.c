// SPDX-License-Identifier: MIT
/*
 * Regular expressions. Where POSIX and Perl agree, the tests compare the answers with the C
 * library's, also for random patterns. No pattern and no text may cost much time or memory.
 */
#include <criterion/criterion.h>
#include <locale.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "profile/util/pattern.h"
#include "profile/util/xalloc.h"

static bool matches(const char *text, const char *in)
{
	char *reason;
	struct pattern *pattern = pattern_new(text, &reason);
	bool result;

	cr_assert(pattern, "'%s': %s", text, reason);
	result = pattern_matches(pattern, in);
	pattern_free(pattern);
	return result;
}

/* The text after @place is from PCRE2, and differs between its versions. */
static void expect_error(const char *text, const char *place)
{
	char *reason;
	struct pattern *pattern = pattern_new(text, &reason);

	cr_assert_null(pattern, "'%.60s' is accepted", text);
	cr_assert_eq(strncmp(reason, place, strlen(place)), 0, "'%.60s': %s", text, reason);
	free(reason);
}

/* Returns the C library's answer as 0 or 1, or -1 if it refuses the pattern. */
static int library_matches(const char *text, const char *in)
{
	regex_t regex;
	int result;

	if (regcomp(&regex, text, REG_EXTENDED | REG_NOSUB))
		return -1;
	result = !regexec(&regex, in, 0, NULL, 0);
	regfree(&regex);
	return result;
}

/* Returns false if scprof gives up, which is allowed for random patterns only. */
static bool compare(const char *text, const char *in)
{
	int expected = library_matches(text, in);
	char *reason;
	struct pattern *pattern = pattern_new(text, &reason);
	int result = pattern ? pattern_matches(pattern, in) : -1;
	bool is_answer = !pattern || !pattern_failure(pattern);

	cr_expect(result == expected || !is_answer,
		  "pattern '%s', text '%s': the C library says %d; %s", text, in, expected,
		  reason ? reason : "");
	pattern_free(pattern);
	free(reason);
	return is_answer;
}

Test(pattern, answers_are_those_of_the_c_library)
{
	static const char *const patterns[] = {
		"",	     "a",
		"^a",	     "a$",
		"^$",	     "a|b",
		"a||b",	     "(|a)b",
		"()",	     "a*",
		"(a*)*b",    "a{2}",
		"a{2,}b",    "a{1,2}$",
		"^(ab){2}$", "[a-c]x",
		"[^a-c]",    "[]a]",
		"[^]a]",     "[a-]",
		"[-a]",	     "[[:alpha:]_]+$",
		"\\.",	     "a.b",
		"\\bab",     "ab\\B",
		"\\w+ \\W",  "\\s",
		"\\S\\S",    "(^a)",
		"(a|^)b",    "x*",
		"a{0}b",     "ab{0,1}c",
		"[a-a]",     "a\\{2",
		"(a)\\1",    "(a|b)*\\1",
		"[[:x:]]",   "[z-a]",
		"(",	     "[",
		"\\",	     "[a",
		"a{99999}",  "a{2,1}",
		"(a",	     "(a)\\2",
	};
	static const char *const texts[] = {
		"",    "a",  "b",     "ab", "ba", "aab", "aaab", "abab",   "x y", "ab cd",
		"a.b", "a]", "a-b\\", "_",  "a)", "cax", "a{2",	 "A_9 \t", "B\n", "xaay",
	};

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		for (size_t j = 0; j < sizeof(texts) / sizeof(texts[0]); j++)
			cr_expect(compare(patterns[i], texts[j]), "%s", patterns[i]);
}

static uint32_t next_random(void)
{
	static uint64_t state = 20;

	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(state >> 33);
}

#define MAX_RANDOM_DEPTH 2

static void append(char *text, const char *const *pieces, uint32_t nr)
{
	strcat(text, pieces[next_random() % nr]);
}

/*
 * Appends constructs on which POSIX and Perl agree. It avoids errors of the C library: \B at the
 * ends of the text; ^, $ and \b in a repeated group; and ^ and $ at a newline.
 */
static void append_random(char *text, int depth)
{
	static const char *const atoms[] = { "a",      "b",	"c",	       ".",   "_",   " ",
					     "[ab]",   "[^b]",	"[[:alpha:]]", "\\w", "\\s", "\\W",
					     "[a-c_]", "(a|b)", "()",	       "(b|)" };
	static const char *const repeats[] = {
		"*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}", "{0}"
	};
	static const char *const others[] = { "|", "^", "$", "\\b" };

	for (uint32_t nr = 1 + next_random() % 4; nr; nr--) {
		if (next_random() % 5 == 0) {
			append(text, others, depth == MAX_RANDOM_DEPTH ? 4 : 1);
			continue;
		}
		if (depth && next_random() % 4 == 0) {
			strcat(text, "(");
			append_random(text, depth - 1);
			strcat(text, ")");
		} else {
			append(text, atoms, 16);
		}
		if (next_random() % 3 == 0)
			append(text, repeats, 8);
	}
}

Test(pattern, answers_for_random_patterns_are_those_of_the_c_library)
{
	static const char letters[] = "abc_ ";
	int nr_failures = 0;

	for (int round = 0; round < 20000; round++) {
		char text[1024] = "", in[16] = "";
		uint32_t length = next_random() % 12;

		append_random(text, MAX_RANDOM_DEPTH);
		for (uint32_t i = 0; i < length; i++)
			in[i] = letters[next_random() % 5];
		nr_failures += !compare(text, in);
	}
	cr_expect_lt(nr_failures, 200);
}

Test(pattern, characters_are_utf_8_in_every_locale)
{
	cr_assert(matches("^.$", "é"));
	cr_assert(matches("^[äé]$", "é"));
	cr_assert_not(matches("[ä]", "é"));
	cr_assert(matches("^[^a]b$", "éb"));
	cr_assert(matches("^[à-ü]$", "é"));
	cr_assert(matches("^\\w$", "é"));
	cr_assert(matches("^[[:upper:]]$", "É"));
	cr_assert_not(matches("\\bb", "éb"));
	cr_assert(matches("(?i)^é$", "É"));
}

Test(pattern, text_that_is_not_utf_8_does_not_match)
{
	cr_assert(matches("é$", "\xff"
				"é"));
	cr_assert(matches("^a", "a\xc3"));
	cr_assert_not(matches(".", "\xff"));
	cr_assert_not(matches("a.b", "a\xffz b"));
	cr_assert_not(matches("[é-]", "\xc3"));
	cr_assert_not(matches("^b", "\xffz\nb"));
	expect_error("ab\xff", "at character 2: ");
}

Test(pattern, syntax_is_that_of_perl)
{
	cr_assert(matches("^(?:ab)+?$", "abab"));
	cr_assert(matches("^(?!std::)\\w+::", "boost::f"));
	cr_assert_not(matches("^(?!std::)\\w+::", "std::f"));
	cr_assert(matches("[[:<:]]b", "a b"));
	cr_assert_not(matches("[[:<:]]b", "ab"));
	cr_assert(matches("vector\\<int\\>", "std::vector<int>"));
	cr_assert(matches("^a.b$", "a\nb"));
	cr_assert_not(matches("^a$", "a\n"));
	expect_error("\\C", "at character ");
}

Test(pattern, errors_have_a_position)
{
	char *message;

	expect_error("a(b", "at character 3: ");
	expect_error("é[b", "at character 3: ");
	expect_error("é**|+", "at character ");
	expect_error("a\\", "at character 2: ");
	expect_error("[b-a]", "at character ");
	expect_error("[[:no:]]", "at character ");
	cr_assert_null(pattern_compile("(", &message));
	cr_assert_eq(strncmp(message, "bad regular expression '(': at character 1: ", 44), 0, "%s",
		     message);
	free(message);
}

/* Returns a string that repeats @text @nr times. The caller frees it. */
static char *repeat(const char *text, size_t nr)
{
	char *all = xcalloc(strlen(text) * nr + 1, 1);

	for (size_t i = 0; i < nr; i++)
		memcpy(all + i * strlen(text), text, strlen(text));
	return all;
}

Test(pattern, size_and_nesting_are_limited)
{
	char *deep = repeat("(", 251), *deep_end = repeat(")", 251), *all;

	expect_error("(((((a{1,255}){1,255}){1,255}){1,255}){1,255})", "at character ");
	expect_error("((((((a?){255}){255}){255}){255}){255})", "at character ");
	expect_error("((\\w{0,9999}){0,9999}){0,9999}", "at character ");
	expect_error(deep, "at character 251: ");
	all = xasprintf("%s%s", deep + 1, deep_end + 1);
	cr_assert(matches(all, ""));
	free(all);
	free(deep);
	free(deep_end);
	all = repeat("a", 4097);
	expect_error(all, "it is longer than 4096 bytes");
	cr_assert(matches(all + 1, all));
	free(all);
}

static void expect_failure(const char *text, const char *in, const char *message)
{
	char *reason;
	struct pattern *pattern = pattern_new(text, &reason);

	cr_assert(pattern, "'%s': %s", text, reason);
	cr_assert_null(pattern_failure(pattern));
	cr_assert_not(pattern_matches(pattern, in));
	cr_assert(pattern_failure(pattern), "'%s' fails", text);
	cr_expect_eq(strncmp(pattern_failure(pattern), message, strlen(message)), 0, "%s",
		     pattern_failure(pattern));
	cr_expect_not(pattern_matches(pattern, ""), "it matches after a failure");
	pattern_free(pattern);
}

/* Without limits, these matches would take hours. */
Test(pattern, a_match_with_too_many_possibilities_is_a_failure, .timeout = 120)
{
	char *text =
		xasprintf("x%sb!", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");

	expect_failure("(a|aa)+$", text,
		       "regular expression '(a|aa)+$' takes too long to match 'xaaa");
	expect_failure("(a*)*b$", text,
		       "regular expression '(a*)*b$' takes too long to match 'xaaa");
	expect_failure("(.*)*x$", text,
		       "regular expression '(.*)*x$' takes too long to match 'xaaa");
	free(text);
}

Test(pattern, a_long_text_takes_little_time_and_memory, .timeout = 120)
{
	char *text = repeat("a", 1 << 20);

	cr_assert(matches("a*$", text));
	cr_assert_not(matches("(a*)*b", text));
	expect_failure("[a-z]*+[ b]?#?$(?<!a)", text,
		       "regular expression '[a-z]*+[ b]?#?$(?<!a)' takes too long");
	expect_failure("^(a|b)*$", text,
		       "regular expression '^(a|b)*$' needs too much memory to match 'aaa");
	free(text);
}

/* Each match alone is quick. */
Test(pattern, all_matches_together_have_a_limit, .timeout = 120)
{
	static const char text[] = "aaaaaaaaaaaaaaaaaaaaaa!";
	int nr = 0;

	for (bool is_over = false; !is_over; nr++) {
		char *reason;
		struct pattern *pattern = pattern_new("^(a|aa)+$", &reason);

		pattern_matches(pattern, text);
		is_over = pattern_failure(pattern);
		pattern_free(pattern);
		cr_assert_lt(nr, 100000);
	}
	cr_assert_gt(nr, 10);
	cr_assert(matches("a+!$", text), "a match of few steps failed too");
}
