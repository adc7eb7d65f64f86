/* SPDX-License-Identifier: MIT */
/*
 * Every call has its whole call-site stack, however the compiler, the kernel or the program made
 * that stack. A stack that cannot be followed to its end is marked as truncated.
 */
#include <errno.h>
#include <stdlib.h>

#include "tests/live/live.h"

/* The compiler may put code that only an exception reaches into a separate part of the function. */
#define COLD "( \\[clone \\.cold\\])?"

TestSuite(stacks, .init = live_init, .fini = live_fini, .timeout = 120);

Test(stacks, a_loop_is_counted_exactly_at_its_site)
{
	struct live *live = SCPROF(live_tracee("nested"), "137");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 137, .name = "getppid");
	EXPECT_CALLS(live, 137, .name = "getppid",
		     .stack = ";main;outer;middle;inner;(__)?getppid;getppid$");
	EXPECT_CALLS(live, 0, .is_truncated = true);
	EXPECT_ERRORS(live, 0, .name = "getppid");
}

Test(stacks, every_call_except_the_first_execve_has_a_stack)
{
	LIVE_NEED_FORK("with the other ways, the profile begins later");
	struct live *live = SCPROF(live_tracee("nested"), "1");

	EXPECT_CALLS(live, 1, .name = "execve");
	EXPECT_CALLS(live, 1, .stack = "^[^;]*$");
	EXPECT_CALLS(live, 0, .name = "openat", .is_truncated = true);
	EXPECT_CALLS(live, LIVE_CALLS(live, .name = "mmap"), .name = "mmap",
		     .stack = "(^|;)_start;|(^|;)_dl_start");
}

Test(stacks, registers_that_hold_data_do_not_mislead_the_unwinder)
{
	struct live *live = SCPROF(live_tracee("frameless"));

	EXPECT_CALLS(live, 10, .name = "getppid",
		     .stack = ";main;big_frame;all_registers_are_data;rbp_is_data;getppid$");
	EXPECT_CALLS(live, 0, .is_truncated = true);
}

Test(stacks, frames_of_variable_size_are_unwound)
{
	struct live *live = SCPROF(live_tracee("alloca"));

	EXPECT_CALLS(live, 20, .name = "getppid", .stack = ";main;varying;leaf;getppid$");
	EXPECT_CALLS(live, 0, .is_truncated = true);
}

Test(stacks, realigned_frames_are_unwound)
{
	struct live *live = SCPROF(live_tracee("realign"));

	EXPECT_CALLS(live, 10, .name = "getppid", .stack = ";main;aligned_local;leaf;getppid$");
	EXPECT_CALLS(live, 10, .name = "getppid",
		     .stack = ";main;aligned_and_variable;leaf;getppid$");
	EXPECT_CALLS(live, 10, .name = "getppid",
		     .stack = ";main;forced;aligned_local;leaf;getppid$");
	EXPECT_CALLS(live, 0, .is_truncated = true);
}

Test(stacks, two_hundred_frames_are_complete)
{
	struct live *live = SCPROF(live_tracee("recursion"), "200");

	EXPECT_CALLS(live, 3, .name = "getppid", .stack = ";main;(descend;){200}getppid$");
	EXPECT_CALLS(live, 0, .is_truncated = true);
}

Test(stacks, ten_thousand_frames_are_truncated_marked_and_counted)
{
	struct live *live = SCPROF(live_tracee("recursion"), "10000");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 3, .name = "getppid", .is_truncated = true,
		     .stack = "^\\[truncated\\];descend;");
	EXPECT_CALLS(live, 3, .is_truncated = true);
}

Test(stacks, max_frames_is_the_number_of_frames_of_a_truncated_stack)
{
	struct live *live = SCPROF("--max-frames", "16", live_tracee("recursion"), "200");

	EXPECT_CALLS(live, 3, .name = "getppid",
		     .stack = "^\\[truncated\\];(descend;){16}getppid$");
}

Test(stacks, stacks_of_signal_handlers_lead_to_main)
{
	struct live *live = SCPROF(live_tracee("handler"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 30, .name = "getppid");
	EXPECT_CALLS(live, 10, .name = "getppid",
		     .stack = ";main;raising;.*;handler;in_handler;getppid$");
	EXPECT_CALLS(live, 10, .name = "getppid",
		     .stack = ";main;raising_on_stack;.*;handler;in_handler;getppid$");
	EXPECT_CALLS(live, 10, .name = "getppid",
		     .stack = ";main;spinning;.*;handler;in_handler;getppid$");
	EXPECT_CALLS(live, 0, .is_truncated = true);
}

Test(stacks, a_handler_of_a_stack_overflow_works)
{
	struct live *live = SCPROF(live_tracee("overflow"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 1, .name = "getppid", .stack = "handler;getppid$");
}

Test(stacks, stacks_of_calls_of_the_vdso_lead_to_main)
{
	struct live *live = SCPROF(live_tracee("vdso"));

	EXPECT_CALLS(live, 25, .name = "clock_gettime", .stack = ";main;ask;");
	EXPECT_CALLS(live, 0, .is_truncated = true);
}

Test(stacks, loaded_and_reloaded_libraries_are_followed)
{
	struct live *live = SCPROF(live_tracee("dlopen"), live_built("tests/live/plugin.so"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 5, .name = "getppid",
		     .stack = ";main;plugin_run;plugin_call;(__)?getppid;getppid$");
	EXPECT_CALLS(live, 5, .name = "getpgrp",
		     .stack = ";main;plugin_run;plugin_call;called_back;getpgrp$");
	EXPECT_CALLS(live, 0, .is_truncated = true);
}

Test(stacks, stacks_through_code_without_unwind_tables_are_whole_or_marked)
{
	struct live *live = SCPROF(live_tracee("jit"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 10, .name = "getppid");
	EXPECT_CALLS(live, 10, .name = "getppid", .stack = "^\\[truncated\\]|;main;call;");
	EXPECT_CALLS(live, 10, .name = "getpgrp");
	EXPECT_CALLS(live, 10, .name = "getpgrp", .stack = "^\\[truncated\\]|;main;call;");
}

Test(stacks, code_generated_at_run_time_is_unwound_and_has_names)
{
	struct live *live = SCPROF(live_tracee("jit_names"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 10, .name = "getppid",
		     .stack = "^_start;.*;main;run;call;JS:framed;ask_parent;getppid$");
	EXPECT_CALLS(live, 10, .name = "getpgrp",
		     .stack = "^_start;.*;main;run;call;tram;poline 12;ask_group;getpgrp$");
	/*
	 * The frame pointer of this code leads nowhere, but its instructions show how it returns.
	 */
	EXPECT_CALLS(live, 10, .name = "getuid",
		     .stack = "^_start;.*;main;run;call;moved;ask_user;getuid$");
	EXPECT_CALLS(live, 0, .is_truncated = true);
	/* The instructions of the trampoline show that, too. */
	cr_expect_str_eq(profile_fact(&live->profile, "frame_pointer_stacks"), "10");
}

Test(stacks, a_perf_map_that_is_a_symbolic_link_is_not_read)
{
	struct live *live = SCPROF(live_tracee("jit_names"), "link");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 10, .name = "getppid",
		     .stack = "^_start;.*;call;\\[anon\\];ask_parent;");
}

Test(stacks, a_call_that_ends_its_function_belongs_to_that_function)
{
	struct live *live = SCPROF(live_tracee("noreturn"));

	EXPECT_CALLS(live, 1, .name = "getppid", .stack = ";main;ends_in_a_call;leave;getppid$");
	EXPECT_CALLS(live, 0, .is_truncated = true);
}

Test(stacks, a_stack_on_the_heap_is_unwound)
{
	struct live *live = SCPROF(live_tracee("context"));

	EXPECT_CALLS(live, 12, .name = "getppid", .stack = "coroutine;on_heap;getppid$");
}

Test(stacks, a_wrong_stack_pointer_gives_a_marked_stack_and_does_no_harm)
{
	struct live *live = SCPROF(live_tracee("bad_stack"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 6, .name = "getppid", .stack = "with_stack_pointer;getppid$");
	EXPECT_CALLS(live, 6, .name = "getppid", .is_truncated = true);
}

Test(stacks, exceptions_work_and_names_are_demangled)
{
	struct live *live = SCPROF(live_tracee("exception"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 10, .name = "getppid",
		     .stack = ";main;tracee::catcher\\(int\\);tracee::thrower\\(int\\)" COLD
			      ";tracee::guard::~guard\\(\\);(__)?getppid;getppid$");
	EXPECT_CALLS(live, 10, .name = "getpgrp",
		     .stack = ";main;tracee::catcher\\(int\\)" COLD ";(__)?getpgrp;getpgrp$");
	EXPECT_CALLS(live, 0, .is_truncated = true);
}

Test(stacks, a_program_whose_file_was_removed_is_unwound)
{
	struct live *live = SCPROF(live_tracee("deleted"), "copy");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 8, .name = "getppid");
	EXPECT_CALLS(live, 0, .name = "getppid", .is_truncated = true);
}

Test(stacks, a_program_in_a_chroot_is_unwound)
{
	struct live *live;

	live_need_root();
	live = SCPROF(live_tracee("chroot"), ".");
	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 5, .name = "getppid", .stack = ";main;locked_in;(__)?getppid;getppid$");
}

/* 400 rounds change code that no stack needs, 2 calls each, and 10 changes fail. */
Test(stacks, calls_that_change_code_which_no_stack_needs_rarely_stop)
{
	struct live *live;
	const char *stops;

	live_need_gate();
	live = SCPROF("--engine=fast", live_tracee("code_changes"));
	stops = profile_fact(&live->profile, "stops");
	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 800, .name = "mprotect", .stack = ";main;change_unused;write_code;");
	EXPECT_CALLS(live, 10, .name = "mprotect", .stack = ";main;change_unused;syscall;",
		     .error = EINVAL);
	cr_assert_not_null(stops);
	cr_expect_lt(atoi(stops), 400, "%s", stops);
}

/* Two kinds of code take turns at one place: what was found of one must not be used for the other. */
static void expect_changing(const char *engine)
{
	struct live *live = SCPROF(engine, live_tracee("code_changes"), "used");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 800, .name = "mprotect", .stack = ";main;change_unused;write_code;");
	EXPECT_CALLS(live, 400, .name = "getppid");
	EXPECT_CALLS(live, 400, .name = "getppid",
		     .stack = "^\\[truncated\\]|;main;change_used;\\[anon\\];inner;");
	EXPECT_CALLS(live, 800, .name = "mprotect", .stack = ";main;change_used;write_code;");
}

Test(stacks, threads_change_code_that_stacks_lead_through)
{
	struct live *live = SCPROF("--engine=fast", live_tracee("code_changes"), "threads");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 800, .name = "mprotect", .stack = ";main;change_unused;write_code;");
	EXPECT_CALLS(live, 1600, .name = "mprotect", .stack = ";run;change_used;write_code;");
	EXPECT_CALLS(live, 800, .name = "getppid");
	EXPECT_CALLS(live, 800, .name = "getppid",
		     .stack = "^\\[truncated\\]|;run;change_used;\\[anon\\];inner;");
}

Test(stacks, stacks_lead_through_code_that_changes_where_it_is)
{
	expect_changing("--engine=fast");
	expect_changing("--engine=ptrace");
}

/* Neither function has an unwind table, or an end that says how large its frame is. */
Test(stacks, stacks_through_functions_without_tables_that_never_return_are_whole)
{
	struct live *live = SCPROF(live_tracee("noreturn_no_tables"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 1, .name = "getppid",
		     .stack = "^_start;.*;main;ends_in_a_call;leave;getppid$");
}
