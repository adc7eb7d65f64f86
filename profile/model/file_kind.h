/* SPDX-License-Identifier: MIT */
/*
 * What a descriptor or a path stands for.
 */
#ifndef SCPROF_PROFILE_MODEL_FILE_KIND_H
#define SCPROF_PROFILE_MODEL_FILE_KIND_H

enum file_kind {
	FILE_KIND_NONE,	   /* the call touches nothing, or it was not recorded */
	FILE_KIND_UNKNOWN, /* a descriptor that is not open, or could not be looked at */
	FILE_KIND_PATH,	   /* a path as the program gave it: not opened, so not looked at */
	FILE_KIND_FILE,
	FILE_KIND_FOLDER,
	FILE_KIND_DEVICE,
	FILE_KIND_PIPE,
	FILE_KIND_SOCKET,
	FILE_KIND_OTHER, /* epoll, eventfd, inotify and their like */
	NR_FILE_KINDS
};

/* Returns the name of @kind, empty for FILE_KIND_NONE and for a number that is none. */
const char *file_kind_name(unsigned int kind);
/* Returns the kind that @name names; FILE_KIND_OTHER for an unknown one. */
enum file_kind file_kind_from_name(const char *name);

#endif
