// SPDX-License-Identifier: MIT
/*
 * The table, and the comparison with its words. A profile has few modules, and each function is
 * looked up once, so a linear search is fast enough.
 */
#include "analysis/runtime_table.h"

#include <ctype.h>
#include <string.h>

#include "profile/util/text.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

const struct runtime_rule runtime_rules[] = {
	{ "C", RUNTIME_MODULE, "libgcc_s libasan libtsan libubsan liblsan libmsan", CODE_RUNTIME },
	{ "C", RUNTIME_MODULE, "libjemalloc libtcmalloc libtcmalloc_minimal libmimalloc",
	  CODE_RUNTIME },
	{ "C", RUNTIME_MODULE, "libglib libgio libgobject libgmodule libgthread", CODE_RUNTIME },
	{ "C", RUNTIME_MODULE, "libssl libcrypto libuv", CODE_RUNTIME },
	{ "C", RUNTIME_SOURCE, "/libuv/src/ /deps/uv/src/", CODE_RUNTIME },
	{ "C", RUNTIME_SYMBOL, "uv__", CODE_RUNTIME },
	{ "C++", RUNTIME_MODULE, "libstdc++ libc++ libc++abi libtbb", CODE_RUNTIME },
	{ "C++", RUNTIME_SOURCE, "/include/c++/ /libstdc++-v3/ /libcxx/ /libcxxabi/ /include/tbb/",
	  CODE_RUNTIME },
	{ "C++", RUNTIME_SYMBOL,
	  "_ZSt _ZNSt _ZNKSt _ZNVSt _ZNSs _ZNKSs _ZNSa _ZNKSa _ZNSb _ZNKSb _ZNSi _ZNKSi _ZNSo "
	  "_ZNKSo _ZNSd _ZNKSd _ZZNSt _ZZNKSt _ZZSt _ZN9__gnu_cxx _ZNK9__gnu_cxx "
	  "_ZN10__cxxabiv1 _Znw _Zna _Zdl _Zda __cxa_ __gxx_ _Unwind_",
	  CODE_RUNTIME },
	{ "Rust", RUNTIME_SOURCE,
	  "/rustc/ /rust/deps/ /lib/rustlib/src/rust/library/ /usr/src/rustc-", CODE_RUNTIME },
	{ "Rust", RUNTIME_SYMBOL, "__rust_ __rdl_ __rg_ rust_begin_unwind rust_panic",
	  CODE_RUNTIME },
	{ "Python", RUNTIME_MODULE, "python python2 python3 libpython pypy pypy3 libpypy",
	  CODE_RUNTIME },
	{ "Python", RUNTIME_DIR, "/lib-dynload/", CODE_RUNTIME },
	{ "Python", RUNTIME_SOURCE, "<frozen /lib/python3. /lib/python2. /Python-3.",
	  CODE_LIBRARY },
	{ "JavaScript", RUNTIME_MODULE, "libnode libv8 libv8_libbase libv8_libplatform",
	  CODE_RUNTIME },
	{ "JavaScript", RUNTIME_JIT,
	  "Builtin: BytecodeHandler: Stub: RegExp: Handler: Bytecode Builtins_", CODE_RUNTIME },
	{ "JavaScript", RUNTIME_SOURCE, "node: internal/", CODE_LIBRARY },
	{ "Java", RUNTIME_MODULE, "java javac jar jshell libjvm libjli", CODE_RUNTIME },
	{ "Java", RUNTIME_JIT,
	  "Interpreter StubRoutines call_stub vtable I2C/C2I RuntimeStub flush_icache_stub "
	  "DeoptimizationBlob UncommonTrapBlob ExceptionBlob SafepointBlob "
	  "MethodHandlesAdapterBlob native_method_ AdapterBlob",
	  CODE_RUNTIME },
	{ "Java", RUNTIME_JIT,
	  "java. javax. jdk. sun. com.sun. Ljava/ Ljavax/ Ljdk/ Lsun/ Lcom/sun/", CODE_LIBRARY },
	{ ".NET", RUNTIME_MODULE, "dotnet libcoreclr libclrjit libhostfxr libhostpolicy",
	  CODE_RUNTIME },
	{ "Ruby", RUNTIME_MODULE, "ruby libruby libruby-", CODE_RUNTIME },
	{ "Ruby", RUNTIME_DIR, "/lib/ruby/ /x86_64-linux-gnu/ruby/", CODE_RUNTIME },
	{ "Perl", RUNTIME_MODULE, "perl libperl", CODE_RUNTIME },
	{ "Perl", RUNTIME_DIR, "/perl-base/ /perl/5.", CODE_RUNTIME },
	{ "PHP", RUNTIME_MODULE, "php php-fpm php-cgi libphp", CODE_RUNTIME },
	{ "Lua", RUNTIME_MODULE, "lua liblua luajit libluajit", CODE_RUNTIME },
};
const size_t runtime_nr_rules = NR(runtime_rules);

/* The first parts of the import paths of Go's standard library. */
static const char go_low_packages[] = "runtime internal syscall sync reflect vendor type go gogo ";
static const char go_packages[] =
	"archive arena bufio bytes cmp compress container context crypto database debug embed "
	"encoding errors expvar flag fmt hash html image index io iter log maps math mime net os "
	"path plugin regexp slices sort strconv strings structs testing text time unicode unique "
	"unsafe weak ";

/* Returns true if @text begins with a word of @words. */
static bool begins_with(const char *words, const char *text)
{
	while (*words) {
		size_t length = strcspn(words, " ");

		if (!strncmp(text, words, length))
			return true;
		words += length + (words[length] == ' ');
	}
	return false;
}

/* Returns true if @text contains a word of @words. */
static bool contains(const char *words, const char *text)
{
	size_t size = strlen(text);

	while (*words) {
		size_t length = strcspn(words, " ");

		if (memmem(text, size, words, length))
			return true;
		words += length + (words[length] == ' ');
	}
	return false;
}

/*
 * Returns true if @name is a word of @words, alone or with a version: `python3.11`,
 * `libstdc++.so.6`.
 */
static bool is_version_of(const char *words, const char *name)
{
	while (*words) {
		size_t length = strcspn(words, " ");

		if (!strncmp(name, words, length)) {
			const char *rest = name + length + strspn(name + length, ".-_");

			if (!*rest || isdigit((unsigned char)*rest) || !strncmp(rest, "so", 2))
				return true;
		}
		words += length + (words[length] == ' ');
	}
	return false;
}

const struct runtime_rule *runtime_module_rule(const char *path)
{
	const char *name = text_basename(path);

	for (size_t i = 0; i < NR(runtime_rules); i++) {
		const struct runtime_rule *rule = &runtime_rules[i];

		if ((rule->subject == RUNTIME_MODULE && is_version_of(rule->words, name)) ||
		    (rule->subject == RUNTIME_DIR && contains(rule->words, path)))
			return rule;
	}
	return NULL;
}

bool runtime_has_source(const char *path)
{
	for (size_t i = 0; i < NR(runtime_rules); i++) {
		const struct runtime_rule *rule = &runtime_rules[i];

		if (rule->subject == RUNTIME_SOURCE && rule->kind == CODE_RUNTIME &&
		    contains(rule->words, path))
			return true;
	}
	return false;
}

/* Returns true for `_RNv…` and for names that end with rustc's hash; LLVM may add `.llvm.1234`. */
static bool is_rust_symbol(const char *symbol)
{
	const char *suffix = strstr(symbol, ".llvm.");
	size_t length = suffix ? (size_t)(suffix - symbol) : strlen(symbol);

	return !strncmp(symbol, "_R", 2) ||
	       (!strncmp(symbol, "_ZN", 3) && length > 23 && symbol[length - 1] == 'E' &&
		!strncmp(symbol + length - 20, "17h", 3) &&
		strspn(symbol + length - 17, "0123456789abcdef") == 16);
}

/*
 * Skips the characters and words that can precede the first path of a Rust name: `<&mut
 * std::fs::File as …>`.
 */
static const char *rust_path(const char *name)
{
	static const char *const words[] = { "mut ", "dyn ", "const ", "impl " };
	const char *before;

	do {
		before = name;
		name += strspn(name, "<&*[(");
		for (size_t i = 0; i < NR(words); i++) {
			if (!strncmp(name, words[i], strlen(words[i])))
				name += strlen(words[i]);
		}
	} while (name != before);
	return name;
}

/* Returns CODE_RUNTIME if @path begins with a crate of Rust's standard library. */
static enum code_kind rust_crate_kind(const char *path)
{
	static const char crates[] =
		"std:: core:: alloc:: proc_macro:: test:: panic_unwind:: panic_abort:: "
		"std_detect:: rustc_demangle:: compiler_builtins:: hashbrown:: addr2line:: gimli:: "
		"miniz_oxide:: __rustc";

	return begins_with(crates, path) ? CODE_RUNTIME : CODE_USER;
}

/*
 * `<std::fs::File as std::io::Read>::read` is the library's, `<app::Log as std::io::Write>::write`
 * is the user's. In `<T as core::…>` and `<[u8] as …>`, only the trait shows whose function it is.
 */
static enum code_kind rust_kind(const char *name)
{
	const char *path = rust_path(name);
	const char *as = strstr(path, " as ");
	size_t length = strspn(path, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
				     "0123456789");

	if (strstr(name, "__rust_begin_short_backtrace"))
		return CODE_LIBRARY;
	if (*name == '<' && as && strncmp(path + length, "::", 2) != 0)
		path = rust_path(as + strlen(" as "));
	return rust_crate_kind(path);
}

/*
 * Returns true if @symbol is a function template of the library, instantiated for a lambda of the
 * user.
 */
static bool has_closure(const char *symbol)
{
	const char *local = strchr(symbol + 2, 'Z');

	while (local && !isdigit((unsigned char)local[1]) && local[1] != 'N')
		local = strchr(local + 1, 'Z');
	return local && strstr(local, "Ul") && strncmp(local, "ZNSt", 4) != 0;
}

enum code_kind runtime_symbol_kind(const char *symbol, const char *name)
{
	if (is_rust_symbol(symbol))
		return rust_kind(name);
	for (size_t i = 0; i < NR(runtime_rules); i++) {
		const struct runtime_rule *rule = &runtime_rules[i];

		if (rule->subject == RUNTIME_SYMBOL && begins_with(rule->words, symbol))
			return has_closure(symbol) ? CODE_LIBRARY : rule->kind;
	}
	return CODE_USER;
}

enum code_kind runtime_go_kind(const char *name)
{
	const char *slash = strrchr(name, '/');
	const char *dot = strchr(slash ? slash : name, '.');
	size_t length = strcspn(name, "/.");
	char first[16];

	/* Type arguments can contain slashes, too: main.each[net/http.Header]. */
	if (slash && strchr(name, '[') && strchr(name, '[') < slash) {
		dot = strchr(name, '.');
		slash = NULL;
	}
	if (!dot)
		return begins_with("_cgo_ x_cgo_ crosscall threadentry", name) ? CODE_RUNTIME
									       : CODE_USER;
	/* An import path that begins with a host name belongs to another project. */
	if (length + 2 > sizeof(first) || (slash && name[length] == '.'))
		return CODE_USER;
	memcpy(first, name, length);
	memcpy(first + length, " ", 2);
	for (const char *at = go_low_packages; *at; at += strcspn(at, " ") + 1) {
		if (!strncmp(at, first, length + 1))
			return CODE_RUNTIME;
	}
	for (const char *at = go_packages; *at; at += strcspn(at, " ") + 1) {
		if (!strncmp(at, first, length + 1))
			return CODE_LIBRARY;
	}
	return CODE_USER;
}

/* Returns what is after the type of the result: `void java.io.Console.flush()`. */
static const char *method_of(const char *name)
{
	size_t length = strcspn(name, " (");

	return name[length] == ' ' && strchr(name + length, '(') ? name + length + 1 : name;
}

/* Files in the standard library of an interpreted language, but not packages that were added. */
static bool is_script_library(const char *file)
{
	if (strstr(file, "site-packages/") || strstr(file, "dist-packages/"))
		return false;
	for (size_t i = 0; i < NR(runtime_rules); i++) {
		const struct runtime_rule *rule = &runtime_rules[i];

		if (rule->subject == RUNTIME_SOURCE && rule->kind == CODE_LIBRARY &&
		    (*file == '/' ? contains(rule->words, file) : begins_with(rule->words, file)))
			return true;
	}
	return false;
}

enum code_kind runtime_jit_kind(const char *name, const char *file)
{
	if (*name == '[')
		return CODE_UNNAMED;
	for (size_t i = 0; i < NR(runtime_rules); i++) {
		const struct runtime_rule *rule = &runtime_rules[i];

		if (rule->subject == RUNTIME_JIT &&
		    (begins_with(rule->words, name) || begins_with(rule->words, method_of(name))))
			return rule->kind;
	}
	/* A function without a source file is part of the engine. */
	if (!strncmp(name, "JS:", 3) && !*file)
		return CODE_LIBRARY;
	if (!strncmp(name, "py::", 4) && !*file && strstr(name, ":<frozen "))
		return CODE_LIBRARY;
	return *file && is_script_library(file) ? CODE_LIBRARY : CODE_SCRIPT;
}
