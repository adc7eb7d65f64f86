// SPDX-License-Identifier: MIT
/*
 * From Linux 6.12 on, sched_runtime of sched_setattr(2) also sets the length of the turns of an
 * ordinary process. The scheduler prefers the process whose turn would end first. Older kernels
 * ignore the value.
 */
#include "helper/base/turn.h"

#include <sched.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SHORT_NS 100000u /* the shortest turn that the kernel allows */

/* struct sched_attr of sched_setattr(2). <sched.h> declares it only from glibc 2.41 on. */
struct attributes {
	uint32_t size;
	uint32_t policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime;
	uint64_t deadline;
	uint64_t period;
};

void turn_be_short(void)
{
	struct attributes attributes = { .size = sizeof(attributes) };

	if (syscall(SYS_sched_getattr, 0, &attributes, sizeof(attributes), 0) < 0 ||
	    attributes.policy != SCHED_OTHER)
		return;
	attributes.runtime = SHORT_NS;
	syscall(SYS_sched_setattr, 0, &attributes, 0);
}
