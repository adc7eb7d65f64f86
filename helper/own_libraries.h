/* SPDX-License-Identifier: MIT */
/*
 * Reading ahead what most programs have in common with the helper.
 */
#ifndef SCPROF_HELPER_OWN_LIBRARIES_H
#define SCPROF_HELPER_OWN_LIBRARIES_H

/* Has the symbols of the helper's own C library and dynamic loader read. */
void own_libraries_read_ahead(void);

#endif
