/* SPDX-License-Identifier: MIT */
/*
 * usage: load_threads LIBRARY OTHER_LIBRARY. Its very first call is a fork. In the child, one
 * thread loads and uses the libraries, while another one unloads each.
 */
#include "tests/live/tracee.h"

#include <dlfcn.h>
#include <pthread.h>

#define NR_ROUNDS 5
#define NR_USES	  1000

static pthread_barrier_t barrier;
static void *library;

static void called_back(void)
{
	BARRIER();
}

static void meet(void)
{
	pthread_barrier_wait(&barrier);
}

static NOINLINE void use(const char *path)
{
	void (*run)(void (*)(void));

	library = dlopen(path, RTLD_NOW);
	CHECK(library);
	*(void **)&run = dlsym(library, "plugin_run");
	for (int i = 0; i < NR_USES; i++)
		run(called_back);
	meet();
	meet();
}

static void *load(void *argument)
{
	char **argv = argument;

	for (int i = 0; i < NR_ROUNDS; i++) {
		use(argv[1]);
		use(argv[2]);
	}
	return NULL;
}

static void unload(void)
{
	for (int i = 0; i < 2 * NR_ROUNDS; i++) {
		meet();
		CHECK(dlclose(library) == 0);
		meet();
	}
}

int main(int argc, char **argv)
{
	pid_t pid = fork();
	pthread_t thread;

	CHECK(argc == 3);
	if (pid)
		return wait_for(pid);
	CHECK(pthread_barrier_init(&barrier, NULL, 2) == 0);
	CHECK(pthread_create(&thread, NULL, load, argv) == 0);
	unload();
	CHECK(pthread_join(thread, NULL) == 0);
	return 0;
}
