/* SPDX-License-Identifier: MIT */
/*
 * The difference between two runs as one tree of functions, from the outermost function of your
 * code down to the system calls. Each node has the inclusive sums of both runs. Frames of the C
 * library and of start-up code are left out, because they differ between versions of the library. A
 * node's id is larger than its parent's. Node 0 is the root.
 */
#ifndef SCPROF_ANALYSIS_DIFF_TREE_H
#define SCPROF_ANALYSIS_DIFF_TREE_H

#include "analysis/call_sites.h"

struct diff_node {
	uint32_t parent;
	uint32_t place;	  /* place id of a function; 0: the node is a system call */
	uint32_t syscall; /* string id; 0: the node is a function */
	/* Only children that differ are linked, the largest difference first; 0: none. */
	uint32_t first_child;
	uint32_t next_sibling; /* 0: none */
	struct totals base;
	struct totals new;
	bool differs; /* calls, errors or bytes differ, here or below */
};

struct diff_tree {
	struct diff_node *nodes;
	uint32_t nr;
};

/* @base and @new must use the same names and have stacks. */
void diff_tree_init(struct diff_tree *tree, const struct call_sites *base,
		    const struct call_sites *new);
void diff_tree_fini(struct diff_tree *tree);

#endif
