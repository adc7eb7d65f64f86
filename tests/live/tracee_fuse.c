/* SPDX-License-Identifier: MIT */
/*
 * Serves its own program file as FOLDER/program by the FUSE protocol (include/uapi/linux/fuse.h),
 * and runs that program, as AppImage's runtime does. A process that opens, reads or maps the file
 * waits for this process. With "keeps", the file system stays mounted until the last process, which
 * serves it, has ended.
 */
#include "tests/live/tracee.h"

#include <fcntl.h>
#include <linux/fuse.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#define PROGRAM_NODE 2
#define MAX_WRITE    (128u << 10)
#define ROOM	     (MAX_WRITE + 4096)

static int device, program;
static struct stat program_status;

static NOINLINE void served_code(void)
{
	RAW_CALL0(SYS_getppid);
	BARRIER();
}

static void answer(const struct fuse_in_header *in, int error, const void *data, size_t size)
{
	static char out[ROOM];
	struct fuse_out_header header = {
		.len = (uint32_t)(sizeof(header) + size),
		.error = error,
		.unique = in->unique,
	};

	memcpy(out, &header, sizeof(header));
	if (size)
		memcpy(out + sizeof(header), data, size);
	CHECK(write(device, out, header.len) == (ssize_t)header.len || errno == ENOENT);
}

static struct fuse_attr attributes(uint64_t node)
{
	return (struct fuse_attr){
		.ino = node,
		.size = node == PROGRAM_NODE ? (uint64_t)program_status.st_size : 0,
		.mode = node == PROGRAM_NODE ? S_IFREG | 0555u : S_IFDIR | 0555u,
		.nlink = 1,
		.blksize = 4096,
	};
}

static void answer_read(const struct fuse_in_header *in, const struct fuse_read_in *request)
{
	static char bytes[MAX_WRITE];
	size_t size = request->size < MAX_WRITE ? request->size : MAX_WRITE;
	ssize_t got = pread(program, bytes, size, (off_t)request->offset);

	CHECK(got >= 0);
	answer(in, 0, bytes, (size_t)got);
}

static void serve_one(const struct fuse_in_header *in, const void *argument)
{
	struct fuse_init_out init = {
		.major = FUSE_KERNEL_VERSION,
		.minor = FUSE_KERNEL_MINOR_VERSION,
		.max_write = MAX_WRITE,
	};
	struct fuse_entry_out entry = { .nodeid = PROGRAM_NODE, .attr = attributes(PROGRAM_NODE) };
	struct fuse_attr_out attr = { .attr = attributes(in->nodeid) };
	struct fuse_open_out opened = { .fh = 1 };

	switch (in->opcode) {
	case FUSE_INIT:
		answer(in, 0, &init, sizeof(init));
		break;
	case FUSE_LOOKUP:
		if (strcmp(argument, "program") == 0)
			answer(in, 0, &entry, sizeof(entry));
		else
			answer(in, -ENOENT, NULL, 0);
		break;
	case FUSE_GETATTR:
		answer(in, 0, &attr, sizeof(attr));
		break;
	case FUSE_OPEN:
	case FUSE_OPENDIR:
		answer(in, 0, &opened, sizeof(opened));
		break;
	case FUSE_READ:
		answer_read(in, argument);
		break;
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
	case FUSE_FLUSH:
		answer(in, 0, NULL, 0);
		break;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		break;
	default:
		answer(in, -ENOSYS, NULL, 0);
	}
}

/* Serves until the file system is unmounted. */
static void serve(void)
{
	static char in[ROOM] __attribute__((aligned(16)));
	ssize_t got;

	while ((got = read(device, in, sizeof(in))) > 0 || errno == EINTR || errno == ENOENT)
		if (got > 0)
			serve_one((const void *)in, in + sizeof(struct fuse_in_header));
	CHECK(errno == ENODEV);
}

static void mount_on(const char *folder)
{
	char options[128];

	device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	program = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	CHECK(device >= 0 && program >= 0 && fstat(program, &program_status) == 0);
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
	CHECK(mkdir(folder, 0700) == 0);
	CHECK(mount("scprof-test", folder, "fuse.scprof-test", 0, options) == 0);
}

static void run_served(const char *folder, const char *calls)
{
	char path[4096];
	pid_t child = fork();

	if (child == 0) {
		snprintf(path, sizeof(path), "%s/program", folder);
		execl(path, path, "served", calls, NULL);
		_exit(TRACEE_FAILED);
	}
	CHECK(wait_for(child) == 0);
}

int main(int argc, char **argv)
{
	pid_t server;

	CHECK(argc > 2);
	if (strcmp(argv[1], "served") == 0) {
		for (int i = 0; i < atoi(argv[2]); i++)
			served_code();
		return 0;
	}
	mount_on(argv[1]);
	server = fork();
	if (server == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve();
		_exit(0);
	}
	run_served(argv[1], argv[2]);
	if (argc > 3) {
		/* Unmounts lazily: the file system stays until no process uses it. */
		CHECK(kill(server, 0) == 0);
		prctl(PR_SET_NAME, "keeper");
		CHECK(umount2(argv[1], MNT_DETACH) == 0);
	} else {
		CHECK(umount(argv[1]) == 0);
	}
	CHECK(wait_for(server) == 0);
	CHECK(rmdir(argv[1]) == 0);
	return 0;
}
