/* SPDX-License-Identifier: MIT */
/*
 * From the text of a YAML file, which may be hostile, to libyaml's document, which knows where
 * everything is. Time and memory are bounded by the size of the text.
 */
#ifndef SCPROF_PROFILE_YAML_COMPOSE_H
#define SCPROF_PROFILE_YAML_COMPOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

/*
 * Reads the one document in @text (@size bytes) with @parser, a new one, into @document. Returns true, and the
 * caller deletes @document. Returns false if the text is refused: then *@problem, for the caller to free, says
 * why and *@mark where. If *@problem is NULL, @parser has libyaml's own problem. A text without a document gives
 * a document without a root.
 */
bool yaml_compose(yaml_document_t *document, yaml_parser_t *parser, const char *text, size_t size,
		  char **problem, yaml_mark_t *mark);

#endif
