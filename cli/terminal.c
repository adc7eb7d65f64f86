// SPDX-License-Identifier: MIT
/*
 * The terminal's size from the kernel (ioctl_tty(2)), else COLUMNS, else 80; colours by the
 * convention of no-color.org. Only SGR sequences are used, which every terminal since the VT100 has.
 */
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/terminal.h"

#define LEAST_WIDTH    20
#define GREATEST_WIDTH 1000

const char *const color_mode_names[NR_COLOR_MODES] = { "auto", "always", "never" };

static unsigned int find_width(int fd)
{
	struct winsize size;
	const char *columns = getenv("COLUMNS");
	unsigned long width = 80;

	if (!ioctl(fd, TIOCGWINSZ, &size) && size.ws_col)
		width = size.ws_col;
	else if (columns && atoi(columns) > 0)
		width = (unsigned long)atoi(columns);
	if (width < LEAST_WIDTH)
		return LEAST_WIDTH;
	return width > GREATEST_WIDTH ? GREATEST_WIDTH : (unsigned int)width;
}

static bool wants_color(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return !(no_color && *no_color) && !(term && !strcmp(term, "dumb"));
}

void terminal_init(struct terminal *terminal, FILE *stream, enum color_mode mode)
{
	int fd = fileno(stream);
	bool is_terminal = fd >= 0 && isatty(fd);

	terminal->width = is_terminal ? find_width(fd) : 0;
	terminal->has_utf8 = is_terminal && !strcmp(nl_langinfo(CODESET), "UTF-8");
	terminal->has_color =
		mode == COLOR_ALWAYS || (mode == COLOR_AUTO && is_terminal && wants_color());
}

const char *terminal_style(const struct terminal *terminal, enum style style)
{
	static const char *const sequences[] = {
		[STYLE_PLAIN] = "\033[0m", [STYLE_BOLD] = "\033[1m",   [STYLE_DIM] = "\033[2m",
		[STYLE_BAD] = "\033[31m",  [STYLE_HOT] = "\033[1;35m",
	};

	return terminal->has_color ? sequences[style] : "";
}
