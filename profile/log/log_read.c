// SPDX-License-Identifier: MIT
/*
 * Reads a log, which may come from a stranger. It limits the size of each record and checks it
 * before use. It refuses a number that has no definition. When a log is read again from the start,
 * it skips the definitions.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "profile/log/log.pb-c.h"
#include "profile/log/log_file.h"
#include "profile/log/log_layout.h"
#include "profile/util/gzip.h"
#include "profile/util/xalloc.h"

#define BUFFER_SIZE	(128u << 10)
#define MAX_DEFINITIONS (1u << 26) /* of each kind */
#define MAX_PATH_SHOWN	120
#define LOG_CUT		1 /* besides 0 and -errno */

struct log_reader {
	gzFile file;
	char *path;
	char *error; /* where errors go; the caller owns it */
	unsigned char *record;
	uint64_t last_start_ns;
	/* Bytes of all records so far that stay in memory, which are all except calls. */
	uint64_t kept;
	uint32_t threads_capacity;
	uint32_t touched_capacity;
	/* Definitions seen since the start of the file, plus one for number 0. */
	uint32_t nr_mappings;
	uint32_t nr_frames;
	uint32_t nr_stacks;
	uint32_t nr_threads;
	uint32_t nr_touched;
};

static int refuse(const struct log_reader *reader, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int refuse(const struct log_reader *reader, const char *format, ...)
{
	size_t size = strlen(reader->path);
	size_t skipped = size > MAX_PATH_SHOWN ? size - MAX_PATH_SHOWN : 0;
	va_list args;
	int length = snprintf(reader->error, LOG_FILE_ERROR_SIZE,
			      "'%s%s' is not a scprof log: ", skipped ? "..." : "",
			      reader->path + skipped);

	va_start(args, format);
	vsnprintf(reader->error + length, LOG_FILE_ERROR_SIZE - (size_t)length, format, args);
	va_end(args);
	return -EBADMSG;
}

static int fail(const struct log_reader *reader, const char *what, int error)
{
	size_t size = strlen(reader->path);
	size_t skipped = size > MAX_PATH_SHOWN ? size - MAX_PATH_SHOWN : 0;

	snprintf(reader->error, LOG_FILE_ERROR_SIZE, "cannot %s '%s%s': %s", what,
		 skipped ? "..." : "", reader->path + skipped, strerror(-error));
	return error;
}

/* Explains why the file gives no more records: it ends early, is damaged, or cannot be read. */
static int explain_end(const struct log_reader *reader)
{
	int state = Z_OK;
	const char *text = gzerror(reader->file, &state);

	if (state == Z_ERRNO)
		return fail(reader, "read", errno ? -errno : -EIO);
	if (state == Z_OK || state == Z_BUF_ERROR)
		return LOG_CUT;
	return refuse(reader, "damaged: %.80s", text);
}

/* Reads the length of the next record. Returns 0, LOG_CUT or -errno. */
static int read_length(const struct log_reader *reader, size_t *length)
{
	*length = 0;
	for (unsigned int shift = 0; shift < 28; shift += 7) {
		int byte = gzgetc(reader->file);

		if (byte < 0)
			return explain_end(reader);
		*length |= (size_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return *length > LOG_MAX_RECORD_SIZE ? refuse(reader, "a record too large")
							     : 0;
	}
	return refuse(reader, "a record too large");
}

/* Reads the next record into *@record, which the caller frees. Returns 0, LOG_CUT or -errno. */
static int read_record(const struct log_reader *reader, Sclog__Record **record)
{
	size_t length;
	int error = read_length(reader, &length);

	if (error)
		return error;
	if (length && gzread(reader->file, reader->record, (unsigned int)length) != (int)length)
		return explain_end(reader);
	*record = sclog__record__unpack(NULL, length, reader->record);
	return *record ? 0 : refuse(reader, "a malformed record");
}

/*
 * Limits the memory for definitions in relation to the size of the file: a compressed file of
 * repetitions could otherwise need many times its size.
 */
static int keep(struct log_reader *reader, const Sclog__Record *record)
{
	reader->kept += sclog__record__get_packed_size(record);
	if (reader->kept > GZIP_MIN_BOUND &&
	    gzip_is_bomb((uint64_t)gzoffset(reader->file), reader->kept))
		return refuse(reader, "it unfolds to too much");
	return 0;
}

static int take_string(struct log_file *log, const ProtobufCBinaryData *bytes, uint32_t *id)
{
	const char *text = (const char *)bytes->data;

	if (bytes->len && memchr(text, '\0', bytes->len))
		return refuse(log->reader, "a text with a NUL");
	*id = bytes->len ? string_table_intern_bytes(&log->profile.strings, text, bytes->len) : 0;
	return 0;
}

/* Returns 1 if number @nr must be defined now, 0 if it was defined before, or -errno. */
static int is_new(const struct log_file *log, uint32_t *nr_seen, uint32_t nr)
{
	if (*nr_seen >= MAX_DEFINITIONS)
		return refuse(log->reader, "too many definitions");
	return (*nr_seen)++ == nr;
}

static int take_mapping(struct log_file *log, const Sclog__Mapping *message)
{
	struct profile *profile = &log->profile;
	struct mapping mapping = {
		.start = message->start,
		.limit = message->limit,
		.file_offset = message->file_offset,
	};
	uint32_t nr = profile->nr_mappings;
	int error = is_new(log, &log->reader->nr_mappings, nr);

	if (error <= 0)
		return error;
	error = take_string(log, &message->path, &mapping.path);
	if (!error)
		error = take_string(log, &message->build_id, &mapping.build_id);
	if (error)
		return error;
	if (mapping.start > mapping.limit)
		return refuse(log->reader, "a mapping that ends before its start");
	return profile_intern_mapping(profile, &mapping) == nr
		       ? 0
		       : refuse(log->reader, "a mapping defined twice");
}

static int take_frame(struct log_file *log, const Sclog__Frame *message)
{
	struct profile *profile = &log->profile;
	uint32_t nr = profile->nr_frames;
	int error = is_new(log, &log->reader->nr_frames, nr);

	if (error <= 0)
		return error;
	if (message->mapping >= profile->nr_mappings)
		return refuse(log->reader, "no mapping %" PRIu32, message->mapping);
	if (!message->mapping && message->offset != FRAME_TRUNCATED)
		return refuse(log->reader, "an unknown frame without a mapping");
	return profile_intern_frame(profile, message->mapping, message->offset) == nr
		       ? 0
		       : refuse(log->reader, "a frame defined twice");
}

static int take_stack(struct log_file *log, const Sclog__Stack *message)
{
	struct profile *profile = &log->profile;
	uint32_t nr = profile->stacks.nr;
	int error = is_new(log, &log->reader->nr_stacks, nr);

	if (error <= 0)
		return error;
	if (message->parent >= nr || !message->frame || message->frame >= profile->nr_frames)
		return refuse(log->reader, "a stack of what is not defined");
	return stack_table_intern(&profile->stacks, message->parent, message->frame) == nr
		       ? 0
		       : refuse(log->reader, "a stack defined twice");
}

static int take_thread(struct log_file *log, const Sclog__Thread *message)
{
	struct log_thread thread = { .pid = message->pid, .tid = message->tid };
	int error = is_new(log, &log->reader->nr_threads, log->nr_threads);

	if (error <= 0)
		return error;
	error = take_string(log, &message->process, &thread.process);
	if (!error)
		error = take_string(log, &message->thread, &thread.thread);
	if (error)
		return error;
	log->threads = xgrow(log->threads, log->nr_threads, &log->reader->threads_capacity,
			     sizeof(*log->threads));
	log->threads[log->nr_threads++] = thread;
	return 0;
}

static int take_touched(struct log_file *log, const Sclog__Touched *message)
{
	struct log_touched touched = { .fd = message->fd, .kind = message->kind };
	int error = is_new(log, &log->reader->nr_touched, log->nr_touched);

	if (error <= 0)
		return error;
	error = take_string(log, &message->path, &touched.path);
	if (error)
		return error;
	log->touched = xgrow(log->touched, log->nr_touched, &log->reader->touched_capacity,
			     sizeof(*log->touched));
	log->touched[log->nr_touched++] = touched;
	return 0;
}

static int take_line(struct log_file *log, const Sclog__Line *message, struct line *line)
{
	struct function function = { .start_line = message->start_line };
	int error = take_string(log, &message->function, &function.name);

	if (!error)
		error = take_string(log, &message->system_name, &function.system_name);
	if (!error)
		error = take_string(log, &message->file, &function.file);
	if (!error)
		*line = (struct line){ .function =
					       profile_intern_function(&log->profile, &function),
				       .line = message->line };
	return error;
}

static int take_name(struct log_file *log, const Sclog__Name *message)
{
	struct line *lines;
	int error = 0;

	if (!message->frame || message->frame >= log->profile.nr_frames)
		return refuse(log->reader, "no frame %" PRIu32, message->frame);
	if (log->profile.frames[message->frame].nr_lines)
		return 0;
	lines = xcalloc(message->n_line + 1, sizeof(*lines));
	for (size_t i = 0; i < message->n_line && !error; i++)
		error = take_line(log, message->line[i], &lines[i]);
	if (!error)
		profile_set_lines(&log->profile, message->frame, lines, (uint32_t)message->n_line);
	free(lines);
	return error;
}

static int take_call(struct log_file *log, const Sclog__Call *message, struct log_call *call)
{
	struct log_reader *reader = log->reader;
	uint64_t start_ns = reader->last_start_ns + (uint64_t)message->start_delta_ns;

	if (!message->thread || message->thread >= log->nr_threads ||
	    message->stack >= log->profile.stacks.nr || message->touched >= log->nr_touched)
		return refuse(reader, "a call with what is not defined");
	if (message->n_args > 6 || message->abi >= SYSCALL_NR_ABIS ||
	    (unsigned int)message->state >= LOG_NR_STATES)
		return refuse(reader, "an impossible call");
	if (start_ns > INT64_MAX / 2 || message->duration_ns > INT64_MAX / 2 ||
	    message->span_ns > INT64_MAX / 2)
		return refuse(reader, "an impossible time");
	*call = (struct log_call){
		.thread = message->thread,
		.touched = message->touched,
		.nr = message->nr,
		.stack = message->stack,
		.abi = (enum syscall_abi)message->abi,
		.state = (enum log_state)message->state,
		.start_ns = start_ns,
		.duration_ns = message->duration_ns,
		.span_ns = message->span_ns ? message->span_ns : message->duration_ns,
		.result = message->result,
	};
	for (size_t i = 0; i < message->n_args; i++)
		call->args[i] = message->args[i];
	reader->last_start_ns = start_ns;
	log->nr_calls++;
	return 0;
}

static int take_end(struct log_file *log, const Sclog__End *message)
{
	if (message->calls != log->nr_calls)
		return refuse(log->reader, "%" PRIu64 " calls where there should be %" PRIu64,
			      log->nr_calls, message->calls);
	if (gzgetc(log->reader->file) >= 0)
		return refuse(log->reader, "there is data after its end");
	log->is_complete = true;
	return explain_end(log->reader);
}

/* Stores a definition. Returns 0 or -errno; returns LOG_CUT after the end record. */
static int take_definition(struct log_file *log, const Sclog__Record *record)
{
	int error = keep(log->reader, record);

	if (error)
		return error;
	if (record->mapping)
		return take_mapping(log, record->mapping);
	if (record->frame)
		return take_frame(log, record->frame);
	if (record->stack)
		return take_stack(log, record->stack);
	if (record->thread)
		return take_thread(log, record->thread);
	if (record->touched)
		return take_touched(log, record->touched);
	if (record->name)
		return take_name(log, record->name);
	if (record->end)
		return take_end(log, record->end);
	return 0; /* a kind of record that a newer writer has added */
}

int log_file_next(struct log_file *log, struct log_call *call,
		  char error[static LOG_FILE_ERROR_SIZE])
{
	struct log_reader *reader = log->reader;
	Sclog__Record *record;
	bool is_call = false;
	int result = 0;

	reader->error = error;
	while (!result && !is_call) {
		result = read_record(reader, &record);
		if (result)
			break;
		is_call = record->call;
		result =
			is_call ? take_call(log, record->call, call) : take_definition(log, record);
		sclog__record__free_unpacked(record, NULL);
	}
	if (result < 0)
		return result;
	return result == LOG_CUT ? 0 : 1;
}

static int take_head(struct log_file *log)
{
	const struct log_reader *reader = log->reader;
	Sclog__Record *record = NULL;
	int error = read_record(reader, &record);

	if (error)
		return error == LOG_CUT ? refuse(reader, "it is empty") : error;
	if (!record->head || strcmp(record->head->format, LOG_FORMAT) != 0)
		error = refuse(reader, "it does not begin as one");
	else if (record->head->version != LOG_VERSION)
		error = refuse(reader, "its version %" PRIu32 " is not known here",
			       record->head->version);
	if (!error) {
		log->start_time_ns = record->head->start_time_ns;
		profile_set_fact(&log->profile, "command", "%.*s", (int)record->head->command.len,
				 (const char *)record->head->command.data);
	}
	sclog__record__free_unpacked(record, NULL);
	return error;
}

/* Copies a pipe to a file, because a pipe cannot be read twice. Returns a descriptor or -errno. */
static int spool(int fd)
{
	FILE *file = tmpfile();
	char buffer[BUFSIZ];
	ssize_t got = 0;
	int copy, error = file ? 0 : -errno;

	while (!error && (got = read(fd, buffer, sizeof(buffer))) > 0)
		error = fwrite(buffer, (size_t)got, 1, file) == 1 ? 0 : -errno;
	if (!error && (got < 0 || fflush(file)))
		error = -errno;
	copy = error ? error : fcntl(fileno(file), F_DUPFD_CLOEXEC, 0);
	if (file)
		fclose(file);
	if (copy >= 0)
		lseek(copy, 0, SEEK_SET);
	return copy;
}

static int open_file(const char *path)
{
	bool is_input = strcmp(path, "-") == 0;
	int fd = is_input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
			  : open(path, O_RDONLY | O_CLOEXEC);
	int copy;

	if (fd < 0)
		return -errno;
	if (lseek(fd, 0, SEEK_CUR) >= 0)
		return fd;
	copy = spool(fd);
	close(fd);
	return copy;
}

static void start_over(struct log_file *log)
{
	struct log_reader *reader = log->reader;

	reader->nr_mappings = reader->nr_frames = reader->nr_stacks = 1;
	reader->nr_threads = reader->nr_touched = 1;
	reader->last_start_ns = 0;
	reader->kept = 0;
	log->nr_calls = 0;
	log->is_complete = false;
}

static int begin(struct log_file *log)
{
	gzbuffer(log->reader->file, BUFFER_SIZE);
	if (gzdirect(log->reader->file))
		return refuse(log->reader, "no gzip header");
	return take_head(log);
}

int log_file_open(struct log_file *log, const char *path, char error[static LOG_FILE_ERROR_SIZE])
{
	struct log_reader *reader = xcalloc(1, sizeof(*reader));
	int fd = open_file(path), result;

	*log = (struct log_file){ .reader = reader, .nr_threads = 1, .nr_touched = 1 };
	profile_init(&log->profile);
	reader->path = xstrdup(path);
	reader->error = error;
	reader->record = xmalloc(LOG_MAX_RECORD_SIZE);
	log->threads = xcalloc(1, sizeof(*log->threads));
	log->touched = xcalloc(1, sizeof(*log->touched));
	reader->threads_capacity = reader->touched_capacity = 1;
	start_over(log);
	reader->file = fd < 0 ? NULL : gzdopen(fd, "rb");
	if (!reader->file)
		result = fail(reader, "open", fd < 0 ? fd : -ENOMEM);
	else
		result = begin(log);
	if (result)
		log_file_close(log);
	return result;
}

int log_file_rewind(struct log_file *log, char error[static LOG_FILE_ERROR_SIZE])
{
	log->reader->error = error;
	if (gzrewind(log->reader->file))
		return fail(log->reader, "read", -EIO);
	start_over(log);
	return take_head(log);
}

void log_file_close(struct log_file *log)
{
	if (!log->reader)
		return;
	if (log->reader->file)
		gzclose(log->reader->file);
	free(log->reader->path);
	free(log->reader->record);
	free(log->reader);
	free(log->threads);
	free(log->touched);
	profile_fini(&log->profile);
	*log = (struct log_file){ .reader = NULL };
}
