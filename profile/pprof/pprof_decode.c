// SPDX-License-Identifier: MIT
/*
 * Decodes profile.proto. The data may be hostile. The whole message is never unpacked, because two
 * bytes of it can need a hundred in memory. Instead, the fields of the outer message are read in
 * place, once for each kind of element, in the order in which elements refer to each other. Only
 * one element of limited size is unpacked at a time.
 *
 * Memory: the data, and what the model needs for the accepted elements. Each element takes room in
 * the file, too. Only stack nodes could grow by one for each byte; STACK_TABLE_MAX limits them.
 */
#include "profile/pprof/pprof_decode.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/model/runs.h"
#include "profile/pprof/pprof.pb-c.h"
#include "profile/util/utf8.h"
#include "profile/util/wire.h"
#include "profile/util/xalloc.h"

#define MAX_FACTS 4096u

/* Field numbers of the outer message. */
enum {
	FIELD_SAMPLE = 2,
	FIELD_MAPPING = 3,
	FIELD_LOCATION = 4,
	FIELD_FUNCTION = 5,
	FIELD_STRING = 6,
};

int decoder_refuse(struct decoder *decoder, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(decoder->reason, PPROF_REASON_SIZE, format, args);
	va_end(args);
	return -EBADMSG;
}

int decoder_get_string(struct decoder *decoder, int64_t text, uint32_t *id)
{
	*id = 0;
	if (text < 0 || text >= decoder->nr_strings)
		return decoder_refuse(decoder, "no string %jd", (intmax_t)text);
	*id = decoder->strings[text];
	return 0;
}

static int decode_string(struct decoder *decoder, const struct wire_field *field)
{
	const char *text = (const char *)field->data;
	uint32_t id;

	if (field->size && memchr(text, '\0', field->size))
		return decoder_refuse(decoder, "NUL in a string");
	if (decoder->nr_strings == PPROF_MAX_STRINGS)
		return decoder_refuse(decoder, "too many strings");
	if (!decoder->nr_strings && field->size)
		return decoder_refuse(decoder, "the first string is not empty");
	if (utf8_valid_size(text, field->size) == field->size) {
		id = string_table_intern_bytes(&decoder->profile->strings, text, field->size);
	} else {
		char *clean = utf8_clean(text, field->size);

		id = string_table_intern(&decoder->profile->strings, clean);
		free(clean);
	}
	decoder->strings = xgrow(decoder->strings, decoder->nr_strings, &decoder->strings_capacity,
				 sizeof(*decoder->strings));
	decoder->strings[decoder->nr_strings++] = id;
	return 0;
}

static int get_value_type(struct decoder *decoder, const Pprof__ValueType *message,
			  struct pprof_value_type *type)
{
	const struct string_table *strings = &decoder->profile->strings;
	uint32_t name, unit = 0;
	int err = decoder_get_string(decoder, message->type, &name);

	if (!err)
		err = decoder_get_string(decoder, message->unit, &unit);
	if (err)
		return err;
	type->type = string_table_get(strings, name);
	type->unit = string_table_get(strings, unit);
	return 0;
}

/* Refuses the file, and says which other kind of profile it is. */
static int refuse_kind(struct decoder *decoder, const Pprof__Profile *head)
{
	char kinds[100] = "";
	size_t used = 0;

	for (size_t i = 0; i < head->n_sample_type && used < sizeof(kinds); i++) {
		struct pprof_value_type type;
		int err = get_value_type(decoder, head->sample_type[i], &type);

		if (err)
			return err;
		used += (size_t)snprintf(kinds + used, sizeof(kinds) - used, "%s%s/%s",
					 i ? ", " : "", type.type, type.unit);
	}
	if (!used)
		return decoder_refuse(decoder, "no sample types");
	return decoder_refuse(decoder, "a pprof profile of another kind (%s)", kinds);
}

static int check_sample_types(struct decoder *decoder, const Pprof__Profile *head)
{
	if (head->n_sample_type != PPROF_NR_VALUES)
		return refuse_kind(decoder, head);
	for (int i = 0; i < PPROF_NR_VALUES; i++) {
		struct pprof_value_type type;
		int err = get_value_type(decoder, head->sample_type[i], &type);

		if (err)
			return err;
		if (strcmp(type.type, pprof_value_types[i].type) ||
		    strcmp(type.unit, pprof_value_types[i].unit))
			return refuse_kind(decoder, head);
	}
	return 0;
}

static int check_layout(struct decoder *decoder, const char *version)
{
	char expected[16];

	snprintf(expected, sizeof(expected), "%d", PPROF_LAYOUT_VERSION);
	if (strcmp(version, expected))
		return decoder_refuse(
			decoder, "layout version '%.20s' is unknown: this scprof reads version %s",
			version, expected);
	return 0;
}

/*
 * A comment "key: value" becomes a fact. Other comments, which a tool may have added, are ignored.
 */
static int decode_comment(struct decoder *decoder, const char *comment)
{
	const char *colon = strstr(comment, ": ");
	char *key;
	int err = 0;

	if (!colon || colon == comment)
		return 0;
	key = xasprintf("%.*s", (int)(colon - comment), comment);
	if (profile_fact(decoder->profile, key))
		err = decoder_refuse(decoder,
				     "'%.40s' is given twice, perhaps by two merged profiles", key);
	else
		profile_set_fact(decoder->profile, key, "%s", colon + 2);
	free(key);
	return err;
}

static int decode_comments(struct decoder *decoder, const Pprof__Profile *head)
{
	const char *layout_key = PPROF_LAYOUT_KEY ": ";
	bool has_layout = false;

	if (head->n_comment > MAX_FACTS)
		return decoder_refuse(decoder, "%zu comments", head->n_comment);
	for (size_t i = 0; i < head->n_comment; i++) {
		const char *comment;
		uint32_t id;
		int err = decoder_get_string(decoder, head->comment[i], &id);

		if (err)
			return err;
		comment = string_table_get(&decoder->profile->strings, id);
		if (!strncmp(comment, layout_key, strlen(layout_key))) {
			has_layout = true;
			err = check_layout(decoder, comment + strlen(layout_key));
		} else {
			err = decode_comment(decoder, comment);
		}
		if (err)
			return err;
	}
	return has_layout ? 0 : decoder_refuse(decoder, "no " PPROF_LAYOUT_KEY " comment");
}

static int decode_runs(struct decoder *decoder)
{
	const char *text = profile_fact(decoder->profile, RUNS_FACT);
	unsigned long nr;
	char *end;

	if (!text)
		return 0;
	nr = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || nr < 2 || nr > RUNS_MAX)
		return decoder_refuse(decoder, "'%.40s' is not a number of runs from 2 to %u", text,
				      RUNS_MAX);
	profile_set_runs(decoder->profile, (uint32_t)nr);
	decoder->run_calls = xcalloc(nr, sizeof(*decoder->run_calls));
	return 0;
}

static int decode_head(struct decoder *decoder, const Pprof__Profile *head)
{
	int err = check_sample_types(decoder, head);

	if (!err)
		err = decode_comments(decoder, head);
	if (!err)
		err = decode_runs(decoder);
	if (err)
		return err;
	if (head->time_nanos < 0 || head->duration_nanos < 0)
		return decoder_refuse(decoder, "negative time");
	decoder->profile->start_time_ns = head->time_nanos;
	decoder->profile->duration_ns = head->duration_nanos;
	return 0;
}

static bool is_element(const struct wire_field *field)
{
	return field->number >= FIELD_SAMPLE && field->number <= FIELD_STRING;
}

/*
 * Unpacks all fields of the outer message except its elements; copies these fields together first.
 */
static int decode_rest(struct decoder *decoder)
{
	struct wire wire = { .next = decoder->data, .end = decoder->data + decoder->size };
	unsigned char *rest = xmalloc(PPROF_MAX_ELEMENT_SIZE);
	Pprof__Profile *head = NULL;
	struct wire_field field;
	size_t used = 0;
	int err = 0;

	while (!err && wire_next(&wire, &field) > 0) {
		size_t size = (size_t)(wire.next - field.start);

		if (is_element(&field))
			continue;
		if (size > PPROF_MAX_ELEMENT_SIZE - used) {
			err = decoder_refuse(decoder, "too many comments");
			continue;
		}
		memcpy(rest + used, field.start, size);
		used += size;
	}
	if (!err)
		head = pprof__profile__unpack(NULL, used, rest);
	if (head)
		err = decode_head(decoder, head);
	else if (!err)
		err = decoder_refuse(decoder, "malformed data");
	pprof__profile__free_unpacked(head, NULL);
	free(rest);
	return err;
}

typedef int take_element(struct decoder *decoder, const unsigned char *data, size_t size);

/* Decodes all elements of the kind @number. */
static int take_elements(struct decoder *decoder, uint32_t number, take_element *take)
{
	struct wire wire = { .next = decoder->data, .end = decoder->data + decoder->size };
	struct wire_field field;
	int err = 0;

	while (!err && wire_next(&wire, &field) > 0) {
		if (field.number != number)
			continue;
		if (field.size > PPROF_MAX_ELEMENT_SIZE)
			err = decoder_refuse(decoder, "an element of %zu bytes", field.size);
		else
			err = take(decoder, field.data, field.size);
	}
	return err;
}

/*
 * The first pass: finds malformed data, and reads the strings, to which all other elements refer.
 */
static int take_strings(struct decoder *decoder)
{
	struct wire wire = { .next = decoder->data, .end = decoder->data + decoder->size };
	struct wire_field field;
	int more = 0, err = 0;

	while (!err && (more = wire_next(&wire, &field)) > 0) {
		if (is_element(&field) && field.type != WIRE_BYTES)
			err = decoder_refuse(decoder, "malformed data");
		else if (field.number == FIELD_STRING)
			err = decode_string(decoder, &field);
	}
	if (!err && more < 0)
		err = decoder_refuse(decoder, "malformed data");
	return err;
}

static int decode(struct decoder *decoder)
{
	int err = take_strings(decoder);

	if (!err)
		err = decode_rest(decoder);
	if (!err)
		err = take_elements(decoder, FIELD_MAPPING, decoder_take_mapping);
	if (!err)
		err = take_elements(decoder, FIELD_FUNCTION, decoder_take_function);
	if (!err)
		err = take_elements(decoder, FIELD_LOCATION, decoder_take_location);
	if (!err)
		err = take_elements(decoder, FIELD_SAMPLE, decoder_take_sample);
	return err;
}

int pprof_decode(struct profile *profile, const void *data, size_t size,
		 char reason[static PPROF_REASON_SIZE])
{
	struct decoder decoder = {
		.profile = profile,
		.data = data,
		.size = size,
		.reason = reason,
	};
	int err;

	for (int i = 0; i < PPROF_NR_LABELS; i++)
		decoder.label_keys[i] = string_table_intern(&profile->strings, pprof_label_keys[i]);
	decoder.run_calls_key = string_table_intern(&profile->strings, PPROF_LABEL_RUN_CALLS);
	id_map_init(&decoder.mappings);
	id_map_init(&decoder.functions);
	id_map_init(&decoder.locations);
	err = decode(&decoder);
	id_map_fini(&decoder.mappings);
	id_map_fini(&decoder.functions);
	id_map_fini(&decoder.locations);
	free(decoder.run_calls);
	free(decoder.strings);
	free(decoder.path);
	return err;
}
