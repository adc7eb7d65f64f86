/* SPDX-License-Identifier: MIT */
/*
 * Why a file could not be written.
 */
#ifndef SCPROF_PROFILE_WRITE_ERROR_H
#define SCPROF_PROFILE_WRITE_ERROR_H

/*
 * Describes @error, an errno, as strerror(3) does. When the file would have been larger than this process
 * may write, the text says so, with the limit. It is valid until the thread calls this function again.
 */
const char *write_error_text(int error);

#endif
