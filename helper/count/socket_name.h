/* SPDX-License-Identifier: MIT */
/*
 * Names of sockets: their kind and address, such as `TCP 192.0.2.1:443`. The helper takes a copy of
 * the program's descriptor for a moment (pidfd_getfd(2)). It remembers names that cannot change any
 * more by the socket's inode.
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
 * Writes the name of the socket with @inode to @text. Descriptor @fd of process @pid refers to it.
 * The name contains the address of the peer or, without a peer, its own address.
 */
void socket_name_of_fd(struct socket_names *names, pid_t pid, int fd, uint64_t inode, char *text,
		       size_t size);
/* The same, with the address that thread @tid passed as an argument: @length bytes at @addr. */
void socket_name_of_address(pid_t tid, pid_t pid, int fd, uint64_t inode, uint64_t addr,
			    uint64_t length, char *text, size_t size);
/*
 * accept(2) has returned the socket. Its name contains its own address and the host of the peer,
 * but not the peer's port, which would give each connection another name.
 */
void socket_name_accepted(struct socket_names *names, pid_t pid, int fd, uint64_t inode);
/* Forgets the name of the socket, which may have been connected to another address. */
void socket_name_forget(struct socket_names *names, uint64_t inode);

#endif
