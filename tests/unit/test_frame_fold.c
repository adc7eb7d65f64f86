// SPDX-License-Identifier: MIT
/*
 * What trees omit: start-up code, inner functions of the C library, and levels of a recursion. The
 * tests write stacks as text, with the outermost frame first. The prefix `libc:` means a frame of
 * the C library.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/call_tree.h"
#include "analysis/frame_fold.h"
#include "profile/util/xalloc.h"

static struct profile profile;
static struct report_filter filter;
static struct call_tree tree;
static uint32_t program, libc;

static uint32_t add_mapping(const char *path)
{
	return profile_intern_mapping(&profile,
				      &(struct mapping){
					      .path = string_table_intern(&profile.strings, path),
					      .limit = 0x100000,
				      });
}

static uint32_t add_frame(const char *name)
{
	bool is_libc = !strncmp(name, "libc:", 5);
	uint32_t id = string_table_intern(&profile.strings, name + (is_libc ? 5 : 0));
	struct function function = { .name = id, .system_name = id };
	struct line line = { .function = profile_intern_function(&profile, &function) };
	uint32_t frame = profile_intern_frame(&profile, is_libc ? libc : program, id);

	profile_set_lines(&profile, frame, &line, 1);
	return frame;
}

static void add_call(const char *frames, const char *syscall)
{
	struct sample_key key = { .nr = (uint32_t)syscall_number(SYSCALL_ABI_X86_64, syscall) };
	char *copy = xstrdup(frames);

	for (char *rest = copy, *name; (name = strsep(&rest, " "));)
		key.stack = stack_table_intern(&profile.stacks, key.stack, add_frame(name));
	profile_sample(&profile, &key)->calls++;
	free(copy);
}

static void set_up(void)
{
	profile_init(&profile);
	program = add_mapping("/bin/program");
	libc = add_mapping("/lib/libc.so.6");
}

static void clean_up(void)
{
	profile_fini(&profile);
}

TestSuite(frame_fold, .init = set_up, .fini = clean_up);

/*
 * Expects the tree to be a single chain. @wanted has its labels with spaces between, and `+` after
 * a recursive one.
 */
static void expect_chain(unsigned int flags, const char *wanted)
{
	char text[500] = "";
	uint32_t node;

	call_tree_init(&tree, &profile, &filter, REPORT_SORT_CALLS, CALL_TREE_FOLDED | flags);
	for (node = tree.nodes[0].first_child; node; node = tree.nodes[node].first_child) {
		size_t used = strlen(text);

		cr_expect_eq(tree.nodes[node].next_sibling, 0);
		snprintf(text + used, sizeof(text) - used, "%s%s%s", used ? " " : "",
			 tree.labels[tree.nodes[node].label].name,
			 tree.nodes[node].again ? "+" : "");
	}
	cr_expect_str_eq(text, wanted);
	call_tree_fini(&tree);
}

Test(frame_fold, start_up_code_and_wrappers_are_left_out)
{
	add_call("_start libc:__libc_start_main libc:__libc_start_call_main main copy libc:__read",
		 "read");
	expect_chain(0, "main copy read");
	expect_chain(CALL_TREE_CALLERS, "read copy main");
}

Test(frame_fold, threads_have_start_up_code_too)
{
	add_call("libc:clone3 libc:start_thread execute_native_thread_routine work libc:write",
		 "write");
	expect_chain(0, "work write");
	expect_chain(CALL_TREE_CALLERS, "write work");
}

Test(frame_fold, start_up_code_of_rust_ends_at_its_marker_function)
{
	add_call("_start libc:__libc_start_main main std::rt::lang_start_internal "
		 "std::sys::backtrace::__rust_begin_short_backtrace tool::main libc:write",
		 "write");
	expect_chain(0, "tool::main write");
}

Test(frame_fold, one_function_of_the_c_library_is_shown)
{
	add_call("_start main libc:puts libc:_IO_file_xsputn libc:_IO_do_write libc:write",
		 "write");
	expect_chain(0, "main puts write");
	expect_chain(CALL_TREE_CALLERS, "write puts main");
}

Test(frame_fold, functions_that_the_c_library_calls_back_are_shown)
{
	add_call("_start main libc:qsort libc:msort_with_tmp compare libc:read", "read");
	expect_chain(0, "main qsort compare read");
}

Test(frame_fold, stack_of_the_c_library_alone_keeps_one_function)
{
	add_call("_start libc:__libc_start_main libc:exit libc:_IO_cleanup libc:write", "write");
	expect_chain(0, "exit write");
	expect_chain(CALL_TREE_CALLERS, "write exit");
}

Test(frame_fold, start_up_code_that_makes_the_call_itself_is_shown)
{
	add_call("_start", "write");
	expect_chain(0, "_start write");
	expect_chain(CALL_TREE_CALLERS, "write _start");
}

Test(frame_fold, user_function_may_have_the_name_of_start_up_code)
{
	add_call("_start main clone libc:read", "read");
	expect_chain(0, "main clone read");
}

Test(frame_fold, wrapper_with_another_name_is_omitted_only_if_it_makes_the_call)
{
	add_call("main libc:getrlimit", "prlimit64");
	expect_chain(0, "main prlimit64");
	add_call("main libc:getrlimit libc:load_locale", "prlimit64");
	call_tree_init(&tree, &profile, &filter, REPORT_SORT_CALLS, CALL_TREE_FOLDED);
	cr_expect_eq(tree.nodes[0].totals.calls, 2);
	cr_expect_eq(tree.nr_nodes, 5, "root, main, prlimit64, getrlimit, prlimit64");
	call_tree_fini(&tree);
}

Test(frame_fold, wrappers_are_recognised_by_names_like_that_of_the_call)
{
	add_call("main libc:fstatat libc:__internal", "newfstatat");
	expect_chain(0, "main newfstatat");
	clean_up();
	set_up();
	add_call("main libc:__send_nocancel libc:__internal", "sendto");
	expect_chain(0, "main sendto");
	clean_up();
	set_up();
	add_call("main libc:stat libc:__internal", "sendto");
	expect_chain(0, "main stat sendto");
	clean_up();
	set_up();
	add_call("main libc:_", "read");
	expect_chain(0, "main _ read");
}

Test(frame_fold, start_up_code_of_a_stripped_program_is_recognised)
{
	add_call("tool+0x1f120 libc:__libc_start_main tool+0x2000 libc:read", "read");
	expect_chain(0, "tool+0x2000 read");
	clean_up();
	set_up();
	add_call("first second libc:start_thread libc:read", "read");
	expect_chain(0, "first second start_thread read");
}

Test(frame_fold, direct_recursion_is_one_node)
{
	add_call("main walk walk walk libc:read", "read");
	add_call("main walk walk libc:read", "read");
	expect_chain(0, "main walk+ read");
	expect_chain(CALL_TREE_CALLERS, "read walk+ main");
}

Test(frame_fold, mutual_recursion_goes_back_to_the_first)
{
	uint32_t walk;

	add_call("main walk visit walk visit libc:read", "read");
	expect_chain(0, "main walk+ visit read");
	call_tree_init(&tree, &profile, &filter, REPORT_SORT_CALLS, CALL_TREE_FOLDED);
	walk = tree.nodes[tree.nodes[0].first_child].first_child;
	cr_expect_str_eq(tree.labels[tree.nodes[walk].again].name, "visit");
	call_tree_fini(&tree);
}

Test(frame_fold, deep_recursion_among_many_functions_is_found)
{
	char frames[6000] = "main";
	uint32_t nr_nodes;

	for (int i = 0; i < 1000; i++) {
		size_t used = strlen(frames);

		snprintf(frames + used, sizeof(frames) - used, " f%d", i % 100);
	}
	add_call(frames, "read");
	call_tree_init(&tree, &profile, &filter, REPORT_SORT_CALLS, CALL_TREE_FOLDED);
	nr_nodes = tree.nr_nodes;
	cr_expect_eq(nr_nodes, 1 + 1 + 100 + 1);
	call_tree_fini(&tree);
}

Test(frame_fold, names_of_start_up_code_are_recognised)
{
	cr_expect(frame_fold_is_start_up("__libc_start_call_main"));
	cr_expect(frame_fold_is_start_up("void std::__invoke_impl<void, void (*)()>(int)"));
	cr_expect_not(frame_fold_is_start_up("main"));
	cr_expect_not(frame_fold_is_start_up("restart_thread"));
}
