// SPDX-License-Identifier: MIT
/*
 * libdebuginfod is loaded only when it is wanted: it brings curl and what that needs, which takes
 * longer to load than a report takes. Its functions are those of elfutils 0.178 and later.
 */
#include "profile/debug_server.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "profile/xalloc.h"

#define DEFAULT_SILENCE 15   /* seconds */
#define DEFAULT_TIME	60   /* seconds */
#define MAX_SECONDS	3600 /* for both */

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
	const char *build_id; /* that is being asked for */
	long done;	      /* when something came last */
	time_t changed;
	time_t silence;
	time_t began; /* the present fetch */
	time_t spent; /* in those before */
	time_t limit;
	enum debug_server_end result;
} server;

static time_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

/*
 * The library calls it while it waits. @total is 0 before the answer begins: then @done counts
 * calls.
 */
static int watch(struct debuginfod_client *client, long done, long total)
{
	(void)client;
	if (total > 0 && done != server.done) {
		server.done = done;
		server.changed = now();
	}
	if (server.go_on && !server.go_on(server.build_id, total > 0 ? done : 0, total))
		server.result = DEBUG_SERVER_STOPPED;
	else if (now() - server.changed >= server.silence)
		server.result = DEBUG_SERVER_SILENT;
	else if (server.spent + now() - server.began >= server.limit)
		server.result = DEBUG_SERVER_SLOW;
	return server.result != DEBUG_SERVER_FINE;
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
	server.set_progress(server.client, watch);
	server.go_on = go_on;
	server.silence = seconds_of("DEBUGINFOD_TIMEOUT", DEFAULT_SILENCE);
	server.limit = debug_server_time_limit();
	return true;
}

enum debug_server_end debug_server_close(void)
{
	enum debug_server_end result = server.result;

	if (server.client)
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
	int fd;

	if (!server.client || server.result != DEBUG_SERVER_FINE || !*build_id)
		return -1;
	server.build_id = build_id;
	server.done = 0;
	server.began = server.changed = now();
	/* A length of 0 says that the id is text. */
	fd = server.find(server.client, (const unsigned char *)build_id, 0, path);
	server.spent += now() - server.began;
	/* The library knows DEBUGINFOD_MAXTIME too, and may have given up by itself. */
	if (server.result == DEBUG_SERVER_FINE && server.spent >= server.limit)
		server.result = DEBUG_SERVER_SLOW;
	return fd < 0 ? -1 : fd;
}
