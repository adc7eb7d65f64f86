/* SPDX-License-Identifier: MIT */
/*
 * Reads the actions of signals from /proc/PID/status.
 */
#include "helper/trace/signal_action.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct actions {
	uint64_t ignored; /* one bit for each signal; the first bit is signal 1 */
	uint64_t caught;
};

static struct actions read_actions(pid_t tid)
{
	struct actions actions = { 0, 0 };
	char path[64], line[256];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)tid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		if (strncmp(line, "SigIgn:", 7) == 0)
			actions.ignored = strtoull(line + 7, NULL, 16);
		if (strncmp(line, "SigCgt:", 7) == 0)
			actions.caught = strtoull(line + 7, NULL, 16);
	}
	if (file)
		fclose(file);
	return actions;
}

static bool has(uint64_t set, int signal)
{
	return signal > 0 && set >> (signal - 1) & 1;
}

bool signal_action_is_caught(pid_t tid, int signal)
{
	return has(read_actions(tid).caught, signal);
}

/* The default action of SIGCHLD, SIGCONT, SIGURG and SIGWINCH is to ignore them (signal(7)). */
static bool is_ignored_by_default(int signal)
{
	return signal == SIGCHLD || signal == SIGCONT || signal == SIGURG || signal == SIGWINCH;
}

bool signal_action_is_ignored(pid_t tid, int signal)
{
	const struct actions actions = read_actions(tid);

	return has(actions.ignored, signal) ||
	       (is_ignored_by_default(signal) && !has(actions.caught, signal));
}
