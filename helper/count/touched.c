/* SPDX-License-Identifier: MIT */
/*
 * From arguments to entries. An entry is a pair (descriptor, name). The table of their texts gives
 * the ids.
 */
#include "helper/count/touched.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "helper/base/run.h"
#include "helper/count/file_name.h"
#include "helper/count/socket_name.h"
#include "profile/syscall/syscall_signature.h"
#include "profile/util/xalloc.h"

#define KEY_SIZE (FILE_NAME_SIZE + 16)

struct entry {
	uint32_t fd;   /* plus 1, or 0 */
	uint32_t path; /* string id of the profile */
	uint32_t kind;
	uint32_t logged; /* its number in the log, or 0 */
};

struct touched {
	struct string_table keys;  /* "FD NAME", by entry */
	struct string_table names; /* --redact: by the number that replaces it */
	struct socket_names *sockets;
	struct entry *entries; /* TOUCHED_MAX + 2 elements: 0 means none, 1 means "(others)" */
	struct file_name name; /* name of the current file */
};

/* How a system call uses files; found once, from its signature and name. */
struct shape {
	bool is_known;
	bool opens;    /* returns a descriptor for its path argument */
	bool accepts;  /* returns a descriptor of a connection */
	bool connects; /* changes the peer */
	bool maps;     /* fd counts only without MAP_ANONYMOUS */
	int8_t fd;     /* index of the argument, or -1 */
	int8_t path;
	int8_t address; /* index of a struct sockaddr *, followed by its length */
};

void touched_init(struct run *run)
{
	struct touched *touched;

	if (!run->settings.touches)
		return;
	touched = xcalloc(1, sizeof(*touched));
	string_table_init(&touched->keys);
	string_table_init(&touched->names);
	touched->sockets = socket_names_new();
	touched->entries = xcalloc(TOUCHED_MAX + 2, sizeof(*touched->entries));
	string_table_intern(&touched->keys, "(others)");
	touched->entries[1].path = string_table_intern(&run->profile.strings, "(others)");
	touched->entries[1].kind = FILE_KIND_UNKNOWN;
	run->touched = touched;
}

void touched_fini(struct run *run)
{
	struct touched *touched = run->touched;

	if (!touched)
		return;
	string_table_fini(&touched->keys);
	string_table_fini(&touched->names);
	socket_names_free(touched->sockets);
	free(touched->entries);
	free(touched);
	run->touched = NULL;
}

static bool is_one_of(const char *name, const char *const names[])
{
	for (; *names; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

static void shape_init(struct shape *shape, enum syscall_abi abi, uint32_t nr)
{
	static const char *const opening[] = { "open", "openat", "openat2", "creat", NULL };
	static const char *const accepting[] = { "accept", "accept4", NULL };
	static const char *const addressed[] = { "connect", "bind", NULL };
	static const char *const mapping[] = { "mmap", "mmap2", NULL };
	const char *name = syscall_name(abi, nr);
	const char *kinds = syscall_signature(abi, nr);
	const char *fd = strpbrk(kinds, "dD"), *path = strchr(kinds, ARG_PATH);

	*shape = (struct shape){
		.is_known = true,
		.opens = is_one_of(name, opening),
		.accepts = is_one_of(name, accepting),
		.connects = strcmp(name, "connect") == 0,
		.maps = is_one_of(name, mapping),
		.fd = fd ? (int8_t)(fd - kinds) : -1,
		.path = path ? (int8_t)(path - kinds) : -1,
		.address = -1,
	};
	if (is_one_of(name, addressed))
		shape->address = 1;
	if (strcmp(name, "sendto") == 0)
		shape->address = 4;
	/* The first one counts, but of a directory and a path below it, the path counts. */
	if (fd && path && path != (*fd == ARG_FOLDER_FD ? fd + 1 : NULL)) {
		if (fd < path)
			shape->path = -1;
		else
			shape->fd = -1;
	}
}

static const struct shape *shape_of(const struct call *call)
{
	static struct shape shapes[SYSCALL_NR_ABIS][SYSCALL_SET_MAX_NR];
	static const struct shape none = { .fd = -1, .path = -1, .address = -1 };
	uint32_t nr = call->abi == SYSCALL_ABI_X32 ? call->nr & ~SYSCALL_X32_BIT : call->nr;

	if (nr >= SYSCALL_SET_MAX_NR)
		return &none;
	if (!shapes[call->abi][nr].is_known)
		shape_init(&shapes[call->abi][nr], call->abi, call->nr);
	return &shapes[call->abi][nr];
}

/*
 * Returns what --redact shows instead of @name. Sockets keep their family, and texts that are not
 * names stay.
 */
static char *redacted(struct touched *touched, const struct file_name *name)
{
	bool is_socket = name->kind == FILE_KIND_SOCKET;
	int family = (int)strcspn(name->text, " ");

	if (is_socket ? !name->text[family] : name->text[0] != '/')
		return xstrdup(name->text);
	return xasprintf("%.*sredacted-%" PRIu32, is_socket ? family + 1 : 0, name->text,
			 string_table_intern(&touched->names, name->text));
}

static void fill_entry(struct run *run, pid_t tid, int fd, struct entry *entry)
{
	struct touched *touched = run->touched;
	struct file_name *name = &touched->name;
	char *text = run->settings.redacts ? redacted(touched, name) : xstrdup(name->text);

	if (name->kind == FILE_KIND_FILE)
		name->kind = file_name_look(tid, fd);
	*entry = (struct entry){
		.path = string_table_intern(&run->profile.strings, text),
		.kind = name->kind,
	};
	free(text);
}

/*
 * Returns the id of the entry for touched->name. If @is_shown, the call got it as descriptor @fd.
 * Otherwise the call got a path, and @fd, if it is not -1, is the opened file.
 */
static uint32_t entry_of(struct run *run, pid_t tid, int fd, bool is_shown)
{
	struct touched *touched = run->touched;
	bool has_fd = is_shown && touched->name.kind != FILE_KIND_UNKNOWN;
	char key[KEY_SIZE];
	uint32_t id;

	snprintf(key, sizeof(key), "%d %s",
		 has_fd					? fd
		 : touched->name.kind == FILE_KIND_PATH ? -2
							: -1,
		 touched->name.text);
	id = string_table_find(&touched->keys, key);
	if (id)
		return id;
	if (touched->keys.nr > TOUCHED_MAX + 1)
		return 1;
	id = string_table_intern(&touched->keys, key);
	fill_entry(run, tid, fd, &touched->entries[id]);
	touched->entries[id].fd = has_fd ? (uint32_t)fd + 1 : 0;
	return id;
}

static void name_socket(struct run *run, const struct tracee *tracee, int fd)
{
	const struct call *call = &tracee->call;
	const struct shape *shape = shape_of(call);
	struct touched *touched = run->touched;
	struct file_name *name = &touched->name;
	pid_t pid = tracee->process->tgid;

	if (shape->connects)
		socket_name_forget(touched->sockets, name->inode);
	if (shape->address >= 0 && call->args[shape->address])
		socket_name_of_address(tracee->tid, pid, fd, name->inode,
				       call->args[shape->address], call->args[shape->address + 1],
				       name->text, sizeof(name->text));
	else
		socket_name_of_fd(touched->sockets, pid, fd, name->inode, name->text,
				  sizeof(name->text));
}

static uint32_t touch_fd(struct run *run, const struct tracee *tracee, int fd, bool is_shown)
{
	struct file_name *name = &run->touched->name;

	file_name_of_fd(tracee->tid, fd, name);
	if (name->kind == FILE_KIND_SOCKET)
		name_socket(run, tracee, fd);
	return entry_of(run, tracee->tid, fd, is_shown);
}

void touched_enter(struct run *run, struct tracee *tracee)
{
	struct call *call = &tracee->call;
	const struct shape *shape = shape_of(call);
	int fd = shape->fd >= 0 ? (int)call->args[shape->fd] : AT_FDCWD;

	if (shape->path >= 0 &&
	    file_name_of_path(tracee->tid, fd, call->args[shape->path], &run->touched->name)) {
		call->touched = entry_of(run, tracee->tid, -1, false);
		return;
	}
	if (shape->fd < 0 || fd == AT_FDCWD || (shape->fd > 0 && fd < 0) ||
	    (shape->maps && call->args[3] & MAP_ANONYMOUS))
		return;
	call->touched = touch_fd(run, tracee, fd, true);
}

void touched_exit(struct run *run, struct tracee *tracee, int64_t result)
{
	struct call *call = &tracee->call;
	const struct shape *shape = shape_of(call);
	struct file_name *name = &run->touched->name;

	if (result < 0 || !(shape->opens || shape->accepts))
		return;
	if (shape->opens) {
		call->touched = touch_fd(run, tracee, (int)result, false);
		return;
	}
	file_name_of_fd(tracee->tid, (int)result, name);
	if (name->kind == FILE_KIND_SOCKET)
		socket_name_accepted(run->touched->sockets, tracee->process->tgid, (int)result,
				     name->inode);
}

void touched_fill(const struct run *run, uint32_t touched, struct sample_key *key)
{
	const struct entry *entry = &run->touched->entries[touched];

	key->fd = entry->fd;
	key->kind = (uint16_t)entry->kind;
	key->path = entry->path;
}

uint32_t touched_log(struct run *run, uint32_t touched, struct log_writer *writer)
{
	struct entry *entry = &run->touched->entries[touched];
	const struct log_touched definition = {
		.fd = entry->fd,
		.kind = entry->kind,
		.path = entry->path,
	};

	if (!entry->logged)
		entry->logged = log_writer_add_touched(writer, &definition);
	return entry->logged;
}
