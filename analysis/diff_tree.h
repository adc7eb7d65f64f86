/* SPDX-License-Identifier: MIT */
/*
 * What differs between two runs as one tree of functions, from the outermost of your code down to
 * the system calls, with inclusive sums of both. Frames of the C library and the start-up code are
 * left out: they differ with its version, and nobody compares these. A node's id is greater than
 * its parent's; node 0 is the root.
 */
#ifndef SCPROF_ANALYSIS_DIFF_TREE_H
#define SCPROF_ANALYSIS_DIFF_TREE_H

#include "analysis/call_sites.h"

struct diff_node {
	uint32_t parent;
	uint32_t place;	       /* of a function; 0 for a system call */
	uint32_t syscall;      /* string id; 0 for a function */
	uint32_t first_child;  /* of those that differ, the greatest difference first; 0: none */
	uint32_t next_sibling; /* 0: none */
	struct totals base;
	struct totals new;
	bool differs; /* in calls, errors or bytes, itself or below */
};

struct diff_tree {
	struct diff_node *nodes;
	uint32_t nr;
};

/* @base and @new are made from the same names, and have stacks. */
void diff_tree_init(struct diff_tree *tree, const struct call_sites *base,
		    const struct call_sites *new);
void diff_tree_fini(struct diff_tree *tree);

#endif
