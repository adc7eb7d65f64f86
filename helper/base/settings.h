/* SPDX-License-Identifier: MIT */
/*
 * What the user asked for: the SCPROF_* variables, which the launcher sets from its options.
 */
#ifndef SCPROF_HELPER_BASE_SETTINGS_H
#define SCPROF_HELPER_BASE_SETTINGS_H

#include <stdbool.h>
#include <sys/types.h>

#include "profile/syscall/syscall_set.h"
#include "profile/util/output_place.h"
#include "scprof/helper_spawn.h"

#define SETTINGS_MAX_FRAMES 512 /* default */

struct settings {
	bool is_preloaded; /* libscprof.so in the program started the helper */
	bool has_launcher; /* somebody reads the lines of helper/base/report.h */
	bool is_quiet;
	bool is_fast;	 /* engine: known call sites are counted in the program itself */
	bool wants_fast; /* it was asked for by name */
	const char *
		why_stops; /* why every call stops although another engine was asked for, or NULL */
	bool follows;	   /* fork and clone */
	bool per_process;
	bool per_thread;
	bool touches; /* what descriptors and paths stand for is recorded */
	bool redacts; /* no path or address gets into a file */
	unsigned int max_frames;
	struct syscall_set trace;
	char *trace_text; /* as given, or NULL for all */
	char *name;	  /* the program's, for %n */
	char *output;	  /* absolute path of the profile */
	char *log;	  /* absolute path of the log, or NULL for none */
	char *final;	  /* of several runs' profile, which the launcher writes; or NULL */
	enum name_origin output_origin;
	enum name_origin log_origin;
	enum name_origin final_origin;
};

/*
 * With LD_PRELOAD alone the settings stand in the environment of the program @pid: takes them over
 * into this process's own.
 */
void settings_take_environment(pid_t pid);

/* Only says how the program was started. settings_init() does this too. */
void settings_set_way(struct settings *settings, enum helper_way way);

/*
 * Fills @settings from the environment. @pid is the program's. Returns 0, or -errno and in *@error
 * one line of text, which the caller frees. Release with settings_fini either way.
 */
int settings_init(struct settings *settings, enum helper_way way, pid_t pid, char **error);
void settings_fini(struct settings *settings);

#endif
