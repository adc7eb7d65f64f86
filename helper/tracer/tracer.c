/* SPDX-License-Identifier: MIT */
/*
 * The names of threads are in /proc/TID/comm.
 */
#include "helper/tracer/tracer.h"

#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>

#include "helper/trace/ptrace.h"

uint32_t tracer_thread_name(struct tracer *tracer, pid_t tid)
{
	char path[64], name[64] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)tid);
	file = fopen(path, "re");
	if (file && fgets(name, sizeof(name), file))
		name[strcspn(name, "\n")] = '\0';
	if (file)
		fclose(file);
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
