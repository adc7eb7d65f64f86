/* SPDX-License-Identifier: MIT */
/*
 * Decides for each function of a profile whether it is the user's code. Uses the table in
 * runtime_table.h, and what the profile's modules show: whether a program is written in Go and
 * where Go's own sources are, whether a program is node, and where the files of a Java virtual
 * machine are.
 */
#ifndef SCPROF_ANALYSIS_CODE_KIND_H
#define SCPROF_ANALYSIS_CODE_KIND_H

#include "analysis/runtime_table.h"
#include "profile/model/profile.h"

struct pattern;

/* Facts about a module. */
struct code_module {
	bool is_runtime; /* the whole module is a runtime */
	bool is_go;
	bool is_anonymous; /* code that was made at run time */
	uint32_t go_root;  /* length of the directory of Go's sources in go_file; 0: unknown */
	uint32_t go_file;  /* string id of a file in that directory */
};

struct code_kinds {
	const struct profile *profile;
	struct code_module *modules; /* by mapping id */
	uint8_t *matches;	     /* by string id: does --skip match? 1: no, 2: yes */
	uint8_t *sources;	     /* by string id: is it a library's file? 1: no, 2: yes */
	uint8_t *symbols;     /* by function id: its enum code_kind plus 1; 0: not known yet */
	struct pattern *skip; /* NULL: none */
	uint32_t java_home;   /* string id of the path of libjvm.so, or 0 */
	bool has_jit;	      /* a runtime in the profile makes machine code */
};

/* The fact that code_skip() sets: a regular expression. */
#define CODE_SKIP_FACT "skip"

/*
 * From now on, functions whose name, module or source file matches @regex count as a runtime's.
 * Expressions of earlier calls stay valid. The profile keeps the expression as a fact. Returns 0.
 * Returns -EINVAL if @regex is invalid or exceeds a limit, and then *@error is a text without
 * prefix, which the caller frees.
 */
int code_skip(struct profile *profile, const char *regex, char **error);

/*
 * Returns an expression that matches everything that @before (or NULL) or @regex matches. The
 * caller frees it.
 */
char *code_skip_join(const char *before, const char *regex);

void code_kinds_init(struct code_kinds *kinds, const struct profile *profile);
void code_kinds_fini(struct code_kinds *kinds);

/*
 * Returns the kind of the @nth function that is inlined in @frame; 0: the innermost. @frame is not
 * a pseudo-frame.
 */
enum code_kind code_kind_of(struct code_kinds *kinds, uint32_t frame, uint32_t nth);

#endif
