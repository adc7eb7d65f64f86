// SPDX-License-Identifier: MIT
/*
 * Regular expressions: what they match is compared with the C library's answers, for patterns that are
 * put together at random too; and no pattern and no text costs much.
 */
#include <criterion/criterion.h>
#include <locale.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "profile/pattern.h"
#include "profile/xalloc.h"

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

static void expect_error(const char *text, const char *expected)
{
	char *reason;
	struct pattern *pattern = pattern_new(text, &reason);

	cr_assert_null(pattern, "'%.60s' is accepted", text);
	cr_assert_str_eq(reason, expected);
	free(reason);
}

/* Returns 0 or 1 as the C library does, or -1 when it refuses the pattern. */
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

static void compare(const char *text, const char *in)
{
	int expected = library_matches(text, in);
	char *reason;
	struct pattern *pattern = pattern_new(text, &reason);

	cr_expect_eq(pattern ? pattern_matches(pattern, in) : -1, expected,
		     "pattern '%s', text '%s': the C library says %d; %s", text, in, expected,
		     reason ? reason : "");
	pattern_free(pattern);
	free(reason);
}

Test(pattern, says_what_the_c_library_says)
{
	static const char *const patterns[] = {
		"",	    "a",
		"^a",	    "a$",
		"^$",	    "a|b",
		"a||b",	    "(|a)b",
		"()",	    "a*",
		"(a*)*b",   "a{2}",
		"a{2,}b",   "a{,2}b",
		"a{1,2}$",  "^(ab){2}$",
		"[a-c]x",   "[^a-c]",
		"[]a]",	    "[^]a]",
		"[a-]",	    "[-a]",
		"[a\\]",    "[[:alpha:]_]+$",
		"[[.a.]]",  "[[=a=]]",
		"\\.",	    "a.b",
		"\\<ab\\>", "\\bab",
		"ab\\B",    "\\w+ \\W",
		"\\s",	    "\\S\\S",
		"a)",	    ")",
		"(^a)",	    "(a|^)b",
		"x*",	    "\\`a",
		"a\\'",	    "a{0}b",
		"a**",	    "(^)*a",
		"a+?",	    "ab{0,1}c",
		"[a-a]",    "a\\{2",
		"[[:x:]]",  "[z-a]",
		"(",	    "[",
		"*a",	    "a|*b",
		"a{",	    "a{x}",
		"a{2,1}",   "\\",
		"^*",	    "(*a)",
		"[a-c-e]",  "[[:alpha:]-z]",
		"+",	    "a{1",
		"[a",	    "a{99999}",
		"[[.ab.]]", "[a-[:alpha:]]",
		"(?:a)",
	};
	static const char *const texts[] = {
		"",    "a",  "b",     "ab", "ba", "aab", "aaab", "abab",   "x y", "ab cd",
		"a.b", "a]", "a-b\\", "_",  "a)", "cax", "a{2",	 "A_9 \t", "B\n", "xaay",
	};

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		for (size_t j = 0; j < sizeof(texts) / sizeof(texts[0]); j++)
			compare(patterns[i], texts[j]);
}

static uint32_t next_random(void)
{
	static uint64_t state = 20;

	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(state >> 33);
}

/* No back-references, which are not supported, and no \B, for which the C library has a fault at the ends. */
Test(pattern, says_what_the_c_library_says_of_random_patterns)
{
	static const char *const pieces[] = { "a",     "b",	"c",	".",   "*",	    "+",
					      "?",     "(",	")",	"|",   "[ab]",	    "[^b]",
					      "{2}",   "{1,3}", "^",	"$",   "\\<",	    "\\w",
					      "(a|b)", "_",	"{,2}", "[a-", "[:alpha:]", "]",
					      " ",     "\\>",	"\\b" };
	static const char letters[] = "abc_ ";

	for (int round = 0; round < 200000; round++) {
		char text[64] = "", in[16] = "";
		uint32_t nr = 1 + next_random() % 7, length = next_random() % 12;

		for (uint32_t i = 0; i < nr; i++)
			strcat(text, pieces[next_random() % (sizeof(pieces) / sizeof(pieces[0]))]);
		for (uint32_t i = 0; i < length; i++)
			in[i] = letters[next_random() % 5];
		compare(text, in);
	}
}

Test(pattern, counts_characters_of_utf_8_in_every_locale)
{
	cr_assert(matches("^.$", "é"));
	cr_assert(matches("^[äé]$", "é"));
	cr_assert_not(matches("[ä]", "é"));
	cr_assert(matches("^[^a]b$", "éb"));
	cr_assert(matches("^[à-ü]$", "é"));
	cr_assert(matches("^.é$", "\xff"
				  "é"));
	cr_assert_not(matches("[é-]", "\xc3"));
	cr_assert_not(matches("\\w", "é"));
	setlocale(LC_CTYPE, "C.UTF-8");
	cr_assert(matches("^\\w$", "é"));
	cr_assert(matches("^[[:upper:]]$", "É"));
	cr_assert_not(matches("\\bb", "éb"));
}

Test(pattern, says_where_what_is_wrong)
{
	expect_error("a(b", "at character 2: no ) closes this (");
	expect_error("é[b", "at character 2: no ] closes this [");
	expect_error("é**|+", "at character 5: there is nothing that '+' could repeat");
	expect_error("a\\", "at character 2: nothing follows the backslash");
	expect_error("(a)\\1", "at character 4: back-references such as \\1 are not supported");
	expect_error("a{2,1}", "at character 2: a repetition is written {2}, {2,} or {2,5}");
	expect_error("a{40000}", "at character 2: more than 32767 repetitions");
	expect_error("[b-a]", "at character 2: the range ends before it begins");
	expect_error("[[:no:]]", "at character 2: it is not a class such as [:alpha:]");
}

/* Writes @nr times @text into a string that the caller frees. */
static char *repeat(const char *text, size_t nr)
{
	char *all = xcalloc(strlen(text) * nr + 1, 1);

	for (size_t i = 0; i < nr; i++)
		memcpy(all + i * strlen(text), text, strlen(text));
	return all;
}

Test(pattern, has_limits)
{
	static const char large[] = "it is too large: with its repetitions written out it has "
				    "more than 4096 parts";
	char *deep = repeat("(", 300), *deep_enough, *all;
	char *empty = repeat("(", 200), *empty_end = repeat("){9999}", 200);

	expect_error("(((((a{1,255}){1,255}){1,255}){1,255}){1,255})", large);
	expect_error("(((((a?){255}){255}){255}){255}){255}", large);
	expect_error("((((()?){255}){255}){255}){255}", large);
	expect_error("a{32767}", large);
	expect_error("(a{0,32767}){0,32767}", large);
	expect_error(deep, "at character 251: more than 250 groups are in each other");
	free(deep);
	deep = repeat("(", 250);
	deep_enough = repeat(")", 250);
	all = xasprintf("%s%s", deep, deep_enough);
	cr_assert(matches(all, ""));
	free(all);
	free(deep);
	free(deep_enough);
	all = repeat("a", 4097);
	expect_error(all, "it is longer than 4096 bytes");
	cr_assert(matches(all + 2, all));
	free(all);
	all = xasprintf("%s%s", empty, empty_end);
	cr_assert(matches(all, ""));
	free(all);
	free(empty);
	free(empty_end);
}

/* By backtracking, or by trying each start by itself, these would take hours. */
Test(pattern, takes_time_by_the_length_of_the_text, .timeout = 120)
{
	char *text = repeat("a", 1 << 18);

	cr_assert_not(matches("(a*)*b", text));
	cr_assert_not(matches("a*a*a*a*a*b", text));
	cr_assert_not(matches("(a|aa)+$b", text));
	cr_assert_not(matches("(a|b)*a(a|b){100}c", text));
	free(text);
}
