/* SPDX-License-Identifier: MIT */
/*
 * The selected samples of a profile as a tree of functions: top-down from the outermost frame, with
 * the system call as the innermost node, or, for callers, from the system call outwards. Inlined
 * functions are nodes of their own. A node's id is greater than its parent's; node 0 is the root.
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
	uint32_t first_child;  /* in the order of the sort, greatest first; 0: none */
	uint32_t next_sibling; /* 0: none */
	uint32_t again;	       /* of a recursion, the label that called it again; else 0 */
	struct totals totals;  /* of the samples that end here, and of all nodes below */
};

enum call_tree_flags {
	CALL_TREE_CALLERS = 1,
	CALL_TREE_ANY_MODULE = 2, /* functions of one name are one, whatever module they are in */
	/*
	 * Without what frame_fold.h leaves out; a function that is on the path is not entered
	 * again.
	 */
	CALL_TREE_FOLDED = 4,
	CALL_TREE_FILES = 8, /* functions of one name in several source files are several */
};

struct call_tree {
	struct call_node *nodes;
	uint32_t nr_nodes;
	struct call_label *labels;
	uint32_t nr_labels;
	enum report_sort sort;
};

/* @sort is below NR_TREE_SORTS; @flags are of enum call_tree_flags. */
void call_tree_init(struct call_tree *tree, const struct profile *profile,
		    const struct report_filter *filter, enum report_sort sort, unsigned int flags);
void call_tree_fini(struct call_tree *tree);

/* Returns the node that follows @node when parents come before children; 0 at the end. */
uint32_t call_tree_next(const struct call_tree *tree, uint32_t node);

/* Returns the value of @node by which the tree is sorted. */
uint64_t call_tree_value(const struct call_tree *tree, uint32_t node);
/* Returns the sums of the samples that end at @node. */
struct totals call_tree_self(const struct call_tree *tree, uint32_t node);

#endif
