// SPDX-License-Identifier: MIT
/*
 * A pattern's tree becomes a small program, and matching follows all ways through it at once, a character
 * at a time (K. Thompson, "Regular Expression Search Algorithm", CACM 11:6, 1968). No way is followed twice
 * for the same character, so the size of the program bounds the work for each.
 */
#include "profile/pattern.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "profile/pattern_parts.h"
#include "profile/xalloc.h"

#define MAX_SHOWN 60 /* bytes of a pattern in a message */

enum op {
	OP_CHARACTER, /* argument: the character */
	OP_ANY,
	OP_SET,	   /* argument: index of the set */
	OP_ASSERT, /* argument: enum pattern_assertion */
	OP_JUMP,   /* argument: where to */
	OP_SPLIT,  /* goes on with the next instruction, and with the argument's */
	OP_MATCH,
};

struct instruction {
	enum op op;
	uint32_t argument;
};

/* What matching needs besides the program. It is kept, since most texts are short. */
struct scratch {
	uint64_t *rounds; /* by instruction: the last round in which it was reached */
	uint64_t round;
	uint32_t *waiting; /* the instructions that wait for the next character */
	uint32_t *next;	   /* those that follow them */
	uint32_t *stack;
};

struct pattern {
	struct instruction *code;
	uint32_t nr, capacity;
	bool is_too_large;
	struct pattern_set *sets;
	uint32_t nr_sets;
	bool may_be_empty; /* then first is not used */
	uint64_t first[2]; /* the ASCII characters with which a match may begin, a bit each */
	struct scratch *scratch;
};

static uint32_t emit(struct pattern *pattern, enum op op, uint32_t argument)
{
	if (pattern->nr == PATTERN_MAX_SIZE) {
		pattern->is_too_large = true;
		return 0;
	}
	pattern->code =
		xgrow(pattern->code, pattern->nr, &pattern->capacity, sizeof(*pattern->code));
	pattern->code[pattern->nr] = (struct instruction){ .op = op, .argument = argument };
	return pattern->nr++;
}

static void generate(struct pattern *pattern, const struct pattern_node *nodes, uint32_t id);

static void generate_either(struct pattern *pattern, const struct pattern_node *nodes,
			    const struct pattern_node *node)
{
	uint32_t split = emit(pattern, OP_SPLIT, 0), jump;

	generate(pattern, nodes, node->first);
	jump = emit(pattern, OP_JUMP, 0);
	pattern->code[split].argument = pattern->nr;
	generate(pattern, nodes, node->second);
	pattern->code[jump].argument = pattern->nr;
}

/* Each repetition is written out: a{2,4} as aaa?a?, a{2,} as aaa*. */
static void generate_repeat(struct pattern *pattern, const struct pattern_node *nodes,
			    const struct pattern_node *node)
{
	bool is_endless = node->max == PATTERN_UNLIMITED;
	uint32_t nr_optional = is_endless ? 1 : node->max - node->min;

	for (uint32_t i = 0; i < node->min && !pattern->is_too_large; i++) {
		uint32_t before = pattern->nr;

		generate(pattern, nodes, node->first);
		if (pattern->nr == before) /* it matches nothing but the empty text */
			return;
	}
	for (uint32_t i = 0; i < nr_optional && !pattern->is_too_large; i++) {
		uint32_t split = emit(pattern, OP_SPLIT, 0);

		generate(pattern, nodes, node->first);
		if (is_endless)
			emit(pattern, OP_JUMP, split);
		pattern->code[split].argument = pattern->nr;
	}
}

static void generate(struct pattern *pattern, const struct pattern_node *nodes, uint32_t id)
{
	const struct pattern_node *node = &nodes[id];

	if (pattern->is_too_large)
		return;
	switch (node->kind) {
	case PATTERN_EMPTY:
		break;
	case PATTERN_CHARACTER:
		emit(pattern, OP_CHARACTER, node->first);
		break;
	case PATTERN_ANY:
		emit(pattern, OP_ANY, 0);
		break;
	case PATTERN_SET:
		emit(pattern, OP_SET, node->first);
		break;
	case PATTERN_ASSERT:
		emit(pattern, OP_ASSERT, node->first);
		break;
	case PATTERN_JOIN:
		generate(pattern, nodes, node->first);
		generate(pattern, nodes, node->second);
		break;
	case PATTERN_EITHER:
		generate_either(pattern, nodes, node);
		break;
	case PATTERN_REPEAT:
		generate_repeat(pattern, nodes, node);
		break;
	}
}

static bool holds(enum pattern_assertion assertion, uint32_t before, uint32_t after)
{
	bool is_word_before, is_word_after;

	if (assertion == PATTERN_AT_START)
		return before == PATTERN_NO_CHARACTER;
	if (assertion == PATTERN_AT_END)
		return after == PATTERN_NO_CHARACTER;
	is_word_before = pattern_is_word(before);
	is_word_after = pattern_is_word(after);
	switch (assertion) {
	case PATTERN_WORD_START:
		return !is_word_before && is_word_after;
	case PATTERN_WORD_END:
		return is_word_before && !is_word_after;
	case PATTERN_WORD_EDGE:
		return is_word_before != is_word_after;
	default:
		return is_word_before == is_word_after;
	}
}

/* One place in the text: between two characters. */
struct place {
	uint32_t before, after;
	bool holds_all; /* whatever is asserted: for compute_first() */
};

/*
 * Follows @start to instructions that wait for a character and were not reached in this round, and appends
 * these to @waiting. Returns whether the end of the program was reached.
 */
static bool follow(const struct pattern *pattern, uint32_t start, const struct place *place,
		   uint32_t *nr_waiting)
{
	struct scratch *scratch = pattern->scratch;
	uint32_t nr = 0;

	scratch->stack[nr++] = start;
	while (nr) {
		uint32_t id = scratch->stack[--nr];
		const struct instruction *instruction = &pattern->code[id];

		if (scratch->rounds[id] == scratch->round)
			continue;
		scratch->rounds[id] = scratch->round;
		switch (instruction->op) {
		case OP_MATCH:
			return true;
		case OP_JUMP:
			scratch->stack[nr++] = instruction->argument;
			break;
		case OP_SPLIT:
			scratch->stack[nr++] = instruction->argument;
			scratch->stack[nr++] = id + 1;
			break;
		case OP_ASSERT:
			if (place->holds_all || holds((enum pattern_assertion)instruction->argument,
						      place->before, place->after))
				scratch->stack[nr++] = id + 1;
			break;
		default:
			scratch->waiting[(*nr_waiting)++] = id;
		}
	}
	return false;
}

static bool accepts(const struct pattern *pattern, uint32_t id, uint32_t character)
{
	const struct instruction *instruction = &pattern->code[id];

	switch (instruction->op) {
	case OP_CHARACTER:
		return character == instruction->argument;
	case OP_SET:
		return pattern_set_has(&pattern->sets[instruction->argument], character);
	default:
		return true;
	}
}

/* Finds out with which characters a match can begin, so that others are passed over quickly. */
static void compute_first(struct pattern *pattern)
{
	const struct place place = { .holds_all = true };
	uint32_t nr_waiting = 0;

	pattern->scratch->round++;
	pattern->may_be_empty = follow(pattern, 0, &place, &nr_waiting);
	for (uint32_t i = 0; i < nr_waiting; i++)
		for (uint32_t character = 0; character < 128; character++)
			if (accepts(pattern, pattern->scratch->waiting[i], character))
				pattern->first[character / 64] |= UINT64_C(1) << (character % 64);
}

/* Returns the first place from @at on at which a match may begin. */
static const char *skip(const struct pattern *pattern, const char *at)
{
	while (*at && (unsigned char)*at < 128 &&
	       !(pattern->first[(unsigned char)*at / 64] >> ((unsigned char)*at % 64) & 1))
		at++;
	return at;
}

static uint32_t step(const struct pattern *pattern, uint32_t nr_waiting, uint32_t character)
{
	struct scratch *scratch = pattern->scratch;
	uint32_t nr_next = 0;

	for (uint32_t i = 0; i < nr_waiting; i++)
		if (accepts(pattern, scratch->waiting[i], character))
			scratch->next[nr_next++] = scratch->waiting[i] + 1;
	return nr_next;
}

bool pattern_matches(const struct pattern *pattern, const char *text)
{
	struct scratch *scratch = pattern->scratch;
	struct place place = { .before = PATTERN_NO_CHARACTER };
	uint32_t nr_next = 0;

	for (const char *at = text;;) {
		uint32_t nr_waiting = 0;
		unsigned int size = 0;

		if (!nr_next && !pattern->may_be_empty) {
			const char *begin = skip(pattern, at);

			if (begin > at)
				place.before = (unsigned char)begin[-1];
			at = begin;
		}
		place.after = *at ? pattern_decode(at, &size) : PATTERN_NO_CHARACTER;
		scratch->round++;
		for (uint32_t i = 0; i < nr_next; i++)
			if (follow(pattern, scratch->next[i], &place, &nr_waiting))
				return true;
		if (follow(pattern, 0, &place, &nr_waiting))
			return true;
		if (!*at)
			return false;
		nr_next = step(pattern, nr_waiting, place.after);
		place.before = place.after;
		at += size;
	}
}

static struct scratch *scratch_new(uint32_t nr)
{
	struct scratch *scratch = xcalloc(1, sizeof(*scratch));

	scratch->rounds = xcalloc(nr, sizeof(*scratch->rounds));
	scratch->waiting = xcalloc(nr, sizeof(*scratch->waiting));
	scratch->next = xcalloc(nr, sizeof(*scratch->next));
	/* Each instruction is followed once a round, to at most two others. */
	scratch->stack = xcalloc(2 * (size_t)nr + 1, sizeof(*scratch->stack));
	return scratch;
}

static void scratch_free(struct scratch *scratch)
{
	if (!scratch)
		return;
	free(scratch->rounds);
	free(scratch->waiting);
	free(scratch->next);
	free(scratch->stack);
	free(scratch);
}

struct pattern *pattern_new(const char *text, char **reason)
{
	struct pattern_parser parser = { .text = text };
	struct pattern *pattern = xcalloc(1, sizeof(*pattern));
	uint32_t root = pattern_parse(&parser);

	pattern->sets = parser.sets;
	pattern->nr_sets = parser.nr_sets;
	if (!parser.reason) {
		generate(pattern, parser.nodes, root);
		emit(pattern, OP_MATCH, 0);
	}
	free(parser.nodes);
	if (pattern->is_too_large)
		parser.reason = xasprintf("it is too large: with its repetitions written out "
					  "it has more than %d parts",
					  PATTERN_MAX_SIZE);
	*reason = parser.reason;
	if (parser.reason) {
		pattern_free(pattern);
		return NULL;
	}
	pattern->scratch = scratch_new(pattern->nr);
	compute_first(pattern);
	return pattern;
}

struct pattern *pattern_compile(const char *text, char **message)
{
	char *reason;
	struct pattern *pattern = pattern_new(text, &reason);
	bool is_long = strlen(text) > MAX_SHOWN;

	*message = NULL;
	if (pattern)
		return pattern;
	*message = xasprintf("bad regular expression '%.*s%s': %s", MAX_SHOWN, text,
			     is_long ? "..." : "", reason);
	free(reason);
	return NULL;
}

void pattern_free(struct pattern *pattern)
{
	if (!pattern)
		return;
	for (uint32_t i = 0; i < pattern->nr_sets; i++)
		free(pattern->sets[i].items);
	free(pattern->sets);
	free(pattern->code);
	scratch_free(pattern->scratch);
	free(pattern);
}
