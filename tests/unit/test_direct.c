/* SPDX-License-Identifier: MIT */
/*
 * Which files the thread that traces may read by itself, without another thread.
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

Test(direct, no_file_is_safe_before_the_process_was_examined)
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

Test(direct, only_devices_of_the_system_stay_mounted)
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

Test(direct, another_device_is_safe_after_one_of_its_files_was_local)
{
	const uint64_t dev = 0x123456;

	direct_init(getpid());
	cr_expect_not(direct_is_safe(dev));
	direct_add_device(dev);
	cr_expect(direct_is_safe(dev));
}

Test(direct, files_without_a_device_are_not_local)
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

Test(direct, another_thread_finishes_when_a_process_serves_files)
{
	direct_init(getpid());
	direct_see_other();
	cr_expect_not(direct_may_finish("/file"));
}

Test(direct, no_file_is_safe_when_the_process_inherited_a_watch)
{
	int watch = fanotify_init(FAN_CLASS_CONTENT, O_RDONLY);

	if (watch < 0)
		cr_skip_test("fanotify permission events are not available here");
	direct_init(getpid());
	cr_expect_not(direct_is_safe(root_device()));
	close(watch);
}

Test(direct, no_file_is_safe_when_the_process_cannot_be_examined)
{
	direct_init(0x7fffffff);
	cr_expect_not(direct_is_safe(root_device()));
}
