/* SPDX-License-Identifier: MIT */
/*
 * Signal handlers interrupt a read that blocks at a site which has made many calls. Then the call
 * is restarted, fails, or is left by longjmp. Or the handler makes so many reads itself that the
 * engine patches the site, while the interrupted call is still to fail or to be restarted.
 */
#include "tests/live/tracee.h"

#include <fcntl.h>
#include <setjmp.h>
#include <sys/time.h>
#include <ucontext.h>

#define NR_WARM	  300
#define NR_ROUNDS 40

static int data[2], other[2];
static sigjmp_buf before;
static volatile int nr_handled;
static int how; /* 'r'estart, 'e'intr, 'l'ongjmp, 'n'ested and failing, nested and 'm'ade again */
static int is_nested, is_restarting;

static NOINLINE long raw_read(void)
{
	char byte;
	long result = RAW_CALL3(SYS_read, data[0], &byte, 1);

	BARRIER();
	return result;
}

static NOINLINE void read_others(int nr)
{
	char byte;

	for (int i = 0; i < nr; i++) {
		CHECK(write(other[1], "x", 1) == 1);
		CHECK(read(other[0], &byte, 1) == 1);
	}
}

static void handler(int signal, siginfo_t *info, void *context)
{
	const ucontext_t *interrupted = context;

	(void)signal;
	(void)info;
	nr_handled++;
	RAW_CALL0(SYS_getpgrp);
	read_others(is_nested ? 200 : 2);
	/* The third signal of a round writes the data, so that the read ends. */
	if (is_restarting && nr_handled % 3 == 0)
		CHECK(write(data[1], "x", 1) == 1);
	/* Does not jump if the signal came before the call. */
	if (how == 'l' && interrupted->uc_mcontext.gregs[REG_RAX] == -EINTR)
		siglongjmp(before, 1);
}

static void set_timer(long microseconds)
{
	struct itimerval timer = { { 0, microseconds }, { 0, microseconds } };

	CHECK(setitimer(ITIMER_REAL, &timer, NULL) == 0);
}

static NOINLINE long cooked_read(void)
{
	char byte;
	long result = read(data[0], &byte, 1);

	BARRIER();
	return result;
}

static NOINLINE void block(long (*read_one)(void), int is_raw)
{
	long result;

	if (sigsetjmp(before, 1)) {
		set_timer(0);
		return;
	}
	set_timer(is_restarting ? 2000 : 3000);
	result = read_one();
	set_timer(0);
	if (is_restarting)
		CHECK(result == 1);
	else if (is_raw)
		CHECK(result == -EINTR);
	else
		CHECK(result == -1 && errno == EINTR);
}

static NOINLINE void warm(long (*read_one)(void))
{
	for (int i = 0; i < NR_WARM; i++) {
		CHECK(write(data[1], "x", 1) == 1);
		CHECK(read_one() == 1);
	}
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_sigaction = handler };

	how = argc > 1 ? argv[1][0] : 'r';
	is_nested = how == 'n' || how == 'm';
	is_restarting = how == 'r' || how == 'm';
	action.sa_flags = SA_SIGINFO | (is_restarting ? SA_RESTART : 0);
	CHECK(pipe(data) == 0 && pipe(other) == 0);
	sigaction(SIGALRM, &action, NULL);
	if (is_nested) {
		/* The engine patches the site in the handler, while a call is open at it. */
		block(cooked_read, 0);
		block(raw_read, 1);
	}
	warm(cooked_read);
	warm(raw_read);
	for (int i = 0; i < (is_nested ? 0 : NR_ROUNDS); i++) {
		block(cooked_read, 0);
		block(raw_read, 1);
	}
	warm(cooked_read);
	warm(raw_read);
	printf("%d\n", nr_handled);
	return 0;
}
