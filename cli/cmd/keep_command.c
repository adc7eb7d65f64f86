// SPDX-License-Identifier: MIT
/*
 * The text is what a user would type in a shell. Only words that a shell would change are quoted.
 */
#include "cli/cmd/keep_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/util/xalloc.h"

static void put_word(FILE *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789%+,-./:=@_";

	if (*word && !word[strspn(word, plain)]) {
		fprintf(out, " %s", word);
		return;
	}
	fputs(" '", out);
	for (; *word; word++) {
		if (*word == '\'')
			fputs("'\\''", out);
		else
			fputc(*word, out);
	}
	fputc('\'', out);
}

static void put_update(FILE *out, const struct keep_command *command)
{
	const struct judged_run *run = command->run;

	fputs("scprof baseline update", out);
	if (run->argv && run->nr_runs > 1)
		fprintf(out, " --runs %u", run->nr_runs);
	fputs(" -o", out);
	put_word(out, command->baseline);
	if (!run->argv) {
		put_word(out, command->profile);
		return;
	}
	fputs(" --", out);
	for (char *const *word = run->argv; *word; word++)
		put_word(out, *word);
}

char *keep_command_text(const struct keep_command *command)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		xalloc_fail();
	if (command->is_copy) {
		fputs("cp", out);
		put_word(out, command->profile);
		put_word(out, command->baseline);
	} else {
		put_update(out, command);
	}
	if (fclose(out))
		xalloc_fail();
	return text;
}
