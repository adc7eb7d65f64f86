/* SPDX-License-Identifier: MIT */
/*
 * Address families and addresses, and a table of names that do not change: those of connected and
 * listening sockets.
 */
#include "helper/count/socket_name.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "helper/trace/remote_memory.h"
#include "profile/util/xalloc.h"

#define NR_SLOTS  4096u /* a power of two; a new name replaces the old one in its slot */
#define NAME_SIZE 192

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;
	struct sockaddr_storage storage;
};

struct slot {
	uint64_t inode; /* 0: free */
	char name[NAME_SIZE];
};

struct socket_names {
	struct slot slots[NR_SLOTS];
};

struct socket_names *socket_names_new(void)
{
	return xcalloc(1, sizeof(struct socket_names));
}

void socket_names_free(struct socket_names *names)
{
	free(names);
}

static struct slot *slot_of(struct socket_names *names, uint64_t inode)
{
	return &names->slots[inode & (NR_SLOTS - 1)];
}

/* Returns a copy of the descriptor if it refers to that socket, else -1. */
static int copy_socket(pid_t pid, int fd, uint64_t inode)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	int copy = pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	struct stat status;

	if (pidfd >= 0)
		close(pidfd);
	if (copy >= 0 && (fstat(copy, &status) < 0 || status.st_ino != inode)) {
		close(copy);
		copy = -1;
	}
	return copy;
}

static const char *family_name(int domain, int type)
{
	bool is_stream = type == SOCK_STREAM;

	switch (domain) {
	case AF_INET:
		return is_stream ? "TCP" : type == SOCK_DGRAM ? "UDP" : "RAW";
	case AF_INET6:
		return is_stream ? "TCP6" : type == SOCK_DGRAM ? "UDP6" : "RAW6";
	case AF_UNIX:
		return "UNIX";
	case AF_NETLINK:
		return "NETLINK";
	case AF_PACKET:
		return "PACKET";
	case AF_VSOCK:
		return "VSOCK";
	default:
		return "socket";
	}
}

static int option(int fd, int name)
{
	int value = -1;
	socklen_t size = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

/* @port -1 means no port. */
static void append_host(char *text, size_t size, const char *host, bool is_in6, int port)
{
	if (port < 0)
		snprintf(text, size, " %s", host);
	else
		snprintf(text, size, is_in6 ? " [%s]:%d" : " %s:%d", host, port);
}

/* Appends " ADDRESS" to @text. Appends nothing if the address has no name. */
static void append_address(char *text, size_t size, const union address *address, socklen_t length,
			   bool has_port)
{
	size_t used = strlen(text), path = offsetof(struct sockaddr_un, sun_path);
	char host[INET6_ADDRSTRLEN] = "?";
	int chars = (int)(length > path ? length - path : 0);

	if (address->any.sa_family == AF_INET && length >= sizeof(address->in)) {
		inet_ntop(AF_INET, &address->in.sin_addr, host, sizeof(host));
		append_host(text + used, size - used, host, false,
			    has_port ? ntohs(address->in.sin_port) : -1);
	} else if (address->any.sa_family == AF_INET6 &&
		   length >= offsetof(struct sockaddr_in6, sin6_scope_id)) {
		inet_ntop(AF_INET6, &address->in6.sin6_addr, host, sizeof(host));
		append_host(text + used, size - used, host, true,
			    has_port ? ntohs(address->in6.sin6_port) : -1);
	} else if (address->any.sa_family == AF_UNIX && chars && !address->un.sun_path[0]) {
		/* An abstract name begins with a NUL, and can contain others (unix(7)). */
		snprintf(text + used, size - used, " @%.*s", chars - 1, address->un.sun_path + 1);
	} else if (address->any.sa_family == AF_UNIX && chars) {
		snprintf(text + used, size - used, " %.*s", chars, address->un.sun_path);
	}
}

static bool append_peer(int fd, char *text, size_t size, bool has_port)
{
	union address address = { .any.sa_family = AF_UNSPEC };
	socklen_t length = sizeof(address);

	if (getpeername(fd, &address.any, &length) < 0)
		return false;
	append_address(text, size, &address, length, has_port);
	return true;
}

static void append_own(int fd, char *text, size_t size)
{
	union address address = { .any.sa_family = AF_UNSPEC };
	socklen_t length = sizeof(address);

	if (getsockname(fd, &address.any, &length) == 0)
		append_address(text, size, &address, length, true);
}

static void start_name(int fd, char *text, size_t size)
{
	snprintf(text, size, "%s", family_name(option(fd, SO_DOMAIN), option(fd, SO_TYPE)));
}

/* Returns true if the name cannot change. */
static bool describe(int fd, char *text, size_t size)
{
	size_t length;
	bool is_connected, is_listening = option(fd, SO_ACCEPTCONN) == 1;

	start_name(fd, text, size);
	length = strlen(text);
	is_connected = append_peer(fd, text, size, true);
	if (!text[length]) /* of a server's UNIX connection, only this end has a name */
		append_own(fd, text, size);
	length = strlen(text);
	if (is_listening)
		snprintf(text + length, size - length, " listening");
	/*
	 * A datagram socket can be connected again by a call in which the helper does not see this
	 * inode.
	 */
	return is_listening || (is_connected && option(fd, SO_TYPE) != SOCK_DGRAM);
}

static void remember(struct socket_names *names, uint64_t inode, const char *text)
{
	struct slot *slot = slot_of(names, inode);

	slot->inode = inode;
	snprintf(slot->name, sizeof(slot->name), "%s", text);
}

void socket_name_of_fd(struct socket_names *names, pid_t pid, int fd, uint64_t inode, char *text,
		       size_t size)
{
	const struct slot *slot = slot_of(names, inode);
	int copy;

	if (inode && slot->inode == inode) {
		snprintf(text, size, "%s", slot->name);
		return;
	}
	copy = copy_socket(pid, fd, inode);
	if (copy < 0)
		return;
	if (describe(copy, text, size))
		remember(names, inode, text);
	close(copy);
}

void socket_name_of_address(pid_t tid, pid_t pid, int fd, uint64_t inode, uint64_t addr,
			    uint64_t length, char *text, size_t size)
{
	union address address = { .any.sa_family = AF_UNSPEC };
	int copy = copy_socket(pid, fd, inode);

	if (copy < 0)
		return;
	if (length > sizeof(address))
		length = sizeof(address);
	length = remote_memory_read(tid, addr, &address, length);
	start_name(copy, text, size);
	append_address(text, size, &address, (socklen_t)length, true);
	close(copy);
}

void socket_name_accepted(struct socket_names *names, pid_t pid, int fd, uint64_t inode)
{
	char text[NAME_SIZE];
	int copy = copy_socket(pid, fd, inode);
	size_t length;

	if (copy < 0)
		return;
	start_name(copy, text, sizeof(text));
	append_own(copy, text, sizeof(text));
	if (option(copy, SO_DOMAIN) != AF_UNIX) {
		length = strlen(text);
		snprintf(text + length, sizeof(text) - length, " from");
		append_peer(copy, text, sizeof(text), false);
	}
	remember(names, inode, text);
	close(copy);
}

void socket_name_forget(struct socket_names *names, uint64_t inode)
{
	struct slot *slot = slot_of(names, inode);

	if (slot->inode == inode)
		slot->inode = 0;
}
