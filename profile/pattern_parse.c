// SPDX-License-Identifier: MIT
/*
 * From the text of a regular expression to a tree, by recursive descent. The grammar is POSIX's for
 * extended regular expressions. Where POSIX leaves something open, it is read as the C library reads it:
 * a ')' alone is a character, a '*' with nothing before it is an error, and so is a '{' that begins no
 * repetition.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "profile/pattern.h"
#include "profile/pattern_parts.h"
#include "profile/xalloc.h"

static uint32_t parse_either(struct pattern_parser *parser);

void pattern_fail(struct pattern_parser *parser, const char *at, const char *format, ...)
{
	unsigned int nr = 1;
	va_list args;
	char *what;

	if (parser->reason)
		return;
	for (const char *c = parser->text; c < at; c++)
		nr += ((unsigned char)*c & 0xc0) != 0x80;
	va_start(args, format);
	what = xvasprintf(format, args);
	va_end(args);
	parser->reason = xasprintf("at character %u: %s", nr, what);
	free(what);
}

static uint32_t add_node(struct pattern_parser *parser, struct pattern_node node)
{
	parser->nodes = xgrow(parser->nodes, parser->nr_nodes, &parser->nodes_capacity,
			      sizeof(*parser->nodes));
	parser->nodes[parser->nr_nodes] = node;
	return parser->nr_nodes++;
}

static uint32_t add_leaf(struct pattern_parser *parser, enum pattern_node_kind kind, uint32_t value)
{
	return add_node(parser, (struct pattern_node){ .kind = kind, .first = value });
}

/* Reads what a backslash begins; it has been read. */
static uint32_t parse_escape(struct pattern_parser *parser)
{
	static const char assertions[] = "`'<>bB";
	static const enum pattern_assertion meanings[] = {
		PATTERN_AT_START, PATTERN_AT_END,    PATTERN_WORD_START,
		PATTERN_WORD_END, PATTERN_WORD_EDGE, PATTERN_NO_WORD_EDGE,
	};
	const char *start = parser->at - 1;
	char letter = *parser->at;
	const char *assertion = letter ? strchr(assertions, letter) : NULL;
	unsigned int size;
	uint32_t character;

	if (!letter) {
		pattern_fail(parser, start, "nothing follows the backslash");
		return 0;
	}
	if (letter >= '1' && letter <= '9') {
		pattern_fail(parser, start, "back-references such as \\%c are not supported",
			     letter);
		return 0;
	}
	character = pattern_decode(parser->at, &size);
	parser->at += size;
	if (assertion)
		return add_leaf(parser, PATTERN_ASSERT, meanings[assertion - assertions]);
	if (strchr("wWsS", letter))
		return add_leaf(parser, PATTERN_SET, pattern_add_class(parser, letter));
	return add_leaf(parser, PATTERN_CHARACTER, character);
}

/* Reads a group; its '(' has been read. */
static uint32_t parse_group(struct pattern_parser *parser)
{
	const char *start = parser->at - 1;
	uint32_t group;

	if (parser->depth == PATTERN_MAX_DEPTH) {
		pattern_fail(parser, start, "more than %d groups are in each other",
			     PATTERN_MAX_DEPTH);
		return 0;
	}
	parser->depth++;
	group = parse_either(parser);
	parser->depth--;
	if (*parser->at == ')')
		parser->at++;
	else
		pattern_fail(parser, start, "no ) closes this (");
	return group;
}

static uint32_t parse_atom(struct pattern_parser *parser)
{
	const char *start = parser->at;
	unsigned int size;
	uint32_t character = pattern_decode(start, &size);

	parser->at += size;
	switch (*start) {
	case '(':
		return parse_group(parser);
	case '[':
		return add_leaf(parser, PATTERN_SET, pattern_parse_set(parser));
	case '\\':
		return parse_escape(parser);
	case '.':
		return add_leaf(parser, PATTERN_ANY, 0);
	case '^':
		return add_leaf(parser, PATTERN_ASSERT, PATTERN_AT_START);
	case '$':
		return add_leaf(parser, PATTERN_ASSERT, PATTERN_AT_END);
	case '*':
	case '+':
	case '?':
	case '{':
		pattern_fail(parser, start, "there is nothing that '%c' could repeat", *start);
		return 0;
	default:
		return add_leaf(parser, PATTERN_CHARACTER, character);
	}
}

/* Reads a number; returns whether there is one. It is cut where it is too large anyway. */
static bool parse_number(struct pattern_parser *parser, uint32_t *number)
{
	const char *start = parser->at;

	for (*number = 0; *parser->at >= '0' && *parser->at <= '9'; parser->at++)
		if (*number <= PATTERN_MAX_REPEAT)
			*number = *number * 10 + (uint32_t)(*parser->at - '0');
	return parser->at > start;
}

/* Reads {2}, {2,}, {2,5} or {,5}; its '{' has been read. */
static void parse_interval(struct pattern_parser *parser, struct pattern_node *repeat)
{
	const char *start = parser->at - 1;
	bool has_min = parse_number(parser, &repeat->min);

	repeat->max = repeat->min;
	if (*parser->at == ',') {
		parser->at++;
		if (!parse_number(parser, &repeat->max))
			repeat->max = PATTERN_UNLIMITED;
	} else if (!has_min) {
		repeat->max = 0;
		parser->at = start;
	}
	if (*parser->at != '}' || repeat->min > repeat->max)
		pattern_fail(parser, start, "a repetition is written {2}, {2,} or {2,5}");
	else if (repeat->min > PATTERN_MAX_REPEAT ||
		 (repeat->max > PATTERN_MAX_REPEAT && repeat->max != PATTERN_UNLIMITED))
		pattern_fail(parser, start, "more than %d repetitions", PATTERN_MAX_REPEAT);
	else
		parser->at++;
}

static bool is_repetition(char sign)
{
	return sign == '*' || sign == '+' || sign == '?' || sign == '{';
}

/* Reads an atom and the repetitions after it. An assertion cannot be repeated. */
static uint32_t parse_repeat(struct pattern_parser *parser)
{
	uint32_t node = parse_atom(parser);
	char sign;

	while (!parser->reason && is_repetition(sign = *parser->at) &&
	       parser->nodes[node].kind != PATTERN_ASSERT) {
		struct pattern_node repeat = {
			.kind = PATTERN_REPEAT,
			.first = node,
			.min = sign == '+',
			.max = sign == '?' ? 1 : PATTERN_UNLIMITED,
		};

		parser->at++;
		if (sign == '{')
			parse_interval(parser, &repeat);
		node = add_node(parser, repeat);
	}
	return node;
}

static uint32_t parse_join(struct pattern_parser *parser)
{
	uint32_t node = add_leaf(parser, PATTERN_EMPTY, 0);

	while (!parser->reason && *parser->at && *parser->at != '|' &&
	       !(*parser->at == ')' && parser->depth)) {
		uint32_t next = parse_repeat(parser);

		node = add_node(parser, (struct pattern_node){
						.kind = PATTERN_JOIN,
						.first = node,
						.second = next,
					});
	}
	return node;
}

static uint32_t parse_either(struct pattern_parser *parser)
{
	uint32_t node = parse_join(parser);

	while (!parser->reason && *parser->at == '|') {
		uint32_t second;

		parser->at++;
		second = parse_join(parser);
		node = add_node(parser, (struct pattern_node){
						.kind = PATTERN_EITHER,
						.first = node,
						.second = second,
					});
	}
	return node;
}

uint32_t pattern_parse(struct pattern_parser *parser)
{
	parser->at = parser->text;
	if (strlen(parser->text) > PATTERN_MAX_LENGTH) {
		parser->reason = xasprintf("it is longer than %d bytes", PATTERN_MAX_LENGTH);
		return 0;
	}
	return parse_either(parser);
}
