/* SPDX-License-Identifier: MIT */
/*
 * libtool builds a program that uses a library of the same tree as .libs/app, and a shell script
 * app that sets the library's path and executes .libs/app.
 */
#ifndef SCPROF_CLI_RUN_LIBTOOL_SCRIPT_H
#define SCPROF_CLI_RUN_LIBTOOL_SCRIPT_H

#include <stdbool.h>

/* Returns true if @program, which is searched for in PATH like a shell does, is such a script. */
bool libtool_script_is(const char *program);
/* Then prints how to profile only the program. */
void libtool_script_note(const char *program);

#endif
