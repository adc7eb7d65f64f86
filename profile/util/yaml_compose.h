/* SPDX-License-Identifier: MIT */
/*
 * Turns the text of a YAML file, which may be hostile, into a document of libyaml. The document
 * knows the position of each node. The size of the text limits the time and the memory that this
 * takes.
 */
#ifndef SCPROF_PROFILE_UTIL_YAML_COMPOSE_H
#define SCPROF_PROFILE_UTIL_YAML_COMPOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

/*
 * Reads the only document in @text (@size bytes) into @document. @parser is a new parser. Returns
 * true, and then the caller deletes @document. Returns false if the text is invalid. Then *@problem
 * says why, and *@mark says where; the caller frees *@problem. If *@problem is NULL, @parser holds
 * the problem that libyaml found. A text without a document gives a document without a root.
 */
bool yaml_compose(yaml_document_t *document, yaml_parser_t *parser, const char *text, size_t size,
		  char **problem, yaml_mark_t *mark);

#endif
