// SPDX-License-Identifier: MIT
/*
 * A separate thread shows the line, because long steps run inside libraries that do not report
 * progress. The thread blocks all signals, which the main thread handles.
 */
#include "cli/term/progress.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/term/terminal.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"

#define FIRST_NS  1000000000 /* from the start of the step to the first line */
#define PERIOD_NS 200000000

static struct {
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t ended;
	bool is_running;
	bool is_ended;
	bool is_shown;
	char *text; /* escaped */
	struct timespec began;
	uint64_t done;
	uint64_t total;
} progress = { .mutex = PTHREAD_MUTEX_INITIALIZER };

static void erase(void)
{
	if (progress.is_shown)
		fputs("\r\033[K", stderr);
	fflush(stderr);
	progress.is_shown = false;
}

static void show(void)
{
	struct terminal terminal;
	struct timespec now;
	char *line, *cut;

	clock_gettime(CLOCK_MONOTONIC, &now);
	terminal_init(&terminal, stderr, COLOR_NEVER);
	if (progress.total)
		line = xasprintf("scprof: %s: %" PRIu64 " of %" PRIu64, progress.text,
				 progress.done, progress.total);
	else
		line = xasprintf("scprof: %s (%ld s)", progress.text,
				 (long)(now.tv_sec - progress.began.tv_sec));
	cut = text_shorten(line, terminal.width - 1, terminal.has_utf8);
	erase();
	fputs(cut, stderr);
	fflush(stderr);
	progress.is_shown = true;
	free(cut);
	free(line);
}

static void add_ns(struct timespec *time, long ns)
{
	time->tv_nsec += ns;
	time->tv_sec += time->tv_nsec / 1000000000;
	time->tv_nsec %= 1000000000;
}

static void *watch(void *argument)
{
	struct timespec next = progress.began;

	add_ns(&next, FIRST_NS);
	pthread_mutex_lock(&progress.mutex);
	while (!progress.is_ended) {
		if (!pthread_cond_timedwait(&progress.ended, &progress.mutex, &next))
			continue;
		show();
		clock_gettime(CLOCK_MONOTONIC, &next);
		add_ns(&next, PERIOD_NS);
	}
	erase();
	pthread_mutex_unlock(&progress.mutex);
	return argument;
}

static bool is_wanted(void)
{
	const char *term = getenv("TERM");

	return isatty(STDERR_FILENO) && term && *term && strcmp(term, "dumb") != 0;
}

static void start_thread(void)
{
	pthread_condattr_t attributes;
	sigset_t all, before;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&progress.ended, &attributes);
	pthread_condattr_destroy(&attributes);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	progress.is_running = pthread_create(&progress.thread, NULL, watch, NULL) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void progress_begin(const char *format, ...)
{
	va_list args;
	char *text;

	progress_end();
	if (!is_wanted())
		return;
	va_start(args, format);
	text = xvasprintf(format, args);
	va_end(args);
	progress.text = text_escape(text);
	free(text);
	progress.is_ended = false;
	progress.done = progress.total = 0;
	clock_gettime(CLOCK_MONOTONIC, &progress.began);
	start_thread();
}

void progress_count(uint64_t done, uint64_t total)
{
	pthread_mutex_lock(&progress.mutex);
	progress.done = done;
	progress.total = total;
	pthread_mutex_unlock(&progress.mutex);
}

void progress_hide(void)
{
	pthread_mutex_lock(&progress.mutex);
	erase();
	pthread_mutex_unlock(&progress.mutex);
}

void progress_end(void)
{
	if (progress.is_running) {
		pthread_mutex_lock(&progress.mutex);
		progress.is_ended = true;
		pthread_cond_signal(&progress.ended);
		pthread_mutex_unlock(&progress.mutex);
		pthread_join(progress.thread, NULL);
		pthread_cond_destroy(&progress.ended);
		progress.is_running = false;
	}
	free(progress.text);
	progress.text = NULL;
}
