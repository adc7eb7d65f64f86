/* SPDX-License-Identifier: MIT */
/*
 * Names of sockets: kind and address, such as `TCP 192.0.2.1:443`. A copy of the program's
 * descriptor is taken for a moment (pidfd_getfd(2)); what cannot change any more is remembered by
 * inode.
 */
#ifndef SCPROF_HELPER_COUNT_SOCKET_NAME_H
#define SCPROF_HELPER_COUNT_SOCKET_NAME_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct socket_names;

struct socket_names *socket_names_new(void);
void socket_names_free(struct socket_names *names);

/*
 * Writes the name of the socket with @inode, descriptor @fd of process @pid, to @text: its peer's
 * address, else its own.
 */
void socket_name_of_fd(struct socket_names *names, pid_t pid, int fd, uint64_t inode, char *text,
		       size_t size);
/* The same with the address at @addr, @length bytes, that thread @tid gave as an argument. */
void socket_name_of_address(pid_t tid, pid_t pid, int fd, uint64_t inode, uint64_t addr,
			    uint64_t length, char *text, size_t size);
/*
 * The socket has come from accept(2): its name is its own address and its peer's host, as the
 * peer's port would make each connection another name.
 */
void socket_name_accepted(struct socket_names *names, pid_t pid, int fd, uint64_t inode);
/* What was remembered of the socket may be wrong now: it was connected anew. */
void socket_name_forget(struct socket_names *names, uint64_t inode);

#endif
