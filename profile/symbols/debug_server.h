/* SPDX-License-Identifier: MIT */
/*
 * Debug information from the debuginfod servers that DEBUGINFOD_URLS names (debuginfod(8)).
 * Nothing is asked unless a command opens this; what was fetched stays in debuginfod's own cache.
 * One for the whole program, since libdwfl asks from far within.
 */
#ifndef SCPROF_PROFILE_SYMBOLS_DEBUG_SERVER_H
#define SCPROF_PROFILE_SYMBOLS_DEBUG_SERVER_H

#include <stdbool.h>

/* Why a server was not waited for any longer. */
enum debug_server_end {
	DEBUG_SERVER_FINE,
	DEBUG_SERVER_SILENT,  /* nothing came for the time of DEBUGINFOD_TIMEOUT seconds, or 15 */
	DEBUG_SERVER_SLOW,    /* all together took longer than debug_server_time_limit() */
	DEBUG_SERVER_STOPPED, /* by @go_on */
};

/*
 * Makes servers be asked from now on, if any are named and the library libdebuginfod is there;
 * else returns false. While one is waited for, @go_on (unless NULL) is called about every second
 * with the build id and how many of how many bytes came (0 of 0: unknown), and stops it by
 * returning false.
 */
bool debug_server_open(bool (*go_on)(const char *build_id, long done, long total));
/* Returns how it went. None is open: fine. */
enum debug_server_end debug_server_close(void);
bool debug_server_is_open(void);
/* Returns how many seconds all answers together may take: DEBUGINFOD_MAXTIME, or 60. */
unsigned int debug_server_time_limit(void);

/*
 * Returns a descriptor of the debug file with @build_id, in hex, or -1; what it holds is not
 * checked. After a server was silent, slow or was stopped, none is asked again. *@path, if not
 * NULL, is for the caller to free.
 */
int debug_server_fetch(const char *build_id, char **path);

#endif
