/* SPDX-License-Identifier: MIT */
/*
 * Gets debug information from the debuginfod servers that DEBUGINFOD_URLS names (debuginfod(8)). It
 * asks no server before a command calls debug_server_open(). debuginfod's own cache keeps what was
 * fetched. There is one instance for the whole program, because libdwfl asks for debug files deep
 * inside its own functions.
 */
#ifndef SCPROF_PROFILE_SYMBOLS_DEBUG_SERVER_H
#define SCPROF_PROFILE_SYMBOLS_DEBUG_SERVER_H

#include <stdbool.h>

/* How the waiting for servers ended. */
enum debug_server_end {
	DEBUG_SERVER_FINE,
	DEBUG_SERVER_SILENT,  /* nothing arrived for DEBUGINFOD_TIMEOUT seconds, or 15 */
	DEBUG_SERVER_SLOW,    /* all answers together took longer than debug_server_time_limit() */
	DEBUG_SERVER_STOPPED, /* @go_on returned false */
};

/*
 * Permits debug_server_fetch() to ask servers. Returns false if DEBUGINFOD_URLS names none, or if
 * the library libdebuginfod is missing.
 *
 * While the program waits for a server, it calls @go_on (unless NULL) about once a second, with the
 * build id and with how many of how many bytes have arrived (0 of 0 if unknown). If @go_on returns
 * false, the waiting ends.
 */
bool debug_server_open(bool (*go_on)(const char *build_id, long done, long total));
/*
 * From now on no server is asked. Returns how the waiting ended, or DEBUG_SERVER_FINE if nothing
 * was open.
 */
enum debug_server_end debug_server_close(void);
bool debug_server_is_open(void);
/* Returns how many seconds all answers together may take: DEBUGINFOD_MAXTIME, or 60. */
unsigned int debug_server_time_limit(void);

/*
 * Returns a descriptor of the debug file with the hexadecimal @build_id, or -1. Does not check the
 * content of the file. Asks no further server after one was silent, slow or stopped. If @path is
 * not NULL, stores the file's path in *@path; the caller frees it.
 */
int debug_server_fetch(const char *build_id, char **path);

#endif
