/* SPDX-License-Identifier: MIT */
/*
 * contained PROGRAM ARGUMENT...: runs the program under a seccomp filter like the one that container
 * runtimes install by default. The filter allows most calls, and denies those by which a process
 * could change the machine. clone3 fails with ENOSYS, because the runtimes' filters cannot read its flags.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DENIED(nr, error)                                \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (nr), 0, 1), \
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))

static struct sock_filter instructions[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	DENIED(SYS_clone3, ENOSYS),
	DENIED(SYS_acct, EPERM),
	DENIED(SYS_add_key, EPERM),
	DENIED(SYS_bpf, EPERM),
	DENIED(SYS_clock_settime, EPERM),
	DENIED(SYS_delete_module, EPERM),
	DENIED(SYS_finit_module, EPERM),
	DENIED(SYS_init_module, EPERM),
	DENIED(SYS_ioperm, EPERM),
	DENIED(SYS_iopl, EPERM),
	DENIED(SYS_kexec_load, EPERM),
	DENIED(SYS_keyctl, EPERM),
	DENIED(SYS_mount, EPERM),
	DENIED(SYS_move_pages, EPERM),
	DENIED(SYS_open_by_handle_at, EPERM),
	DENIED(SYS_perf_event_open, EPERM),
	DENIED(SYS_pivot_root, EPERM),
	DENIED(SYS_reboot, EPERM),
	DENIED(SYS_request_key, EPERM),
	DENIED(SYS_setns, EPERM),
	DENIED(SYS_settimeofday, EPERM),
	DENIED(SYS_swapon, EPERM),
	DENIED(SYS_umount2, EPERM),
	DENIED(SYS_unshare, EPERM),
	DENIED(SYS_userfaultfd, EPERM),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

int main(int argc, char **argv)
{
	const struct sock_fprog program = {
		.len = sizeof(instructions) / sizeof(instructions[0]),
		.filter = instructions,
	};

	if (argc < 2)
		return 2;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
		perror("contained: seccomp");
		return 1;
	}
	execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}
