/* SPDX-License-Identifier: MIT */
/*
 * For each signal there is one element. It holds what came first, from scprof or from the helper.
 */
#include "cli/run/forward.h"

static bool is_recent(const struct forward_signal *signal, uint64_t now_ms)
{
	return now_ms - signal->time_ms < FORWARD_PATIENCE_MS;
}

bool forward_take(struct forward *forward, unsigned int signal, pid_t sender, uint64_t now_ms)
{
	struct forward_signal *place = &forward->signals[signal];
	bool was_waiting = place->is_waiting;

	if (place->is_noted && place->sender == sender && is_recent(place, now_ms)) {
		place->is_noted = false;
		return false;
	}
	*place = (struct forward_signal){
		.is_waiting = true,
		.sender = sender,
		.time_ms = now_ms,
	};
	return was_waiting;
}

void forward_note(struct forward *forward, unsigned int signal, pid_t sender, uint64_t now_ms)
{
	struct forward_signal *place;

	if (signal >= FORWARD_NR_SIGNALS)
		return;
	place = &forward->signals[signal];
	if (place->is_waiting) {
		place->is_waiting = place->sender != sender;
		return;
	}
	*place = (struct forward_signal){
		.is_noted = true,
		.sender = sender,
		.time_ms = now_ms,
	};
}

int forward_timeout(const struct forward *forward, uint64_t now_ms)
{
	int timeout = -1;

	for (unsigned int i = 0; i < FORWARD_NR_SIGNALS; i++) {
		const struct forward_signal *place = &forward->signals[i];
		int left = is_recent(place, now_ms)
				   ? (int)(place->time_ms + FORWARD_PATIENCE_MS - now_ms)
				   : 0;

		if (place->is_waiting && (timeout < 0 || left < timeout))
			timeout = left;
	}
	return timeout;
}

unsigned int forward_due(struct forward *forward, uint64_t now_ms)
{
	for (unsigned int i = 0; i < FORWARD_NR_SIGNALS; i++) {
		struct forward_signal *place = &forward->signals[i];

		if (place->is_waiting && !is_recent(place, now_ms)) {
			place->is_waiting = false;
			return i;
		}
	}
	return 0;
}
