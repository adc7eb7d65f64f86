/* SPDX-License-Identifier: MIT */
/*
 * Which files the tracing thread reads by itself.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/fanotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helper/elf/direct.h"

static uint64_t root_device(void)
{
	struct stat status;

	cr_assert_eq(stat("/", &status), 0);
	return status.st_dev;
}

static bool is_root_local(void)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool result = direct_is_local(fd);

	close(fd);
	return result;
}

Test(direct, nothing_is_safe_before_the_process_was_looked_at)
{
	cr_expect_not(direct_is_safe(root_device()));
	direct_add_device(root_device());
	cr_expect_not(direct_is_safe(root_device()));
	cr_expect_not(direct_may_finish("/file"));
}

Test(direct, a_local_root_is_safe_until_a_traced_process_may_serve_files)
{
	direct_init(getpid());
	cr_expect_eq(direct_is_safe(root_device()), is_root_local());
	cr_expect_eq(direct_may_finish("/file"), is_root_local());
	direct_end();
	cr_expect_not(direct_is_safe(root_device()));
	cr_expect_not(direct_may_finish("/file"));
}

Test(direct, only_the_system_s_own_devices_stay_mounted)
{
	direct_init(getpid());
	cr_expect_eq(direct_is_on_system_device("/file"), is_root_local());
	cr_expect_eq(direct_is_on_system_device("/usr/bin/file"), is_root_local());
	cr_expect_not(direct_is_on_system_device("/proc/file"));
	cr_expect_not(direct_is_on_system_device("/no/such/folder/file"));
	cr_expect_not(direct_is_on_system_device("file"));
	direct_end();
	cr_expect_not(direct_is_on_system_device("/file"));
}

Test(direct, other_devices_are_safe_once_a_file_of_theirs_was_local)
{
	const uint64_t dev = 0x123456;

	direct_init(getpid());
	cr_expect_not(direct_is_safe(dev));
	direct_add_device(dev);
	cr_expect(direct_is_safe(dev));
}

Test(direct, what_no_device_has_is_not_local)
{
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);

	cr_expect_not(direct_is_local(fd));
	close(fd);
	cr_expect_not(direct_is_local(-1));
	direct_init(getpid());
	cr_expect_not(direct_may_finish("/proc/file"));
	cr_expect_not(direct_may_finish("/no/such/folder/file"));
	cr_expect_not(direct_may_finish("file"));
}

Test(direct, a_file_that_another_process_serves_keeps_the_end_indirect)
{
	direct_init(getpid());
	direct_see_other();
	cr_expect_not(direct_may_finish("/file"));
}

Test(direct, a_process_that_has_inherited_a_watch_makes_nothing_safe)
{
	int watch = fanotify_init(FAN_CLASS_CONTENT, O_RDONLY);

	if (watch < 0)
		cr_skip_test("fanotify permissions cannot be had here");
	direct_init(getpid());
	cr_expect_not(direct_is_safe(root_device()));
	close(watch);
}

Test(direct, of_a_process_that_cannot_be_looked_at_nothing_is_safe)
{
	direct_init(0x7fffffff);
	cr_expect_not(direct_is_safe(root_device()));
}
