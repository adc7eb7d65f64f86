/* SPDX-License-Identifier: MIT */
/*
 * The memory that the fast engine puts into programs: the gate's code at its fixed address, and
 * memory that the program shares with the helper.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cli/doctor/doctor.h"
#include "profile/util/xalloc.h"
#include "scprof/thread_area.h"

#define MIN_ADDR      "/proc/sys/vm/mmap_min_addr"
#define SHARED_SIZE   65536
#define MEMFD_EXEC    0x10u /* <linux/memfd.h> of Linux 6.3 */
#define RETURN_OPCODE 0xc3

/* Writes to read-only memory, as the helper does. Returns 0 or an errno. */
static int write_code(void *code)
{
	const unsigned char byte = RETURN_OPCODE;
	int fd = open("/proc/self/mem", O_WRONLY | O_CLOEXEC);
	int error = 0;

	if (fd < 0 || pwrite(fd, &byte, 1, (off_t)(uintptr_t)code) != 1)
		error = errno;
	if (fd >= 0)
		close(fd);
	return error;
}

static unsigned long min_addr(void)
{
	FILE *file = fopen(MIN_ADDR, "re");
	unsigned long value = 0;

	if (file && fscanf(file, "%lu", &value) != 1)
		value = 0;
	if (file)
		fclose(file);
	return value;
}

static void check_gate(struct checks *checks)
{
	void *wanted = (void *)(uintptr_t)GATE_ADDR;
	void *gate = mmap(wanted, GATE_SIZE, PROT_READ | PROT_EXEC,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	int error;

	if (gate != wanted) {
		error = gate == MAP_FAILED ? errno : EEXIST;
		checks_add(
			checks, "gate", false,
			xasprintf("executable memory cannot be mapped at %#x: %s", GATE_ADDR,
				  strerror(error)),
			min_addr() > GATE_ADDR
				? xasprintf("as root: sysctl vm.mmap_min_addr=65536 (it is %lu)",
					    min_addr())
				: xstrdup("every call stops instead; a security module or a limit "
					  "(ulimit -v) may be the cause"));
		if (gate != MAP_FAILED)
			munmap(gate, GATE_SIZE);
		return;
	}
	error = write_code(gate);
	if (!error) {
		((void (*)(void))gate)();
		checks_add(checks, "gate", true,
			   xasprintf("code was mapped at %#x, written and executed", GATE_ADDR),
			   NULL);
	} else {
		checks_add(checks, "gate", false,
			   xasprintf("code cannot be written through /proc/PID/mem: %s",
				     strerror(error)),
			   xstrdup("every call stops instead; the kernel may have been booted with "
				   "proc_mem.force_override=never"));
	}
	munmap(gate, GATE_SIZE);
}

static int try_memfd(void)
{
	int fd = (int)syscall(SYS_memfd_create, "scprof-doctor", MEMFD_EXEC);
	void *memory;
	int error = 0;

	if (fd < 0 && errno == EINVAL)
		fd = (int)syscall(SYS_memfd_create, "scprof-doctor", 0);
	if (fd < 0)
		return errno;
	if (ftruncate(fd, SHARED_SIZE) < 0)
		error = errno;
	memory = error ? MAP_FAILED
		       : mmap(NULL, SHARED_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory != MAP_FAILED)
		munmap(memory, SHARED_SIZE);
	else if (!error)
		error = errno;
	close(fd);
	return error;
}

static int try_system_v(void)
{
	int id = shmget(IPC_PRIVATE, SHARED_SIZE, IPC_CREAT | 0600);
	void *memory;
	int error = 0;

	if (id < 0)
		return errno;
	memory = shmat(id, NULL, 0);
	if (memory == (void *)-1)
		error = errno;
	else
		shmdt(memory);
	shmctl(id, IPC_RMID, NULL);
	return error;
}

static void check_shared_memory(struct checks *checks)
{
	int memfd = try_memfd(), system_v = try_system_v();
	char *why = xasprintf("memfd: %s, System V: %s", memfd ? strerror(memfd) : "works",
			      system_v ? strerror(system_v) : "works");
	bool is_ok = !memfd || !system_v;

	checks_add(checks, "shared-memory", is_ok, why,
		   is_ok ? NULL
			 : xstrdup("every call stops instead; use a container profile that allows "
				   "memfd_create"));
}

void check_memory(struct checks *checks)
{
	check_gate(checks);
	check_shared_memory(checks);
}
