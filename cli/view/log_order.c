// SPDX-License-Identifier: MIT
/*
 * A binary heap. Of calls that began at the same time, the one that ended first comes first.
 */
#include <stdlib.h>

#include "cli/view/log_order.h"
#include "profile/util/xalloc.h"

struct log_order_entry {
	uint64_t nr; /* number of the call in the file */
	struct log_call call;
};

void log_order_init(struct log_order *order, uint32_t window)
{
	*order = (struct log_order){ .window = window };
}

void log_order_fini(struct log_order *order)
{
	free(order->heap);
	*order = (struct log_order){ .heap = NULL };
}

bool log_order_is_full(const struct log_order *order)
{
	return order->nr >= order->window;
}

static bool is_before(const struct log_order_entry *a, const struct log_order_entry *b)
{
	if (a->call.start_ns != b->call.start_ns)
		return a->call.start_ns < b->call.start_ns;
	return a->nr < b->nr;
}

static void exchange(struct log_order *order, uint32_t a, uint32_t b)
{
	struct log_order_entry kept = order->heap[a];

	order->heap[a] = order->heap[b];
	order->heap[b] = kept;
}

void log_order_put(struct log_order *order, const struct log_call *call)
{
	uint32_t at = order->nr;

	order->heap = xgrow(order->heap, order->nr, &order->capacity, sizeof(*order->heap));
	order->heap[order->nr++] = (struct log_order_entry){ order->nr_put++, *call };
	for (; at && is_before(&order->heap[at], &order->heap[(at - 1) / 2]); at = (at - 1) / 2)
		exchange(order, at, (at - 1) / 2);
}

static void sink(struct log_order *order)
{
	uint32_t at = 0;

	for (;;) {
		uint32_t least = at;

		for (uint32_t child = 2 * at + 1; child <= 2 * at + 2 && child < order->nr; child++)
			if (is_before(&order->heap[child], &order->heap[least]))
				least = child;
		if (least == at)
			return;
		exchange(order, at, least);
		at = least;
	}
}

bool log_order_take(struct log_order *order, struct log_call *call)
{
	if (!order->nr)
		return false;
	*call = order->heap[0].call;
	order->heap[0] = order->heap[--order->nr];
	sink(order);
	return true;
}
