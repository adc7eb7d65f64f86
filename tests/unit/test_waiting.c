// SPDX-License-Identifier: MIT
/*
 * Whether a call counts as waiting depends on its name, the file that it used, its latency and its
 * bytes.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "analysis/waiting.h"
#include "analysis/waiting_sum.h"
#include "profile/model/file_kind.h"
#include "profile/model/histogram.h"

static struct profile profile;
static struct waiting waiting;

static void set_up(void)
{
	profile_init(&profile);
	waiting_init(&waiting, &profile);
}

static void clean_up(void)
{
	profile_fini(&profile);
}

TestSuite(waiting, .init = set_up, .fini = clean_up);

struct call {
	const char *syscall;
	uint64_t ns;
	uint64_t bytes;
	enum file_kind kind;
	const char *path;
};

static struct sample *add(const struct call *call)
{
	struct sample_key key = {
		.nr = (uint32_t)syscall_number(SYSCALL_ABI_X86_64, call->syscall),
		.bucket = (uint16_t)histogram_bucket(call->ns),
		.kind = (uint16_t)call->kind,
		.path = call->path ? string_table_intern(&profile.strings, call->path) : 0,
	};
	struct sample *sample = profile_sample(&profile, &key);

	sample->calls += 2;
	sample->time_ns += 2 * call->ns;
	sample->bytes += 2 * call->bytes;
	return sample;
}

static bool waits(struct call call)
{
	return waiting_has(&waiting, add(&call));
}

Test(waiting, calls_that_wait_by_their_name_must_take_time)
{
	static const char *const names[] = { "epoll_wait", "epoll_pwait",   "poll",  "select",
					     "futex",	   "nanosleep",	    "wait4", "accept4",
					     "pause",	   "rt_sigsuspend", "vfork" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		cr_expect(waits((struct call){ .syscall = names[i], .ns = 20000 }), "%s", names[i]);
		cr_expect_not(waits((struct call){ .syscall = names[i], .ns = 5000 }), "%s",
			      names[i]);
	}
	cr_expect_not(waits((struct call){ .syscall = "openat", .ns = 1000000000 }));
	cr_expect_not(waits((struct call){ .syscall = "fsync", .ns = 1000000000 }));
}

Test(waiting, receiving_waits_if_it_takes_longer_than_its_bytes)
{
	cr_expect(waits((struct call){ .syscall = "recvfrom", .ns = 100000, .bytes = 100 }));
	cr_expect_not(
		waits((struct call){ .syscall = "recvfrom", .ns = 200000, .bytes = 1 << 20 }));
	cr_expect_not(waits((struct call){ .syscall = "sendto", .ns = 100000, .bytes = 100 }));
}

Test(waiting, reads_wait_only_for_others)
{
	cr_expect(waits((struct call){ "read", 100000, 1, FILE_KIND_PIPE, "pipe" }));
	cr_expect(waits((struct call){ "readv", 100000, 1, FILE_KIND_SOCKET, "socket" }));
	cr_expect(waits((struct call){ "read", 100000, 1, FILE_KIND_DEVICE, "/dev/pts/3" }));
	cr_expect_not(waits((struct call){ "read", 100000, 1, FILE_KIND_DEVICE, "/dev/sda" }));
	cr_expect_not(waits((struct call){ "read", 100000, 1, FILE_KIND_FILE, "/etc/passwd" }));
	cr_expect_not(waits((struct call){ .syscall = "read", .ns = 100000 }));
	cr_expect_not(waits((struct call){ "write", 100000, 1, FILE_KIND_PIPE, "pipe" }));
}

Test(waiting, sum_has_the_longest_call_first)
{
	struct waiting_sum sum;

	add(&(struct call){ .syscall = "futex", .ns = 20000 });
	add(&(struct call){ .syscall = "wait4", .ns = 3000000 });
	add(&(struct call){ .syscall = "futex", .ns = 40000 });
	add(&(struct call){ .syscall = "read", .ns = 40000000 });
	waiting_sum_init(&sum, &profile, NULL);
	cr_assert_eq(sum.nr, 2);
	cr_expect_str_eq(syscall_name((enum syscall_abi)sum.calls[0].abi, sum.calls[0].nr),
			 "wait4");
	cr_expect_eq(sum.calls[1].totals.calls, 4);
	cr_expect_eq(sum.totals.time_ns, 6120000);
	waiting_sum_fini(&sum);
}
