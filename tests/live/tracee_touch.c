/* SPDX-License-Identifier: MIT */
/*
 * Each step writes a fixed number of bytes, or makes a fixed number of calls, to a descriptor that
 * now refers to another file: after dup2, close and reopening, close_range, fork, exec with
 * CLOEXEC, in threads with shared and with separate descriptors, and to one received through a
 * socket.
 */
#include "tests/live/tracee.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>

#define FD 40

static void put(int fd, int nr)
{
	for (int i = 0; i < nr; i++)
		CHECK(write(fd, "x", 1) == 1);
}

static int open_at(const char *path, int fd)
{
	int opened = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	CHECK(opened >= 0 && dup2(opened, fd) == fd);
	close(opened);
	return fd;
}

static void *share(void *unused)
{
	open_at("thread", FD);
	return unused;
}

static void *keep_own(void *unused)
{
	CHECK(unshare(CLONE_FILES) == 0);
	open_at("own", FD);
	put(FD, 6);
	return unused;
}

static void run_thread(void *(*work)(void *))
{
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, work, NULL) == 0);
	pthread_join(thread, NULL);
}

/* Sends @fd through a socket to itself. Returns the descriptor that arrives. */
static int pass(int fd)
{
	char byte = 0, room[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { &byte, 1 };
	struct msghdr message = { .msg_iov = &iov,
				  .msg_iovlen = 1,
				  .msg_control = room,
				  .msg_controllen = sizeof(room) };
	struct cmsghdr *control = CMSG_FIRSTHDR(&message);
	int pair[2], passed;

	CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0);
	control->cmsg_level = SOL_SOCKET;
	control->cmsg_type = SCM_RIGHTS;
	control->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(control), &fd, sizeof(int));
	CHECK(sendmsg(pair[0], &message, 0) == 1);
	CHECK(recvmsg(pair[1], &message, 0) == 1);
	memcpy(&passed, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
	return passed;
}

static void look_up(void)
{
	struct stat status;
	int folder = open(".", O_RDONLY | O_DIRECTORY);

	CHECK(mkdir("folder", 0700) == 0);
	for (int i = 0; i < 5; i++)
		CHECK(stat(".//./missing", &status) == -1);
	for (int i = 0; i < 4; i++)
		CHECK(fstatat(folder, "folder/.", &status, 0) == 0);
	CHECK(chdir("folder") == 0);
	for (int i = 0; i < 2; i++)
		CHECK(access("below", F_OK) == -1);
	CHECK(chdir("..") == 0);
}

int main(int argc, char **argv)
{
	struct stat status;
	int ends[2];

	if (argc > 1) { /* after the exec */
		CHECK(fstat(FD, &status) == -1 && errno == EBADF);
		CHECK(fstat(FD + 1, &status) == 0);
		return 0;
	}
	put(open_at("first", FD), 10);
	put(open_at("second", FD), 20); /* dup2 over it */
	close(FD);
	put(open_at("third", FD), 30);
	close_range(FD, FD, 0);
	CHECK(write(FD, "x", 1) == -1);
	put(open_at("fourth", FD), 1);
	if (fork() == 0) {
		put(open_at("child", FD), 7);
		_exit(0);
	}
	wait(NULL);
	put(FD, 2); /* the child's dup2 changed its own descriptor only */
	run_thread(share);
	put(FD, 5); /* the thread's dup2 changed that of all threads */
	run_thread(keep_own);
	put(FD, 4);
	put(pass(FD), 3);
	unlink("thread");
	put(FD, 8);
	CHECK(pipe(ends) == 0);
	put(ends[1], 9);
	look_up();
	open_at("last", FD);
	fcntl(FD, F_SETFD, FD_CLOEXEC);
	dup2(FD, FD + 1);
	execl(argv[0], argv[0], "again", NULL);
	return TRACEE_FAILED;
}
