/* SPDX-License-Identifier: MIT */
/*
 * The selected samples of a profile as a tree of functions. Top-down, the outermost frames are at
 * the root and the system calls are the leaves. With CALL_TREE_CALLERS, the system calls are at the
 * root and callers are below. Each inlined function has its own node. A node's id is larger than
 * its parent's. Node 0 is the root.
 */
#ifndef SCPROF_ANALYSIS_CALL_TREE_H
#define SCPROF_ANALYSIS_CALL_TREE_H

#include "analysis/report_filter.h"
#include "analysis/report_rows.h"

struct call_label {
	bool is_syscall;
	uint32_t nr;  /* of a system call */
	uint32_t abi; /* enum syscall_abi */
	struct location location;
	char *name; /* `main`, `ls+0x1234`, `read` */
};

struct call_node {
	uint32_t parent;
	uint32_t label;	       /* index into labels */
	uint32_t first_child;  /* children are sorted, largest first; 0: none */
	uint32_t next_sibling; /* 0: none */
	uint32_t again;	       /* the label that called this function recursively; else 0 */
	struct totals totals;  /* of the samples that end here or in a node below */
};

enum call_tree_flags {
	CALL_TREE_CALLERS = 1,
	CALL_TREE_ANY_MODULE =
		2, /* functions with the same name are one, even in different modules */
	/*
	 * Leaves out the frames that frame_fold.h leaves out. A function that is on the path is not
	 * entered a second time.
	 */
	CALL_TREE_FOLDED = 4,
	CALL_TREE_FILES =
		8, /* functions with the same name in different source files are different */
};

struct call_tree {
	struct call_node *nodes;
	uint32_t nr_nodes;
	struct call_label *labels;
	uint32_t nr_labels;
	enum report_sort sort;
};

/* @sort is less than NR_TREE_SORTS. @flags are of enum call_tree_flags. */
void call_tree_init(struct call_tree *tree, const struct profile *profile,
		    const struct report_filter *filter, enum report_sort sort, unsigned int flags);
void call_tree_fini(struct call_tree *tree);

/* Returns the next node after @node, with parents before children. Returns 0 after the last. */
uint32_t call_tree_next(const struct call_tree *tree, uint32_t node);

/* Returns the value of @node by which the tree is sorted. */
uint64_t call_tree_value(const struct call_tree *tree, uint32_t node);
/* Returns the sums of the samples that end at @node, without those below. */
struct totals call_tree_self(const struct call_tree *tree, uint32_t node);

#endif
