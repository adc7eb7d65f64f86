/* SPDX-License-Identifier: MIT */
/*
 * What the writer and the reader of logs agree on besides log.proto; private to the two. A change
 * that an older reader would take wrongly raises LOG_VERSION.
 */
#ifndef SCPROF_PROFILE_LOG_LOG_LAYOUT_H
#define SCPROF_PROFILE_LOG_LOG_LAYOUT_H

#define LOG_FORMAT	    "scprof log"
#define LOG_VERSION	    1
#define LOG_MAX_RECORD_SIZE (1u << 20)

#endif
