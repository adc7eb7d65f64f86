// SPDX-License-Identifier: MIT
/*
 * Writes a log. Before each call it defines all that has been added to the profile since the last
 * call. So the numbers of mappings, frames and stacks in the file are the profile's ids.
 */
#include <stdlib.h>
#include <string.h>

#include "profile/log/log.pb-c.h"
#include "profile/log/log_file.h"
#include "profile/log/log_layout.h"
#include "profile/util/gzip.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"

struct log_writer {
	struct gzip_writer *gzip;
	const struct profile *profile;
	bool is_redacted;
	unsigned char *record;
	size_t record_size;
	uint32_t nr_mappings; /* defined so far, with element 0 */
	uint32_t nr_frames;
	uint32_t nr_stacks;
	uint32_t nr_threads;
	uint32_t nr_touched;
	uint64_t last_start_ns;
	uint64_t nr_calls;
};

struct log_writer *log_writer_new(int fd, const struct profile *profile, bool is_redacted)
{
	struct log_writer *writer = xcalloc(1, sizeof(*writer));

	*writer = (struct log_writer){
		.gzip = gzip_writer_new(fd, true),
		.profile = profile,
		.is_redacted = is_redacted,
		.nr_mappings = 1,
		.nr_frames = 1,
		.nr_stacks = 1,
		.nr_threads = 1,
		.nr_touched = 1,
	};
	return writer;
}

static ProtobufCBinaryData bytes_of(const char *text)
{
	return (ProtobufCBinaryData){ .len = strlen(text), .data = (uint8_t *)text };
}

static ProtobufCBinaryData string_of(const struct log_writer *writer, uint32_t id)
{
	return bytes_of(string_table_get(&writer->profile->strings, id));
}

/*
 * Writes a varint: seven bits a byte, the lowest first (protobuf.dev, "Encoding"). Returns its
 * size.
 */
static size_t put_varint(unsigned char *at, size_t value)
{
	size_t size = 0;

	for (; value >= 0x80; value >>= 7)
		at[size++] = (unsigned char)(value | 0x80);
	at[size++] = (unsigned char)value;
	return size;
}

static void put_record(struct log_writer *writer, const Sclog__Record *record)
{
	size_t size = protobuf_c_message_get_packed_size(&record->base);
	unsigned char length[10];

	if (size > LOG_MAX_RECORD_SIZE)
		return;
	if (size > writer->record_size) {
		writer->record = xreallocarray(writer->record, size, 2);
		writer->record_size = size * 2;
	}
	protobuf_c_message_pack(&record->base, writer->record);
	gzip_writer_put(writer->gzip, length, put_varint(length, size));
	gzip_writer_put(writer->gzip, writer->record, size);
}

/* Writes a record that holds @message, in the field @field. */
#define PUT_RECORD(writer, field, message)                   \
	do {                                                 \
		Sclog__Record record_ = SCLOG__RECORD__INIT; \
                                                             \
		record_.field = &(message);                  \
		put_record(writer, &record_);                \
	} while (0)

void log_writer_begin(struct log_writer *writer, uint64_t start_time_ns, const char *command)
{
	Sclog__Head head = SCLOG__HEAD__INIT;

	head.format = (char *)LOG_FORMAT;
	head.version = LOG_VERSION;
	head.command = bytes_of(command);
	head.start_time_ns = start_time_ns;
	PUT_RECORD(writer, head, head);
}

static void put_mapping(struct log_writer *writer, const struct mapping *mapping)
{
	const char *path = string_table_get(&writer->profile->strings, mapping->path);
	Sclog__Mapping message = SCLOG__MAPPING__INIT;

	message.path = bytes_of(writer->is_redacted ? text_basename(path) : path);
	message.build_id = string_of(writer, mapping->build_id);
	message.start = mapping->start;
	message.limit = mapping->limit;
	message.file_offset = mapping->file_offset;
	PUT_RECORD(writer, mapping, message);
}

static void put_frame(struct log_writer *writer, const struct frame *frame)
{
	Sclog__Frame message = SCLOG__FRAME__INIT;

	message.mapping = frame->mapping;
	message.offset = frame->offset;
	PUT_RECORD(writer, frame, message);
}

static void put_stack(struct log_writer *writer, const struct stack_node *node)
{
	Sclog__Stack message = SCLOG__STACK__INIT;

	message.parent = node->parent;
	message.frame = node->frame;
	PUT_RECORD(writer, stack, message);
}

static void define_news(struct log_writer *writer)
{
	const struct profile *profile = writer->profile;

	while (writer->nr_mappings < profile->nr_mappings)
		put_mapping(writer, &profile->mappings[writer->nr_mappings++]);
	while (writer->nr_frames < profile->nr_frames)
		put_frame(writer, &profile->frames[writer->nr_frames++]);
	while (writer->nr_stacks < profile->stacks.nr)
		put_stack(writer, &profile->stacks.nodes[writer->nr_stacks++]);
}

uint32_t log_writer_add_thread(struct log_writer *writer, const struct log_thread *thread)
{
	Sclog__Thread message = SCLOG__THREAD__INIT;

	message.pid = thread->pid;
	message.tid = thread->tid;
	message.process = string_of(writer, thread->process);
	message.thread = string_of(writer, thread->thread);
	PUT_RECORD(writer, thread, message);
	return writer->nr_threads++;
}

uint32_t log_writer_add_touched(struct log_writer *writer, const struct log_touched *touched)
{
	Sclog__Touched message = SCLOG__TOUCHED__INIT;

	message.fd = touched->fd;
	message.kind = touched->kind;
	message.path = string_of(writer, touched->path);
	PUT_RECORD(writer, touched, message);
	return writer->nr_touched++;
}

void log_writer_put(struct log_writer *writer, const struct log_call *call)
{
	Sclog__Call message = SCLOG__CALL__INIT;
	uint64_t args[6];

	define_news(writer);
	memcpy(args, call->args, sizeof(args));
	message.n_args = 6;
	while (message.n_args && !args[message.n_args - 1])
		message.n_args--;
	message.args = args;
	message.thread = call->thread;
	message.start_delta_ns = (int64_t)(call->start_ns - writer->last_start_ns);
	message.duration_ns = call->duration_ns;
	message.span_ns = call->span_ns == call->duration_ns ? 0 : call->span_ns;
	message.nr = call->nr;
	message.abi = call->abi;
	message.result = call->result;
	message.stack = call->stack;
	message.state = (Sclog__State)call->state;
	message.touched = call->touched;
	PUT_RECORD(writer, call, message);
	writer->last_start_ns = call->start_ns;
	writer->nr_calls++;
}

void log_writer_flush(struct log_writer *writer)
{
	gzip_writer_sync(writer->gzip);
}

int log_writer_error(const struct log_writer *writer)
{
	return gzip_writer_error(writer->gzip);
}

static void put_name(struct log_writer *writer, uint32_t id)
{
	const struct profile *profile = writer->profile;
	const struct frame *frame = &profile->frames[id];
	Sclog__Line *lines = xcalloc(frame->nr_lines, sizeof(*lines));
	Sclog__Line **list = xcalloc(frame->nr_lines, sizeof(Sclog__Line *));
	Sclog__Name message = SCLOG__NAME__INIT;

	for (uint32_t i = 0; i < frame->nr_lines; i++) {
		const struct line *line = &profile->lines[frame->first_line + i];
		const struct function *function = &profile->functions[line->function];

		sclog__line__init(&lines[i]);
		lines[i].function = string_of(writer, function->name);
		lines[i].system_name = string_of(writer, function->system_name);
		lines[i].file = string_of(writer, function->file);
		lines[i].start_line = function->start_line;
		lines[i].line = line->line;
		list[i] = &lines[i];
	}
	message.frame = id;
	message.n_line = frame->nr_lines;
	message.line = list;
	PUT_RECORD(writer, name, message);
	free(list);
	free(lines);
}

int log_writer_finish(struct log_writer *writer)
{
	Sclog__End end = SCLOG__END__INIT;
	int error;

	define_news(writer);
	for (uint32_t id = 1; id < writer->profile->nr_frames; id++)
		if (writer->profile->frames[id].nr_lines)
			put_name(writer, id);
	end.calls = writer->nr_calls;
	PUT_RECORD(writer, end, end);
	error = gzip_writer_finish(writer->gzip);
	free(writer->record);
	free(writer);
	return error;
}
