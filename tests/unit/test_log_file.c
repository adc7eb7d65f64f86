// SPDX-License-Identifier: MIT
/*
 * Logs. The reader returns what was written, reads a truncated file as far as it goes, and refuses
 * a damaged or hostile one with an error.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "profile/log/log.pb-c.h"
#include "profile/log/log_file.h"
#include "profile/util/gzip.h"

static char path[64];
static struct profile profile;
static char error[LOG_FILE_ERROR_SIZE];

static void setup(void)
{
	snprintf(path, sizeof(path), "/tmp/scprof-log-file.%d", getpid());
	profile_init(&profile);
	error[0] = '\0';
}

static void teardown(void)
{
	unlink(path);
	profile_fini(&profile);
}

TestSuite(log_file, .init = setup, .fini = teardown);

static uint32_t string(const char *text)
{
	return string_table_intern(&profile.strings, text);
}

static uint32_t make_stack(void)
{
	const struct mapping mapping = {
		.path = string("/home/me/app"),
		.build_id = string("abcd"),
		.start = 0x1000,
		.limit = 0x3000,
		.file_offset = 0x1000,
	};
	uint32_t id = profile_intern_mapping(&profile, &mapping);
	uint32_t stack =
		stack_table_intern(&profile.stacks, 0, profile_intern_frame(&profile, id, 0x1100));

	return stack_table_intern(&profile.stacks, stack,
				  profile_intern_frame(&profile, id, 0x1200));
}

static void name_frame(uint32_t frame, const char *name)
{
	const struct function function = { .name = string(name), .system_name = string(name) };
	const struct line line = { profile_intern_function(&profile, &function), 7 };

	profile_set_lines(&profile, frame, &line, 1);
}

static const struct log_call first = {
	.nr = 0,
	.start_ns = 5000,
	.duration_ns = 300,
	.span_ns = 300,
	.args = { 3, 0x7fff00001000, 4096, 0, 0, 0xffffffffffffffff },
	.result = 17,
};
static const struct log_call second = {
	.nr = 1,
	.abi = SYSCALL_ABI_I386,
	.state = LOG_UNFINISHED,
	.start_ns = 2000,
	.duration_ns = 100,
	.span_ns = 9000,
};

/* Two calls of one thread. The second one began before the first. */
static void write_log(bool is_redacted)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	struct log_writer *writer = log_writer_new(fd, &profile, is_redacted);
	const struct log_thread thread = { 10, 11, string("app"), string("worker") };
	const struct log_touched touched = { .fd = 4, .kind = 3, .path = string("/etc/passwd") };
	struct log_call call = first;

	log_writer_begin(writer, 1000000, "app -x");
	call.thread = log_writer_add_thread(writer, &thread);
	call.touched = log_writer_add_touched(writer, &touched);
	call.stack = make_stack();
	log_writer_put(writer, &call);
	log_writer_flush(writer);
	call = second;
	call.thread = 1;
	log_writer_put(writer, &call);
	name_frame(2, "main");
	cr_assert_eq(log_writer_finish(writer), 0);
	close(fd);
}

static void expect_equal(const struct log_call *call, const struct log_call *wanted)
{
	cr_expect_eq(call->nr, wanted->nr);
	cr_expect_eq(call->abi, wanted->abi);
	cr_expect_eq(call->state, wanted->state);
	cr_expect_eq(call->start_ns, wanted->start_ns);
	cr_expect_eq(call->duration_ns, wanted->duration_ns);
	cr_expect_eq(call->span_ns, wanted->span_ns);
	cr_expect_eq(call->result, wanted->result);
	cr_expect_arr_eq(call->args, wanted->args, sizeof(wanted->args));
}

Test(log_file, reading_returns_what_was_written)
{
	struct log_file log;
	struct log_call call;
	uint32_t outer;

	write_log(false);
	cr_assert_eq(log_file_open(&log, path, error), 0, "%s", error);
	cr_expect_eq(log.start_time_ns, 1000000);
	cr_expect_str_eq(profile_fact(&log.profile, "command"), "app -x");
	cr_assert_eq(log_file_next(&log, &call, error), 1);
	expect_equal(&call, &first);
	cr_expect_eq(log.threads[call.thread].tid, 11);
	cr_expect_str_eq(string_table_get(&log.profile.strings, log.threads[1].thread), "worker");
	cr_expect_eq(log.touched[call.touched].fd, 4);
	outer = log.profile.stacks.nodes[call.stack].parent;
	cr_expect(outer && !log.profile.stacks.nodes[outer].parent, "two frames");
	cr_assert_eq(log_file_next(&log, &call, error), 1);
	expect_equal(&call, &second);
	cr_expect_eq(call.stack, 0);
	cr_expect_eq(log_file_next(&log, &call, error), 0);
	cr_expect(log.is_complete);
	cr_expect_eq(log.profile.frames[2].nr_lines, 1);
	cr_expect_str_eq(string_table_get(&log.profile.strings, log.profile.mappings[1].path),
			 "/home/me/app");
	log_file_close(&log);
}

Test(log_file, a_second_reading_gives_the_same_calls_and_keeps_the_names)
{
	struct log_file log;
	struct log_call call;

	write_log(false);
	cr_assert_eq(log_file_open(&log, path, error), 0);
	cr_assert_eq(log_file_next(&log, &call, error), 1);
	cr_assert_eq(log_file_rewind(&log, error), 0);
	while (log_file_next(&log, &call, error) > 0)
		;
	cr_assert(log.is_complete);
	cr_assert_eq(log_file_rewind(&log, error), 0);
	cr_assert_eq(log_file_next(&log, &call, error), 1);
	expect_equal(&call, &first);
	cr_expect_eq(log.profile.frames[2].nr_lines, 1);
	cr_expect_eq(log.nr_threads, 2);
	cr_expect_eq(log.profile.stacks.nr, 3);
	log_file_close(&log);
}

Test(log_file, a_redacted_log_has_no_directory_of_a_binary)
{
	struct log_file log;
	struct log_call call;

	write_log(true);
	cr_assert_eq(log_file_open(&log, path, error), 0);
	cr_assert_eq(log_file_next(&log, &call, error), 1);
	cr_expect_str_eq(string_table_get(&log.profile.strings, log.profile.mappings[1].path),
			 "app");
	log_file_close(&log);
}

/* Returns how many calls it could read, or -errno if it could not open or read the log. */
static int count_calls(bool *is_complete)
{
	struct log_file log;
	struct log_call call;
	int result = log_file_open(&log, path, error), nr = 0;

	*is_complete = false;
	if (result)
		return result;
	while ((result = log_file_next(&log, &call, error)) > 0)
		nr++;
	*is_complete = log.is_complete;
	log_file_close(&log);
	return result < 0 ? result : nr;
}

Test(log_file, a_file_cut_anywhere_is_read_as_far_as_it_goes)
{
	struct stat status;
	bool is_complete, has_prefix = false;
	int least = 0;

	write_log(false);
	cr_assert_eq(stat(path, &status), 0);
	cr_assert_eq(count_calls(&is_complete), 2);
	cr_assert(is_complete);
	for (off_t size = 1; size < status.st_size; size++) {
		write_log(false);
		cr_assert_eq(truncate(path, size), 0);
		int nr = count_calls(&is_complete);

		/* The last bytes are a checksum, which is not needed to read the calls. */
		cr_expect(!is_complete || (nr == 2 && size >= status.st_size - 12), "cut at %jd",
			  (intmax_t)size);
		if (nr < 0) {
			cr_expect_eq(nr, -EBADMSG);
			cr_expect_eq(least, 0, "cut at %jd it cannot be read: %s", (intmax_t)size,
				     error);
			continue;
		}
		cr_expect_geq(nr, least, "cut at %jd", (intmax_t)size);
		least = nr;
		has_prefix |= nr == 1;
	}
	cr_expect(has_prefix, "no truncated log had exactly one call");
}

Test(log_file, a_damaged_byte_causes_no_crash_and_is_noticed_at_the_end)
{
	unsigned char byte;
	struct stat status;
	bool is_complete;

	write_log(false);
	cr_assert_eq(stat(path, &status), 0);
	for (off_t at = 10; at < status.st_size; at++) {
		int fd;

		write_log(false);
		fd = open(path, O_RDWR);
		cr_assert_eq(pread(fd, &byte, 1, at), 1);
		byte ^= 0x55;
		cr_assert_eq(pwrite(fd, &byte, 1, at), 1);
		close(fd);
		cr_expect(count_calls(&is_complete) < 0 || !is_complete, "byte %jd", (intmax_t)at);
	}
}

static struct gzip_writer *made;
static int made_fd;

static void begin_made(void)
{
	made_fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	made = gzip_writer_new(made_fd, true);
}

static void put_made(const Sclog__Record *record)
{
	unsigned char packed[512], length;
	size_t size = sclog__record__get_packed_size(record);

	cr_assert(size < 128);
	length = (unsigned char)size;
	sclog__record__pack(record, packed);
	gzip_writer_put(made, &length, 1);
	gzip_writer_put(made, packed, size);
}

static void put_head(const char *format, uint32_t version)
{
	Sclog__Record record = SCLOG__RECORD__INIT;
	Sclog__Head head = SCLOG__HEAD__INIT;

	head.format = (char *)format;
	head.version = version;
	record.head = &head;
	put_made(&record);
}

static void end_made(void)
{
	cr_assert_eq(gzip_writer_finish(made), 0);
	close(made_fd);
}

/* Expects that the reader refuses the file, and that the message contains @reason. */
static void expect_refusal(const char *reason)
{
	bool is_complete;

	end_made();
	cr_expect_eq(count_calls(&is_complete), -EBADMSG);
	cr_expect(strstr(error, reason), "'%s' has no '%s'", error, reason);
	cr_expect(strstr(error, path));
}

static void expect_call_refused(const Sclog__Call *call, const char *reason)
{
	Sclog__Record record = SCLOG__RECORD__INIT;
	Sclog__Thread thread = SCLOG__THREAD__INIT;

	begin_made();
	put_head("scprof log", 1);
	record.thread = &thread;
	put_made(&record);
	record.thread = NULL;
	record.call = (Sclog__Call *)call;
	put_made(&record);
	expect_refusal(reason);
}

Test(log_file, calls_that_refer_to_undefined_elements_are_refused)
{
	Sclog__Call call = SCLOG__CALL__INIT;

	expect_call_refused(&call, "not defined"); /* thread 0 */
	call.thread = 2;
	expect_call_refused(&call, "not defined");
	call.thread = 1;
	call.stack = 1;
	expect_call_refused(&call, "not defined");
	call.stack = 0;
	call.touched = 1;
	expect_call_refused(&call, "not defined");
}

Test(log_file, impossible_calls_are_refused)
{
	uint64_t args[7] = { 0 };
	Sclog__Call call = SCLOG__CALL__INIT;

	call.thread = 1;
	call.abi = SYSCALL_NR_ABIS;
	expect_call_refused(&call, "impossible call");
	call.abi = 0;
	call.state = (Sclog__State)LOG_NR_STATES;
	expect_call_refused(&call, "impossible call");
	call.state = SCLOG__STATE__RETURNED;
	call.n_args = 7;
	call.args = args;
	expect_call_refused(&call, "impossible call");
	call.n_args = 0;
	call.start_delta_ns = -1;
	expect_call_refused(&call, "impossible time");
	call.start_delta_ns = 0;
	call.duration_ns = UINT64_MAX;
	expect_call_refused(&call, "impossible time");
}

Test(log_file, stacks_that_refer_to_later_elements_are_refused)
{
	Sclog__Record record = SCLOG__RECORD__INIT;
	Sclog__Stack stack = SCLOG__STACK__INIT;
	Sclog__Frame frame = SCLOG__FRAME__INIT;

	begin_made();
	put_head("scprof log", 1);
	frame.offset = FRAME_TRUNCATED;
	record.frame = &frame;
	put_made(&record);
	record.frame = NULL;
	stack.parent = 1;
	stack.frame = 1;
	record.stack = &stack;
	put_made(&record);
	expect_refusal("a stack of what is not defined");
	begin_made();
	put_head("scprof log", 1);
	record.stack = NULL;
	record.frame = &frame;
	put_made(&record);
	put_made(&record);
	expect_refusal("a frame defined twice");
}

Test(log_file, files_of_other_kinds_are_refused)
{
	unsigned char huge[] = { 0xff, 0xff, 0xff, 0x7f };
	Sclog__Record record = SCLOG__RECORD__INIT;
	Sclog__End end = SCLOG__END__INIT;

	begin_made();
	expect_refusal("empty");
	begin_made();
	put_head("other log", 1);
	expect_refusal("it does not begin as one");
	begin_made();
	put_head("scprof log", 2);
	expect_refusal("version 2");
	begin_made();
	gzip_writer_put(made, huge, sizeof(huge));
	expect_refusal("too large");
	begin_made();
	put_head("scprof log", 1);
	end.calls = 1;
	record.end = &end;
	put_made(&record);
	expect_refusal("0 calls where there should be 1");
}

Test(log_file, text_is_not_a_log)
{
	bool is_complete;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	cr_assert_eq(write(fd, "hello\n", 6), 6);
	close(fd);
	cr_expect_eq(count_calls(&is_complete), -EBADMSG);
	cr_expect(strstr(error, "no gzip header"), "%s", error);
	unlink(path);
	cr_expect_eq(count_calls(&is_complete), -ENOENT);
	cr_expect(strstr(error, "No such file"), "%s", error);
}
