/* SPDX-License-Identifier: MIT */
/*
 * System V segments are used again, because that is faster than making new ones. A memfd is not: it
 * could only be mapped through a descriptor of the process.
 *
 * A memfd is preferred, because ipcs(1) does not show it. But while a process makes its memfd, it
 * has a descriptor that it would not have without scprof. The helper does this at the first call of
 * a program, when there is only one thread. If there are others, they could see the descriptor, and
 * a child that they fork would inherit it. So then a segment is preferred.
 */
#include "helper/space/area_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper/space/fast_chunk.h"
#include "helper/trace/remote_memory.h"
#include "helper/trace/user_dispatch.h"
#include "scprof/gate.h"

#define MAX_SPARES 8
/* Values of fast_chunk.id. */
#define IS_MEMFD  (-1)
#define IS_TMPFS  (-2)
#define IS_MAPPED (-3)
/* The kernel gives this descriptor to a program that has opened no file yet. */
#define FIRST_DESCRIPTOR 3
#define SHARE_ARGS(chunk)                                                        \
	{                                                                        \
		0, fast_chunk_size(chunk), PROT_READ | PROT_WRITE,               \
			MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, (uint64_t)-1 \
	}
#define OPEN_ARGS                                                     \
	{                                                             \
		(uint64_t) AT_FDCWD, gate_addr(gate_memory_folder),   \
			O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600 \
	}
/*
 * <linux/memfd.h> of Linux 6.3, for machines where memfds must not be executable (vm.memfd_noexec).
 */
#define NOEXEC_SEAL 8u

/*
 * Memory that no process uses any more. If used is 0, the memory is clear. A segment that is
 * attached somewhere can be attached elsewhere, even if it has been marked to be destroyed
 * (shmat(2), Linux notes). Memory of one user is never given to another.
 */
static struct fast_chunk spares[MAX_SPARES];
static unsigned int nr_spares;

static bool is_file(const struct fast_chunk *chunk)
{
	return chunk->id < 0;
}

static uid_t user_of(pid_t tid)
{
	struct stat status;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d", (int)tid);
	return stat(path, &status) < 0 ? geteuid() : status.st_uid;
}

/*
 * The process may have another user than the helper by now, and must be able to attach the memory.
 */
static void give_to_user(int id, uid_t uid)
{
	struct shmid_ds settings;

	if (uid == geteuid() || shmctl(id, IPC_STAT, &settings) < 0)
		return;
	settings.shm_perm.uid = uid;
	shmctl(id, IPC_SET, &settings);
}

/*
 * In another IPC namespace, the process may have another segment with that id, which must not be
 * attached.
 */
static bool shares_ipc(pid_t tid)
{
	struct stat own, other;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/ipc", (int)tid);
	return stat("/proc/self/ns/ipc", &own) == 0 && stat(path, &other) == 0 &&
	       own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

static bool take_spare(struct fast_chunk *chunk, uid_t uid)
{
	for (unsigned int i = 0; i < nr_spares; i++) {
		if (spares[i].uid != uid || spares[i].used ||
		    spares[i].area_size != chunk->area_size ||
		    spares[i].nr_areas != chunk->nr_areas)
			continue;
		chunk->memory = spares[i].memory;
		chunk->id = spares[i].id;
		chunk->uid = uid;
		spares[i] = spares[--nr_spares];
		return true;
	}
	return false;
}

/* Clears the memory. No process may find data from the stacks of another one. */
static bool wipe(const struct fast_chunk *chunk)
{
	for (unsigned int i = 0; i < chunk->nr_areas; i++)
		if (chunk->used >> i & 1 &&
		    madvise((char *)chunk->memory + (size_t)i * chunk->area_size, chunk->area_size,
			    MADV_REMOVE) < 0)
			return false;
	return true;
}

/* A child that the helper has not seen yet may have it too. */
static bool is_attached_elsewhere(const struct fast_chunk *chunk)
{
	struct shmid_ds status;

	return shmctl(chunk->id, IPC_STAT, &status) < 0 || status.shm_nattch != 1;
}

/*
 * The kernel frees the memory when no process has it any more. A late thread may still attach it.
 */
static void drop(const struct fast_chunk *chunk)
{
	if (is_file(chunk))
		munmap(chunk->memory, fast_chunk_size(chunk));
	else
		shmdt(chunk->memory);
}

/* No address space has @chunk any more. */
static void keep_spare(const struct fast_chunk *chunk)
{
	if (nr_spares == MAX_SPARES) {
		drop(chunk);
		return;
	}
	spares[nr_spares] = *chunk;
	spares[nr_spares++].used |= 1; /* the helper has written to it at least */
}

void area_memory_put(struct fast_chunk *chunk)
{
	if (--chunk->refs)
		return;
	keep_spare(chunk);
	free(chunk);
}

bool area_memory_tidy(void)
{
	struct fast_chunk *spare = spares;

	while (spare < spares + nr_spares && !spare->used)
		spare++;
	if (spare == spares + nr_spares)
		return false;
	if (!is_file(spare) && !is_attached_elsewhere(spare) && wipe(spare)) {
		spare->used = 0;
		return true;
	}
	drop(spare);
	*spare = spares[--nr_spares];
	return true;
}

/* Creates a segment for @chunk. The kernel frees it when no process has it attached. */
static bool make_segment(pid_t tid, struct fast_chunk *chunk)
{
	uid_t uid = user_of(tid);
	int id;

	if (!shares_ipc(tid))
		return false;
	if (take_spare(chunk, uid))
		return true;
	id = shmget(IPC_PRIVATE, fast_chunk_size(chunk), IPC_CREAT | SHM_NORESERVE | 0600);
	if (id < 0)
		return false;
	chunk->memory = shmat(id, NULL, 0);
	chunk->id = id;
	chunk->uid = uid;
	give_to_user(id, uid);
	shmctl(id, IPC_RMID, NULL);
	return chunk->memory != (void *)-1;
}

/*
 * Returns the flags for memfd_create(2). Older kernels do not have NOEXEC_SEAL, and some new ones
 * require it.
 */
static uint64_t memfd_flags(void)
{
	static uint64_t flags;
	int fd;

	if (flags)
		return flags;
	flags = MFD_CLOEXEC | NOEXEC_SEAL;
	fd = memfd_create(gate_memory_name, (unsigned int)flags);
	if (fd < 0)
		flags = MFD_CLOEXEC;
	else
		close(fd);
	return flags;
}

const enum area_way *area_memory_ways(bool is_alone)
{
	static const enum area_way alone[AREA_NR_WAYS] = { AREA_MEMFD, AREA_SYSTEM_V, AREA_TMPFS,
							   AREA_MAPPED };
	static const enum area_way others[AREA_NR_WAYS] = { AREA_SYSTEM_V, AREA_MEMFD, AREA_TMPFS,
							    AREA_MAPPED };

	return is_alone ? alone : others;
}

/*
 * Maps the file of the mapping at @addr of the process @pid. Returns NULL if the helper has no
 * permission.
 */
static void *open_mapping(pid_t pid, uint64_t addr, uint64_t size)
{
	char path[96];
	void *memory;
	int file;

	snprintf(path, sizeof(path), "/proc/%d/map_files/%" PRIx64 "-%" PRIx64, (int)pid, addr,
		 addr + size);
	file = open(path, O_RDWR | O_CLOEXEC);
	if (file < 0)
		return NULL;
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, file, 0);
	close(file);
	return memory == MAP_FAILED ? NULL : memory;
}

/*
 * Returns true if the helper may open files in /proc/pid/map_files. This needs
 * CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN (proc(5)).
 */
static bool may_open_mappings(void)
{
	static enum { NOT_TRIED, POSSIBLE, IMPOSSIBLE } state;
	const size_t size = (size_t)sysconf(_SC_PAGESIZE);
	void *own, *again;

	if (state != NOT_TRIED)
		return state == POSSIBLE;
	state = IMPOSSIBLE;
	own = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (own == MAP_FAILED)
		return false;
	again = open_mapping(getpid(), (uint64_t)(uintptr_t)own, size);
	if (again) {
		state = POSSIBLE;
		munmap(again, size);
	}
	munmap(own, size);
	return state == POSSIBLE;
}

bool area_memory_is_allowed(struct injection *injection, enum area_way way,
			    const struct fast_chunk *chunk)
{
	/*
	 * The segment's id and the file's descriptor do not exist yet, so these arguments are
	 * examples.
	 */
	const uint64_t create[6] = { gate_addr(gate_memory_name), memfd_flags() };
	const uint64_t open_args[6] = OPEN_ARGS;
	const uint64_t map[6] = { 0, fast_chunk_size(chunk), PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_NORESERVE, FIRST_DESCRIPTOR };
	const uint64_t share[6] = SHARE_ARGS(chunk);
	const uint64_t attach[6] = { 0 }, close[6] = { FIRST_DESCRIPTOR };

	if (way == AREA_SYSTEM_V)
		return inject_is_allowed(injection, SYS_shmat, attach);
	if (way == AREA_MAPPED)
		return may_open_mappings() && inject_is_allowed(injection, SYS_mmap, share);
	return (way == AREA_MEMFD ? inject_is_allowed(injection, SYS_memfd_create, create)
				  : inject_is_allowed(injection, SYS_openat, open_args)) &&
	       inject_is_allowed(injection, SYS_mmap, map) &&
	       inject_is_allowed(injection, SYS_close, close);
}

bool area_memory_begin(pid_t tid, enum area_way way, struct fast_chunk *chunk,
		       struct memory_call *call)
{
	chunk->refs = 1;
	switch (way) {
	case AREA_SYSTEM_V:
		*call = (struct memory_call){ .nr = SYS_shmat };
		if (!make_segment(tid, chunk))
			return false;
		/*
		 * The kernel chooses the address, because sanitizers reserve large parts of the
		 * address space.
		 */
		call->args[0] = (uint64_t)chunk->id;
		return true;
	case AREA_MEMFD:
		chunk->id = IS_MEMFD;
		*call = (struct memory_call){ .nr = SYS_memfd_create,
					      .args = { gate_addr(gate_memory_name),
							memfd_flags() } };
		return true;
	case AREA_TMPFS:
		chunk->id = IS_TMPFS;
		chunk->nr_areas = 1; /* the file system may be small */
		*call = (struct memory_call){ .nr = SYS_openat, .args = OPEN_ARGS };
		return true;
	case AREA_MAPPED:
		chunk->id = IS_MAPPED;
		*call = (struct memory_call){ .nr = SYS_mmap, .args = SHARE_ARGS(chunk) };
		return may_open_mappings();
	default:
		return false;
	}
}

/* Returns true if the process has the same memory at @addr as the helper at @memory. */
static bool is_same_memory(pid_t tid, void *memory, uint64_t addr)
{
	const uint64_t nonce = __builtin_ia32_rdtsc() * 0x9e3779b97f4a7c15u;
	uint64_t word;

	*(volatile uint64_t *)memory = nonce;
	return remote_memory_word(tid, addr, &word) && word == nonce;
}

/*
 * A tmpfs may have less free space than the size of the file. Then a store to the mapping would
 * raise SIGBUS, so the helper allocates the space first.
 */
static bool set_size(int file, const struct fast_chunk *chunk)
{
	const off_t size = (off_t)fast_chunk_size(chunk);
	struct statfs status;

	if (chunk->id == IS_MEMFD)
		return ftruncate(file, size) == 0;
	return fstatfs(file, &status) == 0 && status.f_type == TMPFS_MAGIC &&
	       fallocate(file, 0, 0, size) == 0;
}

/*
 * Maps the file that the process of @tid has as @fd. The helper sets its size, because RLIMIT_FSIZE
 * may prevent the process from doing it.
 */
static bool map_file(pid_t tid, int fd, struct fast_chunk *chunk)
{
	char path[64];
	int file;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)tid, fd);
	file = open(path, O_RDWR | O_CLOEXEC);
	if (file < 0)
		return false;
	chunk->memory = MAP_FAILED;
	if (set_size(file, chunk))
		chunk->memory = mmap(NULL, fast_chunk_size(chunk), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_NORESERVE, file, 0);
	close(file);
	return chunk->memory != MAP_FAILED;
}

/* Does the work of map_there with two injected calls. */
static int64_t map_by_calls(struct injection *injection, int fd, const struct fast_chunk *chunk)
{
	const uint64_t args[6] = {
		0,
		fast_chunk_size(chunk),
		PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_NORESERVE,
		(uint64_t)fd,
	};
	const int64_t addr = inject_call(injection, SYS_mmap, args);

	if (!injection->has_failed)
		inject_call(injection, SYS_close, (const uint64_t[6]){ (uint64_t)fd });
	return addr;
}

/*
 * Lets the process map its file @fd and close it. Returns the address in the process, or an error.
 */
static int64_t map_there(struct injection *injection, int fd, const struct fast_chunk *chunk)
{
	struct user_regs_struct registers = injection->registers;

	if (user_dispatch_is_by_prctl())
		return map_by_calls(injection, fd, chunk);
	registers.rax = SYS_mmap;
	registers.rdi = 0;
	registers.rsi = fast_chunk_size(chunk);
	registers.rdx = PROT_READ | PROT_WRITE;
	registers.r10 = MAP_SHARED | MAP_NORESERVE;
	registers.r8 = (unsigned long long)fd;
	registers.r9 = 0;
	registers.rbx = SYS_close;
	registers.r14 = (unsigned long long)fd;
	if (!inject_code(injection, gate_addr(gate_setup), gate_addr(gate_setup_return),
			 &registers))
		return -ESRCH;
	return (int64_t)registers.r13;
}

/* The process has made a file, @fd. Returns the same as map_there. */
static int64_t share_file(struct injection *injection, int fd, struct fast_chunk *chunk)
{
	if (map_file(injection->tid, fd, chunk))
		return map_there(injection, fd, chunk);
	chunk->memory = NULL;
	inject_call(injection, SYS_close, (const uint64_t[6]){ (uint64_t)fd });
	return -EBADF;
}

/* The process has made a shared mapping at @addr. Returns the same as map_there. */
static int64_t share_mapping(struct injection *injection, int64_t addr, struct fast_chunk *chunk)
{
	const uint64_t start = (uint64_t)addr, size = fast_chunk_size(chunk);

	chunk->memory = open_mapping(injection->tid, start, size);
	if (chunk->memory)
		return addr;
	inject_call(injection, SYS_munmap, (const uint64_t[6]){ start, size });
	return -EBADF;
}

bool area_memory_end(struct injection *injection, struct fast_chunk *chunk, int64_t result)
{
	if (is_file(chunk)) {
		if (result < 0)
			return false;
		result = chunk->id == IS_MAPPED ? share_mapping(injection, result, chunk)
						: share_file(injection, (int)result, chunk);
		if (!chunk->memory)
			return false;
	}
	if (injection->is_late) {
		drop(chunk);
		return false;
	}
	if (result < 0 || !is_same_memory(injection->tid, chunk->memory, (uint64_t)result)) {
		keep_spare(chunk);
		return false;
	}
	chunk->addr = (uint64_t)result;
	return true;
}
