// SPDX-License-Identifier: MIT
/*
 * Makes every system call of one ABI (x86-64, i386 or x32), so that a test can learn from strace
 * which of them belong to a class. No call has an effect: a seccomp filter makes calls with a magic
 * sixth argument fail with ENOTNAM, which no call returns. strace sees each call enter before that.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAGIC	 0x5c5c5c
#define NR_CALLS 600

/* The kernel handles these two before it runs filters. */
#define NR_URETPROBE 335
#define NR_UPROBE    336

static int install_filter(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[5])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MAGIC, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOTNAM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = sizeof(code) / sizeof(code[0]), .filter = code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static int call_i386(int nr)
{
	int result = nr;

	/* The sixth argument is in ebp, which is saved below the red zone. */
	__asm__ volatile("lea -128(%%rsp), %%rsp\n\t"
			 "push %%rbp\n\t"
			 "mov $0x5c5c5c, %%ebp\n\t"
			 "int $0x80\n\t"
			 "pop %%rbp\n\t"
			 "lea 128(%%rsp), %%rsp"
			 : "+a"(result)
			 : "b"(-1), "c"(-1), "d"(-1), "S"(-1), "D"(-1)
			 : "memory", "r8", "r9", "r10", "r11");
	return result == -ENOTNAM;
}

static int call_long(long nr)
{
	return syscall(nr, -1L, -1L, -1L, -1L, -1L, (long)MAGIC) == -1 && errno == ENOTNAM;
}

int main(int argc, char **argv)
{
	const char *abi = argc > 1 ? argv[1] : "x86-64";
	long bit = strcmp(abi, "x32") == 0 ? 0x40000000 : 0;

	if (install_filter())
		return 2;
	for (int nr = 0; nr < NR_CALLS; nr++) {
		if (strcmp(abi, "i386") == 0
			    ? !call_i386(nr)
			    : nr != NR_URETPROBE && nr != NR_UPROBE && !call_long(nr | bit))
			return 3;
	}
	return 0;
}
