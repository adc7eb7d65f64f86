// SPDX-License-Identifier: MIT
/*
 * A small server without a network: it reads a configuration, answers requests in a loop, and
 * writes a log through a buffer. Each macro is a change that somebody might propose:
 *
 *   EXTRA_OPEN   each request reads the configuration again
 *   NO_BUFFER    the log is written line by line
 *   EXTRA_FSYNC  each flush also makes the log durable
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NR_REQUESTS 200

struct writer {
	int fd;
	size_t used;
	char buffer[1024];
};

struct config {
	char greeting[64];
	unsigned int nr_words;
};

static int load_config(struct config *config, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t size;

	if (fd < 0)
		return -1;
	size = read(fd, config->greeting, sizeof(config->greeting) - 1);
	close(fd);
	if (size < 0)
		return -1;
	config->greeting[size] = '\0';
	config->nr_words = (unsigned int)strcspn(config->greeting, "\n");
	return 0;
}

static int writer_flush(struct writer *writer)
{
	ssize_t written = write(writer->fd, writer->buffer, writer->used);

	if (written != (ssize_t)writer->used)
		return -1;
	writer->used = 0;
#ifdef EXTRA_FSYNC
	return fsync(writer->fd);
#else
	return 0;
#endif
}

static int writer_put(struct writer *writer, const char *line)
{
	size_t length = strlen(line);

	if (writer->used + length > sizeof(writer->buffer) && writer_flush(writer))
		return -1;
	memcpy(writer->buffer + writer->used, line, length);
	writer->used += length;
#ifdef NO_BUFFER
	return writer_flush(writer);
#else
	return 0;
#endif
}

static int handle_request(struct writer *writer, struct config *config, unsigned int number)
{
	char answer[128];

#ifdef EXTRA_OPEN
	if (load_config(config, "app.conf"))
		return -1;
#endif
	snprintf(answer, sizeof(answer), "%u %.*s\n", number, (int)config->nr_words,
		 config->greeting);
	return writer_put(writer, answer);
}

static int serve(struct writer *writer, struct config *config)
{
	for (unsigned int number = 0; number < NR_REQUESTS; number++) {
		if (handle_request(writer, config, number))
			return -1;
	}
	return writer_flush(writer);
}

int main(void)
{
	struct writer writer = { .fd = open("app.log", O_WRONLY | O_CREAT | O_TRUNC, 0644) };
	struct config config;

	if (writer.fd < 0 || load_config(&config, "app.conf")) {
		perror("app");
		return 1;
	}
	if (serve(&writer, &config)) {
		perror("app.log");
		return 1;
	}
	return close(writer.fd) ? 1 : 0;
}
