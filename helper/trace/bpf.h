/* SPDX-License-Identifier: MIT */
/*
 * Runs seccomp filters (seccomp(2)): programs in classic BPF that read a struct seccomp_data.
 */
#ifndef SCPROF_HELPER_TRACE_BPF_H
#define SCPROF_HELPER_TRACE_BPF_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Runs the @nr instructions of @insns on @data. Returns true and stores what the program returns in
 * *@result. Returns false if the kernel would not have accepted the program.
 */
bool bpf_run(const struct sock_filter *insns, uint32_t nr, const struct seccomp_data *data,
	     uint32_t *result);
/* Returns true if the program reads the address of the call's syscall instruction. */
bool bpf_reads_ip(const struct sock_filter *insns, uint32_t nr);

#endif
