/* SPDX-License-Identifier: MIT */
/*
 * Has pages that only one of its own threads can fill (userfaultfd(2)). The path of a system call
 * lies on one such page. Another page is right above a stack from which it makes calls. Exits with
 * 77 if userfaultfd is not permitted.
 */
#include "tests/live/tracee.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <ucontext.h>

#define PAGE 4096u

static int faults;
static char *pages;
static ucontext_t main_context, context;

/* Fills each page that some thread accesses with a path. */
static void *fill(void *argument)
{
	static char content[PAGE] __attribute__((aligned(PAGE))) = "/nonexistent";
	struct uffd_msg message;

	while (read(faults, &message, sizeof(message)) == sizeof(message)) {
		struct uffdio_copy copy = {
			.dst = message.arg.pagefault.address & ~(uint64_t)(PAGE - 1),
			.src = (uint64_t)content,
			.len = PAGE,
		};

		CHECK(ioctl(faults, UFFDIO_COPY, &copy) == 0 || errno == EEXIST);
	}
	return argument;
}

static void register_page(char *page)
{
	struct uffdio_register registration = {
		.range = { (uint64_t)page, PAGE },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	CHECK(ioctl(faults, UFFDIO_REGISTER, &registration) == 0);
}

static NOINLINE void below_the_page(void)
{
	for (int i = 0; i < 20; i++)
		RAW_CALL0(SYS_getppid);
	BARRIER();
}

/* Runs without a return address on its stack, because nobody called it. */
static void run_on_stack(void)
{
	below_the_page();
	swapcontext(&context, &main_context);
}

int main(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	pthread_t thread;

	faults = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	if (faults < 0)
		return 77;
	CHECK(ioctl(faults, UFFDIO_API, &api) == 0);
	pages = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(pages != MAP_FAILED);
	register_page(pages);
	register_page(pages + 7 * PAGE);
	CHECK(pthread_create(&thread, NULL, fill, NULL) == 0);
	CHECK(getcontext(&context) == 0);
	context.uc_stack.ss_sp = pages + PAGE;
	context.uc_stack.ss_size = 6 * PAGE;
	makecontext(&context, run_on_stack, 0);
	CHECK(swapcontext(&main_context, &context) == 0);
	CHECK(access(pages, F_OK) == -1 && errno == ENOENT);
	return 0;
}
