/* SPDX-License-Identifier: MIT */
/*
 * The file names of C libraries.
 */
#include "profile/symbols/c_library.h"

#include "profile/util/text.h"
#include <stddef.h>
#include <string.h>

bool c_library_has_module(const char *path)
{
	/*
	 * Each includes the character after the name proper, so that libm.so.6 and libm-2.31.so
	 * match, but not libmagic.
	 */
	static const char *const prefixes[] = {
		"libc.so",     "libc-2.",	    "ld-linux",	    "ld-2.",
		"ld.so",       "ld64.so",	    "libpthread.",  "libpthread-2.",
		"librt.so",    "librt-2.",	    "libdl.so",	    "libdl-2.",
		"libm.so",     "libm-2.",	    "libmvec.so",   "libresolv.so",
		"libresolv-",  "libnsl.so",	    "libnsl-2.",    "libnss_",
		"libutil.so",  "libutil-2.",	    "libanl.so",    "libanl-2.",
		"ld-musl-",    "libc.musl-",	    "libthread_db", "libBrokenLocale",
		"libcrypt.so", "libc_malloc_debug",
	};

	const char *name = text_basename(path);

	if (strcmp(path, "[vdso]") == 0)
		return true;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}
