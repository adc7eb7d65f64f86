/* SPDX-License-Identifier: MIT */
/*
 * Makes system calls while SIGSYS is blocked, handled, ignored or pending, in threads, handlers,
 * children and new programs. Checks after each call that mask, actions and pending signals are as
 * before. The gate never makes some of the calls; others come from a site that is new.
 */
#include "tests/live/tracee.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/time.h>

#define SIGSYS_BIT (1ull << (SIGSYS - 1))

/* The gate never makes this call. */
#define TRACED_CALL()                                                                \
	do {                                                                         \
		char name_[16];                                                      \
		CHECK(RAW_CALL3(SYS_prctl, (long)PR_GET_NAME, (long)name_, 0) == 0); \
	} while (0)

struct state {
	unsigned long long blocked, ignored, caught, pending, shared_pending;
	struct sigaction action;
	sigset_t mask;
};

static struct state read_state(void)
{
	struct state state;
	char line[256];
	FILE *file = fopen("/proc/thread-self/status", "r");

	memset(&state, 0, sizeof(state));
	CHECK(file);
	while (fgets(line, sizeof(line), file)) {
		sscanf(line, "SigBlk: %llx", &state.blocked);
		sscanf(line, "SigIgn: %llx", &state.ignored);
		sscanf(line, "SigCgt: %llx", &state.caught);
		sscanf(line, "SigPnd: %llx", &state.pending);
		sscanf(line, "ShdPnd: %llx", &state.shared_pending);
	}
	fclose(file);
	CHECK(sigaction(SIGSYS, NULL, &state.action) == 0);
	CHECK(sigprocmask(SIG_BLOCK, NULL, &state.mask) == 0);
	return state;
}

static void check_equal(const struct state *a, const struct state *b)
{
	/* scprof may hold back another signal for a moment. */
	CHECK((a->blocked & SIGSYS_BIT) == (b->blocked & SIGSYS_BIT));
	CHECK(memcmp(&a->mask, &b->mask, sizeof(uint64_t)) == 0);
	CHECK(a->ignored == b->ignored);
	CHECK(a->caught == b->caught);
	CHECK((a->pending & SIGSYS_BIT) == (b->pending & SIGSYS_BIT));
	CHECK((a->shared_pending & SIGSYS_BIT) == (b->shared_pending & SIGSYS_BIT));
	CHECK(a->action.sa_handler == b->action.sa_handler);
	CHECK(a->action.sa_flags == b->action.sa_flags);
	CHECK(memcmp(&a->action.sa_mask, &b->action.sa_mask, sizeof(uint64_t)) == 0);
}

/* Makes calls and checks that nothing changes. */
static void call_and_check(bool is_blocked)
{
	struct state before, after;

	TRACED_CALL();
	before = read_state();
	CHECK(((before.blocked & SIGSYS_BIT) != 0) == is_blocked);
	for (int i = 0; i < 3; i++) {
		TRACED_CALL();
		CHECK(RAW_CALL0(SYS_getpid) > 0);
		after = read_state();
		check_equal(&before, &after);
	}
	CHECK(RAW_CALL0(SYS_getppid) > 0);
	CHECK(RAW_CALL0(SYS_gettid) > 0);
	after = read_state();
	check_equal(&before, &after);
}

static void set_blocked(bool is_blocked)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGSYS);
	CHECK(sigprocmask(is_blocked ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL) == 0);
}

/* Changes the mask at sites of the C library, which are patched, and at a new site. */
static void change_mask(void)
{
	sigset_t set, old;

	for (int i = 0; i < 20; i++) {
		set_blocked(i & 1);
		call_and_check(i & 1);
		sigfillset(&set);
		CHECK(sigprocmask(SIG_SETMASK, &set, &old) == 0);
		call_and_check(true);
		/* The new and the old set are at the same address. */
		CHECK(syscall(SYS_rt_sigprocmask, SIG_SETMASK, &old, &old, 8) == 0);
		CHECK(sigismember(&old, SIGSYS));
		call_and_check(i & 1);
		/* A call that fails changes nothing. */
		CHECK(syscall(SYS_rt_sigprocmask, 77, &set, NULL, 8) < 0);
		CHECK(syscall(SYS_rt_sigprocmask, SIG_SETMASK, &set, NULL, 4) < 0);
		call_and_check(i & 1);
	}
	set_blocked(false);
}

static volatile int nr_handled;

static void count(int signal)
{
	(void)signal;
	nr_handled++;
}

static void make_calls(int signal)
{
	(void)signal;
	call_and_check(true);
	nr_handled++;
}

/* Installs a handler in which all signals are blocked. */
static void handle(int signal, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler };

	sigfillset(&action.sa_mask);
	CHECK(sigaction(signal, &action, NULL) == 0);
}

static void nest(int signal)
{
	sigset_t set;

	(void)signal;
	call_and_check(true);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	CHECK(sigprocmask(SIG_UNBLOCK, &set, NULL) == 0);
	CHECK(raise(SIGUSR2) == 0);
	call_and_check(true);
	set_blocked(false);
	call_and_check(false);
	nr_handled++;
}

static void check_handlers(void)
{
	handle(SIGUSR1, nest);
	handle(SIGUSR2, make_calls);
	for (int i = 0; i < 5; i++) {
		nr_handled = 0;
		call_and_check(false);
		CHECK(raise(SIGUSR1) == 0);
		CHECK(nr_handled == 2);
		call_and_check(false);
		set_blocked(true);
		CHECK(raise(SIGUSR1) == 0);
		call_and_check(true);
		set_blocked(false);
	}
}

static void start_timer(void)
{
	struct itimerval timer = { .it_value = { .tv_usec = 2000 } };

	CHECK(setitimer(ITIMER_REAL, &timer, NULL) == 0);
}

static void wait_with_mask(int how, const sigset_t *mask)
{
	struct epoll_event event;
	int epoll = epoll_create1(0);
	sigset_t alarm;

	nr_handled = 0;
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	CHECK(sigprocmask(SIG_BLOCK, &alarm, NULL) == 0);
	start_timer();
	switch (how) {
	case 0:
		CHECK(sigsuspend(mask) < 0 && errno == EINTR);
		break;
	case 1:
		CHECK(ppoll(NULL, 0, NULL, mask) < 0 && errno == EINTR);
		break;
	case 2:
		CHECK(pselect(0, NULL, NULL, NULL, NULL, mask) < 0 && errno == EINTR);
		break;
	default:
		CHECK(epoll_pwait(epoll, &event, 1, -1, mask) < 0 && errno == EINTR);
		break;
	}
	CHECK(sigprocmask(SIG_UNBLOCK, &alarm, NULL) == 0);
	close(epoll);
	CHECK(nr_handled == 1);
}

/* Tries calls that wait with another mask. */
static void check_waits(void)
{
	sigset_t mask, none;

	handle(SIGALRM, make_calls);
	sigfillset(&mask);
	sigdelset(&mask, SIGALRM);
	sigemptyset(&none);
	for (int i = 0; i < 16; i++) {
		set_blocked(i & 4);
		wait_with_mask(i & 3, i & 8 ? &mask : &none);
		call_and_check(i & 4);
	}
	set_blocked(false);
}

static void *run_thread(void *is_blocked)
{
	call_and_check(is_blocked);
	set_blocked(!is_blocked);
	call_and_check(!is_blocked);
	return NULL;
}

static void check_threads(void)
{
	pthread_t threads[4];

	for (int i = 0; i < 4; i++) {
		set_blocked(i & 1);
		CHECK(pthread_create(&threads[i], NULL, run_thread, i & 1 ? threads : NULL) == 0);
		call_and_check(i & 1);
	}
	for (int i = 0; i < 4; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	set_blocked(false);
}

static char *path;

static void execute(const char *state)
{
	execl(path, path, state, (char *)NULL);
	_exit(TRACEE_FAILED);
}

static NOINLINE pid_t start(bool is_blocked)
{
	pid_t pid = vfork();

	if (pid == 0)
		execute(is_blocked ? "blocked" : "free");
	return pid;
}

static void check_children(void)
{
	for (int i = 0; i < 2; i++) {
		pid_t pid;

		set_blocked(i);
		pid = fork();
		if (pid == 0) {
			call_and_check(i);
			execute(i ? "blocked" : "free");
		}
		CHECK(wait_for(pid) == 0);
		call_and_check(i);
		CHECK(wait_for(start(i)) == 0);
		call_and_check(i);
		CHECK(system("true") == 0);
		call_and_check(i);
	}
	set_blocked(false);
}

/* Sends a signal to the thread, and one to the process. */
static void check_pending(void)
{
	handle(SIGSYS, count);
	for (int i = 0; i < 4; i++) {
		nr_handled = 0;
		set_blocked(true);
		CHECK((i & 1 ? kill(getpid(), SIGSYS) : raise(SIGSYS)) == 0);
		call_and_check(true);
		CHECK(nr_handled == 0);
		set_blocked(false);
		CHECK(nr_handled == 1);
		call_and_check(false);
	}
}

static void check_actions(void)
{
	handle(SIGSYS, count);
	check_handlers();
	change_mask();
	check_threads();
	check_children();
	check_waits();
	nr_handled = 0;
	CHECK(raise(SIGSYS) == 0);
	CHECK(nr_handled == 1);
}

static void check_ignored(void)
{
	pid_t pid;

	CHECK(signal(SIGSYS, SIG_IGN) != SIG_ERR);
	change_mask();
	check_threads();
	check_handlers();
	pid = fork();
	if (pid == 0)
		execute("ignored");
	CHECK(wait_for(pid) == 0);
	CHECK(raise(SIGSYS) == 0);
	call_and_check(false);
}

int main(int argc, char **argv)
{
	const char *state = argc > 1 ? argv[1] : "";

	path = argv[0];
	if (*state) {
		struct state now = read_state();

		CHECK(!strcmp(state, "ignored") == ((now.ignored & SIGSYS_BIT) != 0));
		call_and_check(!strcmp(state, "blocked"));
		return 0;
	}
	call_and_check(false);
	change_mask();
	check_handlers();
	check_waits();
	check_threads();
	check_children();
	check_pending();
	check_actions();
	check_ignored();
	/* With the default action, SIGSYS ends the program. */
	CHECK(signal(SIGSYS, SIG_DFL) == SIG_IGN);
	puts("ok");
	fflush(stdout);
	raise(SIGSYS);
	return TRACEE_FAILED;
}
