/* SPDX-License-Identifier: MIT */
/*
 * Behaves differently in each run: reads a number from the file `n` (0 if there is none), adds 1
 * and writes it back. From the second run on, `later` makes one call. `often` makes as many getppid
 * calls as the number says. Copies standard input to standard output. Exits with 5 if the number
 * equals the argument.
 */
#include <fcntl.h>

#include "tests/live/tracee.h"

static NOINLINE int next_number(void)
{
	char text[32] = "";
	int fd = open("n", O_RDWR | O_CREAT, 0600), number;

	CHECK(fd >= 0 && read(fd, text, sizeof(text) - 1) >= 0);
	number = atoi(text) + 1;
	snprintf(text, sizeof(text), "%d", number);
	CHECK(pwrite(fd, text, strlen(text), 0) == (ssize_t)strlen(text));
	close(fd);
	return number;
}

static NOINLINE void often(int nr)
{
	for (int i = 0; i < nr; i++)
		getppid();
	BARRIER();
}

static NOINLINE void later(void)
{
	getpgrp();
	BARRIER();
}

static NOINLINE void copy_input(void)
{
	char buffer[256];
	ssize_t got;

	while ((got = read(STDIN_FILENO, buffer, sizeof(buffer))) > 0)
		CHECK(write(STDOUT_FILENO, buffer, (size_t)got) == got);
}

int main(int argc, char **argv)
{
	int number = next_number();

	often(number);
	copy_input();
	if (number > 1)
		later();
	return number == argument(argc, argv, 1, 0) ? 5 : 0;
}
