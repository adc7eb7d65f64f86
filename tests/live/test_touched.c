/* SPDX-License-Identifier: MIT */
/*
 * --fds: scprof counts each call for the file that its descriptor refers to at that moment.
 * --redact hides every name.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "profile/model/file_kind.h"
#include "tests/live/live.h"

TestSuite(touched, .init = live_init, .fini = live_fini, .timeout = 120);

/*
 * Returns the calls of @name on @path. The path is below the test's directory unless it begins with
 * '/' or '('.
 */
static uint64_t calls_about(const struct live *live, const char *name, const char *path,
			    enum file_kind kind)
{
	const struct profile *profile = &live->profile;
	char folder[256], *wanted;
	uint64_t calls = 0;

	cr_assert(getcwd(folder, sizeof(folder)));
	wanted = *path == '/' || *path == '(' ? live_text("%s", path)
					      : live_text("%s/%s", folder, path);
	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		const struct sample_key *key = &profile->samples[i].key;

		if (!strcmp(syscall_name(key->abi, key->nr), name) && key->kind == kind &&
		    !strcmp(string_table_get(&profile->strings, key->path), wanted))
			calls += profile->samples[i].calls;
	}
	return calls;
}

#define EXPECT_ABOUT(live, expected, name, path, kind)                                     \
	do {                                                                               \
		uint64_t calls_ = calls_about(live, name, path, kind);                     \
		cr_expect_eq(calls_, (uint64_t)(expected), "%s %s: %ju calls", name, path, \
			     (uintmax_t)calls_);                                           \
	} while (0)

Test(touched, a_write_counts_for_the_file_that_its_descriptor_refers_to_then)
{
	struct live *live = SCPROF("--fds", live_tracee("touch"));
	uint64_t pipes = 0;

	EXPECT_EXIT(live, 0);
	EXPECT_ABOUT(live, 10, "write", "first", FILE_KIND_FILE);
	EXPECT_ABOUT(live, 20, "write", "second", FILE_KIND_FILE);
	EXPECT_ABOUT(live, 30, "write", "third", FILE_KIND_FILE);
	EXPECT_ABOUT(live, 1, "write", "(not open)", FILE_KIND_UNKNOWN);
	EXPECT_ABOUT(live, 3, "write", "fourth", FILE_KIND_FILE);
	EXPECT_ABOUT(live, 7, "write", "child", FILE_KIND_FILE);
	EXPECT_ABOUT(live, 12, "write", "thread", FILE_KIND_FILE);
	EXPECT_ABOUT(live, 6, "write", "own", FILE_KIND_FILE);
	EXPECT_ABOUT(live, 8, "write", "thread (deleted)", FILE_KIND_FILE);
	for (uint32_t i = 0; i < live->profile.nr_samples; i++) {
		const struct sample_key *key = &live->profile.samples[i].key;

		if (key->nr == 1 && key->kind == FILE_KIND_PIPE)
			pipes += live->profile.samples[i].calls;
	}
	cr_expect_eq(pipes, 9);
}

Test(touched, exec_closes_descriptors_that_have_cloexec)
{
	struct live *live = SCPROF("--fds", "-e", "fstat,newfstatat", live_tracee("touch"));
	/* For fstat(3), glibc 2.41 makes the first of these calls, and glibc 2.36 the second. */
	const char *call = LIVE_CALLS(live, .name = "fstat") > 0 ? "fstat" : "newfstatat";

	EXPECT_EXIT(live, 0);
	EXPECT_ABOUT(live, 1, call, "(not open)", FILE_KIND_UNKNOWN);
	EXPECT_ABOUT(live, 1, call, "last", FILE_KIND_FILE);
}

Test(touched, paths_are_absolute_and_a_call_that_opens_a_file_counts_for_the_file)
{
	char folder[256];
	struct live *live = SCPROF("--fds", live_tracee("touch"));

	EXPECT_ABOUT(live, 5, "newfstatat", "missing", FILE_KIND_PATH);
	EXPECT_ABOUT(live, 4, "newfstatat", "folder", FILE_KIND_PATH);
	EXPECT_ABOUT(live, 2, "access", "folder/below", FILE_KIND_PATH);
	EXPECT_ABOUT(live, 1, "mkdir", "folder", FILE_KIND_PATH);
	EXPECT_ABOUT(live, 1, "openat", "first", FILE_KIND_FILE);
	EXPECT_ABOUT(live, 1, "openat", getcwd(folder, sizeof(folder)), FILE_KIND_FOLDER);
	EXPECT_ABOUT(live, 1, "chdir", "folder", FILE_KIND_PATH);
	EXPECT_ABOUT(live, 0, "getppid", "", FILE_KIND_FILE);
}

Test(touched, no_file_is_recorded_unless_asked_for)
{
	struct live *live = SCPROF(live_tracee("touch"));

	for (uint32_t i = 0; i < live->profile.nr_samples; i++) {
		const struct sample_key *key = &live->profile.samples[i].key;

		cr_expect(!key->fd && !key->kind && !key->path);
	}
}

Test(touched, counts_are_the_same_with_and_without_fds)
{
	struct live *with = SCPROF("--fds", "ls", "-l", "/");
	struct totals all = profile_totals(&with->profile);
	struct live *without = SCPROF("ls", "-l", "/");
	struct totals same = profile_totals(&without->profile);

	cr_expect_eq(all.calls, same.calls);
	cr_expect_eq(all.errors, same.errors);
}

Test(touched, the_number_of_different_names_is_limited)
{
	struct live *live =
		SCPROF("--fds", "-e", "newfstatat", "sh", "-c",
		       "i=0; while [ $i -lt 10100 ]; do [ -e no$i ]; i=$((i + 1)); done");
	uint64_t others;

	EXPECT_EXIT(live, 0);
	others = calls_about(live, "newfstatat", "(others)", FILE_KIND_UNKNOWN);
	cr_expect_geq(others, 100);
	cr_expect_leq(others, 200);
	EXPECT_ABOUT(live, 1, "newfstatat", "no0", FILE_KIND_PATH);
}

/* Returns the unpacked contents of the file. The caller frees them. */
static char *unpack(const char *path, size_t *size)
{
	gzFile file = gzopen(path, "rb");
	char *text = malloc(1 << 22);
	int got;

	cr_assert(file && text);
	got = gzread(file, text, 1 << 22);
	cr_assert_gt(got, 0);
	gzclose(file);
	*size = (size_t)got;
	return text;
}

static void expect_without(const char *path, const char *secret)
{
	size_t size;
	char *text = unpack(path, &size);

	cr_expect_null(memmem(text, size, secret, strlen(secret)), "%s has '%s'", path, secret);
	free(text);
}

Test(touched, redacted_files_contain_no_path_and_no_argument)
{
	static const char *const secrets[] = { "/usr",	"/etc",	  "/tmp",  "/proc",
					       "/home", "secret", "first", "tests/live" };
	struct live *live = SCPROF("--redact", "--fds", "--log", live_tracee("touch"));

	EXPECT_EXIT(live, 0);
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		expect_without("live.pb.gz", secrets[i]);
		expect_without("live.sclog", secrets[i]);
	}
	cr_expect_str_eq(profile_fact(&live->profile, "command"), "tracee_touch (redacted)");
	EXPECT_CALLS(live, 99, .name = "write", .stack = ";main;put;");
	live = SCPROF("--redact", "true", "secret");
	expect_without("live.pb.gz", "secret");
}

Test(touched, redaction_keeps_equal_names_equal)
{
	struct live *live = SCPROF("--redact", "--fds", live_tracee("touch"));
	const struct profile *profile = &live->profile;
	uint32_t found = 0;

	EXPECT_EXIT(live, 0);
	/*
	 * The file "second" received 20 writes. They are in one or more latency buckets of one
	 * name.
	 */
	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		const struct sample_key *key = &profile->samples[i].key;
		uint64_t calls = 0;

		for (uint32_t other = 0; other < profile->nr_samples; other++)
			if (profile->samples[other].key.path == key->path &&
			    profile->samples[other].key.nr == 1 && key->nr == 1)
				calls += profile->samples[other].calls;
		if (calls != 20)
			continue;
		cr_expect(strncmp(string_table_get(&profile->strings, key->path), "redacted-", 9) ==
			  0);
		cr_expect(!found || found == key->path);
		found = key->path;
	}
	cr_expect(found);
}

/* Returns the calls of @name on a socket whose name is @text. */
static uint64_t calls_on(const struct live *live, const char *name, const char *text)
{
	const struct profile *profile = &live->profile;
	uint64_t calls = 0;

	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		const struct sample_key *key = &profile->samples[i].key;

		if (!strcmp(syscall_name(key->abi, key->nr), name) &&
		    key->kind == FILE_KIND_SOCKET &&
		    !strcmp(string_table_get(&profile->strings, key->path), text))
			calls += profile->samples[i].calls;
	}
	return calls;
}

Test(touched, sockets_have_their_kind_and_address)
{
	struct live *live = SCPROF("--fds", live_tracee("sockets"));
	const char *port;

	EXPECT_EXIT(live, 0);
	port = live_text("%s", live->texts[0]);
	cr_expect_eq(calls_on(live, "accept4", live_text("TCP 127.0.0.1:%s listening", port)), 2);
	cr_expect_eq(calls_on(live, "connect", live_text("TCP 127.0.0.1:%s", port)), 2);
	cr_expect_eq(calls_on(live, "sendto", live_text("TCP 127.0.0.1:%s", port)), 3);
	cr_expect_eq(calls_on(live, "recvfrom", live_text("TCP 127.0.0.1:%s from 127.0.0.1", port)),
		     3);
	cr_expect_eq(calls_on(live, "connect", "TCP6 [::1]:1") + calls_on(live, "connect", "TCP6"),
		     1);
	cr_expect_eq(calls_on(live, "sendto", "UDP 127.0.0.1:9"), 4);
	cr_expect_eq(calls_on(live, "sendto", "UDP 127.0.0.1:10"), 5);
	cr_expect_eq(calls_on(live, "bind", "UNIX socket"), 1);
	cr_expect_eq(calls_on(live, "bind", "UNIX @scprof-abstract"), 1);
	cr_expect_eq(calls_on(live, "bind", "NETLINK"), 1);
}

Test(touched, redacted_sockets_keep_their_kind_only)
{
	struct live *live = SCPROF("--redact", "--fds", live_tracee("sockets"));

	EXPECT_EXIT(live, 0);
	expect_without("live.pb.gz", "127.0.0.1");
	expect_without("live.pb.gz", "abstract");
	for (uint32_t i = 0; i < live->profile.nr_samples; i++) {
		const struct sample_key *key = &live->profile.samples[i].key;
		const char *path = string_table_get(&live->profile.strings, key->path);

		if (key->nr == 44 && key->kind == FILE_KIND_SOCKET) /* sendto */
			cr_expect(!strncmp(path, "TCP redacted-", 13) ||
					  !strncmp(path, "UDP redacted-", 13),
				  "%s", path);
	}
}
