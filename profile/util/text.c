// SPDX-License-Identifier: MIT
/*
 * Escapes and validates UTF-8 text, and measures its width. The decoder accepts exactly what RFC
 * 3629 allows: no overlong form, no surrogate, nothing above U+10FFFF.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "profile/util/text.h"
#include "profile/util/xalloc.h"

#define MAX_ACCENTS 4 /* on one letter; more would cover the lines around it */

/* Returns how many bytes the character at @text takes; 0 if it is not valid. */
static unsigned int decode(const char *text, uint32_t *character)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *byte = (const unsigned char *)text;
	unsigned int length = byte[0] < 0x80 ? 1 : byte[0] < 0xe0 ? 2 : byte[0] < 0xf0 ? 3 : 4;

	if (length == 1) {
		*character = byte[0];
		return 1;
	}
	if (byte[0] < 0xc2 || byte[0] > 0xf4)
		return 0;
	*character = byte[0] & (0xff >> (length + 1));
	for (unsigned int i = 1; i < length; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
		*character = *character << 6 | (byte[i] & 0x3f);
	}
	if (*character < least[length] || *character > 0x10ffff)
		return 0;
	return *character >= 0xd800 && *character <= 0xdfff ? 0 : length;
}

struct range {
	uint32_t first, last;
};

/*
 * Returns true for control characters and for what makes text look like other text: characters that
 * change its direction (UAX #9), line separators, invisible characters that are not accents, and
 * tags.
 */
static bool is_unsafe(uint32_t character)
{
	static const struct range ranges[] = {
		{ 0x00, 0x1f },	    { 0x7f, 0x9f },	  { 0xad, 0xad },     { 0x61c, 0x61c },
		{ 0x115f, 0x1160 }, { 0x180e, 0x180e },	  { 0x200b, 0x200f }, { 0x2028, 0x202e },
		{ 0x2060, 0x206f }, { 0x3164, 0x3164 },	  { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 },
		{ 0xfff9, 0xfffb }, { 0xe0000, 0xe0fff },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		if (character >= ranges[i].first && character <= ranges[i].last)
			return true;
	}
	return false;
}

static char *append_hex(char *out, const char *bytes, unsigned int nr)
{
	static const char digits[] = "0123456789abcdef";

	for (unsigned int i = 0; i < nr; i++) {
		*out++ = '\\';
		*out++ = 'x';
		*out++ = digits[(unsigned char)bytes[i] >> 4];
		*out++ = digits[(unsigned char)bytes[i] & 15];
	}
	return out;
}

static unsigned int character_width(uint32_t character)
{
	int width = character < 0x80 ? 1 : wcwidth((wchar_t)character);

	return width < 0 ? 1 : (unsigned int)width;
}

/* Escapes unsafe characters, all characters from @limit on, and @also unless it is 0. */
static char *escape(const char *text, uint32_t limit, char also)
{
	char *result = xreallocarray(NULL, strlen(text) + 1, 4);
	unsigned int nr_accents = 0;
	char *out = result;

	while (*text) {
		uint32_t character;
		unsigned int length = decode(text, &character);
		bool is_accent = length && !character_width(character);

		nr_accents = is_accent ? nr_accents + 1 : 0;
		if (!length || is_unsafe(character) || character >= limit ||
		    nr_accents > MAX_ACCENTS || (also && *text == also)) {
			length = length ? length : 1;
			out = append_hex(out, text, length);
		} else {
			out = mempcpy(out, text, length);
		}
		text += length;
	}
	*out = '\0';
	return result;
}

char *text_escape(const char *text)
{
	return escape(text, UINT32_MAX, '\0');
}

char *text_escape_ascii(const char *text)
{
	return escape(text, 0x80, '\0');
}

char *text_escape_folded(const char *text)
{
	return escape(text, UINT32_MAX, ';');
}

unsigned int text_width(const char *text)
{
	unsigned int width = 0;

	while (*text) {
		uint32_t character;
		unsigned int length = decode(text, &character);

		width += length ? character_width(character) : 1;
		text += length ? length : 1;
	}
	return width;
}

/* Moves *@text over one character and returns its columns. */
static unsigned int step(const char **text)
{
	uint32_t character;
	unsigned int length = decode(*text, &character);

	*text += length ? length : 1;
	return length ? character_width(character) : 1;
}

/* Returns how many bytes at the start of @text take at most @width columns. */
static size_t front_size(const char *text, unsigned int width)
{
	const char *end = text, *next = text;
	unsigned int used = 0;

	while (*next) {
		used += step(&next);
		if (used > width)
			break;
		end = next;
	}
	return (size_t)(end - text);
}

static const char *ellipsis(bool utf8)
{
	return utf8 ? "\xe2\x80\xa6" : "~";
}

char *text_shorten(const char *text, unsigned int width, bool utf8)
{
	if (text_width(text) <= width)
		return xstrdup(text);
	if (width == 0)
		return xstrdup("");
	return xasprintf("%.*s%s", (int)front_size(text, width - 1), text, ellipsis(utf8));
}

char *text_elide(const char *text, unsigned int width, bool utf8)
{
	unsigned int whole = text_width(text);
	const char *tail = text;
	unsigned int front;

	if (whole <= width)
		return xstrdup(text);
	if (width < 3)
		return text_shorten(text, width, utf8);
	front = width / 2;
	while (whole > width - 1 - front)
		whole -= step(&tail);
	if (!strncmp(tail, ellipsis(utf8),
		     strlen(ellipsis(utf8)))) /* an ellipsis of text_brief() */
		tail += strlen(ellipsis(utf8));
	return xasprintf("%.*s%s%s", (int)front_size(text, front), text, ellipsis(utf8), tail);
}

/* Returns the bracket that closes the one at @open, or NULL. */
static const char *closing(const char *open)
{
	unsigned int depth = 0;

	for (const char *at = open; *at; at++) {
		bool is_arrow = *at == '>' && at[-1] == '-';

		if (*at == '(' || *at == '<')
			depth++;
		else if ((*at == ')' || (*at == '>' && !is_arrow)) && --depth == 0)
			return (*at == ')') == (*open == '(') ? at : NULL;
	}
	return NULL;
}

/* Returns true if the bracket at @at, in @text, follows a name that is not `operator`. */
static bool follows_name(const char *text, const char *at)
{
	static const char operator[] = "operator";
	size_t length = sizeof(operator) - 1;
	char before = at > text ? at[-1] : ' ';

	if ((size_t)(at - text) >= length && !memcmp(at - length, operator, length))
		return false;
	if (at - text > 1 && !memcmp(at - 2, "()", 2)) /* operator()(int) */
		return true;
	return before == '_' || before == '>' || before == ']' || before == '~' ||
	       (before >= '0' && before <= '9') ||
	       ((before | 0x20) >= 'a' && (before | 0x20) <= 'z');
}

char *text_brief(const char *text, bool utf8)
{
	char *brief = xmalloc(strlen(text) + 1);
	char *out = brief;

	for (const char *at = text; *at; at++) {
		const char *end = NULL;

		if ((*at == '(' || *at == '<') && follows_name(text, at))
			end = closing(at);
		*out++ = *at;
		if (!end || (size_t)(end - at) <= strlen(ellipsis(utf8)) + 1)
			continue;
		out = stpcpy(out, ellipsis(utf8));
		at = end;
		*out++ = *at;
	}
	*out = '\0';
	return brief;
}

const char *text_basename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}
