/* SPDX-License-Identifier: MIT */
/*
 * Runs a copy of itself in FOLDER, which is a mount point, while a process must permit each opening
 * of a file there (fanotify(7)). That process ends last, and its permission is needed until then.
 * With "files", FOLDER is on any file system. Then only the copy and this program itself are
 * watched, and only after they have made calls. Exits with 77 if fanotify is not permitted.
 */
#include "tests/live/tracee.h"

#include <fcntl.h>
#include <sys/fanotify.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

static NOINLINE void permitted_code(void)
{
	RAW_CALL0(SYS_getppid);
	BARRIER();
}

static NOINLINE void earlier_code(void)
{
	RAW_CALL0(SYS_getpgrp);
	BARRIER();
}

static void run_permitted(const char *path)
{
	execl(path, path, "permitted", NULL);
	_exit(TRACEE_FAILED);
}

/* Runs the copy before any watch exists. */
static void run_unwatched(const char *path)
{
	pid_t child = fork();

	if (child == 0)
		run_permitted(path);
	CHECK(wait_for(child) == 0);
	for (int i = 0; i < 10; i++)
		earlier_code();
}

static void watch_files(int watch, const char *path)
{
	const char *const paths[] = { path, "/proc/self/exe" };

	for (int i = 0; i < 2; i++)
		if (fanotify_mark(watch, FAN_MARK_ADD, FAN_OPEN_PERM | FAN_ACCESS_PERM, AT_FDCWD,
				  paths[i]))
			_exit(77);
}

static void watch_mount(int watch, const char *folder)
{
	if (fanotify_mark(watch, FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_OPEN_PERM, AT_FDCWD, folder))
		_exit(77);
}

static void copy_program(const char *path)
{
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	struct stat status;

	CHECK(from >= 0 && to >= 0 && fstat(from, &status) == 0);
	CHECK(sendfile(to, from, NULL, (size_t)status.st_size) == status.st_size);
	close(from);
	close(to);
}

/* Permits all requests until the pipe @end has no writer any more. */
static void permit(int watch, int end)
{
	struct fanotify_event_metadata events[16];
	ssize_t size;
	char byte;

	CHECK(fcntl(end, F_SETFL, O_NONBLOCK) == 0);
	while (read(end, &byte, 1) < 0) {
		size = read(watch, events, sizeof(events));
		if (size <= 0)
			usleep(1000);
		for (struct fanotify_event_metadata *event = events; FAN_EVENT_OK(event, size);
		     event = FAN_EVENT_NEXT(event, size)) {
			struct fanotify_response response = {
				.fd = event->fd,
				.response = FAN_ALLOW,
			};

			CHECK(write(watch, &response, sizeof(response)) == sizeof(response));
			close(event->fd);
		}
	}
}

int main(int argc, char **argv)
{
	char path[4096];
	int watch, end[2];
	pid_t child;

	CHECK(argc > 1);
	if (strcmp(argv[1], "permitted") == 0) {
		for (int i = 0; i < 30; i++)
			permitted_code();
		return 0;
	}
	snprintf(path, sizeof(path), "%s/copy", argv[1]);
	copy_program(path);
	if (argc > 2)
		run_unwatched(path);
	watch = fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC | FAN_NONBLOCK, O_RDONLY | O_CLOEXEC);
	if (watch < 0)
		return 77;
	if (argc > 2)
		watch_files(watch, path);
	else
		watch_mount(watch, argv[1]);
	CHECK(pipe(end) == 0);
	child = fork();
	if (child == 0)
		run_permitted(path);
	for (int i = 0; argc > 2 && i < 30; i++)
		permitted_code();
	close(end[1]);
	permit(watch, end[0]);
	CHECK(wait_for(child) == 0);
	return 0;
}
