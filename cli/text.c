// SPDX-License-Identifier: MIT
/*
 * Escaping, validation and width of UTF-8 text. The decoder accepts exactly what RFC 3629 allows:
 * no overlong form, no surrogate, nothing above U+10FFFF.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "cli/text.h"
#include "profile/xalloc.h"

/* Returns how many bytes the character at @text takes, 0 when it is not valid. */
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

/* Controls, and the characters with which text can be made to look like other text. */
static bool is_unsafe(uint32_t character)
{
	return character < 0x20 || (character >= 0x7f && character < 0xa0) || character == 0x200e ||
	       character == 0x200f || (character >= 0x2028 && character <= 0x202e) ||
	       (character >= 0x2066 && character <= 0x2069) || character == 0xfeff;
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

static char *escape(const char *text, char also)
{
	char *result = xreallocarray(NULL, strlen(text) + 1, 4);
	char *out = result;

	while (*text) {
		uint32_t character;
		unsigned int length = decode(text, &character);

		if (!length || is_unsafe(character) || (also && *text == also)) {
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
	return escape(text, '\0');
}

char *text_escape_folded(const char *text)
{
	return escape(text, ';');
}

static unsigned int character_width(uint32_t character)
{
	int width = character < 0x80 ? 1 : wcwidth((wchar_t)character);

	return width < 0 ? 1 : (unsigned int)width;
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

char *text_shorten(const char *text, unsigned int width, bool utf8)
{
	const char *end = text;
	unsigned int used = 0;

	if (text_width(text) <= width)
		return xstrdup(text);
	if (width == 0)
		return xstrdup("");
	for (;;) {
		uint32_t character;
		unsigned int length = decode(end, &character);
		unsigned int columns = length ? character_width(character) : 1;

		if (used + columns > width - 1)
			break;
		used += columns;
		end += length ? length : 1;
	}
	return xasprintf("%.*s%s", (int)(end - text), text, utf8 ? "\xe2\x80\xa6" : "~");
}

const char *text_basename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}
