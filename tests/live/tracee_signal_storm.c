/* SPDX-License-Identifier: MIT */
/*
 * Computes and makes 400 calls while a timer sends a signal far more often than a tracer can handle
 * it. Checks that a signal from another process arrives, and that its own signal mask has not
 * changed. Arguments: what the program does with the signal, the interval in nanoseconds, and
 * "for_ever" or nothing. With "queued", another process sends SIGRTMIN with the numbers from 0 on;
 * all must arrive in order.
 */
#include "tests/live/tracee.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/time.h>
#include <time.h>

#define NR_ROUNDS 20

static volatile sig_atomic_t nr_handled, has_alarm;

static void handler(int signal)
{
	(void)signal;
	nr_handled++;
}

static void alarm_handler(int signal)
{
	(void)signal;
	has_alarm = 1;
}

static void queued_handler(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	CHECK(info->si_value.sival_int == nr_handled);
	nr_handled++;
}

static void await_queued(void)
{
	struct sigaction action = {
		.sa_sigaction = queued_handler,
		.sa_flags = SA_RESTART | SA_SIGINFO,
	};

	CHECK(sigaction(SIGRTMIN, &action, NULL) == 0);
	printf("%d\n", (int)getpid());
}

static void act(int signal, void (*how)(int signal))
{
	struct sigaction action = { .sa_handler = how, .sa_flags = SA_RESTART };

	CHECK(sigaction(signal, &action, NULL) == 0);
}

static void start_timer(int signal, int notify, long ns)
{
	struct sigevent event = { .sigev_notify = notify, .sigev_signo = signal };
	struct itimerspec often = { { 0, ns }, { 0, ns } };
	timer_t timer;

	event._sigev_un._tid = gettid();
	/*
	 * This fails while the user's other processes have as many queued signals as the user may
	 * have.
	 */
	while (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) {
		CHECK(errno == EAGAIN);
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	}
	CHECK(timer_settime(timer, 0, &often, NULL) == 0);
}

static void start(const char *what, long ns)
{
	const struct itimerval often = { { 0, 1 }, { 0, 1 } };

	if (strcmp(what, "queued") == 0)
		return await_queued();
	if (strcmp(what, "continue") == 0)
		return start_timer(SIGCONT, SIGEV_SIGNAL, ns);
	if (strcmp(what, "ignored") == 0 || strcmp(what, "ignored_by_thread") == 0)
		act(SIGUSR1, SIG_IGN);
	else
		act(SIGUSR1, handler);
	if (strcmp(what, "interval") == 0) {
		act(SIGVTALRM, handler);
		CHECK(setitimer(ITIMER_VIRTUAL, &often, NULL) == 0);
	} else if (strcmp(what, "realtime") == 0) {
		act(SIGRTMIN, handler);
		start_timer(SIGRTMIN, SIGEV_THREAD_ID, ns);
	} else if (strcmp(what, "ignored_by_thread") == 0) {
		start_timer(SIGUSR1, SIGEV_THREAD_ID, ns);
	} else {
		start_timer(SIGUSR1, SIGEV_SIGNAL, ns);
	}
	if (strcmp(what, "two") == 0) {
		act(SIGUSR2, handler);
		start_timer(SIGUSR2, SIGEV_SIGNAL, ns);
	}
}

static void check_mask(void)
{
	sigset_t mask;

	CHECK(sigprocmask(SIG_SETMASK, NULL, &mask) == 0);
	for (int i = 1; i < SIGRTMAX; i++)
		CHECK(sigismember(&mask, i) <= 0);
}

/* A child starts with the signal mask of the program, too, not with one that scprof has changed. */
static void send_alarm_by_child(void)
{
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid == 0) {
		check_mask();
		kill(getppid(), SIGALRM);
		_exit(7);
	}
	while (!has_alarm)
		check_mask();
	CHECK(wait_for(pid) == 7);
}

static NOINLINE void compute(void)
{
	for (volatile int i = 0; i < 200000; i++)
		BARRIER();
}

static NOINLINE void make_calls(void)
{
	for (int i = 0; i < 20; i++)
		RAW_CALL0(SYS_getppid);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "handled";
	bool is_for_ever = argc > 3;

	act(SIGALRM, alarm_handler);
	start(what, argument(argc, argv, 2, 10000));
	printf("ready\n");
	fflush(stdout);
	while (strcmp(what, "queued") == 0 && nr_handled < 100)
		BARRIER();
	for (int i = 0; i < NR_ROUNDS || is_for_ever; i++) {
		compute();
		make_calls();
		check_mask();
	}
	send_alarm_by_child();
	printf("%d\n", (int)nr_handled);
	return 0;
}
