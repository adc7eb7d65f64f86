/* SPDX-License-Identifier: MIT */
/*
 * Describes an error, without a C library.
 */
#ifndef SCPROF_HANDSHAKE_FAIL_H
#define SCPROF_HANDSHAKE_FAIL_H

#include "scprof/handshake.h"

static inline void text_set(char text[static SCPROF_TEXT_SIZE], const char *message)
{
	unsigned int i = 0;

	for (; message[i] && i < SCPROF_TEXT_SIZE - 1; i++)
		text[i] = message[i];
	text[i] = '\0';
}

/* Stores @message in @text and returns @error, which is -errno. */
static inline int fail(char text[static SCPROF_TEXT_SIZE], const char *message, long error)
{
	text_set(text, message);
	return (int)error;
}

#endif
