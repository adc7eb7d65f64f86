/* SPDX-License-Identifier: MIT */
/*
 * The gate measures times with the TSC: can it be read, and does it run at a constant speed? And
 * can programs read the kernel's clock without a system call?
 */
#include <cpuid.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/doctor/doctor.h"
#include "cli/doctor/subject.h"
#include "profile/util/xalloc.h"

#define CLOCK_SOURCE  "/sys/devices/system/clocksource/clocksource0/current_clocksource"
#define MEASURE_NS    20000000
#define MAX_DRIFT_PPM 1000
#define MAX_STOPS     100

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* A program may have been forbidden to read the TSC (prctl(2), PR_SET_TSC). */
static int read_tsc(void)
{
	return __builtin_ia32_rdtsc() == 0;
}

static bool may_read_tsc(void)
{
	struct subject subject;
	int status = -1;

	if (subject_start(&subject, read_tsc) == 0) {
		subject_go(&subject);
		status = subject_wait(&subject);
	}
	subject_end(&subject);
	return status == 0;
}

/* Returns how many TSC ticks make a second, measured over MEASURE_NS. */
static double measure_speed(void)
{
	uint64_t start_ns = now_ns(), start = __builtin_ia32_rdtsc(), ns;

	do {
		ns = now_ns() - start_ns;
	} while (ns < MEASURE_NS);
	return (double)(__builtin_ia32_rdtsc() - start) * 1e9 / (double)ns;
}

/* CPUID 80000007h, EDX bit 8 (Intel SDM vol. 3, "Invariant TSC"). */
static bool has_constant_tsc(void)
{
	unsigned int a, b, c, d;

	return __get_cpuid(0x80000007, &a, &b, &c, &d) && d & 1u << 8;
}

static void check_tsc(struct checks *checks)
{
	double first, second, ppm;

	if (!may_read_tsc()) {
		checks_add(checks, "tsc", false, xstrdup("the TSC cannot be read (PR_SET_TSC)"),
			   xstrdup("allow it: scprof's code in the program reads it"));
		return;
	}
	first = measure_speed();
	second = measure_speed();
	ppm = (first > second ? first - second : second - first) / first * 1e6;
	if (has_constant_tsc())
		checks_add(checks, "tsc", true,
			   xasprintf("the CPU says that its TSC runs at a constant speed; "
				     "measured: %.2f GHz",
				     first / 1e9),
			   NULL);
	else if (ppm <= MAX_DRIFT_PPM)
		checks_add(checks, "tsc", true,
			   xasprintf("the CPU does not say that its TSC runs at a constant speed; "
				     "two measurements differ by %.0f ppm",
				     ppm),
			   NULL);
	else
		checks_add(checks, "tsc", false,
			   xasprintf("two measurements of the speed of the TSC differ by %.0f ppm",
				     ppm),
			   xstrdup("times of calls are approximate; counts are exact"));
}

static int read_clock(void)
{
	struct timespec now;

	return clock_gettime(CLOCK_MONOTONIC, &now) < 0;
}

static int do_nothing(void)
{
	return 0;
}

/* Returns how often a child stops at its calls while it does @work. */
static unsigned int count_stops(int (*work)(void))
{
	struct subject subject;
	unsigned int nr = 0;
	int status;

	if (subject_start(&subject, work) == 0 && subject_seize(&subject) == 0) {
		subject_go(&subject);
		do {
			ptrace(PTRACE_SYSCALL, subject.pid, 0, 0);
			status = subject_wait(&subject);
		} while (status >= 0 && WIFSTOPPED(status) && ++nr < MAX_STOPS);
	}
	subject_end(&subject);
	return nr;
}

static char *clock_source(void)
{
	FILE *file = fopen(CLOCK_SOURCE, "re");
	char name[64] = "unknown";

	if (file && fgets(name, sizeof(name), file))
		name[strcspn(name, "\n")] = '\0';
	if (file)
		fclose(file);
	return xstrdup(name);
}

static void check_user_clock(struct checks *checks)
{
	char *source = clock_source();

	if (!checks_is_ok(checks, "ptrace"))
		checks_add(checks, "clock", false,
			   xstrdup("was not tried, because it needs ptrace"), NULL);
	else if (count_stops(read_clock) == count_stops(do_nothing))
		checks_add(checks, "clock", true,
			   xasprintf("a program reads the clock without a system call; clock "
				     "source %s",
				     source),
			   NULL);
	else
		checks_add(checks, "clock", false,
			   xasprintf("a program needs a system call to read the clock; clock "
				     "source %s",
				     source),
			   xstrdup("the profile contains these calls too; it is just as "
				   "exact"));
	free(source);
}

void check_clock(struct checks *checks)
{
	check_tsc(checks);
	check_user_clock(checks);
}
