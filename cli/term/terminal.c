// SPDX-License-Identifier: MIT
/*
 * The terminal's size comes from the kernel (ioctl_tty(2)), else from COLUMNS and LINES, else it is
 * 80 by 24. Colours follow the convention of no-color.org. Only SGR sequences are used, which every
 * terminal since the VT100 has.
 */
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/term/terminal.h"
#include "profile/util/text.h"

#define LEAST_WIDTH    20
#define GREATEST_WIDTH 1000

const char *const color_mode_names[NR_COLOR_MODES] = { "auto", "always", "never" };

/*
 * Returns the size that the kernel knows, else that of the environment variable, else @otherwise.
 */
static unsigned int find_size(unsigned int known, const char *variable, unsigned int otherwise)
{
	const char *value = getenv(variable);
	int number = value ? atoi(value) : 0;

	return known ? known : number > 0 ? (unsigned int)number : otherwise;
}

static void find_sizes(struct terminal *terminal, int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size))
		size = (struct winsize){ 0 };
	terminal->width = find_size(size.ws_col, "COLUMNS", 80);
	terminal->height = find_size(size.ws_row, "LINES", 24);
	if (terminal->width < LEAST_WIDTH)
		terminal->width = LEAST_WIDTH;
	if (terminal->width > GREATEST_WIDTH)
		terminal->width = GREATEST_WIDTH;
}

static bool wants_color(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return !(no_color && *no_color) && !(term && !strcmp(term, "dumb"));
}

void terminal_set_locale(void)
{
	static bool is_set;

	if (!is_set)
		setlocale(LC_CTYPE, "");
	is_set = true;
}

void terminal_init(struct terminal *terminal, FILE *stream, enum color_mode mode)
{
	int fd = fileno(stream);
	bool is_terminal = fd >= 0 && isatty(fd);

	terminal_set_locale();
	*terminal = (struct terminal){ 0 };
	if (is_terminal)
		find_sizes(terminal, fd);
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

char *terminal_fit(const struct terminal *terminal, const char *text, unsigned int room)
{
	bool is_ascii = terminal->width && !terminal->has_utf8;
	char *escaped = is_ascii ? text_escape_ascii(text) : text_escape(text);
	char *brief = NULL, *fit;

	if (room && text_width(escaped) > room)
		brief = text_brief(escaped, terminal->has_utf8);
	fit = text_elide(brief ? brief : escaped, room ? room : TERMINAL_LONGEST,
			 terminal->has_utf8);
	free(brief);
	free(escaped);
	return fit;
}
