/* SPDX-License-Identifier: MIT */
/*
 * usage: ignored [process|thread [WORD]]. A table of calls that block. Each call is made in a
 * process of its own. With WORD, only calls with WORD in their names are made. Another process
 * keeps sending a signal that has no effect, or SIGSTOP and SIGCONT. For each call, a line says
 * what it returned. Without a tracer, that is what the call returns if nothing is sent, except that
 * a stop makes some calls fail with EINTR (signal(7)).
 *
 * The machine may be busy. So SIGCONT, which cancels a SIGSTOP, follows only when the process has
 * stopped. Then the timeouts are so long that the process stops before they end.
 */
#include "tests/live/blocking_calls.h"

#define PAUSE_US	15000 /* between two signals */
#define STOP_PAUSE_US	60000 /* before each SIGSTOP */
#define MAX_STOP_MS	1000  /* to wait for the stop */
#define NR_BEFORE_EVENT 6     /* signals before the event that ends the call, if there is one */
#define TEXT_SIZE	128

static const int signals[] = { SIGCHLD, SIGWINCH, SIGURG, SIGCONT, SIGUSR1, SIGSTOP };

static volatile int *nr_stops; /* how often the process has stopped, as its parent has seen */

static void stop_and_continue(void)
{
	int nr_before = *nr_stops;

	/* If the thread ends before it takes the signal, nothing stops. */
	if (!send_signal(SIGSTOP))
		return;
	for (int ms = 0; ms < MAX_STOP_MS && *nr_stops == nr_before && !word[IS_OVER]; ms++)
		usleep(1000);
	kill(subject, SIGCONT);
}

/* Sends @signal again and again. After a few signals, causes the event that ends the call. */
static void disturb(const struct blocking_call *call, int signal)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* If the call ends first, this loop ends too, but never between SIGSTOP and SIGCONT. */
	for (int i = 0; !word[IS_OVER] && (i < NR_BEFORE_EVENT || !call->event); i++) {
		usleep(signal == SIGSTOP ? STOP_PAUSE_US : 2 * PAUSE_US);
		if (signal != SIGSTOP)
			send_signal(signal);
		else
			stop_and_continue();
		if (signal == SIGSTOP && i == NR_BEFORE_EVENT)
			break;
	}
	usleep(PAUSE_US);
	if (call->event)
		call->event();
	_exit(0);
}

struct attempt {
	const struct blocking_call *call;
	long result;
	int error;
};

static void *make_call(void *argument)
{
	struct attempt *attempt = argument;

	word[THREAD] = (int)syscall(SYS_gettid);
	attempt->result = attempt->call->call();
	attempt->error = errno;
	return NULL;
}

static void be_subject(const struct blocking_call *call, int signal, char *text)
{
	struct attempt attempt = { .call = call };
	pthread_t thread;
	pid_t other;

	subject = getpid();
	sent_signal = signal;
	word = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	call->prepare();
	other = fork();
	if (other == 0)
		disturb(call, signal);
	if (is_directed) {
		CHECK(pthread_create(&thread, NULL, make_call, &attempt) == 0);
		pthread_join(thread, NULL);
	} else {
		make_call(&attempt);
	}
	snprintf(text, TEXT_SIZE, "%s, signal %d: %ld %s\n", call->name, signal, attempt.result,
		 attempt.result < 0 ? strerror(attempt.error) : "");
	word[IS_OVER] = 1;
	waitpid(other, NULL, 0);
	if (call->clean)
		call->clean();
	_exit(0);
}

static const char *word_of_name = ""; /* only calls that have this in their names are made */

static void await_all(const pid_t *pids, volatile int *counts)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WUNTRACED)) > 0)
		for (size_t i = 0; i < NR_CALLS && WIFSTOPPED(status); i++)
			if (pids[i] == pid)
				counts[i]++;
}

static void try_signal(int signal, char (*texts)[TEXT_SIZE], volatile int *counts)
{
	pid_t pids[NR_CALLS] = { 0 };

	memset(texts, 0, NR_CALLS * TEXT_SIZE);
	if (signal == SIGSTOP)
		lengthen_timeout();
	for (size_t i = 0; i < NR_CALLS; i++) {
		if (!strstr(blocking_calls[i].name, word_of_name))
			continue;
		nr_stops = &counts[i];
		pids[i] = fork();
		if (pids[i] == 0)
			be_subject(&blocking_calls[i], signal, texts[i]);
	}
	await_all(pids, counts);
	for (size_t i = 0; i < NR_CALLS; i++)
		printf("%s", texts[i]);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	char(*texts)[TEXT_SIZE] = mmap(NULL, NR_CALLS * TEXT_SIZE, PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int *counts = mmap(NULL, NR_CALLS * sizeof(*counts), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	is_directed = argc > 1 && strcmp(argv[1], "thread") == 0;
	if (argc > 2)
		word_of_name = argv[2];
	signal(SIGUSR1, SIG_IGN);
	repeat_transfers();
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		try_signal(signals[i], texts, counts);
	return 0;
}
