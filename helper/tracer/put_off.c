/* SPDX-License-Identifier: MIT */
/*
 * A list of wait statuses. The helper handles all of them again when a job of helper/base/aside.c
 * is done, or when it has waited long enough for the files.
 */
#include "helper/tracer/put_off.h"

#include <string.h>

#include "helper/base/aside.h"
#include "helper/base/debug.h"
#include "helper/elf/elf_cache.h"
#include "profile/util/xalloc.h"

static struct waited *stops;
static unsigned int nr_stops, capacity;
static unsigned int nr_done_seen; /* aside_nr_done() when the list was last checked */

static bool needs_files(struct tracee *tracee)
{
	struct layout *layout = tracee->process->space->layout;

	if (!layout || layout->is_incomplete)
		layout = tracee_layout(tracee);
	return layout->is_incomplete && elf_cache_is_loading();
}

bool put_off_stop(const struct tracer *tracer, struct tracee *tracee, const struct waited *waited)
{
	if (!tracer->is_running || !needs_files(tracee))
		return false;
	debug(tracer, "%d: its stop is put off", (int)waited->tid);
	if (nr_stops == capacity) {
		capacity = capacity ? 2 * capacity : 16;
		stops = xreallocarray(stops, capacity, sizeof(*stops));
	}
	if (!nr_stops)
		nr_done_seen = tracee->process->space->layout->nr_done;
	stops[nr_stops++] = *waited;
	return true;
}

void put_off_forget(pid_t tid)
{
	for (unsigned int i = 0; i < nr_stops; i++) {
		if (stops[i].tid != tid)
			continue;
		memmove(&stops[i], &stops[i + 1], (nr_stops - i - 1) * sizeof(*stops));
		nr_stops--;
		return;
	}
}

void put_off_resume(void)
{
	unsigned int nr_done = aside_nr_done();

	if (!nr_stops || (nr_done == nr_done_seen && elf_cache_is_loading()))
		return;
	nr_done_seen = nr_done;
	for (unsigned int i = 0; i < nr_stops; i++)
		stop_queue_push(stops[i].tid, stops[i].status);
	nr_stops = 0;
}

bool put_off_is_any(void)
{
	return nr_stops > 0;
}
