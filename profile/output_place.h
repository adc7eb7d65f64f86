/* SPDX-License-Identifier: MIT */
/*
 * Where a file that is to be written goes: the directory, held open, and a name in it that is no symbolic link.
 * Other users may have put links, pipes and files of theirs in a directory where everybody may write; this
 * says which names are safe there. It does not rely on the sysctls fs.protected_* (proc_sys_fs(5)).
 */
#ifndef SCPROF_PROFILE_OUTPUT_PLACE_H
#define SCPROF_PROFILE_OUTPUT_PLACE_H

#include <stdbool.h>

enum name_origin {
	NAME_GIVEN, /* the user chose the name: links are followed, devices and pipes written to */
	NAME_DERIVED, /* scprof made it up: it must be free, or a regular file of the user's */
};

struct output_place {
	int directory;	 /* descriptor, for the *at() calls only (O_PATH) */
	char *name;	 /* of the file in it */
	bool exists;	 /* there is something of that name, */
	bool is_special; /* which is a device, pipe or socket, */
	bool is_proc;	 /* or a link of /proc that leads to an open file (/dev/stdout) */
};

/*
 * Finds the place for @path. Returns 0, and then the caller ends @place with output_place_fini. Or
 * returns -errno, and @place holds nothing. Beside the errors of open(2) these are: -EISDIR for a
 * directory; -ELOOP for a symbolic link under a derived name; -ENXIO for another thing under a
 * derived name that is no regular file; -EPERM for what other users have put into a directory
 * with the sticky bit: a link or pipe, or a file that may not be replaced.
 */
int output_place_find(struct output_place *place, const char *path, enum name_origin origin);
void output_place_fini(struct output_place *place);

/*
 * Returns what is wrong with @path, in words, when writing it has failed with @err (-errno). Borrowed
 * until the next call.
 */
const char *output_place_explain(const char *path, enum name_origin origin, int err);

/* Removes the regular file @path, so that no earlier result stays under that name. Returns 0 or -errno. */
int output_place_clear(const char *path, enum name_origin origin);

#endif
