/* SPDX-License-Identifier: MIT */
/*
 * A thread without an area has this data too, because the end of its stack is known before it gets
 * an area.
 */
#include "helper/space/gate_thread.h"

#include <stdlib.h>

#include "helper/space/area_reader.h"
#include "profile/util/xalloc.h"

struct gate_thread *gate_thread_new(void)
{
	return xcalloc(1, sizeof(struct gate_thread));
}

void gate_thread_free(struct gate_thread *gate)
{
	free(gate->stack_image);
	free(gate);
}

void gate_thread_inherit(struct gate_thread *gate, const struct gate_thread *parent)
{
	gate->stack_end = parent->area ? AREA_LOAD(parent->area->stack_end) : 0;
	if (!gate->stack_end)
		gate->stack_end = parent->stack_end;
}
