/* SPDX-License-Identifier: MIT */
/*
 * What the writer and the reader of logs must agree on besides log.proto. Private to these two.
 * Increase LOG_VERSION with each change that an older reader would misread.
 */
#ifndef SCPROF_PROFILE_LOG_LOG_LAYOUT_H
#define SCPROF_PROFILE_LOG_LOG_LAYOUT_H

#define LOG_FORMAT	    "scprof log"
#define LOG_VERSION	    1
#define LOG_MAX_RECORD_SIZE (1u << 20)

#endif
