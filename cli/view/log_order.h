/* SPDX-License-Identifier: MIT */
/*
 * Sorts the calls of a log by the time when they began; in the log they are sorted by the time when
 * they ended. To limit the memory, it sorts a window of calls. A call that lasts longer than
 * LOG_ORDER_WINDOW others comes too late.
 */
#ifndef SCPROF_CLI_VIEW_LOG_ORDER_H
#define SCPROF_CLI_VIEW_LOG_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "profile/log/log_file.h"

#define LOG_ORDER_WINDOW (1u << 20)

struct log_order {
	struct log_order_entry *heap; /* private; the earliest call is on top */
	uint32_t nr;
	uint32_t capacity;
	uint32_t window;
	uint64_t nr_put;
};

/* @window is the number of calls to hold: LOG_ORDER_WINDOW, except in tests. */
void log_order_init(struct log_order *order, uint32_t window);
void log_order_fini(struct log_order *order);
bool log_order_is_full(const struct log_order *order);
/* Adds @call. There must be room. */
void log_order_put(struct log_order *order, const struct log_call *call);
/* Removes the call that began first and stores it in @call. Returns false if there is none. */
bool log_order_take(struct log_order *order, struct log_call *call);

#endif
