/* SPDX-License-Identifier: MIT */
/*
 * If a program uses a library of its own source tree, libtool builds two files. One is the program
 * itself, .libs/app. The other is a shell script, app, which sets the library's path and executes
 * .libs/app.
 */
#ifndef SCPROF_CLI_RUN_LIBTOOL_SCRIPT_H
#define SCPROF_CLI_RUN_LIBTOOL_SCRIPT_H

#include <stdbool.h>

/* Returns true if @program is such a script. Searches PATH for @program as a shell does. */
bool libtool_script_is(const char *program);
/* If @program is such a script, prints how to profile only the program. */
void libtool_script_note(const char *program);

#endif
