// SPDX-License-Identifier: MIT
/*
 * One pass in the order of stack ids, so that callers are known before callees. Start-up code is
 * recognised by name, and only if nothing else is outside of it. So a function of yours with the
 * name `clone` is shown. A Rust program's start-up code ends at the frame at which Rust's own
 * backtraces end.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/frame_fold.h"
#include "analysis/user_code.h"
#include "profile/util/xalloc.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

enum trait {
	TRAIT_DYNAMIC = 1,  /* some frame is in a shared C library */
	TRAIT_LIBRARY = 2,  /* the innermost frame is in a C library, or in a runtime below yours */
	TRAIT_START_UP = 4, /* all frames are start-up code */
	TRAIT_IN_YOURS = 8, /* some frame is yours */
	/*
	 * The innermost function is not yours, but another one in its frame is, or is start-up
	 * code.
	 */
	TRAIT_ENDS_IN_LIBRARY = 16,
};

enum frame_trait { FRAME_IS_START_UP = 1, FRAME_ENDS_START_UP = 2 };

bool frame_fold_is_start_up(const char *name)
{
	static const char *const names[] = {
		/* glibc and musl */
		"_start",
		"__libc_start_main",
		"__libc_start_main_impl",
		"__libc_start_call_main",
		"start_thread",
		"clone",
		"__clone",
		"clone3",
		"__clone3",
		"_dl_start_user",
		"_start_c",
		"libc_start_main_stage2",
		/* std::thread of libstdc++, and Go */
		"execute_native_thread_routine",
		"runtime.goexit",
		"runtime.goexit.abi0",
		"runtime.rt0_go",
		"runtime.rt0_go.abi0",
		"runtime.mstart",
		"runtime.mstart.abi0",
	};
	static const char *const parts[] = {
		"std::thread::_Invoker<", "std::thread::_State_impl<",	 "std::__invoke",
		"std::rt::lang_start",	  "core::ops::function::FnOnce",
	};

	for (size_t i = 0; i < NR(names); i++) {
		if (!strcmp(name, names[i]))
			return true;
	}
	for (size_t i = 0; i < NR(parts); i++) {
		if (strstr(name, parts[i]))
			return true;
	}
	return false;
}

static const char *function_name(const struct profile *profile, uint32_t frame, uint32_t nth)
{
	const struct line *line = &profile->lines[profile->frames[frame].first_line + nth];

	return string_table_get(&profile->strings, profile->functions[line->function].name);
}

/* A frame is start-up code if all functions that are inlined in it are. */
static uint8_t frame_traits(const struct profile *profile, uint32_t frame, enum frame_kind kind)
{
	uint32_t nr_lines = profile->frames[frame].nr_lines;
	uint8_t traits = FRAME_IS_START_UP;

	if (!nr_lines)
		return kind == FRAME_RUNTIME ? traits : 0;
	for (uint32_t nth = 0; nth < nr_lines; nth++) {
		const char *name = function_name(profile, frame, nth);

		if (nth == 0 && strstr(name, "__rust_begin_short_backtrace"))
			return FRAME_ENDS_START_UP;
		if (!frame_fold_is_start_up(name))
			traits = 0;
	}
	return traits;
}

static bool is_wrapper(const struct profile *profile, uint32_t frame, enum frame_kind kind)
{
	return (kind == FRAME_RUNTIME || kind == FRAME_LINKED) &&
	       profile->frames[frame].nr_lines == 1 &&
	       user_code_is_syscall_wrapper(function_name(profile, frame, 0));
}

static bool is_language(enum frame_kind kind)
{
	return kind == FRAME_LANGUAGE || kind == FRAME_LIBRARY || kind == FRAME_UNNAMED;
}

/*
 * Returns the traits of a stack that has one more frame than its caller's stack. @outer are the
 * traits of the caller's stack, and @depth is its number of frames, where 2 means 2 or more. In a
 * stripped program `_start` has no name, but the frame of the C library that it calls has one.
 */
static uint8_t extend(unsigned int depth, uint8_t outer, const struct user_frame *own,
		      uint8_t frame)
{
	enum frame_kind kind = own->kind;
	bool is_dynamic = outer & TRAIT_DYNAMIC || kind == FRAME_RUNTIME;
	uint8_t traits = (is_dynamic ? TRAIT_DYNAMIC : 0) | (outer & TRAIT_IN_YOURS);

	if (frame & FRAME_ENDS_START_UP ||
	    (frame & FRAME_IS_START_UP && (!depth || outer & TRAIT_START_UP)) ||
	    (frame & FRAME_IS_START_UP && kind == FRAME_RUNTIME && depth == 1))
		return traits | TRAIT_START_UP;
	if (kind == FRAME_RUNTIME || kind == FRAME_VDSO || (kind == FRAME_LINKED && !is_dynamic))
		return traits | TRAIT_LIBRARY;
	if (is_language(kind))
		return traits & TRAIT_IN_YOURS ? traits | TRAIT_LIBRARY : traits;
	if (kind == FRAME_PSEUDO)
		return traits;
	if (own->ends_in_runtime && kind != FRAME_LINKED)
		traits |= TRAIT_ENDS_IN_LIBRARY;
	return traits | TRAIT_IN_YOURS;
}

static void follow_stacks(struct frame_fold *fold, const uint8_t *frames)
{
	const struct stack_table *stacks = &fold->profile->stacks;

	for (uint32_t id = 1; id < stacks->nr; id++) {
		const struct stack_node *node = &stacks->nodes[id];
		const struct user_frame *own = &fold->own.frames[node->frame];
		uint8_t outer = fold->traits[node->parent];
		unsigned int depth = !node->parent			   ? 0
				     : !stacks->nodes[node->parent].parent ? 1
									   : 2;
		bool continues;

		fold->traits[id] = extend(depth, outer, own, frames[node->frame]);
		continues = fold->traits[id] & TRAIT_LIBRARY &&
			    outer & (TRAIT_LIBRARY | TRAIT_ENDS_IN_LIBRARY);
		fold->shown[id] = continues ? fold->shown[node->parent] : id;
		fold->roots[id] = own->kind == FRAME_PSEUDO ? id : fold->roots[node->parent];
	}
}

void frame_fold_init(struct frame_fold *fold, const struct profile *profile)
{
	uint8_t *frames = xcalloc(profile->nr_frames, sizeof(*frames));

	*fold = (struct frame_fold){
		.profile = profile,
		.roots = xcalloc(profile->stacks.nr, sizeof(*fold->roots)),
		.shown = xcalloc(profile->stacks.nr, sizeof(*fold->shown)),
		.traits = xcalloc(profile->stacks.nr, sizeof(*fold->traits)),
		.wrappers = xcalloc(profile->nr_frames, sizeof(*fold->wrappers)),
	};
	user_code_init(&fold->own, profile);
	for (uint32_t frame = 1; frame < profile->nr_frames; frame++) {
		enum frame_kind kind = fold->own.frames[frame].kind;

		frames[frame] = frame_traits(profile, frame, kind);
		fold->wrappers[frame] = is_wrapper(profile, frame, kind);
	}
	follow_stacks(fold, frames);
	free(frames);
}

void frame_fold_fini(struct frame_fold *fold)
{
	user_code_fini(&fold->own);
	free(fold->roots);
	free(fold->shown);
	free(fold->traits);
	free(fold->wrappers);
	*fold = (struct frame_fold){ 0 };
}

static bool is_yours(enum frame_kind kind)
{
	return kind == FRAME_OWN || kind == FRAME_SCRIPT;
}

uint32_t frame_fold_caller(const struct frame_fold *fold, uint32_t stack)
{
	const struct stack_node *node = &fold->profile->stacks.nodes[stack];
	uint8_t outer = fold->traits[node->parent];

	if (outer & TRAIT_START_UP)
		return 0;
	if (is_yours(fold->own.frames[node->frame].kind) && !(outer & TRAIT_IN_YOURS))
		return fold->roots[node->parent];
	return fold->shown[node->parent];
}

bool frame_fold_hides(const struct frame_fold *fold, uint32_t stack, uint32_t nth)
{
	const struct stack_node *node = &fold->profile->stacks.nodes[stack];
	const struct frame *frame = &fold->profile->frames[node->frame];
	bool has_yours = is_yours(fold->own.frames[node->frame].kind);
	uint8_t outer = fold->traits[node->parent];

	if (nth >= frame->nr_lines || !fold->own.foreign[frame->first_line + nth])
		return false;
	if (nth + 1 < frame->nr_lines)
		return fold->own.foreign[frame->first_line + nth + 1] &&
		       (has_yours || outer & TRAIT_IN_YOURS);
	if (!has_yours)
		return false;
	return !(outer & TRAIT_IN_YOURS) || outer & (TRAIT_LIBRARY | TRAIT_ENDS_IN_LIBRARY);
}

/*
 * Returns true if the C library's function makes the sample's system call: `__read` and
 * `__read_nocancel` make `read`, `stat64` makes `newfstatat`, `send` makes `sendto`.
 */
static bool is_namesake(const struct frame_fold *fold, uint32_t stack, const struct sample *sample)
{
	uint32_t frame = fold->profile->stacks.nodes[stack].frame;
	const char *name = function_name(fold->profile, frame, 0);
	char bare[32] = "";
	size_t length;

	name += strspn(name, "_");
	length = strcspn(name, "_6");
	if (length < 3 || length >= sizeof(bare) ||
	    (strcmp(name + length, "") != 0 && strcmp(name + length, "64") != 0 &&
	     strcmp(name + length, "_nocancel") != 0 && strcmp(name + length, "64_nocancel") != 0))
		return false;
	memcpy(bare, name, length);
	return strstr(syscall_name(sample->key.abi, sample->key.nr), bare);
}

uint32_t frame_fold_innermost(const struct frame_fold *fold, const struct sample *sample)
{
	uint32_t stack = fold->shown[sample->key.stack];

	uint32_t frame = fold->profile->stacks.nodes[stack].frame;

	if (!(fold->traits[stack] & TRAIT_LIBRARY) || fold->profile->frames[frame].nr_lines != 1)
		return stack;
	if ((stack == sample->key.stack && fold->wrappers[frame]) ||
	    is_namesake(fold, stack, sample))
		return frame_fold_caller(fold, stack);
	return stack;
}
