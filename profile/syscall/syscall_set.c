// SPDX-License-Identifier: MIT
/*
 * Parses -e/--trace. Each value of the list is compared with the names of every ABI and sets bits.
 * A `!` in front inverts the whole set at the end. So numbers without a name are in `all` and in
 * every set that begins with `!`, and in no other.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile/syscall/syscall_class.h"
#include "profile/syscall/syscall_set.h"
#include "profile/util/nearest.h"
#include "profile/util/pattern.h"
#include "profile/util/xalloc.h"

#define ALL_ABIS ((1u << SYSCALL_NR_ABIS) - 1)

#define MAX_VALUE 256

struct value {
	char text[MAX_VALUE + 1]; /* without `?` and `@` */
	const char *whole;	  /* as the user wrote it, for messages */
	int whole_length;
	unsigned int abis; /* bit mask of enum syscall_abi */
	bool may_be_unknown;
};

static const struct {
	const char *name;
	enum syscall_abi abi;
} personalities[] = {
	{ "64", SYSCALL_ABI_X86_64 },
	{ "32", SYSCALL_ABI_I386 },
	{ "x32", SYSCALL_ABI_X32 },
};

static uint32_t nr_bit(enum syscall_abi abi)
{
	return abi == SYSCALL_ABI_X32 ? SYSCALL_X32_BIT : 0;
}

/* Returns the name of number @slot, or NULL if it has none. */
static const char *slot_name(enum syscall_abi abi, uint32_t slot)
{
	return syscall_known_name(abi, slot | nr_bit(abi));
}

static void set_bit(struct syscall_set *set, enum syscall_abi abi, uint32_t slot)
{
	set->bits[abi][slot / 64] |= UINT64_C(1) << (slot % 64);
}

static void set_invert(struct syscall_set *set)
{
	for (size_t i = 0; i < sizeof(set->bits) / sizeof(uint64_t); i++)
		(&set->bits[0][0])[i] ^= UINT64_MAX;
	set->others = !set->others;
}

void syscall_set_fill(struct syscall_set *set)
{
	memset(set, 0, sizeof(*set));
	set_invert(set);
}

bool syscall_set_has(const struct syscall_set *set, enum syscall_abi abi, uint32_t nr)
{
	uint32_t slot = nr ^ nr_bit(abi);

	if (slot >= SYSCALL_SET_MAX_NR)
		return set->others;
	return set->bits[abi][slot / 64] >> (slot % 64) & 1;
}

bool syscall_set_is_full(const struct syscall_set *set)
{
	struct syscall_set full;

	syscall_set_fill(&full);
	return set->others && memcmp(set->bits, full.bits, sizeof(full.bits)) == 0;
}

/* Adds all calls whose name @matches accepts. Returns how many there are. */
static unsigned int add_matching(struct syscall_set *set, unsigned int abis,
				 bool (*matches)(const char *name, const void *what),
				 const void *what)
{
	unsigned int nr_added = 0;

	for (int abi = 0; abi < SYSCALL_NR_ABIS; abi++) {
		for (uint32_t slot = 0; abis >> abi & 1 && slot < SYSCALL_SET_MAX_NR; slot++) {
			const char *name = slot_name(abi, slot);

			if (!name || !matches(name, what))
				continue;
			set_bit(set, abi, slot);
			nr_added++;
		}
	}
	return nr_added;
}

static bool name_is(const char *name, const void *what)
{
	return strcmp(name, what) == 0;
}

static bool name_is_in_class(const char *name, const void *what)
{
	return syscall_class_has(*(const int *)what, name);
}

static bool name_fits_regex(const char *name, const void *what)
{
	return pattern_matches(what, name);
}

static int fail_unmatched(const struct value *value, char **error)
{
	if (value->may_be_unknown)
		return 0;
	*error = xasprintf("no system call matches '%.*s'", value->whole_length, value->whole);
	return -EINVAL;
}

static int add_regex(struct syscall_set *set, const struct value *value, char **error)
{
	struct pattern *pattern = pattern_compile(value->text + 1, error);
	unsigned int nr_added;
	int err;

	if (!pattern)
		return -EINVAL;
	nr_added = add_matching(set, value->abis, name_fits_regex, pattern);
	if (pattern_failure(pattern)) {
		*error = xstrdup(pattern_failure(pattern));
		err = -EINVAL;
	} else {
		err = nr_added ? 0 : fail_unmatched(value, error);
	}
	pattern_free(pattern);
	return err;
}

static int add_class(struct syscall_set *set, const struct value *value, int class, char **error)
{
	struct nearest nearest;
	char *hint;

	if (class >= 0) {
		if (!add_matching(set, value->abis, name_is_in_class, &class))
			return fail_unmatched(value, error);
		return 0;
	}
	if (value->may_be_unknown)
		return 0;
	nearest_init(&nearest, value->text);
	for (int i = 0; syscall_class_word(i); i++)
		nearest_offer(&nearest, syscall_class_word(i));
	hint = nearest_text(&nearest);
	*error = xasprintf("unknown class of system calls '%s'%s", value->text, hint);
	free(hint);
	return -EINVAL;
}

static int fail_unknown_name(const struct value *value, char **error)
{
	struct nearest nearest;
	char *hint;

	nearest_init(&nearest, value->text);
	for (int abi = 0; abi < SYSCALL_NR_ABIS; abi++)
		for (uint32_t slot = 0; slot < SYSCALL_SET_MAX_NR; slot++)
			if (value->abis >> abi & 1 && slot_name(abi, slot))
				nearest_offer(&nearest, slot_name(abi, slot));
	for (int id = 0; syscall_class_word(id); id++)
		nearest_offer(&nearest, syscall_class_word(id));
	hint = nearest_text(&nearest);
	*error = xasprintf("unknown system call '%.*s'%s", value->whole_length, value->whole, hint);
	free(hint);
	return -EINVAL;
}

/* Adds number @nr of @abi. Returns false if a set cannot hold this number. */
static bool add_number(struct syscall_set *set, enum syscall_abi abi, int64_t nr)
{
	uint32_t slot = (uint32_t)nr ^ nr_bit(abi);

	if (nr < 0 || slot >= SYSCALL_SET_MAX_NR)
		return false;
	set_bit(set, abi, slot);
	return true;
}

/*
 * Adds every number of @abis. If @abis are all ABIs, adds the numbers that a set cannot hold, too.
 */
static void add_all(struct syscall_set *set, unsigned int abis)
{
	for (int abi = 0; abi < SYSCALL_NR_ABIS; abi++)
		if (abis >> abi & 1)
			memset(set->bits[abi], 0xff, sizeof(set->bits[abi]));
	set->others = set->others || abis == ALL_ABIS;
}

/* Adds a call that is given as a number: `3`, or `syscall_0x1ff`. */
static unsigned int add_by_number(struct syscall_set *set, const struct value *value)
{
	bool is_decimal = value->text[strspn(value->text, "0123456789")] == '\0';
	unsigned long slot = is_decimal ? strtoul(value->text, NULL, 10) : SYSCALL_SET_MAX_NR;
	unsigned int nr_added = 0;

	for (int abi = 0; abi < SYSCALL_NR_ABIS; abi++) {
		int64_t nr = syscall_number(abi, value->text);

		if (slot < SYSCALL_SET_MAX_NR)
			nr = (int64_t)slot | nr_bit(abi);
		if (value->abis >> abi & 1)
			nr_added += add_number(set, abi, nr);
	}
	return nr_added;
}

static int add_value(struct syscall_set *set, const struct value *value, char **error)
{
	int class = syscall_class_find(value->text);

	if (!value->text[0])
		return fail_unmatched(value, error);
	if (value->text[0] == '/')
		return add_regex(set, value, error);
	if (value->text[0] == '%' || class >= 0)
		return add_class(set, value, class, error);
	if (strcmp(value->text, "all") == 0) {
		add_all(set, value->abis);
		return 0;
	}
	if (add_matching(set, value->abis, name_is, value->text) || add_by_number(set, value))
		return 0;
	return value->may_be_unknown ? 0 : fail_unknown_name(value, error);
}

static int split_personality(struct value *value, char **error)
{
	char *at = strrchr(value->text, '@');

	value->abis = ALL_ABIS;
	if (!at)
		return 0;
	for (size_t i = 0; i < sizeof(personalities) / sizeof(personalities[0]); i++) {
		if (strcmp(at + 1, personalities[i].name) == 0) {
			value->abis = 1u << personalities[i].abi;
			*at = '\0';
			return 0;
		}
	}
	*error = xasprintf("unknown ABI '%s' in '%.*s': it is one of @64, @32 and @x32", at + 1,
			   value->whole_length, value->whole);
	return -EINVAL;
}

/* Parses the value of @length bytes at @text, and adds the calls that it selects. */
static int parse_value(struct syscall_set *set, const char *text, size_t length, char **error)
{
	struct value value = { .whole = text, .whole_length = (int)length };
	int rc;

	if (length > MAX_VALUE) {
		*error = xasprintf("a value of more than %d characters: '%.32s...'", MAX_VALUE,
				   text);
		return -EINVAL;
	}
	if (length == 4 && memcmp(text, "none", 4) == 0) {
		*error = xstrdup("'none' cannot be combined with other values");
		return -EINVAL;
	}
	for (; length && *text == '?'; text++, length--)
		value.may_be_unknown = true;
	memcpy(value.text, text, length);
	rc = split_personality(&value, error);
	return rc ? rc : add_value(set, &value, error);
}

static int parse_list(struct syscall_set *set, const char *list, char **error)
{
	unsigned int nr_values = 0;

	for (size_t length; *list; list += length) {
		int rc;

		length = strcspn(list, ",");
		if (length == 0) {
			length = 1;
			continue;
		}
		rc = parse_value(set, list, length, error);
		if (rc)
			return rc;
		nr_values++;
	}
	if (nr_values)
		return 0;
	*error = xstrdup("an empty set of system calls; 'none' is the way to say that");
	return -EINVAL;
}

/*
 * Returns the part after `trace=` or `t=`. Returns NULL and *@error if there is another qualifier.
 */
static const char *skip_qualifier(const char *spec, char **error)
{
	size_t length = strspn(spec, "abcdefghijklmnopqrstuvwxyz-");

	if (spec[length] != '=')
		return spec;
	if ((length == 5 && memcmp(spec, "trace", 5) == 0) || (length == 1 && *spec == 't'))
		return spec + length + 1;
	*error = xasprintf("unknown qualifier '%.*s': only 'trace=' is known", (int)length + 1,
			   spec);
	return NULL;
}

int syscall_set_parse(struct syscall_set *set, const char *spec, char **error)
{
	bool is_inverted = false;
	const char *list = skip_qualifier(spec, error);
	int rc = 0;

	memset(set, 0, sizeof(*set));
	if (!list)
		return -EINVAL;
	*error = NULL;
	for (; *list == '!'; list++)
		is_inverted = !is_inverted;
	if (strcmp(list, "none") != 0)
		rc = parse_list(set, list, error);
	if (is_inverted)
		set_invert(set);
	return rc;
}
