/* SPDX-License-Identifier: MIT */
/*
 * Makes many calls in surroundings where it may be hard to allocate memory for thread areas. Each
 * time, it checks that it has no shared memory and no descriptors except its own. The argument says
 * where it makes the calls:
 *
 *   here       in the process that was started
 *   namespace  in a new IPC namespace
 *   setns      in the IPC namespace of another process
 *   later      it makes half of the calls before it leaves its IPC namespace
 *   size       in a program that may not make files larger
 *   children   in more processes than the first one has areas, all in a new IPC namespace
 *   few        in as many processes that may not open any more files
 *   user       in a program that another user executes
 *   threads    in several threads as well
 */
#include "tests/live/tracee.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

#define NR_CALLS    10000
#define NR_CHILDREN 20
#define OTHER_USER  65534
#define NR_THREADS  6

static void expect_no_segment(void)
{
	char text[4096] = "";
	FILE *file = fopen("/proc/self/maps", "r");

	CHECK(file);
	while (fgets(text, sizeof(text), file))
		CHECK(!strstr(text, "/SYSV"));
	fclose(file);
}

static void expect_empty_namespace(void)
{
	char text[4096] = "";
	FILE *file = fopen("/proc/sysvipc/shm", "r");

	CHECK(file && fgets(text, sizeof(text), file));
	CHECK(!fgets(text, sizeof(text), file));
	fclose(file);
}

static void expect_own_descriptors(void)
{
	for (int fd = 3; fd < 64; fd++)
		CHECK(fcntl(fd, F_GETFD) == -1 && errno == EBADF);
}

static NOINLINE void make_calls(void)
{
	for (int i = 0; i < NR_CALLS; i++)
		CHECK(getppid() >= 0);
}

static void execute(char **argv, char *how)
{
	execl("/proc/self/exe", argv[0], how, NULL);
	CHECK(!"reached");
}

static void leave_namespace(void)
{
	CHECK(unshare((geteuid() ? CLONE_NEWUSER : 0) | CLONE_NEWIPC) == 0);
}

static void limit(__rlimit_resource_t resource, rlim_t value)
{
	struct rlimit limit;

	CHECK(getrlimit(resource, &limit) == 0);
	limit.rlim_cur = value;
	CHECK(setrlimit(resource, &limit) == 0);
}

static void enter_namespace_of_child(void)
{
	char path[64], byte;
	int ready[2], end[2], fd;
	pid_t pid;

	CHECK(pipe(ready) == 0 && pipe(end) == 0);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		close(end[1]);
		leave_namespace();
		CHECK(write(ready[1], "", 1) == 1);
		CHECK(read(end[0], &byte, 1) == 0);
		_exit(0);
	}
	CHECK(read(ready[0], &byte, 1) == 1);
	snprintf(path, sizeof(path), "/proc/%d/ns/ipc", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0 && setns(fd, CLONE_NEWIPC) == 0);
	close(fd);
	close(end[1]);
	close(end[0]);
	close(ready[0]);
	close(ready[1]);
	CHECK(wait_for(pid) == 0);
}

static void make_calls_in_children(rlim_t nr_files)
{
	int ends[2];
	pid_t pids[NR_CHILDREN];
	char byte;

	CHECK(pipe(ends) == 0);
	limit(RLIMIT_NOFILE, nr_files);
	for (int i = 0; i < NR_CHILDREN; i++) {
		pids[i] = fork();
		CHECK(pids[i] >= 0);
		if (pids[i] == 0) {
			close(ends[1]);
			make_calls();
			/* All children exist until the last one has started. */
			CHECK(read(ends[0], &byte, 1) == 0);
			close(ends[0]);
			expect_own_descriptors();
			_exit(0);
		}
	}
	limit(RLIMIT_NOFILE, 64);
	close(ends[1]);
	for (int i = 0; i < NR_CHILDREN; i++)
		CHECK(wait_for(pids[i]) == 0);
	close(ends[0]);
}

static pthread_barrier_t barrier;

static void *run_thread(void *unused)
{
	(void)unused;
	/* All threads exist now, and none has ended. */
	pthread_barrier_wait(&barrier);
	make_calls();
	pthread_barrier_wait(&barrier);
	return NULL;
}

static void make_calls_in_threads(void)
{
	pthread_t threads[NR_THREADS];

	CHECK(pthread_barrier_init(&barrier, NULL, NR_THREADS) == 0);
	for (int i = 0; i < NR_THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, run_thread, NULL) == 0);
	for (int i = 0; i < NR_THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "here";

	if (strcmp(how, "namespace") == 0) {
		leave_namespace();
		execute(argv, "empty");
	} else if (strcmp(how, "setns") == 0) {
		enter_namespace_of_child();
		execute(argv, "empty");
	} else if (strcmp(how, "size") == 0) {
		limit(RLIMIT_FSIZE, 0);
		execute(argv, "here");
	} else if (strcmp(how, "later") == 0) {
		make_calls();
		leave_namespace();
	} else if (strcmp(how, "children") == 0) {
		leave_namespace();
		make_calls_in_children(64);
	} else if (strcmp(how, "user") == 0) {
		CHECK(setresgid(OTHER_USER, OTHER_USER, OTHER_USER) == 0);
		CHECK(setresuid(OTHER_USER, OTHER_USER, OTHER_USER) == 0);
		/* That user may not be able to find the file. */
		execl("/proc/self/exe", argv[0], "threads", NULL);
		CHECK(0);
	} else if (strcmp(how, "threads") == 0) {
		make_calls_in_threads();
	} else if (strcmp(how, "few") == 0) {
		make_calls_in_children(3);
	}
	make_calls();
	expect_own_descriptors();
	expect_no_segment();
	if (strcmp(how, "empty") == 0 || strcmp(how, "children") == 0)
		expect_empty_namespace();
	return 0;
}
