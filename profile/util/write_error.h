/* SPDX-License-Identifier: MIT */
/*
 * Explains why a file could not be written.
 */
#ifndef SCPROF_PROFILE_UTIL_WRITE_ERROR_H
#define SCPROF_PROFILE_UTIL_WRITE_ERROR_H

/*
 * Describes @error, an errno, as strerror(3) does. For a file that exceeds the size limit of this
 * process, the text also gives the limit. The text is valid until the thread calls this function
 * again.
 */
const char *write_error_text(int error);

#endif
