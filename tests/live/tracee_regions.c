/* SPDX-License-Identifier: MIT */
/*
 * Begins and ends regions. The first argument selects what to do. The tests count the getppid
 * calls.
 */
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "include/scprof/scprof.h"
#include "tests/live/tracee.h"

static NOINLINE void call(int nr)
{
	for (int i = 0; i < nr; i++)
		getppid();
	BARRIER();
}

/* Makes 3 calls in load, 2 in load/parse, and 1 outside of all regions; each 200 times. */
static void nest(char **argv)
{
	(void)argv;
	for (int i = 0; i < 200; i++) {
		scprof_begin("load");
		call(1);
		scprof_begin("parse");
		call(2);
		scprof_end();
		call(2);
		scprof_end();
		call(1);
	}
}

static void *work(void *argument)
{
	char name[] = "worker-0";

	call(5);
	name[7] = (char)('0' + (int)(intptr_t)argument);
	scprof_begin(name);
	memset(name, 'x', sizeof(name) - 1);
	for (int i = 0; i < 50; i++) {
		call(10);
		scprof_begin("inner");
		call(3);
		scprof_end();
	}
	return NULL; /* the thread ends inside the region */
}

static void threads(char **argv)
{
	pthread_t thread[4];

	(void)argv;
	scprof_begin("main");
	for (intptr_t i = 0; i < 4; i++)
		CHECK(pthread_create(&thread[i], NULL, work, (void *)i) == 0);
	for (int i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	call(7);
	scprof_end();
}

/*
 * The child starts in `outer` and leaves it. Then it executes a program that starts in no region.
 */
static void children(char **argv)
{
	pid_t child;

	scprof_begin("outer");
	child = fork();
	if (!child) {
		call(11);
		scprof_end();
		call(13);
		scprof_begin("exec");
		execl("/proc/self/exe", argv[0], "call", NULL);
		_exit(TRACEE_FAILED);
	}
	CHECK(wait_for(child) == 0);
	call(17);
	scprof_end();
}

static void just_call(char **argv)
{
	(void)argv;
	call(19);
}

static void pauses(char **argv)
{
	(void)argv;
	for (int i = 0; i < 10; i++) {
		scprof_begin("a");
		call(3);
		scprof_pause();
		call(100);
		scprof_begin("b");
		scprof_pause();
		call(100);
		scprof_resume();
		call(100);
		scprof_resume();
		call(5);
		scprof_end();
		call(7);
		scprof_end();
	}
}

static void hostile(char **argv)
{
	static char name[1001];
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)argv;
	CHECK(pages != MAP_FAILED && munmap(pages + 4096, 4096) == 0);
	scprof_end();
	scprof_resume();
	scprof_begin(NULL);
	call(1);
	scprof_end();
	scprof_begin("\xff\xfe\n");
	call(2);
	scprof_end();
	memset(name, 'x', 1000);
	memcpy(name + 254, "\xc3\xa4", 2); /* one character, which crosses the maximum length */
	scprof_begin(name);
	call(3);
	scprof_end();
	memset(pages + 4092, 'p', 4);
	scprof_begin(pages + 4092);
	call(4);
	scprof_end();
	for (int i = 0; i < 100; i++)
		scprof_begin("d");
	call(5);
	for (int i = 0; i < 100; i++)
		scprof_end();
	call(6);
	for (int i = 0; i < 6000; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		scprof_begin(name);
		call(1);
		scprof_end();
	}
}

/* A sandbox that kills a process when it makes a call with a number that no kernel has. */
static void filter(char **argv)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 1000, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	(void)argv;
	scprof_begin("before");
	call(3);
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
	call(4);
	scprof_end();
	scprof_begin("behind");
	call(5);
	scprof_end();
}

static void library(char **argv)
{
	for (int i = 0; i < 5; i++) {
		void *handle = dlopen(argv[2], RTLD_NOW);
		void (*run)(void (*)(int));

		CHECK(handle);
		run = (void (*)(void (*)(int)))dlsym(handle, "plugin_run");
		CHECK(run);
		run(call);
		dlclose(handle);
	}
}

/* Maps only the code of a library, and goes on with its own regions. */
static void map(char **argv)
{
	int fd = open(argv[2], O_RDONLY);
	Elf64_Ehdr header;
	Elf64_Phdr segment;

	CHECK(pread(fd, &header, sizeof(header), 0) == sizeof(header));
	for (int i = 0; i < header.e_phnum; i++) {
		CHECK(pread(fd, &segment, sizeof(segment),
			    (off_t)(header.e_phoff + (size_t)i * sizeof(segment))) ==
		      sizeof(segment));
		if (segment.p_type == PT_LOAD && segment.p_flags & PF_X)
			break;
	}
	CHECK(mmap(NULL, segment.p_filesz, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd,
		   (off_t)segment.p_offset) != MAP_FAILED);
	for (int i = 0; i < 100; i++) {
		scprof_begin("own");
		call(1);
		scprof_end();
		call(1);
	}
}

static void handler(int signal)
{
	(void)signal;
	scprof_begin("handler");
	call(2);
	scprof_end();
}

static void signals(char **argv)
{
	(void)argv;
	signal(SIGUSR1, handler);
	scprof_begin("outer");
	for (int i = 0; i < 20; i++) {
		call(3);
		raise(SIGUSR1);
	}
	scprof_end();
}

/* Begins and ends a region @argv[2] times, and does nothing else: for measurements. */
static void many(char **argv)
{
	for (int i = atoi(argv[2]); i > 0; i--) {
		scprof_begin("region");
		scprof_end();
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(char **argv);
	} modes[] = {
		{ "nest", nest },      { "threads", threads }, { "children", children },
		{ "call", just_call }, { "pauses", pauses },   { "hostile", hostile },
		{ "filter", filter },  { "library", library }, { "signals", signals },
		{ "many", many },      { "map", map },
	};

	CHECK(argc > 1);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(argv[1], modes[i].name) != 0)
			continue;
		modes[i].run(argv);
		return 0;
	}
	return TRACEE_FAILED;
}
