// SPDX-License-Identifier: MIT
/*
 * Profiles as files: reading returns what was written, an error leaves no file, and a change of the
 * layout is noticed (tests/golden/minimal-v1.*; write_profile.c makes a new one).
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "profile/pprof/pprof.h"
#include "profile/util/gzip.h"
#include "profile/util/xalloc.h"
#include "tests/pprof/made_profile.h"

static char directory[] = "/tmp/scprof-test_pprof.XXXXXX";
static char error[PPROF_ERROR_SIZE];

static void setup(void)
{
	cr_assert_not_null(mkdtemp(directory));
	cr_assert_eq(chdir(directory), 0);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

static void teardown(void)
{
	nftw(directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

TestSuite(pprof, .init = setup, .fini = teardown);

static unsigned int nr_files(void)
{
	DIR *dir = opendir(".");
	unsigned int nr = 0;

	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
		nr += entry->d_name[0] != '.' || strlen(entry->d_name) > 2;
	closedir(dir);
	return nr;
}

static void *unpacked(const char *path, size_t *size)
{
	int fd = open(path, O_RDONLY);
	const char *reason;
	void *data;

	cr_assert_geq(fd, 0, "%s", path);
	cr_assert_eq(gzip_read_all(fd, 1 << 24, &data, size, &reason), 0, "%s", reason);
	close(fd);
	return data;
}

static void check_round_trip(struct profile *profile)
{
	char *before = made_profile_text(profile), *after;
	struct profile copy;

	cr_assert_eq(pprof_write(profile, "a.pb.gz"), 0);
	cr_assert_eq(pprof_read(&copy, "a.pb.gz", error), 0, "%s", error);
	after = made_profile_text(&copy);
	cr_assert_str_eq(before, after);
	profile_fini(&copy);
	free(before);
	free(after);
}

Test(pprof, small_profile_survives_the_round_trip)
{
	struct profile profile;

	made_profile_small(&profile);
	check_round_trip(&profile);
	cr_assert_eq(nr_files(), 1);
	profile_fini(&profile);
}

Test(pprof, empty_profile_survives_the_round_trip)
{
	struct profile profile;

	profile_init(&profile);
	check_round_trip(&profile);
	profile_fini(&profile);
}

Test(pprof, random_profiles_survive_the_round_trip)
{
	for (unsigned int seed = 1; seed <= 100; seed++) {
		struct profile profile;

		made_profile_random(&profile, seed);
		check_round_trip(&profile);
		profile_fini(&profile);
	}
}

Test(pprof, a_profile_that_was_read_is_written_the_same)
{
	struct profile profile;
	size_t first_size, second_size;
	void *first, *second;

	made_profile_random(&profile, 7);
	cr_assert_eq(pprof_write(&profile, "a.pb.gz"), 0);
	profile_fini(&profile);
	cr_assert_eq(pprof_read(&profile, "a.pb.gz", error), 0, "%s", error);
	cr_assert_eq(pprof_write(&profile, "b.pb.gz"), 0);
	profile_fini(&profile);
	cr_assert_eq(pprof_read(&profile, "b.pb.gz", error), 0, "%s", error);
	cr_assert_eq(pprof_write(&profile, "c.pb.gz"), 0);
	profile_fini(&profile);
	first = unpacked("b.pb.gz", &first_size);
	second = unpacked("c.pb.gz", &second_size);
	cr_assert_eq(first_size, second_size);
	cr_assert_arr_eq(first, second, first_size);
	free(first);
	free(second);
}

Test(pprof, deep_stacks_and_many_samples_survive)
{
	struct profile profile;
	uint32_t stack = 0, mapping;

	profile_init(&profile);
	mapping = profile_intern_mapping(&profile, &(struct mapping){ .limit = UINT64_MAX });
	for (uint32_t i = 0; i < 20000; i++) {
		uint32_t frame = profile_intern_frame(&profile, mapping, i % 5000);
		struct sample_key key = { .nr = i % 300, .bucket = (uint16_t)(i % 200) };

		stack = stack_table_intern(&profile.stacks, stack, frame);
		profile_sample(&profile, &key)->calls++;
	}
	profile_sample(&profile, &(struct sample_key){ .stack = stack })->calls++;
	check_round_trip(&profile);
	profile_fini(&profile);
}

Test(pprof, samples_without_calls_and_unused_elements_are_not_written)
{
	struct profile profile, copy;
	uint32_t stack;

	made_profile_small(&profile);
	stack = stack_table_intern(
		&profile.stacks, 0,
		profile_intern_frame(
			&profile, profile_intern_mapping(&profile, &(struct mapping){ .limit = 1 }),
			0));
	profile_sample(&profile, &(struct sample_key){ .stack = stack });
	cr_assert_eq(pprof_write(&profile, "a.pb.gz"), 0);
	cr_assert_eq(pprof_read(&copy, "a.pb.gz", error), 0, "%s", error);
	cr_assert_eq(copy.nr_samples, profile.nr_samples - 1);
	cr_assert_eq(copy.nr_mappings, profile.nr_mappings - 1);
	cr_assert_eq(copy.nr_frames, profile.nr_frames - 1);
	profile_fini(&copy);
	profile_fini(&profile);
}

Test(pprof, invalid_utf8_is_written_as_replacement_characters)
{
	struct profile profile;
	struct sample_key key = { 0 };

	profile_init(&profile);
	key.thread = string_table_intern(&profile.strings, "caf\xc3");
	profile_sample(&profile, &key)->calls = 1;
	profile_set_fact(&profile, "command", "\xff\xed\xa0\x80 \xc3\xa9");
	cr_assert_eq(pprof_write(&profile, "a.pb.gz"), 0);
	profile_fini(&profile);
	cr_assert_eq(pprof_read(&profile, "a.pb.gz", error), 0, "%s", error);
	cr_assert_str_eq(string_table_get(&profile.strings, profile.samples[0].key.thread),
			 "caf\xef\xbf\xbd");
	cr_assert_str_eq(profile_fact(&profile, "command"),
			 "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd \xc3\xa9");
	profile_fini(&profile);
}

Test(pprof, golden_file_is_read_and_written_as_before)
{
	const char *source = getenv("top_srcdir");
	char *binary = xasprintf("%s/tests/golden/minimal-v1.pb.gz", source);
	char *listing = xasprintf("%s/tests/golden/minimal-v1.txt", source);
	size_t size, golden_size;
	void *data, *golden;
	struct profile profile;
	char *text;

	cr_assert_not_null(source, "run this by make check, which sets top_srcdir");
	cr_assert_eq(pprof_read(&profile, binary, error), 0, "%s", error);
	text = made_profile_text(&profile);
	golden = unpacked(listing, &golden_size);
	cr_assert_eq(strlen(text), golden_size);
	cr_assert_arr_eq(text, golden, golden_size);
	profile_fini(&profile);
	free(golden);
	free(text);

	made_profile_small(&profile);
	cr_assert_eq(pprof_write(&profile, "a.pb.gz"), 0);
	profile_fini(&profile);
	golden = unpacked(binary, &golden_size);
	data = unpacked("a.pb.gz", &size);
	cr_assert_eq(size, golden_size);
	cr_assert_arr_eq(data, golden, size);
	free(data);
	free(golden);
	free(binary);
	free(listing);
}

static int write_random(const char *path)
{
	struct profile profile;
	int err;

	made_profile_random(&profile, 3);
	err = pprof_write(&profile, path);
	profile_fini(&profile);
	return err;
}

Test(pprof, permissions_follow_the_umask)
{
	struct stat status;

	umask(027);
	cr_assert_eq(write_random("a.pb.gz"), 0);
	cr_assert_eq(stat("a.pb.gz", &status), 0);
	cr_assert_eq(status.st_mode & 0777, 0640);
}

Test(pprof, longest_possible_file_name_works)
{
	char name[NAME_MAX + 1];

	memset(name, 'n', NAME_MAX);
	name[NAME_MAX] = '\0';
	cr_assert_eq(write_random(name), 0);
	cr_assert_eq(access(name, R_OK), 0);
}

Test(pprof, symbolic_link_stays_one)
{
	struct stat status;

	cr_assert_eq(write_random("target"), 0);
	cr_assert_eq(truncate("target", 0), 0);
	cr_assert_eq(symlink("target", "link"), 0);
	cr_assert_eq(write_random("link"), 0);
	cr_assert_eq(lstat("link", &status), 0);
	cr_assert(S_ISLNK(status.st_mode));
	cr_assert_eq(stat("target", &status), 0);
	cr_assert_gt(status.st_size, 0);
}

Test(pprof, missing_directory_and_directory_are_errors)
{
	cr_assert_eq(write_random("none/a.pb.gz"), -ENOENT);
	cr_assert_eq(write_random("."), -EISDIR);
	cr_assert_eq(nr_files(), 0);
}

Test(pprof, full_device_is_an_error)
{
	cr_assert_eq(write_random("/dev/full"), -ENOSPC);
	cr_assert_eq(access("/dev/full", F_OK), 0);
}

Test(pprof, device_is_written_in_place)
{
	struct stat status;

	cr_assert_eq(write_random("/dev/null"), 0);
	cr_assert_eq(stat("/dev/null", &status), 0);
	cr_assert(S_ISCHR(status.st_mode));
}

Test(pprof, failed_write_leaves_no_new_file_and_the_old_one)
{
	struct rlimit limit = { .rlim_cur = 512, .rlim_max = RLIM_INFINITY };
	struct profile profile;
	struct stat before, after;

	cr_assert_eq(write_random("old"), 0);
	cr_assert_eq(stat("old", &before), 0);
	cr_assert_gt(before.st_size, 512);
	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	cr_assert_eq(write_random("new"), -EFBIG);
	cr_assert_eq(write_random("old"), -EFBIG);
	limit.rlim_cur = RLIM_INFINITY;
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	cr_assert_eq(nr_files(), 1);
	cr_assert_eq(stat("old", &after), 0);
	cr_assert_eq(before.st_ino, after.st_ino);
	cr_assert_eq(pprof_read(&profile, "old", error), 0, "%s", error);
	profile_fini(&profile);
}

Test(pprof, stale_temporary_file_does_not_prevent_writing)
{
	char *stale = xasprintf(".scprof-%d-0.tmp", getpid());
	int fd = open(stale, O_WRONLY | O_CREAT, 0600);

	cr_assert_geq(fd, 0);
	close(fd);
	cr_assert_eq(write_random("a.pb.gz"), 0);
	cr_assert_eq(access(stale, F_OK), 0, "another process may still use it");
	free(stale);
}
