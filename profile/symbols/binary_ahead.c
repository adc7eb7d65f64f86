// SPDX-License-Identifier: MIT
/*
 * A list of binaries. The thread reads them one after the other, each without the lock, and then
 * stores the result. The caller may have read the same binary meanwhile. Several threads may use
 * libdw as long as they share no handle.
 */
#include "profile/symbols/binary_ahead.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "profile/symbols/binary_parts.h"
#include "profile/symbols/c_library.h"
#include "profile/util/xalloc.h"

#define MAX_BINARIES 64
#define MIN_FILES    512u /* descriptors: the program must not lack those that the thread uses */
#define STACK_SIZE   (512u << 10)
/* bytes of a file that can be read in milliseconds if it has no DWARF */
#define MAX_QUICK (16 << 20)

struct ahead {
	char *path;
	char *build_id;
	struct binary *binary; /* NULL: not read yet, could not be read, or taken */
	bool is_read;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t is_asked = PTHREAD_COND_INITIALIZER;
static struct ahead list[MAX_BINARIES];
static unsigned int nr_asked;
static bool has_thread, is_refused;

static struct binary *read_binary(const char *path, const char *build_id)
{
	struct binary *binary;

	if (binary_open(&binary, path, build_id) != 0)
		return NULL;
	if (c_library_has_module(path))
		binary_use_symbols_only(binary);
	binary_read_symbols(binary);
	return binary;
}

/*
 * The thread must not delay anybody. sched(7): a thread with a high nice value can still use its
 * whole time slice, of milliseconds, before another thread gets its CPU. A SCHED_IDLE thread is
 * preempted at once.
 */
static void run_when_idle(void)
{
	const struct sched_param param = { 0 };

	sched_setscheduler(0, SCHED_IDLE, &param);
}

/* The caller holds the lock. */
static void hand_over(struct ahead *ahead, struct binary *binary)
{
	if (ahead->is_read) {
		binary_close(binary);
		return;
	}
	ahead->binary = binary;
	ahead->is_read = true;
}

/* The caller holds the lock. This function releases it while it reads. */
static void read_one(struct ahead *ahead)
{
	struct binary *binary;
	bool is_part;

	pthread_mutex_unlock(&lock);
	binary = read_binary(ahead->path, ahead->build_id);
	/* If a file was refused, the result would lack names that can still be found later. */
	is_part = binary_has_left_out();
	pthread_mutex_lock(&lock);
	if (is_part)
		binary_close(binary);
	else
		hand_over(ahead, binary);
}

static void *run(void *argument)
{
	run_when_idle();
	binary_copy_files();
	pthread_mutex_lock(&lock);
	for (unsigned int i = 0; i < MAX_BINARIES; i++) {
		while (i == nr_asked)
			pthread_cond_wait(&is_asked, &lock);
		if (!list[i].is_read)
			read_one(&list[i]);
	}
	pthread_mutex_unlock(&lock);
	return argument;
}

/*
 * Without a thread, binaries are read when they are needed. A binary that has been read keeps its
 * files open.
 */
static bool start(void)
{
	pthread_attr_t attributes;
	struct rlimit limit;
	pthread_t thread;

	if (is_refused || getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur < MIN_FILES) {
		is_refused = true;
		return false;
	}
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	has_thread = pthread_create(&thread, &attributes, run, NULL) == 0;
	pthread_attr_destroy(&attributes);
	return has_thread;
}

/* The caller holds the lock. */
static struct ahead *find(const char *path, const char *build_id)
{
	for (unsigned int i = 0; i < nr_asked; i++)
		if (strcmp(list[i].path, path) == 0 && strcmp(list[i].build_id, build_id) == 0)
			return &list[i];
	return NULL;
}

/* The caller holds the lock. Returns NULL if there are too many. */
static struct ahead *add(const char *path, const char *build_id)
{
	struct ahead *ahead = nr_asked < MAX_BINARIES ? &list[nr_asked++] : NULL;

	if (ahead) {
		ahead->path = xstrdup(path);
		ahead->build_id = xstrdup(build_id);
	}
	return ahead;
}

void binary_ahead_ask(const char *path, const char *build_id)
{
	if (path[0] != '/')
		return;
	pthread_mutex_lock(&lock);
	if (!find(path, build_id) && (has_thread || start()) && add(path, build_id))
		pthread_cond_signal(&is_asked);
	pthread_mutex_unlock(&lock);
}

struct binary *binary_ahead_take(const char *path, const char *build_id)
{
	struct binary *binary = NULL;
	struct ahead *ahead;

	pthread_mutex_lock(&lock);
	ahead = find(path, build_id);
	if (ahead) {
		binary = ahead->binary;
		ahead->binary = NULL;
	}
	pthread_mutex_unlock(&lock);
	return binary;
}

static bool is_small(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= MAX_QUICK;
}

bool binary_ahead_is_quick(const char *path, const char *build_id)
{
	struct ahead *ahead;
	bool is_quick;

	pthread_mutex_lock(&lock);
	ahead = find(path, build_id);
	if (!ahead)
		ahead = add(path, build_id);
	if (ahead && !ahead->is_read && is_small(path)) {
		struct binary *binary;

		pthread_mutex_unlock(&lock);
		binary = read_binary(path, build_id);
		pthread_mutex_lock(&lock);
		hand_over(ahead, binary);
	}
	is_quick = ahead && ahead->is_read && (!ahead->binary || !binary_has_dwarf(ahead->binary));
	pthread_mutex_unlock(&lock);
	return is_quick;
}
