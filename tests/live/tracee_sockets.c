/* SPDX-License-Identifier: MIT */
/*
 * Sends data to itself through sockets of several families, a fixed number of times. Prints the
 * port of its TCP server.
 */
#include "tests/live/tracee.h"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

static struct sockaddr_in local(int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

static void talk(const struct sockaddr_in *address, int server, int times)
{
	int client = socket(AF_INET, SOCK_STREAM, 0), accepted;
	char byte;

	CHECK(connect(client, (const struct sockaddr *)address, sizeof(*address)) == 0);
	accepted = accept4(server, NULL, NULL, 0);
	CHECK(accepted >= 0);
	for (int i = 0; i < times; i++) {
		CHECK(send(client, "x", 1, 0) == 1);
		CHECK(recv(accepted, &byte, 1, 0) == 1);
	}
	close(client);
	close(accepted);
}

static void tcp(void)
{
	struct sockaddr_in address = local(0);
	socklen_t size = sizeof(address);
	int server = socket(AF_INET, SOCK_STREAM, 0);

	CHECK(bind(server, (struct sockaddr *)&address, sizeof(address)) == 0);
	CHECK(listen(server, 5) == 0);
	CHECK(getsockname(server, (struct sockaddr *)&address, &size) == 0);
	dprintf(1, "%d", ntohs(address.sin_port));
	talk(&address, server, 1);
	talk(&address, server, 2);
	close(server);
}

static void tcp6(void)
{
	const struct sockaddr_in6 address = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(1),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT,
	};

	connect(socket(AF_INET6, SOCK_STREAM, 0), (const struct sockaddr *)&address,
		sizeof(address));
}

static void udp(void)
{
	struct sockaddr_in address = local(9);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	for (int i = 0; i < 4; i++)
		sendto(fd, "x", 1, 0, (struct sockaddr *)&address, sizeof(address));
	address = local(10);
	CHECK(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
	for (int i = 0; i < 5; i++)
		send(fd, "x", 1, 0);
}

static void others(void)
{
	const struct sockaddr_un named = { AF_UNIX, "socket" };
	const struct sockaddr_un abstract = { AF_UNIX, "\0scprof-abstract" };
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	CHECK(bind(socket(AF_UNIX, SOCK_STREAM, 0), (const struct sockaddr *)&named,
		   sizeof(named)) == 0);
	bind(socket(AF_UNIX, SOCK_DGRAM, 0), (const struct sockaddr *)&abstract,
	     sizeof(sa_family_t) + 16);
	CHECK(bind(socket(AF_NETLINK, SOCK_RAW, 0), (const struct sockaddr *)&kernel,
		   sizeof(kernel)) == 0);
}

int main(void)
{
	tcp();
	tcp6();
	udp();
	others();
	return 0;
}
