// SPDX-License-Identifier: MIT
/*
 * The program of the session in README.md. It copies lines to a file, in a way that is easy to write
 * and that looks bad in a profile: it reads byte by byte and syncs after each line.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* Finds the words in the first place that has them. */
static int open_words(void)
{
	const char *places[] = { "words", "/usr/local/etc/services", "/etc/services" };
	int fd = -1;

	for (int i = 0; fd < 0 && i < 3; i++)
		fd = open(places[i], O_RDONLY);
	return fd;
}

static int read_line(int fd, char *line, int size)
{
	int length = 0;

	while (length < size && read(fd, &line[length], 1) == 1)
		if (line[length++] == '\n')
			break;
	return length;
}

static void save(int fd, const char *line, int length)
{
	write(fd, line, length);
	fdatasync(fd);
}

int main(void)
{
	int words = open_words();
	int notes = open("saved", O_CREAT | O_TRUNC | O_WRONLY, 0600);
	char line[80];
	int length;

	while ((length = read_line(words, line, sizeof(line))))
		save(notes, line, length);
	puts("saved");
}
