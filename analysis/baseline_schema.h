/* SPDX-License-Identifier: MIT */
/*
 * The structs into which libcyaml reads a baseline. Private to analysis/baseline_read.c.
 */
#ifndef SCPROF_ANALYSIS_BASELINE_SCHEMA_H
#define SCPROF_ANALYSIS_BASELINE_SCHEMA_H

#include <stdint.h>

#include "analysis/call_sites.h"

struct baseline_block {
	char *function; /* each member that is missing in the file is NULL */
	char *file;
	char *module;
	char *process;
	char *kind;	/* name of an enum site_kind; NULL: the program's calls */
	char *syscall;	/* of one site */
	char *syscalls; /* `mmap 3, openat ENOENT 2`: of all sites of the dynamic loader, … */
	uint64_t *calls;
	char *varies; /* `90..110`: smallest and largest number of calls over the runs */
	char *errors; /* `EAGAIN 1, ENOENT 3` */
	uint64_t bytes;
};

struct baseline_run {
	char *facts[NR_RUN_FACTS];
	char *program;
};

struct baseline_file {
	uint32_t version;
	struct baseline_run *run;
	struct baseline_block *sites;
	uint32_t nr_sites;
};

#endif
