// SPDX-License-Identifier: MIT
/*
 * Each frame gets flags from the names of its functions and of its module. The frames between the
 * system call and "your code" decide about the kind. If the program called mmap itself, the call is
 * the program's. If it called malloc, the call is the allocator's. The names of threads show which
 * threads a runtime has started.
 */
#include "analysis/site_kind.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/call_class.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

enum frame_flag {
	FRAME_IS_WRAPPER = 1, /* only passes a call on, such as `mmap` */
	FRAME_ALLOCATES = 2,  /* its calls for memory are those of an allocator */
	FRAME_IS_LOADER = 4,
	FRAME_IS_RUNTIME = 8,	/* all calls that it makes are those of a language runtime */
	FRAME_POLLS = 16,	/* an event loop: how often it waits depends on when events occur */
	FRAME_IS_GO = 32,	/* Go's package runtime, except its work for os or syscall */
	FRAME_NAMES_FILE = 128, /* mkstemp and the like: tries random names until one is free */
	FRAME_IS_MALLOC = 64,	/* malloc, free and the like: all calls below are an allocator's */
};

const char *const site_kind_names[NR_SITE_KINDS] = {
	"program", "allocator", "runtime", "wait", "loader",
};

/* The kernel keeps at most 15 bytes of a thread's name (TASK_COMM_LEN). */
static const char *const runtime_threads[] = {
	"GC Thread",	   "G1 ",
	"C1 CompilerThre", "C2 CompilerThre",
	"VM Thread",	   "VM Periodic Tas",
	"Signal Dispatch", "Service Thread",
	"Monitor Deflati", "Notification Th",
	"Common-Cleaner",  "Reference Handl",
	"Finalizer",	   "Sweeper thread",
	"StringDedupProc", "Attach Listener",
	"ZDriver",	   "ZWorker",
	"ZStat",	   "Shenandoah",
	"ParGC",	   "V8Worker",
	"DelayedTaskSche", "V8 DefaultWorke",
	".NET ",
};

static bool starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool starts_with_one(const char *text, const char *const *prefixes, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		if (starts_with(text, prefixes[i]))
			return true;
	}
	return false;
}

static bool is_allocator_function(const char *name)
{
	static const char *const prefixes[] = {
		"_PyMem_Arena",
		"_PyObject_Arena",
		"new_arena",
		"je_",
		"_rjem_",
		"mi_",
		"_mi_",
		"tc_",
		"zend_mm_",
		"heap_page_allocate",
		"rb_aligned_malloc",
		"tcmalloc::",
		"__rust_alloc",
		"__rust_dealloc",
		"operator new",
		"operator delete",
	};

	return starts_with_one(name, prefixes, NR(prefixes));
}

/*
 * V8 is written in C++. The name of a C++ library's template that works for V8 contains `v8::`,
 * too.
 */
static bool is_runtime_function(const char *name)
{
	static const char *const prefixes[] = { "heap::base::", "cppgc::", "uv__async_",
						"node::WorkerThreadsTaskRunner" };

	return strstr(name, "v8::") || starts_with_one(name, prefixes, NR(prefixes));
}

static bool is_polling_function(const char *name)
{
	static const char *const prefixes[] = { "uv__io_poll", "epoll_dispatch", "epoll_poll" };

	return starts_with_one(name, prefixes, NR(prefixes));
}

static bool is_temporary_name(const char *name)
{
	static const char *const prefixes[] = { "mkstemp", "mkostemp",	     "mkdtemp",
						"mktemp",  "tmpfile",	     "tempnam",
						"tmpnam",  "__gen_tempname", "gen_tempname" };

	return starts_with_one(name, prefixes, NR(prefixes));
}

static uint8_t function_flags(const char *name)
{
	enum call_role role = call_role_of(name);
	uint8_t flags = 0;

	if (role == ROLE_ALLOCATE || role == ROLE_FREE)
		flags |= FRAME_ALLOCATES | FRAME_IS_MALLOC;
	if (is_allocator_function(name))
		flags |= FRAME_ALLOCATES;
	if (starts_with(name, "runtime."))
		flags |= FRAME_IS_GO;
	if (is_runtime_function(name))
		flags |= FRAME_IS_RUNTIME;
	if (is_polling_function(name))
		flags |= FRAME_POLLS;
	if (is_temporary_name(name))
		flags |= FRAME_NAMES_FILE;
	return flags;
}

/* The dynamic loader of musl is the same file as its C library, so it gets no flag. */
static bool is_loader(const char *module)
{
	static const char *const prefixes[] = { "ld-linux", "ld-2.", "ld.so", "ld64.so" };

	return starts_with_one(module, prefixes, NR(prefixes));
}

static uint8_t module_flags(const char *module)
{
	static const char *const machines[] = { "libjvm.so",	"libj9",       "libcoreclr.so",
						"libjimage.so", "libclrgc.so", "libclrjit.so" };
	static const char *const allocators[] = { "libjemalloc", "libtcmalloc", "libmimalloc",
						  "libhoard", "libsnmalloc" };
	uint8_t flags = 0;

	if (is_loader(module))
		flags |= FRAME_IS_LOADER;
	if (starts_with_one(module, machines, NR(machines)))
		flags |= FRAME_IS_RUNTIME;
	if (starts_with_one(module, allocators, NR(allocators)))
		flags |= FRAME_ALLOCATES;
	return flags;
}

static uint8_t frame_flags(const struct profile *profile, uint32_t id)
{
	const struct frame *frame = &profile->frames[id];
	const char *path =
		string_table_get(&profile->strings, profile->mappings[frame->mapping].path);
	uint8_t flags = module_flags(text_basename(path));
	bool is_wrapper = frame->nr_lines > 0;

	for (uint32_t i = 0; i < frame->nr_lines; i++) {
		uint32_t function = profile->lines[frame->first_line + i].function;
		const char *name =
			string_table_get(&profile->strings, profile->functions[function].name);

		flags |= function_flags(name);
		is_wrapper &= user_code_is_syscall_wrapper(name) || !strcmp(name, "syscall");
	}
	return is_wrapper ? flags | FRAME_IS_WRAPPER : flags;
}

void site_kinds_init(struct site_kinds *kinds, const struct profile *profile,
		     const struct user_code *own)
{
	*kinds = (struct site_kinds){ .profile = profile, .own = own };
	kinds->frames = xcalloc(profile->nr_frames + 1, sizeof(*kinds->frames));
	kinds->is_shared = xcalloc(profile->stacks.nr + 1, sizeof(*kinds->is_shared));
	for (uint32_t frame = 1; frame < profile->nr_frames; frame++)
		kinds->frames[frame] = frame_flags(profile, frame);
	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		const struct sample_key *key = &profile->samples[i].key;
		const char *thread = string_table_get(&profile->strings, key->thread);

		if (!starts_with_one(thread, runtime_threads, NR(runtime_threads)))
			kinds->is_shared[key->stack] = true;
	}
	for (uint32_t i = 1; i < profile->nr_mappings; i++) {
		const char *path = string_table_get(&profile->strings, profile->mappings[i].path);

		kinds->has_machine |= (module_flags(text_basename(path)) & FRAME_IS_RUNTIME) != 0;
	}
}

void site_kinds_fini(struct site_kinds *kinds)
{
	free(kinds->frames);
	free(kinds->is_shared);
	*kinds = (struct site_kinds){ 0 };
}

/*
 * How often a program waits for child processes depends on how many have ended at that moment. If
 * the program creates one child more, this shows in the calls that create it.
 */
static bool is_wait(const char *syscall)
{
	return call_class_of(syscall) == CLASS_WAIT || call_class_of(syscall) == CLASS_FUTEX ||
	       call_class_of(syscall) == CLASS_YIELD || !strcmp(syscall, "rt_sigreturn") ||
	       !strcmp(syscall, "sigreturn") || !strcmp(syscall, "restart_syscall");
}

bool site_kind_is_memory(const char *syscall)
{
	switch (call_class_of(syscall)) {
	case CLASS_MAP:
	case CLASS_UNMAP:
	case CLASS_BRK:
	case CLASS_ADVISE:
	case CLASS_PROTECT:
		return true;
	default:
		return false;
	}
}

enum site_kind site_kind_by_name(const char *syscall, const char *module)
{
	if (is_wait(syscall))
		return SITE_WAIT;
	return is_loader(module) ? SITE_LOADER : SITE_PROGRAM;
}

/* The frames between the system call and "your code". */
struct way {
	uint8_t user;	/* flags of the "your code" frame */
	uint8_t below;	/* all flags of the frames below it */
	bool is_direct; /* "your code" called a wrapper, or made the call itself */
};

static struct way way_of(const struct site_kinds *kinds, uint32_t stack)
{
	const struct stack_node *nodes = kinds->profile->stacks.nodes;
	uint32_t user = user_code_frame(kinds->own, stack);
	struct way way = { .is_direct = true };

	while (stack) {
		uint32_t frame = nodes[stack].frame;
		uint8_t flags = kinds->frames[frame];

		if (frame == user) {
			way.user = flags;
			break;
		}
		way.below |= flags;
		way.is_direct &= (flags & FRAME_IS_WRAPPER) != 0;
		stack = nodes[stack].parent;
	}
	return way;
}

static uint8_t leaf_flags(const struct site_kinds *kinds, uint32_t stack)
{
	return kinds->frames[kinds->profile->stacks.nodes[stack].frame];
}

/*
 * A virtual machine starts most threads of its process. So the calls at the start of a thread count
 * as the machine's.
 */
static bool is_start_of_thread(const struct site_kinds *kinds, uint32_t stack)
{
	return kinds->has_machine &&
	       kinds->own->frames[user_code_frame(kinds->own, stack)].kind == FRAME_RUNTIME;
}

static bool is_runtime(const struct site_kinds *kinds, const struct sample_key *key,
		       const struct way *way, enum call_class class)
{
	return !kinds->is_shared[key->stack] || (way->user & FRAME_IS_RUNTIME) ||
	       (leaf_flags(kinds, key->stack) & FRAME_IS_GO) ||
	       ((way->user & FRAME_POLLS) && class == CLASS_POLL);
}

static bool is_allocator(const struct way *way, const char *syscall)
{
	if (way->below & FRAME_IS_MALLOC || call_class_of(syscall) == CLASS_BRK)
		return true;
	return site_kind_is_memory(syscall) &&
	       (!way->is_direct || (way->user | way->below) & FRAME_ALLOCATES);
}

enum site_kind site_kind_of(const struct site_kinds *kinds, const struct sample_key *key)
{
	const char *syscall = syscall_name((enum syscall_abi)key->abi, key->nr);
	struct way way = way_of(kinds, key->stack);

	if (is_runtime(kinds, key, &way, call_class_of(syscall)))
		return SITE_RUNTIME;
	if (is_wait(syscall) ||
	    (call_class_of(syscall) == CLASS_RANDOM && (way.below & FRAME_NAMES_FILE)))
		return SITE_WAIT;
	if (way.user & FRAME_IS_LOADER)
		return SITE_LOADER;
	if (is_start_of_thread(kinds, key->stack))
		return SITE_RUNTIME;
	return is_allocator(&way, syscall) ? SITE_ALLOCATOR : SITE_PROGRAM;
}

uint32_t site_kind_place(struct call_names *names, enum site_kind kind)
{
	const char *text = kind == SITE_LOADER ? "[dynamic loader]" : "[language runtime]";
	struct call_place place = { .function = string_table_intern(&names->strings, text) };

	return call_names_place(names, &place);
}

static void add_varying(struct call_site *to, const struct call_site *from, bool is_new,
			const struct call_sites *sites)
{
	if (!from->varying && !to->varying)
		return;
	if (!to->varying) {
		/* Until now, the site had the same number of calls in each run. */
		to->varying = xcalloc(sites->nr_runs, sizeof(*to->varying));
		for (uint32_t run = 0; !is_new && run < sites->nr_runs; run++)
			to->varying[run] = to->totals.calls;
	}
	for (uint32_t run = 0; run < sites->nr_runs; run++)
		to->varying[run] = count_add(to->varying[run], from->varying ? from->varying[run]
									     : from->totals.calls);
}

static bool is_grouped(const struct call_site_key *key)
{
	return key->kind == SITE_RUNTIME || key->kind == SITE_LOADER;
}

void site_kind_group(struct call_sites *sites)
{
	uint32_t place = site_kind_place(sites->names, SITE_RUNTIME), nr = sites->nr;
	struct call_site *old = sites->sites;

	hash_index_fini(&sites->index);
	hash_index_init(&sites->index);
	sites->sites = NULL;
	sites->nr = sites->capacity = 0;
	for (uint32_t i = 0; i < nr; i++) {
		uint32_t nr_before = sites->nr;
		struct call_site_key key = old[i].key;
		struct call_site *site;

		if (key.kind == SITE_RUNTIME)
			key.place = place;
		if (is_grouped(&key)) {
			key.line = 0;
			old[i].file = 0;
			old[i].totals.bytes = 0;
		}
		site = call_sites_add(sites, &key, &(struct totals){ 0 });
		add_varying(site, &old[i], sites->nr > nr_before, sites);
		totals_add(&site->totals, &old[i].totals);
		site->abi = old[i].abi;
		site->nr = old[i].nr;
		site->file = old[i].file;
		free(old[i].varying);
	}
	free(old);
}
