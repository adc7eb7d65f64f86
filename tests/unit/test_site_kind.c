// SPDX-License-Identifier: MIT
/*
 * The kind of a call depends on the functions and modules of its stack, and on the name of its
 * thread.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/collect_sites.h"
#include "analysis/site_kind.h"

static struct profile profile;
static struct call_names names;
static struct call_sites sites;

static uint32_t intern(const char *text)
{
	return string_table_intern(&profile.strings, text);
}

/* Adds a frame for the word `function` or `function@module`; the default module is the program. */
static uint32_t add_frame(char *word)
{
	static uint64_t offset = 0x1000;
	char *at = strchr(word, '@');
	const char *module = at ? at + 1 : "/bin/app";
	struct mapping mapping = { .start = 0x1000, .limit = 0x900000, .file_offset = 0x1000 };
	struct function function = { 0 };
	struct line line = { .line = 1 };
	uint32_t frame;

	if (at)
		*at = '\0';
	for (char *space = strchr(word, '~'); space; space = strchr(space, '~'))
		*space = ' ';
	mapping.path = intern(module);
	function.name = intern(word);
	frame = profile_intern_frame(&profile, profile_intern_mapping(&profile, &mapping),
				     offset += 16);
	line.function = profile_intern_function(&profile, &function);
	profile_set_lines(&profile, frame, &line, 1);
	return frame;
}

/* Returns the kind of a call with this stack, outermost function first. */
static enum site_kind kind_of(const char *thread, const char *stack, const char *syscall)
{
	char *words = strdup(stack), *save = NULL;
	struct sample_key key = { .nr = (uint32_t)syscall_number(SYSCALL_ABI_X86_64, syscall) };
	enum site_kind kind;

	profile_init(&profile);
	profile_set_fact(&profile, "executable", "/bin/app");
	call_names_init(&names);
	for (char *word = strtok_r(words, " ", &save); word; word = strtok_r(NULL, " ", &save))
		key.stack = stack_table_intern(&profile.stacks, key.stack, add_frame(word));
	key.thread = intern(thread);
	profile_sample(&profile, &key)->calls = 1;
	collect_sites(&sites, &names, &profile, NULL);
	cr_assert_eq(sites.nr, 1);
	kind = (enum site_kind)sites.sites[0].key.kind;
	call_sites_fini(&sites);
	call_names_fini(&names);
	profile_fini(&profile);
	free(words);
	return kind;
}

#define LIBC "@/lib/libc.so.6"
#define MAIN "__libc_start_main" LIBC " main "

Test(site_kind, memory_below_malloc_is_the_allocators)
{
	cr_expect_eq(kind_of("app", MAIN "load malloc" LIBC " sysmalloc" LIBC " mmap" LIBC, "mmap"),
		     SITE_ALLOCATOR);
	cr_expect_eq(kind_of("app", MAIN "load cfree" LIBC " munmap" LIBC, "munmap"),
		     SITE_ALLOCATOR);
	cr_expect_eq(
		kind_of("app", MAIN "load malloc" LIBC " get_nprocs" LIBC " open" LIBC, "openat"),
		SITE_ALLOCATOR);
	cr_expect_eq(kind_of("app", MAIN "load brk" LIBC, "brk"), SITE_ALLOCATOR);
	cr_expect_eq(kind_of("app", MAIN "load pthread_create" LIBC " mmap" LIBC, "mmap"),
		     SITE_ALLOCATOR);
	cr_expect_eq(kind_of("app", MAIN "load je_arena_extend mmap" LIBC, "mmap"), SITE_ALLOCATOR);
}

Test(site_kind, calls_of_the_program_are_its_own)
{
	cr_expect_eq(kind_of("app", MAIN "load mmap" LIBC, "mmap"), SITE_PROGRAM);
	cr_expect_eq(kind_of("app", MAIN "load madvise" LIBC, "madvise"), SITE_PROGRAM);
	cr_expect_eq(kind_of("app", MAIN "load fopen" LIBC " open" LIBC, "openat"), SITE_PROGRAM);
	cr_expect_eq(kind_of("app", MAIN "je_load open" LIBC, "openat"), SITE_PROGRAM);
}

Test(site_kind, waiting_depends_on_when_something_happens)
{
	cr_expect_eq(kind_of("app", MAIN "load pthread_mutex_lock" LIBC, "futex"), SITE_WAIT);
	cr_expect_eq(kind_of("app", MAIN "load waitpid" LIBC, "wait4"), SITE_WAIT);
	cr_expect_eq(kind_of("app", MAIN "load poll" LIBC, "poll"), SITE_PROGRAM);
	cr_expect_eq(kind_of("app", MAIN "load mkstemp" LIBC " getrandom" LIBC, "getrandom"),
		     SITE_WAIT);
	cr_expect_eq(kind_of("app", MAIN "load getrandom" LIBC, "getrandom"), SITE_PROGRAM);
}

Test(site_kind, what_a_runtime_does_for_itself_is_not_the_programs)
{
	cr_expect_eq(kind_of("app", "runtime.mstart runtime.sysmon runtime.usleep", "nanosleep"),
		     SITE_RUNTIME);
	cr_expect_eq(kind_of("app",
			     "runtime.goexit main.work os.ReadFile syscall.Open "
			     "runtime/internal/syscall.Syscall6",
			     "openat"),
		     SITE_PROGRAM);
	cr_expect_eq(kind_of("app", "start_thread" LIBC " os::read@/usr/lib/libjvm.so", "read"),
		     SITE_RUNTIME);
	cr_expect_eq(kind_of("app", "start_thread" LIBC " readBytes@/usr/lib/libjava.so", "read"),
		     SITE_PROGRAM);
	cr_expect_eq(kind_of("G1 Service", "start_thread" LIBC " work", "read"), SITE_RUNTIME);
	cr_expect_eq(kind_of("app", MAIN "v8::base::OS::Allocate mmap" LIBC, "mmap"), SITE_RUNTIME);
	cr_expect_eq(kind_of("app", MAIN "uv__io_poll", "epoll_wait"), SITE_RUNTIME);
	cr_expect_eq(kind_of("app", MAIN "uv__fs_open open" LIBC, "openat"), SITE_PROGRAM);
}

Test(site_kind, loader_before_main_is_one_place)
{
	cr_expect_eq(kind_of("app",
			     "_start@/lib/ld-linux-x86-64.so.2 map@/lib/ld-linux-x86-64.so.2",
			     "mmap"),
		     SITE_LOADER);
	cr_expect_eq(
		kind_of("app", MAIN "load dlopen" LIBC " map@/lib/ld-linux-x86-64.so.2", "openat"),
		SITE_PROGRAM);
}
