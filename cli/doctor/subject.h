/* SPDX-License-Identifier: MIT */
/*
 * A child process that one check traces, and kills at the end.
 */
#ifndef SCPROF_CLI_DOCTOR_SUBJECT_H
#define SCPROF_CLI_DOCTOR_SUBJECT_H

#include <stdbool.h>
#include <sys/types.h>

struct subject {
	pid_t pid; /* -1: it has ended */
	int go;	   /* writing end of a pipe; the child waits until it is closed */
};

/*
 * Forks a child that waits for subject_go(), then calls @work, and exits with its result. Returns 0
 * or -errno.
 */
int subject_start(struct subject *subject, int (*work)(void));
/* Seizes the child and stops it. Returns 0 or -errno. */
int subject_seize(struct subject *subject);
void subject_go(struct subject *subject);
/*
 * Waits at most some seconds until the child stops or ends. Returns its status as of waitpid(2), or
 * -1.
 */
int subject_wait(struct subject *subject);
/* Kills the child, if it still runs. */
void subject_end(struct subject *subject);

#endif
