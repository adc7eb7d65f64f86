/* SPDX-License-Identifier: MIT */
/*
 * Makes a thread area as the helper does, with one memo and one cell, for tests of the gate.
 */
#ifndef SCPROF_TESTS_UNIT_MADE_AREA_H
#define SCPROF_TESTS_UNIT_MADE_AREA_H

#include <stddef.h>
#include <stdint.h>

#include "scprof/thread_area.h"

uint32_t gate_before(struct thread_area *area);
void gate_after(struct thread_area *area);

#define RETURN_ADDR 0x7f0000001234
#define NR	    39
#define OTHER_NR    40

extern struct thread_area *area;
extern uint64_t stack[4];
extern struct gate_data data;
extern struct area_memo *memo;
extern struct area_cell *cell;

/* For TestSuite(). */
void made_area_init(void);
void made_area_fini(void);

/* Returns the address of @offset in the area. */
void *made_place(uint32_t offset);
/* Allocates @size bytes of the area's free room. Returns their offset. */
uint32_t made_take(size_t size);

/* The gate counts a call that returned @result and apparently took @ticks. */
void made_gate_call(uint64_t result, uint64_t ticks);

/* Returns the entry of calls with @error, or NULL. */
const struct area_entry *made_entry_of(uint16_t error);

#endif
