// SPDX-License-Identifier: MIT
/*
 * Names of unknown origin: which characters are escaped, how wide text is, and how it is shortened.
 */
#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "cli/term/terminal.h"
#include "profile/util/text.h"

static void expect_taken(char *text, const char *wanted)
{
	cr_expect_str_eq(text, wanted);
	free(text);
}

Test(text, controls_and_invalid_bytes_are_escaped)
{
	expect_taken(text_escape("a\033[31m\tb\n"), "a\\x1b[31m\\x09b\\x0a");
	expect_taken(text_escape("\x7f"), "\\x7f");
	expect_taken(text_escape("\xc2\x9b"
				 "31m"),
		     "\\xc2\\x9b"
		     "31m");
	expect_taken(text_escape("\xff\xc3"), "\\xff\\xc3");
	expect_taken(text_escape("\xc0\xaf\xed\xa0\x80"), "\\xc0\\xaf\\xed\\xa0\\x80");
}

Test(text, invisible_and_misleading_characters_are_escaped)
{
	static const char *const unsafe[] = {
		"\xe2\x80\xae",	    /* right-to-left override */
		"\xe2\x81\xa6",	    /* isolate */
		"\xd8\x9c",	    /* Arabic letter mark */
		"\xe2\x80\x8b",	    /* zero-width space */
		"\xef\xbb\xbf",	    /* byte order mark */
		"\xc2\xad",	    /* soft hyphen */
		"\xe3\x85\xa4",	    /* Hangul filler */
		"\xf3\xa0\x81\x81", /* tag */
		"\xe2\x80\xa8",	    /* line separator */
	};

	for (size_t i = 0; i < sizeof(unsafe) / sizeof(unsafe[0]); i++) {
		char *escaped = text_escape(unsafe[i]);

		cr_expect_eq(strlen(escaped), 4 * strlen(unsafe[i]));
		cr_expect_eq(escaped[0], '\\');
		free(escaped);
	}
	expect_taken(text_escape("na\xc3\xafve \xe6\xbc\xa2"), "na\xc3\xafve \xe6\xbc\xa2");
}

Test(text, long_runs_of_accents_are_escaped)
{
	char text[1 + 2 * 1000 + 1] = "e", *escaped;

	cr_assert(setlocale(LC_CTYPE, "C.UTF-8"));
	for (int i = 0; i < 1000; i++)
		strcat(text, "\xcc\x81");
	escaped = text_escape(text);
	cr_expect_eq(strncmp(escaped, text, 1 + 2 * 4), 0);
	cr_expect_eq(strlen(escaped), 1 + 2 * 4 + 996 * 8);
	free(escaped);
	expect_taken(text_escape("e\xcc\x81"), "e\xcc\x81");
}

Test(text, wide_characters_take_two_columns)
{
	cr_assert(setlocale(LC_CTYPE, "C.UTF-8"));
	cr_expect_eq(text_width("\xe6\xbc\xa2\xe5\xad\x97"), 4);
	cr_expect_eq(text_width("e\xcc\x81"), 1);
	expect_taken(text_shorten("\xe6\xbc\xa2\xe5\xad\x97", 3, false), "\xe6\xbc\xa2~");
	expect_taken(text_shorten("\xe6\xbc\xa2\xe5\xad\x97", 2, false), "~");
	for (unsigned int width = 0; width < 12; width++) {
		char *cut = text_elide("\xe6\xbc\xa2"
				       "a\xe5\xad\x97"
				       "b\xe6\xbc\xa2",
				       width, true);

		cr_expect_leq(text_width(cut), width);
		free(cut);
	}
}

Test(text, elided_text_keeps_both_ends)
{
	expect_taken(text_elide("abcdefgh", 8, false), "abcdefgh");
	expect_taken(text_elide("abcdefgh", 7, false), "abc~fgh");
	expect_taken(text_elide("abcdefgh", 6, false), "abc~gh");
	expect_taken(text_elide("abcdefgh", 3, false), "a~h");
	expect_taken(text_elide("abcdefgh", 2, false), "a~");
	expect_taken(text_elide("abcdefgh", 1, true), "\xe2\x80\xa6");
	expect_taken(text_elide("abcdefgh", 0, false), "");
	expect_taken(text_elide("abcd(~)", 6, false), "abc~)");
}

static void expect_brief(const char *text, const char *wanted)
{
	expect_taken(text_brief(text, false), wanted);
}

Test(text, brief_names_have_no_parameters)
{
	expect_brief("ns::f(int, std::vector<int> const&)", "ns::f(~)");
	expect_brief("std::map<int, long>::find(int const&) const", "std::map<~>::find(~) const");
	expect_brief("(anonymous namespace)::run(void*)", "(anonymous namespace)::run(~)");
	expect_brief("f(std::function<int (int)>) [clone .part.0] [tool]",
		     "f(~) [clone .part.0] [tool]");
	expect_brief("decltype(a->b) f<&X::operator->>(int)", "decltype(~) f<~>(~)");
	expect_brief("S::operator()(int) const", "S::operator()(~) const");
	expect_brief("operator<< <char>(int, long)", "operator<< <char>(~)");
	expect_brief("<alloc::vec::Vec<u8> as io::Write>::write",
		     "<alloc::vec::Vec<~> as io::Write>::write");
	expect_brief("f()", "f()");
	expect_brief("f(a", "f(a");
	expect_brief("f(a>", "f(a>");
	expect_brief("main (main.c:12)", "main (main.c:12)");
	expect_brief("", "");
	expect_brief("((((<<<<", "((((<<<<");
	expect_taken(text_brief("f(int, int)", true), "f(\xe2\x80\xa6)");
	expect_taken(text_brief("f(int)", true), "f(int)");
}

Test(text, terminal_without_utf8_gets_ascii)
{
	struct terminal plain = { .width = 80 }, pipe = { 0 };
	char name[3000], *fit;

	expect_taken(terminal_fit(&plain, "\xc4\x9b", 0), "\\xc4\\x9b");
	expect_taken(terminal_fit(&pipe, "\xc4\x9b", 0), "\xc4\x9b");
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	fit = terminal_fit(&pipe, name, 0);
	cr_expect_eq(strlen(fit), TERMINAL_LONGEST);
	free(fit);
}
