// SPDX-License-Identifier: MIT
/*
 * Makes a document of libyaml's events. yaml_parser_load() does this, too, but the size of the file
 * does not limit its memory, and some files of a few hundred kilobytes take it minutes. Here
 * nesting is limited to MAX_DEPTH, the number of values is limited, and aliases are refused.
 */
#include "profile/util/yaml_compose.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "profile/util/xalloc.h"

#define MAX_DEPTH      8
#define MAX_NODES      (2u << 20) /* each takes about 150 bytes */
#define MAX_DIRECTIVES 8	  /* libyaml compares each %TAG line with all before it */

/* A list or mapping that has begun and has not ended. */
struct level {
	int node;
	int key; /* the key whose value is still missing, or 0 */
	bool is_mapping;
};

struct composing {
	yaml_document_t *document;
	struct level levels[MAX_DEPTH];
	uint32_t depth;
	uint32_t nr_nodes;
	uint32_t nr_documents;
	char *problem;
	yaml_mark_t mark;
};

static void fail(struct composing *composing, yaml_mark_t mark, char *problem)
{
	composing->problem = problem;
	composing->mark = mark;
}

/* Adds the new node @id to the list or mapping that contains it. */
static void attach(struct composing *composing, int id)
{
	struct level *level;
	int done = 1;

	if (!composing->depth)
		return;
	level = &composing->levels[composing->depth - 1];
	if (!level->is_mapping) {
		done = yaml_document_append_sequence_item(composing->document, level->node, id);
	} else if (!level->key) {
		level->key = id;
	} else {
		done = yaml_document_append_mapping_pair(composing->document, level->node,
							 level->key, id);
		level->key = 0;
	}
	if (!done)
		xalloc_fail();
}

static int add_node(struct composing *composing, const yaml_event_t *event)
{
	yaml_document_t *document = composing->document;
	yaml_node_t *node;
	int id;

	if (event->type == YAML_SCALAR_EVENT)
		id = yaml_document_add_scalar(document, NULL, event->data.scalar.value,
					      (int)event->data.scalar.length,
					      event->data.scalar.style);
	else if (event->type == YAML_SEQUENCE_START_EVENT)
		id = yaml_document_add_sequence(document, NULL, YAML_ANY_SEQUENCE_STYLE);
	else
		id = yaml_document_add_mapping(document, NULL, YAML_ANY_MAPPING_STYLE);
	if (!id)
		xalloc_fail();
	node = yaml_document_get_node(document, id);
	node->start_mark = event->start_mark;
	node->end_mark = event->end_mark;
	return id;
}

static void take_node(struct composing *composing, const yaml_event_t *event)
{
	int id;

	if (composing->nr_nodes == MAX_NODES) {
		fail(composing, event->start_mark,
		     xasprintf("more than %u values are in the file", MAX_NODES));
		return;
	}
	if (event->type != YAML_SCALAR_EVENT && composing->depth == MAX_DEPTH) {
		fail(composing, event->start_mark,
		     xasprintf("lists and keys are nested more than %d deep", MAX_DEPTH));
		return;
	}
	composing->nr_nodes++;
	id = add_node(composing, event);
	attach(composing, id);
	if (event->type != YAML_SCALAR_EVENT)
		composing->levels[composing->depth++] = (struct level){
			.node = id,
			.is_mapping = event->type == YAML_MAPPING_START_EVENT,
		};
}

static void take_event(struct composing *composing, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (composing->nr_documents++)
			fail(composing, event->start_mark,
			     xstrdup("a second document: only one is read"));
		break;
	case YAML_ALIAS_EVENT:
		fail(composing, event->start_mark, xstrdup("aliases (*name) are not read here"));
		break;
	case YAML_SCALAR_EVENT:
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		take_node(composing, event);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		composing->depth--;
		break;
	default:
		break;
	}
}

/* Returns the line with one directive too many, counted from 0, or -1. */
static int64_t find_last_directive(const char *text, size_t size)
{
	const char *end = text + size;
	int64_t line = 0;
	int nr = 0;

	for (const char *at = text; at && at < end; line++) {
		if (*at == '%' && ++nr > MAX_DIRECTIVES)
			return line;
		at = memchr(at, '\n', (size_t)(end - at));
		at = at ? at + 1 : NULL;
	}
	return -1;
}

static bool compose(struct composing *composing, yaml_parser_t *parser)
{
	bool is_end = false;

	while (!is_end && !composing->problem) {
		yaml_event_t event;

		if (!yaml_parser_parse(parser, &event))
			return false;
		is_end = event.type == YAML_STREAM_END_EVENT;
		take_event(composing, &event);
		yaml_event_delete(&event);
	}
	return !composing->problem;
}

bool yaml_compose(yaml_document_t *document, yaml_parser_t *parser, const char *text, size_t size,
		  char **problem, yaml_mark_t *mark)
{
	struct composing composing = { .document = document };
	int64_t directive = find_last_directive(text, size);
	bool is_done = false;

	if (!yaml_document_initialize(document, NULL, NULL, NULL, 1, 1))
		xalloc_fail();
	yaml_parser_set_input_string(parser, (const unsigned char *)text, size);
	yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
	if (directive < 0)
		is_done = compose(&composing, parser);
	else
		fail(&composing, (yaml_mark_t){ .line = (size_t)directive },
		     xasprintf("more than %d lines begin with '%%'", MAX_DIRECTIVES));
	*problem = composing.problem;
	*mark = composing.mark;
	if (!is_done)
		yaml_document_delete(document);
	return is_done;
}
