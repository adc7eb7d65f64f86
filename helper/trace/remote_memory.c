/* SPDX-License-Identifier: MIT */
/*
 * Reads and writes the memory of a stopped thread.
 */
#include "helper/trace/remote_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <unistd.h>

#include "helper/trace/absent_page.h"

#define PAGE_BYTES 4096u

/* The kernel permits PTRACE_PEEKDATA to every tracer, whether or not the process is dumpable. */
static size_t read_by_words(pid_t tid, uint64_t addr, void *buffer, size_t size)
{
	size_t done = 0;

	while (done < size) {
		uint64_t aligned = (addr + done) & ~7ull;
		size_t skip = (size_t)(addr + done - aligned);
		size_t part = 8 - skip < size - done ? 8 - skip : size - done;
		long word;

		errno = 0;
		word = ptrace(PTRACE_PEEKDATA, tid, aligned, 0);
		if (errno)
			break;
		memcpy((char *)buffer + done, (const char *)&word + skip, part);
		done += part;
	}
	return done;
}

static ssize_t read_at_once(pid_t tid, uint64_t addr, void *buffer, size_t size)
{
	struct iovec local = { .iov_base = buffer, .iov_len = size };
	struct iovec remote = { .iov_base = (void *)(uintptr_t)addr, .iov_len = size };

	return process_vm_readv(tid, &local, 1, &remote, 1, 0);
}

size_t remote_memory_read(pid_t tid, uint64_t addr, void *buffer, size_t size)
{
	size_t done = 0;
	ssize_t got;

	if (absent_page_is_expected())
		return absent_page_read(tid, addr, buffer, size);
	got = read_at_once(tid, addr, buffer, size);
	if (got == (ssize_t)size)
		return size;
	if (got < 0 && (errno == EPERM || errno == ENOSYS))
		return read_by_words(tid, addr, buffer, size);
	/*
	 * "Partial transfers apply at the granularity of iovec elements" (process_vm_readv(2)). So
	 * find the end of the readable part page by page.
	 */
	while (done < size) {
		size_t part = PAGE_BYTES - (size_t)((addr + done) % PAGE_BYTES);
		if (part > size - done)
			part = size - done;
		if (read_at_once(tid, addr + done, (char *)buffer + done, part) != (ssize_t)part)
			break;
		done += part;
	}
	return done;
}

bool remote_memory_word(pid_t tid, uint64_t addr, uint64_t *value)
{
	return remote_memory_read(tid, addr, value, sizeof(*value)) == sizeof(*value);
}

bool remote_memory_has_words(pid_t tid, const uint64_t *addrs, const uint64_t *expected,
			     unsigned int nr)
{
	uint64_t values[REMOTE_MEMORY_MAX_WORDS];
	struct iovec local = { .iov_base = values, .iov_len = nr * sizeof(*values) };
	struct iovec remote[REMOTE_MEMORY_MAX_WORDS];

	for (unsigned int i = 0; i < nr; i++)
		remote[i] = (struct iovec){ (void *)(uintptr_t)addrs[i], sizeof(*values) };
	if (nr > 1 && !absent_page_is_expected() &&
	    process_vm_readv(tid, &local, 1, remote, nr, 0) == (ssize_t)local.iov_len)
		return memcmp(values, expected, local.iov_len) == 0;
	for (unsigned int i = 0; i < nr; i++)
		if (!remote_memory_word(tid, addrs[i], &values[i]) || values[i] != expected[i])
			return false;
	return true;
}

bool remote_memory_write_word(pid_t tid, uint64_t addr, uint64_t value)
{
	return ptrace(PTRACE_POKEDATA, tid, addr, value) == 0;
}

static pid_t last_tid; /* the thread whose memory is open; 0: none */
static int last_fd;

void remote_memory_forget(pid_t tid)
{
	if (!last_tid || tid != last_tid)
		return;
	close(last_fd);
	last_tid = 0;
}

int remote_memory_open(pid_t tid)
{
	char path[64];

	if (tid == last_tid)
		return last_fd;
	remote_memory_forget(last_tid);
	snprintf(path, sizeof(path), "/proc/%d/mem", (int)tid);
	last_fd = open(path, O_RDWR | O_CLOEXEC);
	if (last_fd >= 0)
		last_tid = tid;
	return last_fd;
}

bool remote_memory_write(pid_t tid, uint64_t addr, const void *bytes, size_t size)
{
	int fd = remote_memory_open(tid);

	return fd >= 0 && pwrite(fd, bytes, size, (off_t)addr) == (ssize_t)size;
}
