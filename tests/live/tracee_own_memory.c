/* SPDX-License-Identifier: MIT */
/*
 * usage: own_memory WHAT. Makes 200 getppid calls, changes memory that scprof uses as well, and
 * makes 200 more. Everything must work as without scprof.
 */
#include "tests/live/tracee.h"

#include <sys/mman.h>
#include <sys/shm.h>

#include "include/scprof/thread_area.h"

#define NR_CALLS 200
#define PAGE	 4096ul

static pid_t parent;

static NOINLINE void make_calls(void)
{
	for (int i = 0; i < NR_CALLS; i++)
		CHECK(getppid() == parent);
	BARRIER();
}

static char *map_over_gate(int protection)
{
	char *memory = mmap((void *)GATE_ADDR, GATE_SIZE, protection,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	CHECK(memory == (void *)GATE_ADDR);
	return memory;
}

/*
 * The program maps data where the gate was. scprof must not change them, even if code is mapped
 * elsewhere.
 */
static void map_data(void)
{
	char *memory = map_over_gate(PROT_READ | PROT_WRITE);

	make_calls();
	CHECK(mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
	      MAP_FAILED);
	make_calls();
	for (unsigned int i = 0; i < GATE_SIZE; i++)
		CHECK(memory[i] == 0);
}

/* mov $110,%eax; syscall; ret: getppid */
static void map_code(void)
{
	static const unsigned char code[] = { 0xb8, 110, 0, 0, 0, 0x0f, 0x05, 0xc3 };
	char *memory = map_over_gate(PROT_READ | PROT_WRITE | PROT_EXEC);
	pid_t (*function)(void);

	memcpy(memory, code, sizeof(code));
	memcpy(&function, &memory, sizeof(function));
	for (int i = 0; i < NR_CALLS; i++)
		CHECK(function() == parent);
	make_calls();
}

/* Maps all of the low addresses, whatever lies there, as loaders of foreign programs do. */
static void map_all(void)
{
	const size_t size = 0x40000000;
	char *memory = mmap((void *)0x40000000ul, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);

	CHECK(memory == (void *)0x40000000ul);
	memset((void *)GATE_ADDR, 0x5a, 0x10000);
	make_calls();
	for (unsigned int i = 0; i < 0x10000; i++)
		CHECK(((char *)GATE_ADDR)[i] == 0x5a);
}

static void unmap(void)
{
	CHECK(munmap((void *)GATE_ADDR, GATE_SIZE) == 0);
	make_calls();
}

/* Without scprof nothing is mapped there, and mprotect fails. Both results are right. */
static void protect(void)
{
	mprotect((void *)GATE_ADDR, GATE_SIZE, PROT_NONE);
	make_calls();
}

static void discard(void)
{
	madvise((void *)GATE_ADDR, GATE_SIZE, MADV_DONTNEED);
	make_calls();
}

/* Detaches all System V segments that it finds, as programs that clean up do. */
static void detach(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	unsigned long start;
	char line[512];

	CHECK(maps);
	while (fgets(line, sizeof(line), maps))
		if (strstr(line, "/SYSV") && sscanf(line, "%lx", &start) == 1)
			shmdt((void *)start);
	fclose(maps);
	make_calls();
}

/*
 * Makes code writable, keeps a copy of it, and overwrites it, as debuggers and hook libraries do.
 */
static void hook(void)
{
	static const unsigned char hook_code[] = { 0xb8, 42, 0, 0, 0, 0xc3 };
	unsigned char kept[32], *copy;
	pid_t (*function)(void) = getppid;
	unsigned char *code;
	char *page;

	memcpy(&code, &function, sizeof(code));
	page = (char *)((uintptr_t)code & ~(PAGE - 1));
	CHECK(mprotect(page, 2 * PAGE, PROT_READ | PROT_WRITE | PROT_EXEC) == 0);
	memcpy(kept, code, sizeof(kept));
	/* The copy must work at another address as the original did here. */
	copy = mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		    0);
	CHECK(copy != MAP_FAILED);
	memcpy(copy, kept, sizeof(kept));
	memcpy(&function, &copy, sizeof(function));
	for (int i = 0; i < NR_CALLS; i++)
		CHECK(function() == parent);
	memcpy(code, hook_code, sizeof(hook_code));
	for (int i = 0; i < NR_CALLS; i++)
		CHECK(getppid() == 42);
	memcpy(code, kept, sizeof(kept));
	make_calls();
	CHECK(mprotect(page, 2 * PAGE, PROT_READ | PROT_EXEC) == 0);
	make_calls();
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*change)(void);
	} changes[] = {
		{ "data", map_data }, { "code", map_code },   { "all", map_all },
		{ "unmap", unmap },   { "protect", protect }, { "discard", discard },
		{ "detach", detach }, { "hook", hook },
	};

	parent = getppid();
	make_calls();
	for (unsigned int i = 0; argc > 1 && i < sizeof(changes) / sizeof(changes[0]); i++) {
		if (strcmp(argv[1], changes[i].name) == 0) {
			changes[i].change();
			return 0;
		}
	}
	return TRACEE_FAILED;
}
