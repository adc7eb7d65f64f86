/* SPDX-License-Identifier: MIT */
/*
 * [process|thread [WORD]]: a table of calls that block, or those of them with WORD in their names. Each is made in a process of its own, to which another keeps sending a signal that has no
 * effect, or SIGSTOP and SIGCONT. Says in a line for each what the call returned: without a tracer that is what it
 * returns when nothing has been sent, but after a stop some fail with EINTR (signal(7)).
 */
#include "tests/live/blocking_calls.h"

#define PAUSE_US	15000 /* between two signals */
#define NR_BEFORE_EVENT 6 /* signals before the call gets what it waits for, if that ever comes */
#define TEXT_SIZE	128

static const int signals[] = { SIGCHLD, SIGWINCH, SIGURG, SIGCONT, SIGUSR1, SIGSTOP };

/* Sends @signal again and again; after some the call gets its event, after which this may end. */
static void disturb(const struct blocking_call *call, int signal)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Where the call ends first, this ends as well, but never between SIGSTOP and SIGCONT. */
	for (int i = 0; !word[IS_OVER] && (i < NR_BEFORE_EVENT || !call->event); i++) {
		usleep(PAUSE_US);
		send_signal(signal);
		usleep(PAUSE_US);
		if (signal == SIGSTOP)
			kill(subject, SIGCONT);
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

static const char *word_of_name = ""; /* only calls with this in their names */

static void try_signal(int signal, char (*texts)[TEXT_SIZE])
{
	memset(texts, 0, NR_CALLS * TEXT_SIZE);
	for (size_t i = 0; i < NR_CALLS; i++)
		if (strstr(blocking_calls[i].name, word_of_name) && fork() == 0)
			be_subject(&blocking_calls[i], signal, texts[i]);
	while (wait(NULL) > 0)
		;
	for (size_t i = 0; i < NR_CALLS; i++)
		printf("%s", texts[i]);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	char(*texts)[TEXT_SIZE] = mmap(NULL, NR_CALLS * TEXT_SIZE, PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	is_directed = argc > 1 && strcmp(argv[1], "thread") == 0;
	if (argc > 2)
		word_of_name = argv[2];
	signal(SIGUSR1, SIG_IGN);
	repeat_transfers();
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		try_signal(signals[i], texts);
	return 0;
}
