/* SPDX-License-Identifier: MIT */
/*
 * libscprof.so, the library that LD_PRELOAD loads into the program. Its constructor runs before all
 * others (link option -z initfirst). It makes one call that asks if a helper traces this process
 * already. If so, it does nothing else. If not, it starts a helper, and a new profile begins with
 * this process. The library exports no symbol, needs no other library, and leaves no memory,
 * descriptor or signal setting behind.
 *
 * With `scprof run --preload`, SCPROF_LAUNCHER names the process that is to be profiled, and a
 * descriptor of the pipe to the launcher. If this process cannot be profiled, it tells the launcher
 * why and ends. Its children also have the variable. If the helper does not follow them, they are
 * not to be profiled.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>

#include "handshake/raw_syscall.h"
#include "scprof/helper_spawn.h"

#define SHIM_PATH_SIZE 4096
#define IN_TREE_FOLDER "/shim/.libs/"
#define IN_TREE_HELPER "/helper/scprof-helper"

static size_t text_length(const char *text)
{
	size_t length = 0;

	while (text[length])
		length++;
	return length;
}

/* Appends @from to @to, which has room for @size bytes. Drops what does not fit. */
static void text_append(char *to, size_t size, const char *from)
{
	size_t at = text_length(to);

	while (*from && at + 1 < size)
		to[at++] = *from++;
	to[at] = '\0';
}

static bool text_is_at(const char *text, const char *wanted)
{
	while (*wanted)
		if (*text++ != *wanted++)
			return false;
	return true;
}

/* Parses a decimal number and advances @text. Returns -1 if there is none. */
static int number_parse(const char **text)
{
	int value = 0;
	const char *start = *text;

	for (; **text >= '0' && **text <= '9' && value < 100000000; (*text)++)
		value = value * 10 + **text - '0';
	return *text == start ? -1 : value;
}

static uint64_t hex_parse(const char **text)
{
	uint64_t value = 0;

	for (;; (*text)++) {
		char c = **text;
		if (c >= '0' && c <= '9')
			value = value << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value << 4 | (uint64_t)(c - 'a' + 10);
		else
			return value;
	}
}

/* Reads a file line by line, with a buffer that the caller owns. */
struct line_reader {
	int fd;
	size_t used; /* bytes in buffer */
	size_t next; /* start of the next line */
	char end;    /* the character that ends a line */
	char buffer[2 * SHIM_PATH_SIZE];
};

/* Returns the next line without its end. Returns NULL at the end of the file. Cuts long lines. */
static char *line_read(struct line_reader *reader)
{
	for (;;) {
		for (size_t i = reader->next; i < reader->used; i++) {
			if (reader->buffer[i] != reader->end)
				continue;
			char *line = reader->buffer + reader->next;
			reader->buffer[i] = '\0';
			reader->next = i + 1;
			return line;
		}
		for (size_t i = reader->next; i < reader->used; i++)
			reader->buffer[i - reader->next] = reader->buffer[i];
		reader->used -= reader->next;
		reader->next = 0;
		if (reader->used == sizeof(reader->buffer))
			reader->used = 0;
		long got = raw_syscall3(SYS_read, reader->fd, (long)(reader->buffer + reader->used),
					(long)(sizeof(reader->buffer) - reader->used));
		if (got <= 0)
			return NULL;
		reader->used += (size_t)got;
	}
}

/* Finds the file that contains this function. Returns false if /proc does not say it. */
static bool own_path_find(char path[static SHIM_PATH_SIZE])
{
	struct line_reader reader = { .end = '\n' };
	uint64_t own_addr = (uint64_t)(uintptr_t)&own_path_find;
	bool found = false;
	char *line;

	reader.fd = (int)raw_syscall3(SYS_open, (long)"/proc/self/maps", O_RDONLY | O_CLOEXEC, 0);
	if (reader.fd < 0)
		return false;
	while (!found && (line = line_read(&reader))) {
		const char *at = line;
		uint64_t start = hex_parse(&at);
		at++;
		uint64_t end = hex_parse(&at);
		if (own_addr < start || own_addr >= end)
			continue;
		while (*at && *at != '/')
			at++;
		path[0] = '\0';
		text_append(path, SHIM_PATH_SIZE, at);
		found = *at == '/';
	}
	raw_syscall3(SYS_close, reader.fd, 0, 0);
	return found;
}

/*
 * Finds the helper: near the shim if the shim is in a build tree, otherwise where it is installed.
 */
static void helper_path_find(char path[static SHIM_PATH_SIZE])
{
	if (own_path_find(path)) {
		for (size_t i = text_length(path); i-- > 0;) {
			if (!text_is_at(path + i, IN_TREE_FOLDER))
				continue;
			path[i] = '\0';
			text_append(path, SHIM_PATH_SIZE, IN_TREE_HELPER);
			return;
		}
	}
	path[0] = '\0';
	text_append(path, SHIM_PATH_SIZE, SCPROF_HELPER_PATH);
}

/* The value of SCPROF_LAUNCHER. */
struct launcher {
	int pid; /* of the process that is to be profiled; -1: there is no launcher */
	int fd;	 /* writing end of the pipe to the launcher */
};

static void launcher_find(struct launcher *launcher)
{
	static const char name[] = SCPROF_ENV_LAUNCHER "=";
	struct line_reader reader = { .end = '\0' };
	const char *line;

	*launcher = (struct launcher){ .pid = -1, .fd = -1 };
	reader.fd =
		(int)raw_syscall3(SYS_open, (long)"/proc/self/environ", O_RDONLY | O_CLOEXEC, 0);
	if (reader.fd < 0)
		return;
	while (launcher->pid < 0 && (line = line_read(&reader))) {
		if (!text_is_at(line, name))
			continue;
		line += sizeof(name) - 1;
		launcher->pid = number_parse(&line);
		line += *line == ':';
		launcher->fd = number_parse(&line);
	}
	raw_syscall3(SYS_close, reader.fd, 0, 0);
}

static void complain(const char *text)
{
	char line[SCPROF_TEXT_SIZE + 64];

	line[0] = '\0';
	text_append(line, sizeof(line), "scprof: the program runs unprofiled: ");
	text_append(line, sizeof(line), text);
	text_append(line, sizeof(line), "\n");
	raw_syscall3(SYS_write, 2, (long)line, (long)text_length(line));
}

/* Tells the launcher why the program is not run, and ends this process. */
static void refuse(const struct launcher *launcher, const char *text)
{
	char line[SCPROF_TEXT_SIZE + 64];

	line[0] = '\0';
	text_append(line, sizeof(line), "refused ");
	text_append(line, sizeof(line), text);
	raw_syscall3(SYS_write, launcher->fd, (long)line, (long)text_length(line) + 1);
	raw_syscall3(SYS_exit_group, 127, 0, 0);
}

/* Returns a negative number, and @text, if this process is not profiled. */
static int helper_start(const struct launcher *launcher, char text[static SCPROF_TEXT_SIZE])
{
	char path[SHIM_PATH_SIZE];
	char name[] = "scprof-helper";
	char preloaded[] = "--preloaded";
	char injected[] = "--injected";
	char *argv[] = { name, launcher->pid < 0 ? preloaded : injected, NULL };
	char *envp[] = { NULL };
	struct helper_spawn spawn = {
		.path = path, .argv = argv, .envp = envp, .reports = launcher->fd
	};

	helper_path_find(path);
	return helper_spawn(&spawn, text);
}

__attribute__((constructor)) static void shim_start(void)
{
	char text[SCPROF_TEXT_SIZE];
	struct launcher launcher;
	int result;

	if (raw_syscall3(SCPROF_CALL, SCPROF_MAGIC, SCPROF_CALL_JOIN, 0) == SCPROF_ANSWER)
		return;
	launcher_find(&launcher);
	if (launcher.pid >= 0 && launcher.pid != raw_syscall3(SYS_getpid, 0, 0, 0))
		return;
	result = helper_start(&launcher, text);
	if (result < 0 && launcher.pid >= 0)
		refuse(&launcher, text);
	/* There is no text if the user wants no messages. */
	if (result < 0 && text[0])
		complain(text);
}
