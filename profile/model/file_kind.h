/* SPDX-License-Identifier: MIT */
/*
 * The kind of file that a descriptor or a path refers to.
 */
#ifndef SCPROF_PROFILE_MODEL_FILE_KIND_H
#define SCPROF_PROFILE_MODEL_FILE_KIND_H

enum file_kind {
	FILE_KIND_NONE,	   /* the call uses no file, or the kind was not recorded */
	FILE_KIND_UNKNOWN, /* a descriptor that is not open or could not be examined */
	FILE_KIND_PATH,	   /* a path that the program passed; it was not opened and not examined */
	FILE_KIND_FILE,
	FILE_KIND_FOLDER,
	FILE_KIND_DEVICE,
	FILE_KIND_PIPE,
	FILE_KIND_SOCKET,
	FILE_KIND_OTHER, /* epoll, eventfd, inotify and so on */
	NR_FILE_KINDS
};

/* Returns the name of @kind. Returns "" for FILE_KIND_NONE and for a number that is not a kind. */
const char *file_kind_name(unsigned int kind);
/* Returns the kind called @name; FILE_KIND_OTHER if there is no such kind. */
enum file_kind file_kind_from_name(const char *name);

#endif
