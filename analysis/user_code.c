// SPDX-License-Identifier: MIT
/*
 * code_kind.h decides which functions belong to the runtime of a language. This file decides which
 * belong to the C library. In a dynamic program, the file name of the module decides. In a static
 * program, the library is in the program's own mapping. There the source path decides or, without
 * one, the name of the function: the library's prefixes, the name of a system call (with the
 * underscores and endings of wrappers), or a list of functions that do I/O. Names are considered
 * only if no frame farther out is in a shared C library. So in a dynamic program, a function of
 * yours may have the name `send`.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/code_kind.h"
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
		"_IO_ __GI_ __aio_ __cp_ __dl_ __fgetwc __fopen_ __fputwc __funcs_on_ "
		"__futex_ __getgr __getpw __init_ __internal_ __libc_ __lookup_ "
		"__malloc_ __membarrier __netlink_ __new_exitfn __nptl_ __nss_ __ofl_ "
		"__pthread_ __res_ __rtnetlink_ __run_exit_handlers __stdio_ __stdout_ "
		"__strftime_ __syscall __tl_ __tls_ __tre_ __vm_ __wcsftime_ __xmknod "
		"_dl_ pthread_ ptmalloc_ sysmalloc tcache_ ";
	static const char names[] =
		"_Exit __block_all_sigs __block_app_sigs __dlsym __fdopen __fork_handler "
		"__fseeko __ftello __get_locale __get_resolv_conf __init_tp __lock "
		"__lockfile __map_file __mkostemps __newlocale __nscd_query __overflow "
		"__private_cond_signal __ptsname_r __restore_sigs __set_thread_area "
		"__setxid __synccall __timedwait __timedwait_cp __toread __towrite "
		"__uflow __unlock __unlockfile __unmapself __wait _flushlbf _int_free "
		"_int_malloc _vsyslog abort aligned_alloc alloc_group alloc_slot "
		"arena_get2 asctime asprintf calloc closedir cnd_broadcast cnd_signal "
		"cnd_timedwait cnd_wait create_thread ctime daemon dlclose dlopen dlsym "
		"do_glob do_nftw do_setgroups do_setrlimit do_setxid do_tzset dprintf "
		"endpwent err errx execl execle execlp execv execvp execvpe exit fclose "
		"fdopen fdopendir fflush fflush_unlocked fgetc fgetln fgets flockfile "
		"fopen fopen64 forkpty fprintf fputc fputs fputs_unlocked fread free "
		"freopen freopen64 fscanf fseek fseeko fseeko64 fstatat fstatat64 ftell "
		"fts_read ftw funlockfile fwrite fwrite_unlocked get_nprocs getaddrinfo "
		"getc getcwd getdelim getgrent getgrgid getgrnam getgrouplist "
		"gethostbyname getifaddrs getline getnameinfo getpass getpwent getpwnam "
		"getpwuid getrlimit getwc glob if_nameindex initgroups isatty "
		"libc_start_main_stage2 localtime localtime_r lockf locking_getc "
		"locking_putc login_tty lstat64 malloc memalign mkdtemp mkfifo mkostemp "
		"mkstemp mkstemps mktime mtx_lock mtx_timedlock mtx_unlock name_from_dns "
		"name_from_hosts new_do_write nftw open64 opendir opendir_tail openlog "
		"openpty pclose perror popen posix_close posix_memalign posix_spawn "
		"posix_spawnp pread printf printf_core psignal putc putchar putenv puts "
		"pwrite raise readdir readdir64 realloc realpath recv remove rewind "
		"rewinddir sbrk scandir scanf sccp sem_open sem_post sem_timedwait "
		"sem_wait send setenv setlocale setmntent setrlimit setvbuf shm_open "
		"shm_unlink sigaction signal sigprocmask sigwait sleep start_thread "
		"stat64 static_init_tls strdup strftime strndup syscall syscall_cancel "
		"sysconf syslog system tcgetattr tcsetattr tempnam thrd_create "
		"thrd_sleep tmpfile ttyname ttyname_r tzset ungetc usleep vasprintf "
		"vdprintf verr verrx vfprintf vprintf vsyslog vwarn vwarnx wait waitpid "
		"warn warnx wordexp wprintf_core ";

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

/* Returns FRAME_LINKED or FRAME_OWN for the @nth function of @frame. */
static enum frame_kind classify_linked(const struct profile *profile, uint32_t frame, uint32_t nth)
{
	const struct frame *source = &profile->frames[frame];
	const struct function *function;

	if (nth >= source->nr_lines)
		return FRAME_OWN;
	function = &profile->functions[profile->lines[source->first_line + nth].function];
	if (function->file)
		return is_runtime_source(string_table_get(&profile->strings, function->file))
			       ? FRAME_LINKED
			       : FRAME_OWN;
	return user_code_is_runtime_function(string_table_get(&profile->strings, function->name))
		       ? FRAME_LINKED
		       : FRAME_OWN;
}

/* Returns the kind of @frame if its module alone decides, else FRAME_OWN. */
static enum frame_kind classify_module(const struct profile *profile, uint32_t frame)
{
	uint32_t mapping = profile->frames[frame].mapping;
	const char *path = string_table_get(&profile->strings, profile->mappings[mapping].path);

	if (!mapping)
		return FRAME_PSEUDO;
	if (!strcmp(path, "[vdso]"))
		return FRAME_VDSO;
	return c_library_has_module(path) ? FRAME_RUNTIME : FRAME_OWN;
}

/* Classifies each function that is inlined in @frame, and chooses the one that names the frame. */
static struct user_frame classify_functions(struct code_kinds *kinds, uint32_t frame, bool *foreign)
{
	const struct profile *profile = kinds->profile;
	struct user_frame result = { .kind = FRAME_LINKED };
	uint32_t nr = profile->frames[frame].nr_lines ? profile->frames[frame].nr_lines : 1;

	for (uint32_t nth = nr; nth-- > 0;) {
		enum code_kind code = code_kind_of(kinds, frame, nth);
		enum frame_kind kind = code == CODE_SCRIPT    ? FRAME_SCRIPT
				       : code == CODE_LIBRARY ? FRAME_LIBRARY
				       : code == CODE_RUNTIME ? FRAME_LANGUAGE
				       : code == CODE_UNNAMED ? FRAME_UNNAMED
							      : FRAME_OWN;

		if (kind == FRAME_OWN)
			kind = classify_linked(profile, frame, nth);
		result.ends_in_runtime = kind != FRAME_OWN && kind != FRAME_SCRIPT;
		if (profile->frames[frame].nr_lines)
			foreign[profile->frames[frame].first_line + nth] = result.ends_in_runtime;
		/*
		 * Among the user's functions, choose the innermost. Among the library's, choose the
		 * outermost.
		 */
		if (kind > result.kind || (kind == result.kind && kind != FRAME_LIBRARY)) {
			result.kind = kind;
			result.nth = nth;
		}
	}
	return result;
}

static struct user_frame classify(struct code_kinds *kinds, uint32_t frame, bool knows_languages,
				  bool *foreign)
{
	enum frame_kind kind = classify_module(kinds->profile, frame);

	if (kind == FRAME_OWN && knows_languages)
		return classify_functions(kinds, frame, foreign);
	if (kind == FRAME_OWN)
		kind = classify_linked(kinds->profile, frame, 0);
	return (struct user_frame){ .kind = kind,
				    .ends_in_runtime = kind != FRAME_OWN && kind != FRAME_PSEUDO };
}

/* What is known about a stack; computed from its outermost frame inwards. */
struct view {
	uint32_t script;    /* the innermost frame of yours in an interpreted language, or 0 */
	uint32_t own;	    /* the innermost frame of yours so far, or 0 */
	uint32_t library;   /* the outermost frame of a standard library's upper part, or 0 */
	uint32_t language;  /* the innermost frame of a language's runtime so far, or 0 */
	uint32_t outermost; /* the outermost frame that is not a pseudo-frame, or 0 */
	bool is_dynamic;    /* some frame is in a shared C library */
};

static struct view extend(struct view view, uint32_t frame, enum frame_kind kind)
{
	if (kind == FRAME_RUNTIME)
		view.is_dynamic = true;
	if (kind == FRAME_SCRIPT)
		view.script = frame;
	if (kind == FRAME_OWN || (kind == FRAME_LINKED && view.is_dynamic))
		view.own = frame;
	if (kind == FRAME_LIBRARY && !view.library)
		view.library = frame;
	if (kind == FRAME_LANGUAGE)
		view.language = frame;
	if (kind != FRAME_PSEUDO && kind != FRAME_UNNAMED && !view.outermost)
		view.outermost = frame;
	return view;
}

static uint32_t choose(const struct view *view, uint32_t innermost)
{
	if (view->script)
		return view->script;
	if (view->own)
		return view->own;
	if (view->library)
		return view->library;
	if (view->language)
		return view->language;
	return view->outermost ? view->outermost : innermost;
}

static void init(struct user_code *own, const struct profile *profile, bool knows_languages)
{
	const struct stack_table *stacks = &profile->stacks;
	struct view *views = xcalloc(stacks->nr, sizeof(*views));
	struct code_kinds kinds;

	*own = (struct user_code){
		.profile = profile,
		.frames = xcalloc(profile->nr_frames + 1, sizeof(*own->frames)),
		.foreign = xcalloc(profile->nr_lines + 1, sizeof(*own->foreign)),
		.sites = xcalloc(stacks->nr + 1, sizeof(*own->sites)),
	};
	code_kinds_init(&kinds, profile);
	for (uint32_t frame = 1; frame < profile->nr_frames; frame++)
		own->frames[frame] = classify(&kinds, frame, knows_languages, own->foreign);
	code_kinds_fini(&kinds);
	for (uint32_t id = 1; id < stacks->nr; id++) {
		const struct stack_node *node = &stacks->nodes[id];

		views[id] = extend(views[node->parent], node->frame, own->frames[node->frame].kind);
		own->sites[id] = choose(&views[id], node->frame);
	}
	free(views);
}

void user_code_init(struct user_code *own, const struct profile *profile)
{
	init(own, profile, true);
}

void user_code_init_modules(struct user_code *own, const struct profile *profile)
{
	init(own, profile, false);
}

void user_code_fini(struct user_code *own)
{
	free(own->frames);
	free(own->foreign);
	free(own->sites);
	*own = (struct user_code){ 0 };
}

uint32_t user_code_frame(const struct user_code *own, uint32_t stack)
{
	return own->sites[stack];
}

uint32_t user_code_nth(const struct user_code *own, uint32_t stack)
{
	return own->frames[own->sites[stack]].nth;
}

struct location user_code_location(const struct user_code *own, uint32_t stack)
{
	return location_of(own->profile, user_code_frame(own, stack), user_code_nth(own, stack));
}
