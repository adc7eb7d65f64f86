/* SPDX-License-Identifier: MIT */
/*
 * The table that says which code belongs to the runtime or to the standard library of a language,
 * and not to the user. Each row has a language and words, which are compared with the module, with
 * the source file, or with the function. doc/user-code.md shows the table to users.
 */
#ifndef SCPROF_ANALYSIS_RUNTIME_TABLE_H
#define SCPROF_ANALYSIS_RUNTIME_TABLE_H

#include <stdbool.h>
#include <stddef.h>

enum code_kind {
	CODE_USER,
	CODE_SCRIPT,  /* the user's, in a language that is interpreted or compiled at run time */
	CODE_LIBRARY, /* the part of a standard library that shows the purpose: net/http */
	CODE_RUNTIME, /* the rest of a runtime and of its standard library */
	CODE_UNNAMED, /* machine code that a runtime made, without a name */
};

enum runtime_subject {
	RUNTIME_MODULE, /* the file name of the module: a word, then a version or nothing */
	RUNTIME_DIR,	/* a part of the module's path */
	RUNTIME_SOURCE, /* a part of the source file's path */
	RUNTIME_SYMBOL, /* the beginning of the mangled name, if the source file is unknown */
	RUNTIME_JIT,	/* the beginning of the name of code that was made at run time */
};

struct runtime_rule {
	const char *language;
	enum runtime_subject subject;
	const char *words; /* separated by spaces */
	enum code_kind kind;
};

extern const struct runtime_rule runtime_rules[];
extern const size_t runtime_nr_rules;

/* Returns the rule for the module @path, or NULL. */
const struct runtime_rule *runtime_module_rule(const char *path);
/* Returns true if the source file @path belongs to a standard library. */
bool runtime_has_source(const char *path);
/*
 * Returns the kind of the function with the name @symbol in the symbol table, whose source file is
 * unknown. @name is its demangled name.
 */
enum code_kind runtime_symbol_kind(const char *symbol, const char *name);
/* Returns the kind of code made at run time with @name, from the source @file ("" if unknown). */
enum code_kind runtime_jit_kind(const char *name, const char *file);

/*
 * Returns the kind of the Go function @name. A Go program's own packages and those of other
 * projects are CODE_USER.
 */
enum code_kind runtime_go_kind(const char *name);

#endif
