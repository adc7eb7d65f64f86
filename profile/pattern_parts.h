/* SPDX-License-Identifier: MIT */
/*
 * What the parts of pattern.h share: pattern_parse.c makes a tree of the text, pattern.c makes
 * instructions of the tree and runs them, pattern_set.c has sets of characters such as [a-z].
 */
#ifndef SCPROF_PROFILE_PATTERN_PARTS_H
#define SCPROF_PROFILE_PATTERN_PARTS_H

#include <stdbool.h>
#include <stdint.h>
#include <wctype.h>

#define PATTERN_NO_CHARACTER UINT32_MAX /* before the first and after the last one */
#define PATTERN_MAX_REPEAT   32767	/* as in the C library */
#define PATTERN_UNLIMITED    UINT32_MAX

enum pattern_assertion {
	PATTERN_AT_START,
	PATTERN_AT_END,
	PATTERN_WORD_START,
	PATTERN_WORD_END,
	PATTERN_WORD_EDGE,
	PATTERN_NO_WORD_EDGE,
};

enum pattern_node_kind {
	PATTERN_EMPTY,
	PATTERN_CHARACTER, /* first: the character */
	PATTERN_ANY,
	PATTERN_SET,	/* first: index of the set */
	PATTERN_ASSERT, /* first: enum pattern_assertion */
	PATTERN_JOIN,	/* first, then second */
	PATTERN_EITHER, /* first or second */
	PATTERN_REPEAT, /* first, from min to max times */
};

struct pattern_node {
	enum pattern_node_kind kind;
	uint32_t first, second; /* indices of nodes, unless said otherwise above */
	uint32_t min, max;	/* max may be PATTERN_UNLIMITED */
};

struct pattern_item {
	uint32_t low, high;
	wctype_t class; /* if not 0, the item is all characters of this class instead */
};

struct pattern_set {
	uint64_t ascii[2]; /* the answers for characters below 128, a bit each */
	struct pattern_item *items;
	uint32_t nr_items, items_capacity;
	bool is_negated;
};

/* A text on its way to a tree. */
struct pattern_parser {
	const char *text;
	const char *at;
	uint32_t depth; /* of the group that is being read */
	char *reason;	/* of the first error, else NULL */
	struct pattern_node *nodes;
	uint32_t nr_nodes, nodes_capacity;
	struct pattern_set *sets;
	uint32_t nr_sets, sets_capacity;
};

/* Returns the character at @text, which must not be at its end, and its size in *@size. */
uint32_t pattern_decode(const char *text, unsigned int *size);
bool pattern_is_word(uint32_t character);

/* Returns the index of the root. If an error occurs, parser->reason is set. The caller frees nodes and sets. */
uint32_t pattern_parse(struct pattern_parser *parser);
/* Keeps the first error; @at is the place in the text that it is about. */
void pattern_fail(struct pattern_parser *parser, const char *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Reads a set whose '[' has just been read. Returns its index. */
uint32_t pattern_parse_set(struct pattern_parser *parser);
/* Returns the index of a new set for @letter of \w, \W, \s or \S. */
uint32_t pattern_add_class(struct pattern_parser *parser, char letter);
bool pattern_set_has(const struct pattern_set *set, uint32_t character);

#endif
