/* SPDX-License-Identifier: MIT */
/*
 * The settings of a run, from the SCPROF_* variables. The launcher sets these variables from its
 * options.
 */
#ifndef SCPROF_HELPER_BASE_SETTINGS_H
#define SCPROF_HELPER_BASE_SETTINGS_H

#include <stdbool.h>
#include <sys/types.h>

#include "profile/syscall/syscall_set.h"
#include "profile/util/output_place.h"
#include "scprof/helper_spawn.h"

#define SETTINGS_MAX_FRAMES 512 /* default */

/* How calls that the gate does not make reach the helper: see helper/tracer/intercept.h. */
enum interception {
	INTERCEPT_AUTO,
	INTERCEPT_STOPS,    /* each call stops, at its entry and at its exit */
	INTERCEPT_FILTER,   /* a seccomp filter stops all calls but the gate's at their entry */
	INTERCEPT_DISPATCH, /* Syscall User Dispatch: all calls but the gate's raise SIGSYS */
	INTERCEPT_PRCTL,    /* only in the settings: dispatch, switched on by prctl */
};

struct settings {
	bool is_preloaded; /* libscprof.so in the program started the helper */
	bool has_launcher; /* somebody reads the lines of helper/base/launcher_pipe.h */
	bool is_quiet;
	bool is_fast;	 /* the engine fast, which counts calls in the program */
	bool wants_fast; /* the user named the engine fast */
	enum interception interception;
	const char *why_stops; /* why every call stops, unless the user asked for that; or NULL */
	bool follows;	       /* the helper traces child processes as well */
	bool per_process;
	bool per_thread;
	bool touches; /* --fds: the helper records the files of descriptors and paths */
	bool redacts; /* --redact: files contain no directories and no network addresses */
	unsigned int max_frames;
	struct syscall_set trace;
	char *trace_text; /* as given, or NULL for all */
	char *name;	  /* the program's, for %n */
	char *output;	  /* absolute path of the profile */
	char *log;	  /* absolute path of the log, or NULL for none */
	char *final;	  /* path of the profile of all runs, which the launcher writes; or NULL */
	enum name_origin output_origin;
	enum name_origin log_origin;
	enum name_origin final_origin;
};

/*
 * With LD_PRELOAD and no launcher, the settings are in the environment of the program @pid. Copies
 * them to the environment of this process.
 */
void settings_take_environment(pid_t pid);

/* Only says how the program was started. settings_init() does this too. */
void settings_set_way(struct settings *settings, enum helper_way way);

/*
 * Fills @settings from the environment. @pid is the program. Returns 0. On failure returns -errno
 * and stores one line of text in *@error, which the caller frees. In both cases the caller calls
 * settings_fini.
 */
int settings_init(struct settings *settings, enum helper_way way, pid_t pid, char **error);
void settings_fini(struct settings *settings);

#endif
