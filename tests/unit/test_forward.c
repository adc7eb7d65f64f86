// SPDX-License-Identifier: MIT
/*
 * Which signals to scprof are passed on to the program, and which are not. scprof and the helper
 * may learn of a signal in either order.
 */
#include <criterion/criterion.h>
#include <signal.h>

#include "cli/run/forward.h"

#define START	1000
#define DUE	(START + FORWARD_PATIENCE_MS)
#define SENDER	77
#define ANOTHER 78

static struct forward forward;

Test(forward, signal_to_scprof_alone_is_passed_on_once)
{
	cr_expect_eq(forward_timeout(&forward, START), -1);
	cr_expect_not(forward_take(&forward, SIGTERM, SENDER, START));
	cr_expect_eq(forward_timeout(&forward, START), FORWARD_PATIENCE_MS);
	cr_expect_eq(forward_due(&forward, START), 0);
	cr_expect_eq(forward_timeout(&forward, DUE), 0);
	cr_expect_eq(forward_due(&forward, DUE), SIGTERM);
	cr_expect_eq(forward_due(&forward, DUE), 0);
	cr_expect_eq(forward_timeout(&forward, DUE), -1);
}

Test(forward, signal_that_the_program_got_afterwards_is_not_passed_on)
{
	forward_take(&forward, SIGTERM, SENDER, START);
	forward_note(&forward, SIGTERM, SENDER, START + 1);
	cr_expect_eq(forward_due(&forward, DUE), 0);
}

Test(forward, signal_that_the_program_got_before_is_not_passed_on)
{
	forward_note(&forward, SIGTERM, SENDER, START);
	cr_expect_eq(forward_timeout(&forward, START), -1);
	cr_expect_not(forward_take(&forward, SIGTERM, SENDER, START + 1));
	cr_expect_eq(forward_timeout(&forward, START + 1), -1);
}

Test(forward, a_report_of_the_helper_counts_for_one_signal)
{
	forward_note(&forward, SIGTERM, SENDER, START);
	forward_take(&forward, SIGTERM, SENDER, START);
	forward_take(&forward, SIGTERM, SENDER, START);
	cr_expect_eq(forward_due(&forward, DUE), SIGTERM);
}

Test(forward, a_report_of_another_sender_signal_or_time_does_not_count)
{
	forward_note(&forward, SIGTERM, ANOTHER, START);
	forward_note(&forward, SIGINT, SENDER, START);
	forward_take(&forward, SIGTERM, SENDER, START);
	cr_expect_eq(forward_due(&forward, DUE), SIGTERM);
	forward_take(&forward, SIGINT, SENDER, DUE);
	cr_expect_eq(forward_due(&forward, DUE + FORWARD_PATIENCE_MS), SIGINT);
	forward_take(&forward, SIGHUP, SENDER, DUE);
	forward_note(&forward, SIGHUP, ANOTHER, DUE);
	cr_expect_eq(forward_due(&forward, DUE + FORWARD_PATIENCE_MS), SIGHUP);
}

Test(forward, repeated_signal_lets_the_first_one_be_passed_on)
{
	cr_expect_not(forward_take(&forward, SIGUSR1, SENDER, START));
	cr_expect(forward_take(&forward, SIGUSR1, SENDER, START + 10));
	cr_expect_eq(forward_due(&forward, DUE), 0);
	cr_expect_eq(forward_due(&forward, DUE + 10), SIGUSR1);
}

Test(forward, next_signal_to_pass_on_sets_the_timeout)
{
	forward_take(&forward, SIGUSR1, SENDER, START);
	forward_take(&forward, SIGINT, SENDER, START + 10);
	cr_expect_eq(forward_timeout(&forward, START + 20), FORWARD_PATIENCE_MS - 20);
	cr_expect_eq(forward_due(&forward, DUE), SIGUSR1);
	cr_expect_eq(forward_timeout(&forward, DUE), 10);
}

Test(forward, a_report_of_a_real_time_signal_is_ignored)
{
	forward_note(&forward, 64, SENDER, START);
	cr_expect_eq(forward_timeout(&forward, START), -1);
}
