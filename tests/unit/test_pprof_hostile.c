// SPDX-License-Identifier: MIT
/*
 * The reader treats files as hostile. It refuses each bad file with one line that says why,
 * whatever is wrong with it, and never crashes (the sanitizer builds run this too). Most tests
 * change one thing in a valid file.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "profile/model/runs.h"
#include "profile/pprof/pprof.h"
#include "profile/pprof/pprof.pb-c.h"
#include "profile/pprof/pprof_decode.h"
#include "profile/util/gzip.h"
#include "tests/pprof/made_profile.h"

static char path[] = "/tmp/scprof-test_pprof_hostile.XXXXXX";
static unsigned char *packed; /* the valid file */
static size_t packed_size;
static unsigned char *good; /* the same, unpacked */
static size_t good_size;
static Pprof__Profile *message; /* the same, decoded */

static void *read_file(size_t *size)
{
	int fd = open(path, O_RDONLY);
	off_t end = lseek(fd, 0, SEEK_END);
	void *data = malloc((size_t)end);

	cr_assert_eq(pread(fd, data, (size_t)end, 0), end);
	close(fd);
	*size = (size_t)end;
	return data;
}

/* Makes @profile the valid file, and frees it. */
static void take_profile(struct profile *profile)
{
	const char *reason;
	void *data;
	int fd;

	cr_assert_eq(pprof_write(profile, path), 0);
	profile_fini(profile);
	packed = read_file(&packed_size);
	fd = open(path, O_RDONLY);
	cr_assert_eq(gzip_read_all(fd, 1 << 24, &data, &good_size, &reason), 0);
	close(fd);
	good = data;
	message = pprof__profile__unpack(NULL, good_size, good);
	cr_assert_not_null(message);
}

static void setup(void)
{
	struct profile profile;

	close(mkstemp(path));
	made_profile_small(&profile);
	take_profile(&profile);
}

static void forget_file(void)
{
	pprof__profile__free_unpacked(message, NULL);
	free(good);
	free(packed);
}

static void teardown(void)
{
	forget_file();
	unlink(path);
}

TestSuite(pprof_hostile, .init = setup, .fini = teardown);

/* Reads a file with these bytes. Returns pprof_read's result and error. */
static int read_bytes(const void *data, size_t size, char error[static PPROF_ERROR_SIZE])
{
	int fd = open(path, O_WRONLY | O_TRUNC);
	struct profile profile;
	int err;

	cr_assert_eq(write(fd, data, size), (ssize_t)size);
	close(fd);
	err = pprof_read(&profile, path, error);
	profile_fini(&profile);
	return err;
}

/* Does the same without a file. */
static int decode_bytes(const void *data, size_t size)
{
	char reason[PPROF_REASON_SIZE];
	struct profile profile;
	int err;

	profile_init(&profile);
	err = pprof_decode(&profile, data, size, reason);
	profile_fini(&profile);
	return err;
}

static void check_refused(const void *data, size_t size, const char *reason)
{
	char error[PPROF_ERROR_SIZE];

	cr_assert_eq(read_bytes(data, size, error), -EBADMSG, "accepted, not '%s'", reason);
	cr_assert_not_null(strstr(error, "': not a scprof profile: "), "%s", error);
	cr_assert_not_null(strstr(error, reason), "'%s' has no '%s'", error, reason);
	cr_assert_null(strchr(error, '\n'));
}

/* Expects that @message, as it is now, is refused. */
static void check_message(const char *reason)
{
	size_t size = pprof__profile__get_packed_size(message);
	unsigned char *data = malloc(size);

	pprof__profile__pack(message, data);
	check_refused(data, size, reason);
	free(data);
}

/* Sets @place to @value, expects that the file is refused, and restores @place. */
#define CHECK_WITH(place, value, reason)          \
	do {                                      \
		__typeof__(place) kept = (place); \
		(place) = (value);                \
		check_message(reason);            \
		(place) = kept;                   \
	} while (0)

static Pprof__Label *find_label(Pprof__Sample *sample, const char *key)
{
	for (size_t i = 0; i < sample->n_label; i++) {
		if (!strcmp(message->string_table[sample->label[i]->key], key))
			return sample->label[i];
	}
	cr_assert_fail("no label %s", key);
	abort();
}

static int64_t find_string(const char *text)
{
	for (size_t i = 0; i < message->n_string_table; i++) {
		if (!strcmp(message->string_table[i], text))
			return (int64_t)i;
	}
	cr_assert_fail("no string '%s'", text);
	abort();
}

Test(pprof_hostile, unchanged_and_unpacked_file_is_accepted)
{
	char error[PPROF_ERROR_SIZE];

	cr_assert_eq(read_bytes(packed, packed_size, error), 0, "%s", error);
	cr_assert_eq(read_bytes(good, good_size, error), 0, "%s", error);
}

Test(pprof_hostile, missing_file_and_directory_are_named)
{
	struct profile profile;
	char error[PPROF_ERROR_SIZE];

	cr_assert_eq(pprof_read(&profile, "/nonexistent/file", error), -ENOENT);
	cr_assert_str_eq(error, "cannot open '/nonexistent/file': No such file or directory");
	cr_assert_eq(pprof_read(&profile, "/", error), -EISDIR);
	cr_assert_str_eq(error, "cannot read '/': Is a directory");
}

Test(pprof_hostile, files_of_other_kinds_are_refused)
{
	check_refused("", 0, "it is empty");
	check_refused("#!/bin/sh\necho hello\n", 21, "malformed data");
	check_refused("\x1f\x8b", 2, "it is cut");
	check_refused("\x1f\x8bnonsense", 10, "gzip data is damaged");
	check_refused("\n\0", 2, "no string"); /* a profile.proto with an empty sample type */
	check_refused("2\0", 2, "no sample types");
}

Test(pprof_hostile, cpu_profile_is_of_another_kind)
{
	message->string_table[find_string("calls")][0] = 'b';
	check_message("another kind (balls/count, errors/count, time/nanoseconds, bytes/bytes)");
	message->n_sample_type = 2;
	check_message("another kind (balls/count, errors/count)");
	message->n_sample_type = 4;
}

Test(pprof_hostile, layout_version_must_be_known)
{
	char *text = message->string_table[message->comment[0]];

	text[strlen(text) - 1] = '2';
	check_message("layout version '2' is unknown");
	text[0] = 'x';
	check_message("no scprof_profile comment");
}

Test(pprof_hostile, every_truncated_file_is_refused)
{
	char error[PPROF_ERROR_SIZE];

	for (size_t size = 0; size < packed_size; size++)
		cr_assert_eq(read_bytes(packed, size, error), -EBADMSG, "%zu bytes", size);
	for (size_t size = 0; size < good_size; size++)
		cr_assert_eq(decode_bytes(good, size), -EBADMSG, "%zu bytes", size);
}

Test(pprof_hostile, trailing_data_is_refused)
{
	unsigned char *longer = malloc(packed_size * 2 + (1 << 17));

	memcpy(longer, packed, packed_size);
	longer[packed_size] = 0;
	check_refused(longer, packed_size + 1, "data after its end");
	memcpy(longer + packed_size, packed, packed_size);
	check_refused(longer, packed_size * 2, "data after its end");
	free(longer);
}

Test(pprof_hostile, flipped_bits_never_crash)
{
	char error[PPROF_ERROR_SIZE];

	for (size_t bit = 0; bit < packed_size * 8; bit++) {
		packed[bit / 8] ^= (unsigned char)(1 << bit % 8);
		read_bytes(packed, packed_size, error);
		packed[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
	for (size_t bit = 0; bit < good_size * 8; bit++) {
		good[bit / 8] ^= (unsigned char)(1 << bit % 8);
		decode_bytes(good, good_size);
		good[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
}

Test(pprof_hostile, string_indices_are_checked)
{
	int64_t bad[] = { -1, (int64_t)message->n_string_table, INT64_MAX, INT64_MIN };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK_WITH(message->sample_type[0]->type, bad[i], "no string");
		CHECK_WITH(message->comment[1], bad[i], "no string");
		CHECK_WITH(message->mapping[0]->filename, bad[i], "no string");
		CHECK_WITH(message->mapping[0]->build_id, bad[i], "no string");
		CHECK_WITH(message->function[0]->name, bad[i], "no string");
		CHECK_WITH(message->function[0]->system_name, bad[i], "no string");
		CHECK_WITH(message->function[0]->filename, bad[i], "no string");
		CHECK_WITH(message->sample[0]->label[0]->key, bad[i], "no string");
		CHECK_WITH(message->sample[0]->label[0]->str, bad[i], "no string");
	}
}

Test(pprof_hostile, first_string_must_be_empty)
{
	char full[] = "full";

	CHECK_WITH(message->string_table[0], full, "the first string is not empty");
}

Test(pprof_hostile, ids_are_not_0_and_not_repeated)
{
	CHECK_WITH(message->mapping[0]->id, 0, "mapping id 0");
	CHECK_WITH(message->mapping[0]->id, message->mapping[1]->id, "not the only one");
	CHECK_WITH(message->function[0]->id, 0, "function id 0");
	CHECK_WITH(message->function[0]->id, message->function[1]->id, "not the only one");
	CHECK_WITH(message->location[0]->id, 0, "location id 0");
	CHECK_WITH(message->location[0]->id, message->location[1]->id, "not the only one");
}

Test(pprof_hostile, references_must_exist)
{
	CHECK_WITH(message->location[0]->mapping_id, 99, "no mapping 99");
	CHECK_WITH(message->location[0]->line[0]->function_id, 99, "no function 99");
	CHECK_WITH(message->location[0]->line[0]->function_id, 0, "no function 0");
	CHECK_WITH(message->sample[0]->location_id[1], 99, "no location 99");
	CHECK_WITH(message->sample[0]->location_id[1], 0, "no location 0");
	CHECK_WITH(message->sample[0]->location_id[0], 99, "leaf is not its system call");
}

Test(pprof_hostile, numbers_must_be_in_range)
{
	CHECK_WITH(message->location[0]->line[0]->line, -1, "out of range");
	CHECK_WITH(message->location[0]->line[0]->line, 1LL << 32, "out of range");
	CHECK_WITH(message->function[0]->start_line, -1, "out of range");
	CHECK_WITH(message->mapping[0]->memory_limit, 1, "ends before its start");
	CHECK_WITH(message->time_nanos, -1, "negative time");
	CHECK_WITH(message->duration_nanos, -1, "negative time");
	CHECK_WITH(find_label(message->sample[2], "pid")->num, 1LL << 32, "out of range");
	CHECK_WITH(find_label(message->sample[2], "tid")->num, -1, "negative");
	CHECK_WITH(find_label(message->sample[0], "latency")->num, INT64_MIN, "negative");
}

Test(pprof_hostile, values_must_add_up)
{
	Pprof__Sample *succeeded = message->sample[0], *failed = message->sample[1];

	CHECK_WITH(succeeded->value[0], 0, "a sample without calls");
	CHECK_WITH(succeeded->value[0], -1, "a negative value");
	CHECK_WITH(succeeded->value[3], INT64_MIN, "a negative value");
	CHECK_WITH(succeeded->value[1], 1, "errors do not match");
	CHECK_WITH(failed->value[1], 0, "errors do not match");
	CHECK_WITH(failed->value[1], 2, "errors do not match");
	CHECK_WITH(succeeded->value[0], INT64_MAX, "values too large to add");
	CHECK_WITH(succeeded->value[2], INT64_MAX, "values too large to add");
	CHECK_WITH(succeeded->n_value, 3, "a sample with 3 values");
}

Test(pprof_hostile, stacks_must_have_the_right_shape)
{
	Pprof__Sample *whole = message->sample[0], *cut = message->sample[2];

	CHECK_WITH(whole->n_location_id, 0, "a sample without locations");
	CHECK_WITH(whole->location_id[0], whole->location_id[1], "leaf is not its system call");
	CHECK_WITH(whole->location_id[0], cut->location_id[0], "leaf is not its system call");
	CHECK_WITH(whole->location_id[1], whole->location_id[0], "a system call inside a stack");
	CHECK_WITH(cut->location_id[1], cut->location_id[cut->n_location_id - 1],
		   "a truncation inside a stack");
	CHECK_WITH(message->location[0]->mapping_id, 0, "has no mapping");
}

Test(pprof_hostile, too_deep_stack_is_refused)
{
	enum { DEPTH = 70000 };
	Pprof__Sample *sample = message->sample[0];
	uint64_t *deep = calloc(DEPTH, sizeof(*deep));

	deep[0] = sample->location_id[0];
	for (int i = 1; i < DEPTH; i++)
		deep[i] = sample->location_id[1];
	sample->n_location_id = DEPTH;
	CHECK_WITH(sample->location_id, deep, "a stack of 70000 frames");
	sample->n_location_id = 1;
	free(deep);
}

Test(pprof_hostile, labels_must_have_the_right_kind)
{
	Pprof__Sample *sample = message->sample[1];
	Pprof__Label *name = find_label(sample, "syscall"),
		     *errno_label = find_label(sample, "errno");
	Pprof__Label *latency = find_label(sample, "latency");
	int64_t nonsense = find_string("worker");

	CHECK_WITH(errno_label->key, name->key, "two labels 'syscall'");
	CHECK_WITH(name->key, nonsense, "without syscall or latency");
	CHECK_WITH(latency->key, nonsense, "without syscall or latency");
	CHECK_WITH(name->str, 0, "'syscall' of the wrong kind");
	CHECK_WITH(latency->str, nonsense, "'latency' of the wrong kind");
	CHECK_WITH(name->str, nonsense, "system call 'worker' is not known");
	CHECK_WITH(errno_label->str, nonsense, "errno 'worker' is not known");
	CHECK_WITH(find_label(message->sample[3], "abi")->str, nonsense,
		   "abi 'worker' is not known");
	errno_label->str = nonsense;
	strcpy(message->string_table[errno_label->key], "fd");
	check_message("fd 'worker' is not a descriptor");
}

Test(pprof_hostile, labels_and_comments_of_other_tools_are_ignored)
{
	char error[PPROF_ERROR_SIZE];
	size_t size;

	find_label(message->sample[0], "process")->key = find_string("worker");
	strcpy(message->string_table[message->comment[1]], "looked at by hand");
	size = pprof__profile__pack(message, good);
	cr_assert_eq(read_bytes(good, size, error), 0, "%s", error);
}

Test(pprof_hostile, fact_given_twice_is_refused)
{
	message->comment[2] = message->comment[1];
	check_message("'command' is given twice");
}

Test(pprof_hostile, nul_in_a_string_is_refused)
{
	unsigned char *text = memmem(good, good_size, "worker", 6);

	text[2] = '\0';
	check_refused(good, good_size, "NUL in a string");
}

Test(pprof_hostile, messages_contain_no_terminal_controls)
{
	char *text = message->string_table[message->sample_type[0]->type];

	memcpy(text, "\x1b[2J\n", 5);
	check_message("?[2J?");
}

Test(pprof_hostile, huge_element_is_refused)
{
	enum { SIZE = 3 << 20 };
	unsigned char *data = calloc(SIZE, 1), *at = data + good_size;

	memcpy(data, good, good_size);
	/* A sample (field 2) of 2 MiB, which consists of empty labels (field 3). */
	memcpy(at, "\x12\x80\x80\x80\x01", 5);
	for (size_t i = 0; i < 1 << 20; i++)
		at[5 + 2 * i] = 0x1a;
	check_refused(data, good_size + 5 + (2 << 20), "an element of 2097152 bytes");
	free(data);
}

Test(pprof_hostile, runs_are_checked)
{
	struct profile profile;
	Pprof__Sample *site;
	char **runs;

	forget_file();
	made_profile_small(&profile);
	profile_set_runs(&profile, 3);
	profile_add_varying_site(&profile, &profile.samples[0].key)[1] = 7;
	take_profile(&profile);
	runs = &message->string_table[find_string("runs: 3")];
	CHECK_WITH(*runs, (char *)"runs: 1", "'1' is not a number of runs");
	CHECK_WITH(*runs, (char *)"runs: 1001", "'1001' is not a number of runs");
	CHECK_WITH(*runs, (char *)"runs: -3", "'-3' is not a number of runs");
	CHECK_WITH(*runs, (char *)"runs: 3x", "'3x' is not a number of runs");
	CHECK_WITH(*runs, (char *)"runs: 2", "calls of more runs than there were");
	CHECK_WITH(*runs, (char *)"runs: 4", "calls of 3 runs instead of 4");
	CHECK_WITH(*runs, (char *)"walks: 3", "calls of more runs than there were");
	site = message->sample[message->n_sample - 1];
	CHECK_WITH(site->n_label, site->n_label - 1, "calls of 2 runs instead of 3");
	CHECK_WITH(site->value[0], 1, "a varying site with values of its own");
	CHECK_WITH(find_label(site, "run_calls")->num, -1, "label 'run_calls' is not a count");
}
