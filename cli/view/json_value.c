// SPDX-License-Identifier: MIT
/*
 * jansson returns NULL only if there is no memory, because all text is made valid UTF-8 first.
 */
#include "cli/view/json_value.h"

#include <stdlib.h>
#include <string.h>

#include "profile/util/utf8.h"
#include "profile/util/xalloc.h"

static json_t *must(json_t *value)
{
	if (!value)
		xalloc_fail();
	return value;
}

json_t *json_value_object(void)
{
	return must(json_object());
}

json_t *json_value_array(void)
{
	return must(json_array());
}

json_t *json_value_number(uint64_t value)
{
	return must(json_integer(value > INT64_MAX ? INT64_MAX : (json_int_t)value));
}

json_t *json_value_text(const char *text)
{
	char *utf8;
	json_t *value;

	if (!text)
		return json_null();
	utf8 = utf8_clean(text, strlen(text));
	value = must(json_string(utf8));
	free(utf8);
	return value;
}

json_t *json_value_take_text(char *text)
{
	json_t *value = json_value_text(text);

	free(text);
	return value;
}

void json_value_set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, must(value)))
		xalloc_fail();
}

void json_value_append(json_t *array, json_t *value)
{
	if (json_array_append_new(array, must(value)))
		xalloc_fail();
}

void json_value_print(json_t *value, FILE *out)
{
	json_dumpf(value, out, JSON_COMPACT);
	fputc('\n', out);
	json_decref(value);
}
