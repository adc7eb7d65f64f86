// SPDX-License-Identifier: MIT
/*
 * Loads libdebuginfod only when it is needed: the library needs curl and others, which take longer
 * to load than a report takes. Uses only functions of elfutils 0.178 and later. A thread asks the
 * server, and the caller waits for it only as long as it wants. With elfutils 0.192, the progress
 * callback is called only after the answer has begun, so it could not end the wait for a silent
 * server.
 */
#include "profile/symbols/debug_server.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "profile/util/xalloc.h"

#define DEFAULT_SILENCE 15   /* seconds */
#define DEFAULT_TIME	60   /* seconds */
#define MAX_SECONDS	3600 /* for both */
#define WATCH_NS	200000000

struct debuginfod_client;

static struct {
	void *library;
	struct debuginfod_client *client;
	struct debuginfod_client *(*begin)(void);
	void (*end)(struct debuginfod_client *);
	int (*find)(struct debuginfod_client *, const unsigned char *, int, char **);
	void (*set_progress)(struct debuginfod_client *,
			     int (*)(struct debuginfod_client *, long, long));
	bool (*go_on)(const char *, long, long);
	time_t silence;
	time_t spent; /* seconds in all fetches so far */
	time_t limit;
	bool is_left; /* a thread is still asking, but nobody waits for it */
	enum debug_server_end result;
} server;

/*
 * A question that one thread asks. The lock protects the fields below it. The last user frees it:
 * the asking thread if the caller no longer waits, otherwise the caller.
 */
struct question {
	struct debuginfod_client *client;
	int (*find)(struct debuginfod_client *, const unsigned char *, int, char **);
	char *build_id;
	pthread_mutex_t lock;
	pthread_cond_t ended;
	bool is_answered;
	bool is_abandoned;
	long done, total; /* bytes; the total is 0 until the answer begins */
	int fd;
	char *path;
};

/* The question of this thread: the library calls back in the thread that asks. */
static _Thread_local struct question *asked;

static time_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

/* The library calls this function while it waits. */
static int note_progress(struct debuginfod_client *client, long done, long total)
{
	struct question *question = asked;
	bool is_abandoned;

	(void)client;
	pthread_mutex_lock(&question->lock);
	question->done = total > 0 ? done : 0;
	question->total = total;
	is_abandoned = question->is_abandoned;
	pthread_mutex_unlock(&question->lock);
	return is_abandoned;
}

static struct question *question_new(const char *build_id)
{
	struct question *question = xcalloc(1, sizeof(*question));
	pthread_condattr_t attributes;

	question->client = server.client;
	question->find = server.find;
	question->build_id = xstrdup(build_id);
	question->fd = -1;
	pthread_mutex_init(&question->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&question->ended, &attributes);
	pthread_condattr_destroy(&attributes);
	return question;
}

/* Frees @question. Closes the answer unless the caller has taken it. */
static void question_free(struct question *question)
{
	if (question->fd >= 0)
		close(question->fd);
	free(question->path);
	pthread_cond_destroy(&question->ended);
	pthread_mutex_destroy(&question->lock);
	free(question->build_id);
	free(question);
}

static void *ask(void *argument)
{
	struct question *question = argument;
	char *path = NULL;
	bool is_abandoned;
	int fd;

	asked = question;
	/* A length of 0 means that the build id is text. */
	fd = question->find(question->client, (const unsigned char *)question->build_id, 0, &path);
	pthread_mutex_lock(&question->lock);
	question->fd = fd;
	question->path = fd < 0 ? NULL : path;
	question->is_answered = true;
	is_abandoned = question->is_abandoned;
	pthread_cond_signal(&question->ended);
	pthread_mutex_unlock(&question->lock);
	if (is_abandoned)
		question_free(question);
	return NULL;
}

/*
 * Starts a thread that answers @question. The thread blocks all signals, which the caller handles.
 */
static bool start_asking(struct question *question)
{
	sigset_t all, before;
	pthread_t thread;
	bool has_started;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	has_started = pthread_create(&thread, NULL, ask, question) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (has_started)
		pthread_detach(thread);
	return has_started;
}

static void wait_a_little(struct question *question)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += WATCH_NS;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_cond_timedwait(&question->ended, &question->lock, &until);
}

/*
 * Waits for the answer while data arrives and the user agrees. Returns true if the answer has
 * arrived. Otherwise returns false; then server.result says why, and the asking thread frees the
 * question.
 */
static bool wait_for_answer(struct question *question)
{
	time_t began = now(), changed = began;
	long done = 0;

	pthread_mutex_lock(&question->lock);
	while (!question->is_answered) {
		wait_a_little(question);
		if (question->is_answered)
			break;
		if (question->done != done) {
			done = question->done;
			changed = now();
		}
		if (server.go_on && !server.go_on(question->build_id, done, question->total))
			server.result = DEBUG_SERVER_STOPPED;
		else if (now() - changed >= server.silence)
			server.result = DEBUG_SERVER_SILENT;
		else if (server.spent + now() - began >= server.limit)
			server.result = DEBUG_SERVER_SLOW;
		if (server.result != DEBUG_SERVER_FINE) {
			question->is_abandoned = server.is_left = true;
			break;
		}
	}
	pthread_mutex_unlock(&question->lock);
	server.spent += now() - began;
	return server.result == DEBUG_SERVER_FINE;
}

static bool load(void)
{
	server.library = dlopen("libdebuginfod.so.1", RTLD_NOW | RTLD_LOCAL);
	if (!server.library)
		return false;
	*(void **)&server.begin = dlsym(server.library, "debuginfod_begin");
	*(void **)&server.end = dlsym(server.library, "debuginfod_end");
	*(void **)&server.find = dlsym(server.library, "debuginfod_find_debuginfo");
	*(void **)&server.set_progress = dlsym(server.library, "debuginfod_set_progressfn");
	return server.begin && server.end && server.find && server.set_progress;
}

static time_t seconds_of(const char *variable, time_t otherwise)
{
	const char *text = getenv(variable);
	long seconds = text ? strtol(text, NULL, 10) : 0;

	return seconds > 0 && seconds <= MAX_SECONDS ? seconds : otherwise;
}

unsigned int debug_server_time_limit(void)
{
	return (unsigned int)seconds_of("DEBUGINFOD_MAXTIME", DEFAULT_TIME);
}

bool debug_server_open(bool (*go_on)(const char *build_id, long done, long total))
{
	const char *urls = getenv("DEBUGINFOD_URLS");

	if (!HAVE_DEBUGINFOD || !urls || !urls[strspn(urls, " ")])
		return false;
	if (load())
		server.client = server.begin();
	if (!server.client) {
		debug_server_close();
		return false;
	}
	server.set_progress(server.client, note_progress);
	server.go_on = go_on;
	server.silence = seconds_of("DEBUGINFOD_TIMEOUT", DEFAULT_SILENCE);
	server.limit = debug_server_time_limit();
	return true;
}

enum debug_server_end debug_server_close(void)
{
	enum debug_server_end result = server.result;

	/* Do not end a client that an abandoned thread still uses. */
	if (server.client && !server.is_left)
		server.end(server.client);
	/* The library stays loaded: curl cannot be unloaded safely. */
	memset(&server, 0, sizeof(server));
	return result;
}

bool debug_server_is_open(void)
{
	return server.client != NULL;
}

int debug_server_fetch(const char *build_id, char **path)
{
	struct question *question;
	int fd;

	if (!server.client || server.result != DEBUG_SERVER_FINE || !*build_id)
		return -1;
	question = question_new(build_id);
	if (!start_asking(question)) {
		question_free(question);
		return -1;
	}
	if (!wait_for_answer(question))
		return -1;
	fd = question->fd;
	question->fd = -1;
	if (path && fd >= 0) {
		*path = question->path;
		question->path = NULL;
	}
	question_free(question);
	/* The library also obeys DEBUGINFOD_MAXTIME, and may have given up by itself. */
	if (server.spent >= server.limit)
		server.result = DEBUG_SERVER_SLOW;
	return fd < 0 ? -1 : fd;
}
