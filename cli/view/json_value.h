/* SPDX-License-Identifier: MIT */
/*
 * JSON values for the content of a profile: any bytes become valid UTF-8, and any number fits. If
 * there is no memory, the program ends.
 */
#ifndef SCPROF_CLI_VIEW_JSON_VALUE_H
#define SCPROF_CLI_VIEW_JSON_VALUE_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

json_t *json_value_object(void);
json_t *json_value_array(void);
json_t *json_value_number(uint64_t value);
json_t *json_value_text(const char *text); /* NULL: null */
json_t *json_value_take_text(char *text);  /* frees @text */

/* Both of these take over @value. */
void json_value_set(json_t *object, const char *key, json_t *value);
void json_value_append(json_t *array, json_t *value);

/* Prints @value on one line and releases it. */
void json_value_print(json_t *value, FILE *out);

#endif
