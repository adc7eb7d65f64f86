/* SPDX-License-Identifier: MIT */
/*
 * The place of an output file: an open directory, and a name in it that is not a symbolic link. In
 * a directory where everybody may write, other users may have put links, pipes and files. This
 * module decides which names are safe there. It does not rely on the sysctls fs.protected_*
 * (proc_sys_fs(5)).
 */
#ifndef SCPROF_PROFILE_UTIL_OUTPUT_PLACE_H
#define SCPROF_PROFILE_UTIL_OUTPUT_PLACE_H

#include <stdbool.h>

enum name_origin {
	NAME_GIVEN,   /* the user chose the name: it may be a link, a device or a pipe */
	NAME_DERIVED, /* scprof chose the name: it must be free, or the user's regular file */
};

struct output_place {
	int directory;	 /* descriptor, for the *at() calls only (O_PATH) */
	char *name;	 /* of the file in it */
	bool exists;	 /* a file with this name exists; the next two say of which kind */
	bool is_special; /* it is a device, a pipe or a socket */
	bool is_proc;	 /* it is a link in /proc to an open file (/dev/stdout) */
};

/*
 * Finds the place for @path. Returns 0, and then the caller releases @place with output_place_fini.
 * Otherwise returns -errno, and @place holds nothing. Apart from the errors of open(2) there are:
 *
 *	-EISDIR	@path is a directory
 *	-ELOOP	a derived name is a symbolic link
 *	-ENXIO	a derived name is something else that is not a regular file
 *	-EPERM	the directory has the sticky bit, and another user owns the link or pipe, or the
 *		user may not replace the file
 */
int output_place_find(struct output_place *place, const char *path, enum name_origin origin);
void output_place_fini(struct output_place *place);

/*
 * Writing @path has failed with @err (-errno). Returns a text that says why. It is valid until the
 * next call.
 */
const char *output_place_explain(const char *path, enum name_origin origin, int err);

/*
 * Removes the regular file @path, so that no earlier result keeps this name. Returns 0 or -errno.
 */
int output_place_clear(const char *path, enum name_origin origin);

#endif
