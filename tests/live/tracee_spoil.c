/* SPDX-License-Identifier: MIT */
/*
 * Makes calls, and writes once into memory that it shares with scprof and must not write to. Its
 * child shows that other processes go on meanwhile.
 */
#include "include/scprof/thread_area.h"
#include "tests/live/tracee.h"

#define NR_ROUNDS   40
#define SPOIL_ROUND 10
#define NR_CHILDREN 10

static NOINLINE void make_calls(void)
{
	for (int i = 0; i < 200; i++)
		getppid();
}

static void *at(struct thread_area *area, uint32_t offset)
{
	return (char *)area + offset;
}

static void spoil_entries(struct thread_area *area, uint32_t first, const char *what)
{
	struct area_cell *cell;

	for (uint32_t offset = first; offset; offset = cell->next) {
		struct area_entry *entry;

		cell = at(area, offset);
		entry = at(area, cell->entries);
		if (strcmp(what, "entries") == 0) {
			cell->entries = 0x7ffffff0;
		} else if (strcmp(what, "cycle") == 0 && cell->entries) {
			entry->next = cell->entries;
			entry->error = 9999;
		}
	}
}

static NOINLINE void spoil(const char *what)
{
	struct thread_area *area;
	struct area_memo *memo;

	__asm__ volatile("movq %%gs:%c1, %0" : "=r"(area) : "i"(AREA_SELF));
	for (uint32_t offset = area->all_memos; offset; offset = memo->next_of_all) {
		memo = at(area, offset);
		spoil_entries(area, memo->cells, what);
		if (strcmp(what, "memos") == 0)
			memo->next = offset;
		if (strcmp(what, "words") == 0)
			memo->nr_words = ~0u;
	}
	if (strcmp(what, "self") == 0)
		area->self = 8;
	if (strcmp(what, "data") == 0)
		area->data_addr = 8;
	if (strcmp(what, "active") == 0)
		area->is_active = 0;
}

static void be_sibling(void)
{
	for (int i = 0; i < NR_CHILDREN; i++) {
		pid_t pid;

		usleep(20000);
		pid = fork();
		if (pid == 0)
			_exit(0);
		wait_for(pid);
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	pid_t sibling = fork();

	if (sibling == 0)
		be_sibling();
	/* A process that overwrites its area may hang, but no other process may. */
	if (fork() == 0) {
		alarm(2);
		for (int i = 0; i < NR_ROUNDS; i++) {
			make_calls();
			usleep(1000);
			if (i == SPOIL_ROUND)
				spoil(argc > 1 ? argv[1] : "nothing");
		}
		_exit(0);
	}
	CHECK(waitpid(sibling, NULL, 0) == sibling);
	printf("sibling lives\n");
	CHECK(wait(NULL) > 0);
	return 0;
}
