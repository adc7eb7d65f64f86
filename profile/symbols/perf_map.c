// SPDX-License-Identifier: MIT
/*
 * One pass over the file notes, for each address that is asked for, the position of the last line
 * that covers it. Only these lines are read again and become names. So the memory does not depend
 * on the file, and the work for lines that cover many addresses is limited.
 */
#include "profile/symbols/perf_map.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "profile/util/sorted.h"
#include "profile/util/xalloc.h"

#define MAX_NAME  1024
#define MAX_TEXT  (MAX_NAME + 64) /* bytes of a line that are read */
#define MAX_HITS  (1u << 24)	  /* addresses covered, in all lines together */
#define MAX_LINE  2147483647	  /* of a source file */
#define ANONYMOUS "[anon]"

struct question {
	uint64_t address;
	uint32_t frame;
	bool has_answer;
	off_t answer; /* position of the line, or none */
};

struct questions {
	struct question *list; /* by address */
	uint32_t nr;
	uint32_t capacity;
	uint32_t nr_hits;
};

bool perf_map_wants(const struct profile *profile, uint32_t frame)
{
	const struct mapping *mapping = &profile->mappings[profile->frames[frame].mapping];

	return profile->frames[frame].mapping && !profile->frames[frame].nr_lines &&
	       !strcmp(string_table_get(&profile->strings, mapping->path), ANONYMOUS);
}

static int compare_questions(const void *a, const void *b)
{
	const struct question *x = a, *y = b;

	return (x->address > y->address) - (x->address < y->address);
}

static void ask(struct questions *questions, const struct profile *profile, uint32_t first)
{
	for (uint32_t frame = first; frame < profile->nr_frames; frame++) {
		if (!perf_map_wants(profile, frame))
			continue;
		questions->list = xgrow(questions->list, questions->nr, &questions->capacity,
					sizeof(*questions->list));
		questions->list[questions->nr++] = (struct question){
			.address = profile_frame_address(profile, frame),
			.frame = frame,
		};
	}
	if (questions->nr)
		qsort(questions->list, questions->nr, sizeof(*questions->list), compare_questions);
}

/* Parses "7f0012345000 1a0 name". Returns the name, or NULL. */
static const char *parse(const char *line, uint64_t *start, uint64_t *size)
{
	char *end;

	if (!isxdigit((unsigned char)*line))
		return NULL;
	*start = strtoull(line, &end, 16);
	if (*end != ' ' || !isxdigit((unsigned char)end[1]))
		return NULL;
	*size = strtoull(end + 1, &end, 16);
	return *end == ' ' && end[1] ? end + 1 : NULL;
}

static void answer(struct questions *questions, const char *line, off_t at)
{
	uint64_t start, size;

	if (!parse(line, &start, &size))
		return;
	for (size_t i = SORTED_COUNT_BELOW(questions->list, questions->nr, address, start);
	     i < questions->nr && questions->list[i].address - start < size; i++) {
		questions->list[i].has_answer = true;
		questions->list[i].answer = at;
		questions->nr_hits++;
	}
}

/*
 * Reads a line and stores its beginning in @line. Returns the number of bytes in the whole line; 0
 * at the end.
 */
static off_t read_line(FILE *file, char line[static MAX_TEXT])
{
	off_t length = 0;
	int byte;

	while (length < PERF_MAP_MAX_SIZE && (byte = getc_unlocked(file)) != EOF) {
		if (length < MAX_TEXT - 1)
			line[length] = (char)byte;
		length++;
		if (byte == '\n')
			break;
	}
	line[length < MAX_TEXT - 1 ? length : MAX_TEXT - 1] = '\0';
	return length;
}

static void read_file(struct questions *questions, FILE *file)
{
	char line[MAX_TEXT];
	off_t at = 0, length;

	while (questions->nr_hits < MAX_HITS && at < PERF_MAP_MAX_SIZE &&
	       (length = read_line(file, line)) > 0) {
		answer(questions, line, at);
		at += length;
	}
}

/*
 * Cuts "/src/a.js:4:19" or "/src/a.py" off the end of @name and returns it; NULL if there is none.
 * Stores the line, or 0. node writes "JS:*read /src/a.js:4:19", and Python "py::read:/src/a.py".
 */
static char *cut_place(char *name, uint32_t *line)
{
	char *place = strrchr(name, ' '), *colon;
	unsigned long number;

	*line = 0;
	if (!strncmp(name, "py::", 4) && (place = strstr(name + 4, ":/"))) {
		*place = '\0';
		return place + 1;
	}
	if (!place || place == name || !(colon = strrchr(place, ':')) || !isdigit(colon[1]))
		return NULL;
	*colon = '\0';
	if ((colon = strrchr(place, ':')) && isdigit(colon[1]))
		*colon = '\0';
	else
		return NULL;
	number = strtoul(colon + 1, NULL, 10);
	*line = number <= MAX_LINE ? (uint32_t)number : 0;
	*place = '\0';
	return place + 1;
}

/*
 * Removes the character of the compiler from a name such as "JS:*read". If a better compiler
 * compiles a function again, it is still the same function.
 */
static void cut_tier(char *name)
{
	if (!strncmp(name, "JS:", 3) && name[3] && strchr("~^*+", name[3]))
		memmove(name + 3, name + 4, strlen(name + 4) + 1);
}

static bool name_frame(struct profile *profile, const struct question *question, int fd)
{
	char text[MAX_TEXT], whole[MAX_TEXT], *place;
	ssize_t size = pread(fd, text, sizeof(text) - 1, question->answer);
	struct function function = { .name = 0 };
	struct line line;
	uint64_t start, length;
	const char *name;

	if (size <= 0)
		return false;
	text[size] = '\0';
	text[strcspn(text, "\n")] = '\0';
	name = parse(text, &start, &length);
	/* Check again: another process may have written to the file. */
	if (!name || question->address - start >= length)
		return false;
	strcpy(whole, name);
	place = cut_place(whole, &line.line);
	function.file = place ? string_table_intern(&profile->strings, place) : 0;
	if (!place)
		strcpy(whole, name);
	cut_tier(whole);
	function.name = string_table_intern(&profile->strings, whole);
	function.system_name = string_table_intern(&profile->strings, name);
	function.start_line = line.line;
	line.function = profile_intern_function(profile, &function);
	profile_set_lines(profile, question->frame, &line, 1);
	return true;
}

uint32_t perf_map_name_frames(struct profile *profile, uint32_t first, int fd)
{
	struct questions questions = { .nr = 0 };
	FILE *file = NULL;
	uint32_t nr_named = 0;
	int copy;

	ask(&questions, profile, first);
	copy = questions.nr ? dup(fd) : -1;
	if (copy >= 0)
		file = fdopen(copy, "r");
	if (file) {
		read_file(&questions, file);
		fclose(file);
	} else if (copy >= 0) {
		close(copy);
	}
	for (uint32_t i = 0; i < questions.nr; i++)
		nr_named +=
			questions.list[i].has_answer && name_frame(profile, &questions.list[i], fd);
	free(questions.list);
	return nr_named;
}
