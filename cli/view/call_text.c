// SPDX-License-Identifier: MIT
/*
 * Formats raw words according to their kind. If the log has the file of a descriptor or path, it is
 * shown as by strace -y.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report_rows.h"
#include "cli/view/call_text.h"
#include "profile/syscall/syscall_signature.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"

#define MAX_ERROR 4095 /* kernel: include/linux/err.h */

struct printer {
	FILE *out;
	const struct log_touched *touched; /* the file, until it is written; or NULL */
	const char *path;		   /* escaped */
};

static void print_fd(struct printer *printer, uint64_t value, bool is_folder)
{
	int fd = (int)value;

	if (is_folder && fd == AT_FDCWD)
		fputs("AT_FDCWD", printer->out);
	else
		fprintf(printer->out, "%d", fd);
	if (!printer->touched || printer->touched->fd != (uint32_t)fd + 1)
		return;
	fprintf(printer->out, "<%s>", printer->path);
	printer->touched = NULL;
}

static void print_pointer(FILE *out, uint64_t value)
{
	if (value)
		fprintf(out, "0x%" PRIx64, value);
	else
		fputs("NULL", out);
}

static void print_path(struct printer *printer, uint64_t value)
{
	if (!printer->touched || printer->touched->fd) {
		print_pointer(printer->out, value);
		return;
	}
	fputc('"', printer->out);
	for (const char *at = printer->path; *at; at++)
		fprintf(printer->out, *at == '"' ? "\\%c" : "%c", *at);
	fputc('"', printer->out);
	printer->touched = NULL;
}

static void print_signal(FILE *out, int signal)
{
	const char *name = sigabbrev_np(signal);

	if (name)
		fprintf(out, "SIG%s", name);
	else
		fprintf(out, "%d", signal);
}

static void print_number(FILE *out, char kind, uint64_t value)
{
	if (kind == ARG_INT)
		fprintf(out, "%d", (int)value);
	else if (kind == ARG_LONG)
		fprintf(out, "%" PRId64, (int64_t)value);
	else if (kind == ARG_UNSIGNED)
		fprintf(out, "%" PRIu64, value);
	else if (kind == ARG_MODE || kind == ARG_CREATE_MODE)
		fprintf(out, "0%o", (unsigned int)value);
	else
		fprintf(out, value ? "0x%" PRIx64 : "0", value);
}

static void print_arg(struct printer *printer, char kind, uint64_t value)
{
	switch (kind) {
	case ARG_FD:
	case ARG_FOLDER_FD:
		print_fd(printer, value, kind == ARG_FOLDER_FD);
		break;
	case ARG_PATH:
		print_path(printer, value);
		break;
	case ARG_POINTER:
		print_pointer(printer->out, value);
		break;
	case ARG_SIGNAL:
		print_signal(printer->out, (int)value);
		break;
	default:
		print_number(printer->out, kind, value);
		break;
	}
}

/* open(2): "The mode argument must be supplied if O_CREAT or O_TMPFILE is specified in flags". */
static bool is_there(const char *kinds, const struct log_call *call, unsigned int i)
{
	return kinds[i] != ARG_CREATE_MODE || call->args[i - 1] & (O_CREAT | __O_TMPFILE);
}

char *call_text_call(const struct log_file *log, const struct log_call *call)
{
	const char *kinds = syscall_signature(call->abi, call->nr);
	char *name = report_syscall_label(call->abi, call->nr);
	char *path = NULL, *text = NULL;
	struct printer printer = { .touched = NULL };
	size_t size;

	printer.out = open_memstream(&text, &size);
	if (!printer.out)
		xalloc_fail();
	if (call->touched) {
		printer.touched = &log->touched[call->touched];
		path = text_escape(string_table_get(&log->profile.strings, printer.touched->path));
		printer.path = path;
	}
	fprintf(printer.out, "%s(", name);
	for (unsigned int i = 0; kinds[i] && is_there(kinds, call, i); i++) {
		fputs(i ? ", " : "", printer.out);
		print_arg(&printer, kinds[i], call->args[i]);
	}
	fputc(')', printer.out);
	if (fclose(printer.out))
		xalloc_fail();
	free(path);
	free(name);
	return text;
}

unsigned int call_text_error(const struct log_call *call)
{
	return call->state == LOG_RETURNED && call->result < 0 && call->result >= -MAX_ERROR
		       ? (unsigned int)-call->result
		       : 0;
}

static bool returns_address(const struct log_call *call)
{
	static const char *const names[] = { "brk", "mmap", "mmap2", "mremap", "shmat" };
	const char *name = syscall_name(call->abi, call->nr);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

char *call_text_result(const struct log_call *call)
{
	unsigned int error = call_text_error(call);
	const char *text = strerrordesc_np((int)error);

	if (call->state != LOG_RETURNED)
		return xstrdup(call->state == LOG_ENDING ? "?" : "? <unfinished ...>");
	if (error)
		return text ? xasprintf("-1 %s (%s)", syscall_errno_name(error), text)
			    : xasprintf("-1 %s", syscall_errno_name(error));
	return xasprintf(returns_address(call) ? "0x%" PRIx64 : "%" PRId64, call->result);
}
