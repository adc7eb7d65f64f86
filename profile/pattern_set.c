// SPDX-License-Identifier: MIT
/*
 * Sets of characters: [a-z], [^[:space:]], \w. The answers for ASCII are computed once.
 * The grammar is that of regex(7), as the C library reads it in the C locale.
 */
#include <stdlib.h>
#include <string.h>

#include "profile/pattern_parts.h"
#include "profile/xalloc.h"

#define MAX_CLASS_NAME 16
#define FIRST_BAD_BYTE 0x110000u /* behind Unicode's last: a byte that is not UTF-8 */

/* RFC 3629: the least character of each length, so that there is one way to write each. */
static uint32_t decode_tail(const char *text, unsigned int size)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t character = (unsigned char)text[0] & (0x7fu >> size);

	for (unsigned int i = 1; i < size; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return PATTERN_NO_CHARACTER;
		character = character << 6 | ((unsigned char)text[i] & 0x3f);
	}
	return character >= least[size] && character < FIRST_BAD_BYTE ? character
								      : PATTERN_NO_CHARACTER;
}

uint32_t pattern_decode(const char *text, unsigned int *size)
{
	unsigned char first = (unsigned char)*text;
	uint32_t character = PATTERN_NO_CHARACTER;

	*size = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf8 ? 4 : 1;
	if (first < 0x80)
		return first;
	if (*size > 1)
		character = decode_tail(text, *size);
	if (character != PATTERN_NO_CHARACTER)
		return character;
	*size = 1;
	return FIRST_BAD_BYTE + first;
}

static bool is_in_class(uint32_t character, wctype_t class)
{
	return character < FIRST_BAD_BYTE && iswctype((wint_t)character, class);
}

bool pattern_is_word(uint32_t character)
{
	return character == '_' || is_in_class(character, wctype("alnum"));
}

static bool compute(const struct pattern_set *set, uint32_t character)
{
	for (uint32_t i = 0; i < set->nr_items; i++) {
		const struct pattern_item *item = &set->items[i];

		if (item->class ? is_in_class(character, item->class)
				: character >= item->low && character <= item->high)
			return !set->is_negated;
	}
	return set->is_negated;
}

bool pattern_set_has(const struct pattern_set *set, uint32_t character)
{
	if (character < 128)
		return set->ascii[character / 64] >> (character % 64) & 1;
	return compute(set, character);
}

static void add_item(struct pattern_set *set, struct pattern_item item)
{
	set->items = xgrow(set->items, set->nr_items, &set->items_capacity, sizeof(*set->items));
	set->items[set->nr_items++] = item;
}

static uint32_t add_set(struct pattern_parser *parser, struct pattern_set set)
{
	for (uint32_t character = 0; character < 128; character++)
		if (compute(&set, character))
			set.ascii[character / 64] |= UINT64_C(1) << (character % 64);
	parser->sets =
		xgrow(parser->sets, parser->nr_sets, &parser->sets_capacity, sizeof(*parser->sets));
	parser->sets[parser->nr_sets] = set;
	return parser->nr_sets++;
}

uint32_t pattern_add_class(struct pattern_parser *parser, char letter)
{
	struct pattern_set set = { .is_negated = letter == 'W' || letter == 'S' };

	if (letter == 'w' || letter == 'W') {
		add_item(&set, (struct pattern_item){ .class = wctype("alnum") });
		add_item(&set, (struct pattern_item){ .low = '_', .high = '_' });
	} else {
		add_item(&set, (struct pattern_item){ .class = wctype("space") });
	}
	return add_set(parser, set);
}

/* Reads a character, or one as [.x.] or [=x=]. */
static uint32_t read_character(struct pattern_parser *parser)
{
	const char *start = parser->at;
	unsigned int size;
	uint32_t character;
	char sign = start[0] == '[' && (start[1] == '.' || start[1] == '=') ? start[1] : '\0';

	if (sign)
		parser->at += 2;
	if (!*parser->at)
		return 0;
	character = pattern_decode(parser->at, &size);
	parser->at += size;
	if (sign && (parser->at[0] != sign || parser->at[1] != ']')) {
		pattern_fail(parser, start, "[%c and %c] must be around one character", sign, sign);
		return 0;
	}
	if (sign)
		parser->at += 2;
	return character;
}

/* Reads [:name:], of which two characters have not been read yet. */
static void read_class(struct pattern_parser *parser, struct pattern_set *set)
{
	const char *start = parser->at, *end = strstr(start, ":]");
	char name[MAX_CLASS_NAME] = "";
	size_t length = end ? (size_t)(end - start - 2) : 0;
	wctype_t class = 0;

	if (length < sizeof(name)) {
		memcpy(name, start + 2, length);
		class = wctype(name);
	}
	if (!class) {
		pattern_fail(parser, start, "it is not a class such as [:alpha:]");
		return;
	}
	add_item(set, (struct pattern_item){ .class = class });
	parser->at = end + 2;
}

/* A '-' that is neither first nor last must be between the ends of a range. */
static bool is_stray_hyphen(const struct pattern_parser *parser, bool is_first)
{
	return !is_first && parser->at[0] == '-' && parser->at[1] != ']';
}

static void read_item(struct pattern_parser *parser, struct pattern_set *set, bool is_first)
{
	const char *start = parser->at;
	struct pattern_item item = { 0 };

	if (start[0] == '[' && start[1] == ':') {
		read_class(parser, set);
		return;
	}
	if (is_stray_hyphen(parser, is_first)) {
		pattern_fail(parser, start, "a '-' must be first, last, or between two characters");
		return;
	}
	item.low = item.high = read_character(parser);
	if (parser->at[0] == '-' && parser->at[1] && parser->at[1] != ']') {
		parser->at++;
		if (parser->at[0] == '[' && parser->at[1] == ':') {
			pattern_fail(parser, start, "a range ends with a character, not a class");
			return;
		}
		item.high = read_character(parser);
	}
	if (item.high < item.low)
		pattern_fail(parser, start, "the range ends before it begins");
	add_item(set, item);
}

uint32_t pattern_parse_set(struct pattern_parser *parser)
{
	const char *start = parser->at - 1;
	struct pattern_set set = { 0 };
	bool is_first = true;

	if (*parser->at == '^') {
		set.is_negated = true;
		parser->at++;
	}
	while (!parser->reason && *parser->at && (is_first || *parser->at != ']')) {
		read_item(parser, &set, is_first);
		is_first = false;
	}
	if (*parser->at == ']')
		parser->at++;
	else
		pattern_fail(parser, start, "no ] closes this [");
	return add_set(parser, set);
}
