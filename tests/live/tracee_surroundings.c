/* SPDX-License-Identifier: MIT */
/*
 * Prints what a program can see of how it was started.
 */
#include "tests/live/tracee.h"

#include <dirent.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>

extern char **environ;

static void print_fds(void)
{
	for (int fd = 0; fd < 1024; fd++) {
		char name[64], target[256];
		ssize_t length;

		snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
		length = readlink(name, target, sizeof(target) - 1);
		if (length < 0)
			continue;
		target[length] = '\0';
		if (strchr(target, ':'))
			*strchr(target, ':') = '\0';
		printf("fd %d %s\n", fd, target);
	}
}

static void print_status(void)
{
	static const char *const fields[] = { "Umask:",	 "Uid:",    "Gid:",	     "Groups:",
					      "SigPnd:", "ShdPnd:", "SigBlk:",	     "SigIgn:",
					      "SigCgt:", "CapEff:", "Cpus_allowed:", "Threads:" };
	FILE *status = fopen("/proc/self/status", "r");
	char line[512];

	CHECK(status);
	while (fgets(line, sizeof(line), status))
		for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
			if (strncmp(line, fields[i], strlen(fields[i])) == 0)
				printf("%s", line);
	fclose(status);
}

static void print_limits(void)
{
	for (int i = 0; i < RLIM_NLIMITS; i++) {
		struct rlimit limit;

		if (getrlimit((__rlimit_resource_t)i, &limit) == 0)
			printf("limit %d %lu %lu\n", i, (unsigned long)limit.rlim_cur,
			       (unsigned long)limit.rlim_max);
	}
}

int main(int argc, char **argv)
{
	char directory[4096];

	for (int i = 0; i < argc; i++)
		printf("argument %s\n", argv[i]);
	for (char **variable = environ; *variable; variable++)
		printf("variable %s\n", *variable);
	CHECK(getcwd(directory, sizeof(directory)));
	printf("directory %s\n", directory);
	printf("group %d session %d\n", getpgrp(), getsid(0));
	printf("priority %d dumpable %d cpu %d\n", getpriority(PRIO_PROCESS, 0),
	       prctl(PR_GET_DUMPABLE), sched_getscheduler(0));
	printf("parent's death signal %d\n", ({
		       int signal = -1;
		       prctl(PR_GET_PDEATHSIG, &signal);
		       signal;
	       }));
	print_fds();
	print_status();
	print_limits();
	CHECK(waitpid(-1, NULL, __WALL | WNOHANG) == -1 && errno == ECHILD);
	return 0;
}
