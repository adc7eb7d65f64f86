// SPDX-License-Identifier: MIT
/*
 * The calls come out in the order in which they began, as far as the window allows.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "cli/view/log_order.h"

static struct log_order order;

static void put(uint64_t start_ns, uint32_t nr)
{
	const struct log_call call = { .start_ns = start_ns, .nr = nr };

	log_order_put(&order, &call);
}

Test(log_order, sorts_by_start_and_keeps_the_order_of_equals)
{
	struct log_call call;
	uint64_t last = 0;
	uint32_t last_nr = 0;

	log_order_init(&order, 100000);
	srand(1);
	for (uint32_t nr = 0; nr < 20000; nr++)
		put((uint64_t)rand() % 5000, nr);
	for (int i = 0; i < 20000; i++) {
		cr_assert(log_order_take(&order, &call));
		cr_assert(call.start_ns > last || (call.start_ns == last && call.nr >= last_nr));
		last = call.start_ns;
		last_nr = call.nr;
	}
	cr_expect_not(log_order_take(&order, &call));
	log_order_fini(&order);
}

Test(log_order, a_call_beyond_the_window_comes_late_but_comes)
{
	struct log_call call;
	uint32_t nr_taken = 0;
	bool is_late = false;
	uint64_t last = 0;

	log_order_init(&order, 4);
	for (uint32_t nr = 1; nr <= 11; nr++) {
		if (log_order_is_full(&order)) {
			cr_assert(log_order_take(&order, &call));
			cr_expect_geq(call.start_ns, last);
			last = call.start_ns;
			nr_taken++;
		}
		put(nr == 11 ? 0 : nr * 10, nr);
	}
	while (log_order_take(&order, &call)) {
		is_late |= call.nr == 11 && last > 0;
		nr_taken++;
	}
	cr_expect_eq(nr_taken, 11);
	cr_expect(is_late);
	log_order_fini(&order);
}
