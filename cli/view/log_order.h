/* SPDX-License-Identifier: MIT */
/*
 * A log holds calls in the order in which they ended; people read them in the order in which they
 * began. A window of calls sorts them in bounded memory: only a call that lasted longer than
 * LOG_ORDER_WINDOW others comes after them.
 */
#ifndef SCPROF_CLI_VIEW_LOG_ORDER_H
#define SCPROF_CLI_VIEW_LOG_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "profile/log/log_file.h"

#define LOG_ORDER_WINDOW (1u << 20)

struct log_order {
	struct log_order_entry *heap; /* private: the earliest on top */
	uint32_t nr;
	uint32_t capacity;
	uint32_t window;
	uint64_t nr_put;
};

/* @window: how many calls to hold, LOG_ORDER_WINDOW but for tests. */
void log_order_init(struct log_order *order, uint32_t window);
void log_order_fini(struct log_order *order);
bool log_order_is_full(const struct log_order *order);
/* Adds @call; there is room. */
void log_order_put(struct log_order *order, const struct log_call *call);
/* Takes the call that began first into @call; false when there is none. */
bool log_order_take(struct log_order *order, struct log_call *call);

#endif
