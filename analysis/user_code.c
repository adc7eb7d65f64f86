// SPDX-License-Identifier: MIT
/*
 * In a dynamic program the module decides: its file name is that of a C library. In a static
 * program, the library is in the program's own mapping. There the source path decides or, without
 * one, the name of the function: the library's prefixes, the name of a system call (with the
 * underscores and endings of wrappers), or a list of functions that do I/O. Names are considered
 * only if no frame farther out is in a shared C library. So in a dynamic program, a function of
 * yours may have the name `send`.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/user_code.h"
#include "profile/symbols/c_library.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static bool is_runtime_source(const char *file)
{
	return strstr(file, "sysdeps/unix/") || strstr(file, "sysdeps/x86") ||
	       strstr(file, "sysdeps/nptl") || strstr(file, "/csu/../") || strstr(file, "glibc-") ||
	       strstr(file, "/glibc/") || strstr(file, "/musl-") || strstr(file, "/musl/src/");
}

bool user_code_is_syscall_wrapper(const char *name)
{
	static const char *const endings[] = { "", "_nocancel", "64_nocancel", "64", "_internal" };
	char bare[32];
	size_t length;

	name += strspn(name, "_");
	length = strlen(name);
	if (length >= sizeof(bare))
		return false;
	for (size_t i = 0; i < NR(endings); i++) {
		size_t ending = strlen(endings[i]);

		if (ending >= length || strcmp(name + length - ending, endings[i]))
			continue;
		memcpy(bare, name, length - ending);
		bare[length - ending] = '\0';
		if (syscall_number(SYSCALL_ABI_X86_64, bare) >= 0)
			return true;
	}
	return false;
}

/* Returns true if @name is one of @words or, if @is_prefix, begins with one. */
static bool has_word(const char *words, const char *name, bool is_prefix)
{
	while (*words) {
		size_t length = strcspn(words, " ");

		if (!strncmp(name, words, length) && (is_prefix || !name[length]))
			return true;
		words += length + 1;
	}
	return false;
}

static bool is_runtime_name(const char *name)
{
	static const char prefixes[] =
		"_IO_ __GI_ __cp_ __dl_ __fopen_ __futex_ __internal_ __libc_ __malloc_ "
		"__new_exitfn __nptl_ __nss_ __pthread_ __run_exit_handlers __stdio_ __stdout_ "
		"__syscall __tls_ _dl_ pthread_ ptmalloc_ sysmalloc tcache_ ";
	static const char names[] =
		"_Exit __block_all_sigs __block_app_sigs __init_tp __restore_sigs "
		"__set_thread_area __timedwait_cp __wait _int_free _int_malloc abort "
		"aligned_alloc arena_get2 calloc closedir create_thread dprintf execl execle "
		"execlp execv execvp execvpe exit fclose fdopen fdopendir fflush "
		"fflush_unlocked fgetc fgets fopen fopen64 fprintf fputc fputs fputs_unlocked "
		"fread free freopen fscanf fseek fseeko fstatat fstatat64 ftell fts_read ftw "
		"fwrite fwrite_unlocked get_nprocs getaddrinfo getc getdelim getline getrlimit "
		"glob isatty localtime lstat64 malloc memalign mkstemp new_do_write nftw open64 "
		"opendir opendir_tail pclose perror popen posix_memalign posix_spawn "
		"posix_spawnp pread printf putc putchar puts pwrite raise readdir readdir64 "
		"realloc realpath recv remove rewind sbrk scandir scanf sccp send setlocale "
		"setrlimit setvbuf sigaction signal sigprocmask sleep start_thread stat64 "
		"static_init_tls syscall syscall_cancel sysconf system tcgetattr tcsetattr "
		"tzset ungetc usleep vdprintf vfprintf vprintf wait waitpid ";

	return has_word(prefixes, name, true) || has_word(names, name, false) ||
	       user_code_is_syscall_wrapper(name);
}

/* `arena_get2.part.0` is a part of `arena_get2` that the compiler has split off. */
bool user_code_is_runtime_function(const char *name)
{
	char *bare = xasprintf("%.*s", (int)strcspn(name, "."), name);
	bool is_runtime = is_runtime_name(bare);

	free(bare);
	return is_runtime;
}

enum frame_kind user_code_classify(const struct profile *profile, uint32_t frame)
{
	const struct frame *source = &profile->frames[frame];
	const char *path =
		string_table_get(&profile->strings, profile->mappings[source->mapping].path);
	const struct function *function;

	if (!source->mapping)
		return FRAME_PSEUDO;
	if (!strcmp(path, "[vdso]"))
		return FRAME_VDSO;
	if (c_library_has_module(path))
		return FRAME_RUNTIME;
	if (!source->nr_lines)
		return FRAME_OWN;
	function = &profile->functions[profile->lines[source->first_line].function];
	if (function->file)
		return is_runtime_source(string_table_get(&profile->strings, function->file))
			       ? FRAME_LINKED
			       : FRAME_OWN;
	return user_code_is_runtime_function(string_table_get(&profile->strings, function->name))
		       ? FRAME_LINKED
		       : FRAME_OWN;
}

/* What is known about a stack; computed from its outermost frame inwards. */
struct view {
	uint32_t own;	    /* the innermost frame of yours so far, or 0 */
	uint32_t outermost; /* the outermost frame that is not a pseudo-frame, or 0 */
	bool is_dynamic;    /* some frame is in a shared C library */
};

static struct view extend(struct view view, uint32_t frame, enum frame_kind kind)
{
	if (kind == FRAME_RUNTIME)
		view.is_dynamic = true;
	if (kind == FRAME_OWN || (kind == FRAME_LINKED && view.is_dynamic))
		view.own = frame;
	if (kind != FRAME_PSEUDO && !view.outermost)
		view.outermost = frame;
	return view;
}

void user_code_init(struct user_code *own, const struct profile *profile)
{
	const struct stack_table *stacks = &profile->stacks;
	uint8_t *kinds = xcalloc(profile->nr_frames, sizeof(*kinds));
	struct view *views = xcalloc(stacks->nr, sizeof(*views));

	for (uint32_t frame = 1; frame < profile->nr_frames; frame++)
		kinds[frame] = (uint8_t)user_code_classify(profile, frame);
	own->frames = xcalloc(stacks->nr, sizeof(*own->frames));
	for (uint32_t id = 1; id < stacks->nr; id++) {
		const struct stack_node *node = &stacks->nodes[id];

		views[id] = extend(views[node->parent], node->frame, kinds[node->frame]);
		own->frames[id] = views[id].own		? views[id].own
				  : views[id].outermost ? views[id].outermost
							: node->frame;
	}
	free(views);
	free(kinds);
}

void user_code_fini(struct user_code *own)
{
	free(own->frames);
	own->frames = NULL;
}

uint32_t user_code_frame(const struct user_code *own, uint32_t stack)
{
	return own->frames[stack];
}
