/* SPDX-License-Identifier: MIT */
/*
 * New threads and processes. The parent's stop that reports a child, and the child's first stop,
 * arrive in any order. So a child that stops first stays stopped until its parent's stop shows
 * which process it belongs to.
 */
#ifndef SCPROF_HELPER_TRACER_BIRTHS_H
#define SCPROF_HELPER_TRACER_BIRTHS_H

#include <stdbool.h>
#include <sys/types.h>

struct tracee;
struct tracer;

/* @parent stops because it has created a thread or process. The child may have stopped before. */
void births_see(struct tracer *tracer, struct tracee *parent);
/*
 * @tracee has stopped before its parent reported it. It stays stopped. @is_stopped says that job
 * control stops it too.
 */
void births_hold(struct tracee *tracee, bool is_stopped);
/* The thread has ended. */
void births_forget(const struct tracee *tracee);
/*
 * Returns true if @tid is the main thread of a process. Returns false if it is another thread of
 * one.
 */
bool births_is_process(pid_t tid);

/* Returns true if any thread is held until its parent reports it. */
bool births_are_held(void);
/* Resumes the held threads whose parents will never report them. */
void births_adopt_orphans(struct tracer *tracer);

#endif
