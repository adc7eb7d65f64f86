/* SPDX-License-Identifier: MIT */
/*
 * The names of threads are in /proc/TID/comm.
 */
#include "helper/tracer/tracer.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <unistd.h>

#include "helper/trace/ptrace.h"

uint32_t tracer_thread_name(struct tracer *tracer, pid_t tid)
{
	char path[64], name[64];
	ssize_t size = -1;
	int file;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)tid);
	/*
	 * The helper reads a name each time a program starts, and a FILE would take twice the time.
	 */
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file >= 0) {
		size = read(file, name, sizeof(name) - 1);
		close(file);
	}
	name[size > 0 ? size : 0] = '\0';
	name[strcspn(name, "\n")] = '\0';
	return string_table_intern(&tracer->run.profile.strings, name);
}

void tracer_name(struct tracer *tracer, struct tracee *tracee)
{
	tracee->name = tracer_thread_name(tracer, tracee->tid);
	if (tracee->tid == tracee->process->tgid)
		tracee->process->name = tracee->name;
}

unsigned long tracer_event_message(pid_t tid)
{
	unsigned long message = 0;

	ptrace_try(PTRACE_GETEVENTMSG, tid, 0, (uintptr_t)&message);
	return message;
}
