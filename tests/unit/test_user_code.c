// SPDX-License-Identifier: MIT
/*
 * Tests whether a function is the user's code, which depends on its module, its source file and its
 * name. Also tests which function of a stack names the call. Stacks are written as text, with the
 * outermost frame first: `module:function`, and `@file` if the source file is known. `>` separates
 * functions that are inlined in one frame, with the innermost last. The mangled name is the same
 * text.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/code_kind.h"
#include "analysis/user_code.h"
#include "profile/symbols/symbolize.h"
#include "profile/util/xalloc.h"

static struct profile profile;

static uint32_t intern(const char *text)
{
	return string_table_intern(&profile.strings, text);
}

static void set_up(void)
{
	profile_init(&profile);
}

static void clean_up(void)
{
	profile_fini(&profile);
}

TestSuite(user_code_stack, .init = set_up, .fini = clean_up);

static struct line make_line(const char *text)
{
	char *name = xstrdup(text), *file = strchr(name, '@'), *demangled;
	struct function function = { 0 };

	if (file)
		*file++ = '\0';
	demangled = symbolize_demangle(name);
	function.name = intern(demangled);
	function.system_name = intern(name);
	function.file = file ? intern(file) : 0;
	free(demangled);
	free(name);
	return (struct line){ .function = profile_intern_function(&profile, &function), .line = 1 };
}

/* Underscores after the first colon stay; a space in a name is written as `%`. */
static uint32_t add_frame(char *text)
{
	static uint64_t offset;
	char *functions = strchr(text, ':'), *function;
	struct line lines[8];
	uint32_t nr = 0, mapping, frame;

	for (char *space = text; (space = strchr(space, '%'));)
		*space = ' ';
	*functions++ = '\0';
	mapping = profile_intern_mapping(
		&profile, &(struct mapping){ .path = intern(text), .limit = UINT64_MAX });
	frame = profile_intern_frame(&profile, mapping, ++offset);
	while ((function = strrchr(functions, '>')) && function[-1] == '>') {
		lines[nr++] = make_line(function + 1);
		function[-1] = '\0';
	}
	if (*functions)
		lines[nr++] = make_line(functions);
	profile_set_lines(&profile, frame, lines, nr);
	return frame;
}

/* Returns the stack that @text describes. */
static uint32_t add_stack(const char *text)
{
	char *copy = xstrdup(text);
	uint32_t stack = 0;

	for (char *rest = copy, *frame; (frame = strsep(&rest, " "));)
		stack = stack_table_intern(&profile.stacks, stack, add_frame(frame));
	free(copy);
	return stack;
}

static void expect_site(const char *text, const char *wanted)
{
	uint32_t stack = add_stack(text);
	struct location location;
	struct user_code own;
	char *name;

	user_code_init(&own, &profile);
	location = user_code_location(&own, stack);
	name = location_function(&profile, &location);
	cr_expect_str_eq(name, wanted, "%s: %s", text, name);
	free(name);
	user_code_fini(&own);
}

Test(user_code_stack, cxx_site_is_outside_of_the_standard_library)
{
	expect_site("/bin/app:main /bin/app:_ZN6ReaderIlE3sumEi "
		    "/lib/libstdc++.so.6.0.30:_ZNSt14basic_ifstreamIcSt11char_traitsIcEEC1Ev "
		    "/lib/libc.so.6:open",
		    "Reader<long>::sum(int)");
	expect_site("/bin/app:main@/src/a.cc>>for_each@/usr/include/c++/12/bits/stl_algo.h>>"
		    "operator()@/src/a.cc>>endl@/usr/include/c++/12/ostream /lib/libc.so.6:write",
		    "operator()");
	expect_site(
		"/lib/libc.so.6:start_thread /lib/libstdc++.so.6:execute_native_thread_routine "
		"/bin/app:_ZNSt6thread11_State_implINS_8_InvokerISt5tupleIJZ4mainEUlvE_EEEEE6_M_"
		"runEv /lib/libc.so.6:stat",
		"std::thread::_State_impl<std::thread::_Invoker<std::tuple<main::{lambda()#1}> > "
		">::_M_run()");
	expect_site("/bin/app:main /bin/app:_Znwm /lib/libc.so.6:malloc /lib/libc.so.6:brk",
		    "main");
}

Test(user_code_stack, functions_of_the_user_in_namespace_std_need_a_source_file)
{
	expect_site("/bin/app:main@/src/a.cc /bin/app:_ZNSt4hashI3KeyEclERKS0_@/src/key.h "
		    "/lib/libc.so.6:read",
		    "std::hash<Key>::operator()(Key const&)");
	expect_site("/bin/app:main /bin/app:_ZNSt4hashI3KeyEclERKS0_ /lib/libc.so.6:read", "main");
}

Test(user_code_stack, rust_site_is_outside_of_std)
{
	expect_site("/bin/app:main /bin/app:_RNvCs1_3app4main /bin/app:_RNvNtCs1_3app3log4show>>"
		    "_RNvNtCs1_3std2fs4read@/rustc/1/library/std/src/fs.rs "
		    "/bin/app:_RNvCs1_3std3foo /lib/libc.so.6:read",
		    "app::log::show");
	expect_site(
		"/bin/app:main "
		"/bin/app:_ZN3app4work17h0123456789abcdefE "
		"/bin/app:_ZN47_$LT$std..fs..File$u20$as$u20$std..io..Read$GT$4read17h0123456789"
		"abcdefE /lib/libc.so.6:read",
		"app::work");
}

Test(user_code_stack, go_site_is_the_innermost_function_of_another_package)
{
	expect_site("/bin/srv:runtime.goexit@/usr/lib/go/src/runtime/asm.s "
		    "/bin/srv:net/http.(*conn).serve@/usr/lib/go/src/net/http/server.go "
		    "/bin/srv:main.handle@/src/srv.go /bin/srv:os.Open@/usr/lib/go/src/os/file.go "
		    "/bin/srv:syscall.Syscall@/usr/lib/go/src/syscall/asm.s",
		    "main.handle");
	expect_site("/bin/srv:runtime.goexit@/usr/lib/go/src/runtime/asm.s "
		    "/bin/srv:net/http.(*Server).Serve.func3@/usr/lib/go/src/net/http/server.go "
		    "/bin/srv:bufio.(*Reader).fill@/usr/lib/go/src/bufio/bufio.go "
		    "/bin/srv:syscall.read@/usr/lib/go/src/syscall/asm.s",
		    "net/http.(*Server).Serve.func3");
	/* A package of the user with the same name as a package of Go. */
	expect_site("/bin/srv:runtime.goexit@/usr/lib/go/src/runtime/asm.s "
		    "/bin/srv:log/files.Rotate@/src/log/files/rotate.go "
		    "/bin/srv:os.Open@/usr/lib/go/src/os/file.go",
		    "log/files.Rotate");
	/*
	 * This program is not written in Go, so Go's rules do not apply to the names of its
	 * functions.
	 */
	expect_site("/bin/c:main /bin/c:log.isra /lib/libc.so.6:write", "log.isra");
}

Test(user_code_stack, interpreted_functions_come_before_machine_code)
{
	expect_site("/usr/bin/python3.12:main [anon]:py::main@/src/a.py "
		    "/usr/lib/fast.cpython-312.so:load /lib/libc.so.6:read",
		    "py::main");
	expect_site("/usr/bin/python3.12:main [anon]:py::main@/src/a.py "
		    "[anon]:py::open@/usr/lib/python3.12/gzip.py /usr/bin/python3.12:_Py_read "
		    "/lib/libc.so.6:read",
		    "py::main");
	expect_site("/usr/bin/python3.11:main /usr/bin/python3.11:_io_open /lib/libc.so.6:open",
		    "_io_open");
	expect_site("/opt/node:_ZN4node5StartEv /opt/node:_ZN2v88internal6InvokeEv "
		    "[anon]:JS:handle@/src/a.js [anon]:JS:readFileSync@node:fs "
		    "/opt/node:uv__fs_open /lib/libc.so.6:open",
		    "JS:handle");
	expect_site("/usr/lib/jvm/17/lib/server/libjvm.so:JavaCalls::call [anon]:Interpreter "
		    "[anon]:int%Srv.readFile(java.lang.String) "
		    "[anon]:int%java.io.FileInputStream.read(byte[]) "
		    "/usr/lib/jvm/17/lib/libjava.so:handleRead /lib/libc.so.6:read",
		    "int Srv.readFile(java.lang.String)");
	expect_site("/usr/lib/jvm/17/lib/server/libjvm.so:JavaCalls::call [anon]:Interpreter "
		    "[anon]:void%java.io.FileInputStream.close() "
		    "[anon]:void%java.io.FileDescriptor.close0() "
		    "/usr/lib/jvm/17/lib/libjava.so:fileDescriptorClose /lib/libc.so.6:close",
		    "void java.io.FileInputStream.close()");
}

Test(user_code_stack, program_with_the_name_of_a_runtime_is_the_users)
{
	expect_site("/home/me/node:main /home/me/node:_ZN4node5StartEv /lib/libc.so.6:read",
		    "node::Start()");
	expect_site("/home/me/libnet.so:send_all /lib/libc.so.6:write", "send_all");
}

Test(user_code_stack, musl_linked_statically_does_not_name_calls)
{
	expect_site(
		"/bin/app:_start /bin/app:main /bin/app:read_lines /bin/app:fgets /bin/app:__uflow "
		"/bin/app:__stdio_read",
		"read_lines");
}

Test(user_code_stack, skipped_code_does_not_name_calls)
{
	char *error = NULL;

	cr_assert_eq(code_skip(&profile, "^tokio::", &error), 0);
	cr_assert_eq(code_skip(&profile, "/vendor/", &error), 0);
	expect_site(
		"/bin/app:main /bin/app:work /bin/app:tokio::read /bin/app:pool@/src/vendor/pool.c "
		"/lib/libc.so.6:read",
		"work");
	cr_expect_neq(code_skip(&profile, "(", &error), 0);
	cr_assert_not_null(error);
	free(error);
}

Test(user_code_stack, sites_of_old_baselines_are_outside_of_the_c_library_only)
{
	uint32_t stack = add_stack("/bin/app:main /lib/libstdc++.so.6:_ZNSt8ifstreamC1Ev "
				   "/lib/libc.so.6:open");
	struct user_code own;

	user_code_init_modules(&own, &profile);
	cr_expect_eq(user_code_frame(&own, stack),
		     profile.stacks.nodes[profile.stacks.nodes[stack].parent].frame);
	user_code_fini(&own);
}

Test(runtime_table, go_packages_are_recognised_by_their_first_part)
{
	cr_expect_eq(runtime_go_kind("main.main"), CODE_USER);
	cr_expect_eq(runtime_go_kind("github.com/a/net.Listen"), CODE_USER);
	cr_expect_eq(runtime_go_kind("myapp/internal/db.Open"), CODE_USER);
	cr_expect_eq(runtime_go_kind("main.each[net/http.Header]"), CODE_USER);
	cr_expect_eq(runtime_go_kind("net.(*conn).Read"), CODE_LIBRARY);
	cr_expect_eq(runtime_go_kind("encoding/json.Unmarshal"), CODE_LIBRARY);
	cr_expect_eq(runtime_go_kind("runtime/internal/syscall.Syscall6"), CODE_RUNTIME);
	cr_expect_eq(runtime_go_kind("internal/poll.(*FD).Read"), CODE_RUNTIME);
	cr_expect_eq(runtime_go_kind("x_cgo_sigaction"), CODE_RUNTIME);
	cr_expect_eq(runtime_go_kind("net2.Listen"), CODE_USER);
	cr_expect_eq(runtime_go_kind(""), CODE_USER);
}

Test(runtime_table, rust_symbols_may_have_a_suffix_of_llvm)
{
	cr_expect_eq(runtime_symbol_kind("_ZN3std2rt10lang_start17h0123456789abcdefE.llvm.12",
					 "std::rt::lang_start"),
		     CODE_RUNTIME);
	cr_expect_eq(runtime_symbol_kind("_ZN3app4work17h0123456789abcdefE.llvm.12", "app::work"),
		     CODE_USER);
}

static enum code_kind rust(const char *name)
{
	return runtime_symbol_kind("_RNv", name);
}

Test(runtime_table, rust_names_belong_to_their_first_crate)
{
	cr_expect_eq(rust("<std::fs::File as std::io::Read>::read"), CODE_RUNTIME);
	cr_expect_eq(rust("<&mut std::fs::File as std::io::Read>::read"), CODE_RUNTIME);
	cr_expect_eq(rust("<app::Log as std::io::Write>::write"), CODE_USER);
	cr_expect_eq(rust("<&app::Log as std::io::Write>::write"), CODE_USER);
	cr_expect_eq(rust("core::ptr::drop_in_place::<app::Log>"), CODE_RUNTIME);
	cr_expect_eq(rust("<F as core::ops::function::FnOnce<A>>::call_once"), CODE_RUNTIME);
	cr_expect_eq(rust("<[u8] as std::io::Read>::read"), CODE_RUNTIME);
	cr_expect_eq(rust("<[u8] as app::Show>::show"), CODE_USER);
	cr_expect_eq(rust("standard::run"), CODE_USER);
	cr_expect_eq(rust("std::sys::backtrace::__rust_begin_short_backtrace"), CODE_LIBRARY);
	cr_expect_eq(rust(""), CODE_USER);
	cr_expect_eq(rust("<"), CODE_USER);
}

Test(runtime_table, modules_are_recognised_with_their_version)
{
	static const char *const runtime[] = {
		"/usr/lib/libstdc++.so.6.0.30",	    "/usr/bin/python3.11",
		"/usr/lib/libpython3.11.so.1.0",    "/usr/bin/perl",
		"/usr/lib/libglib-2.0.so.0.7400.6", "/usr/lib/libnode.so.108",
		"/usr/bin/luajit-2.1.0-beta3",	    "/usr/lib/python3.11/lib-dynload/_ssl.so"
	};
	static const char *const yours[] = { "/usr/bin/python-build",
					     "/usr/bin/perldoc",
					     "/usr/lib/libsqlite3.so.0",
					     "/usr/bin/javaws",
					     "/home/me/lualatex",
					     "/usr/lib/libc++filter.so",
					     "" };

	for (size_t i = 0; i < sizeof(runtime) / sizeof(runtime[0]); i++)
		cr_expect_not_null(runtime_module_rule(runtime[i]), "%s", runtime[i]);
	for (size_t i = 0; i < sizeof(yours) / sizeof(yours[0]); i++)
		cr_expect_null(runtime_module_rule(yours[i]), "%s", yours[i]);
}

Test(runtime_table, documentation_shows_each_word)
{
	const char *top = getenv("top_srcdir");
	char *path = xasprintf("%s/doc/user-code.md", top ? top : "."), *text = NULL;
	FILE *file = fopen(path, "re");
	size_t size = 0;

	cr_assert_not_null(file);
	cr_assert(getdelim(&text, &size, '\0', file) > 0);
	for (size_t i = 0; i < runtime_nr_rules; i++) {
		char *words = xstrdup(runtime_rules[i].words);

		for (char *rest = words, *word; (word = strsep(&rest, " "));) {
			char *quoted = xasprintf("`%s`", word);

			cr_expect(strstr(text, quoted), "%s", quoted);
			free(quoted);
		}
		free(words);
	}
	free(text);
	free(path);
	fclose(file);
}
