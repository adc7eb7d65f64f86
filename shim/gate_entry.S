/* SPDX-License-Identifier: MIT */
/*
 * The gate. A stub comes here with rax = system call number, rcx = the address behind the patched
 * call, r11 free, everything else the program's. Registers are saved in the thread's area (over gs), not on
 * the program's stack, and the C parts run on a stack of the area. If a signal comes in between,
 * the helper puts the program back to its own code before it is delivered; so nothing here is re-entered.
 *
 * The first instruction may fault, or find no area, when the program has changed gs without
 * a call (wrgsbase): nothing is touched before that is clear.
 *
 * On a hit the call is made here; on a miss by the `syscall` instruction that ends right before
 * the return address, which the helper sees.
 */
#include "scprof/thread_area.h"

#define SCPROF_CALL  3 /* as in scprof/handshake.h; a unit test compares them */
#define SCPROF_MAGIC 0x5c9f9c5b
#define SCPROF_CALL_WOKEN 8
#define EINTR	     4

#define SAVED(number) %gs:(AREA_REGISTERS + 8 * number)

/* What the C parts may change, but for rax: the arguments of the call, and the stack. */
.macro restore_arguments
	movq SAVED(1), %rdx
	movq SAVED(4), %rsi
	movq SAVED(5), %rdi
	movq SAVED(7), %rsp
	movq SAVED(8), %r8
	movq SAVED(9), %r9
	movq SAVED(10), %r10
.endm

	.section gate_text, "ax", @progbits
	.globl gate_entry, gate_syscall, gate_syscall_return, gate_has_result
	.hidden gate_entry, gate_syscall, gate_syscall_return, gate_has_result
	.globl gate_leave, gate_restore_flags, gate_left
	.hidden gate_leave, gate_restore_flags, gate_left

gate_entry:
	/* These must agree: with an address or a size that was overwritten the gate would use another thread's area. */
	movl %gs:AREA_IS_ACTIVE, %r11d
	xorl %gs:AREA_SELF, %r11d
	xorl %gs:AREA_SIZE, %r11d
	cmpl $AREA_MAGIC, %r11d
	jne .Lno_area
	movq %rax, SAVED(0)
	movq %rdx, SAVED(1)
	movq %rbx, SAVED(3)
	movq %rsi, SAVED(4)
	movq %rdi, SAVED(5)
	movq %rbp, SAVED(6)
	movq %rsp, SAVED(7)
	movq %r8, SAVED(8)
	movq %r9, SAVED(9)
	movq %r10, SAVED(10)
	movq %r12, SAVED(12)
	movq %r13, SAVED(13)
	movq %r14, SAVED(14)
	movq %r15, SAVED(15)
	movq %rcx, SAVED(16)
	movl $1, %gs:AREA_PHASE
	movq %gs:AREA_SELF, %rdi
	leaq AREA_STACK_TOP(%rdi), %rsp
	call gate_before
	testl %eax, %eax
	je .Lmiss
	movq SAVED(0), %rax
	restore_arguments
gate_syscall:
	syscall
gate_syscall_return:
	cmpq $-EINTR, %rax
	je gate_woken
gate_is_final:
	movl $2, %gs:AREA_PHASE
	movq %rax, %gs:AREA_RESULT
gate_has_result:
	movq %gs:AREA_SELF, %rdi
	leaq AREA_STACK_TOP(%rdi), %rsp
	call gate_after
	movl $3, %gs:AREA_PHASE
	cmpq $0, SAVED(11)
	jne gate_restore_flags
	restore_arguments
	movq SAVED(16), %rcx
	movq %gs:AREA_RESULT, %rax
	movl $0, %gs:AREA_PHASE
gate_leave:
	/* A patched `syscall; cmp` goes on behind the cmp. */
	cmpq $-4096, %rax
	jmp *%rcx
gate_restore_flags:
	/* The helper has sent the thread here from a site that may want its flags, see helper/fast_divert.c. */
	/* Not by popf, which the kernel takes for a program's way to set TF when the helper steps it. */
	movq SAVED(11), %rax
	movq %rax, %r11
	movq $0, SAVED(11) /* from here on the helper finds them in r11 */
	btl $11, %eax
	setc %cl
	movb %al, %ah
	movb %cl, %al
	addb $0x7f, %al /* sets OF if it was set */
	sahf
	restore_arguments
	movq SAVED(16), %rcx
	movq %gs:AREA_RESULT, %rax
	movl $0, %gs:AREA_PHASE
	jmp *%rcx
gate_left:

.Lmiss:
	movq SAVED(0), %rax
	restore_arguments
	movq SAVED(16), %rcx
	movl $0, %gs:AREA_PHASE
.Lno_area:
	/* A child that the call makes begins behind it: with the flags of "it did not fail". */
	cmpq $-4096, %rcx
	leaq -2(%rcx), %r11
	jmp *%r11

	/*
	 * Without a stop a call fails with EINTR if another thread has taken the signal. If the program ignores that
	 * signal, the helper makes the thread repeat the call; else it lets it go on here.
	 */
	.globl gate_is_final, gate_woken, gate_woken_return, gate_woken_end
	.hidden gate_is_final, gate_woken, gate_woken_return, gate_woken_end
gate_woken:
	movl $SCPROF_MAGIC, %edi
	movl $SCPROF_CALL_WOKEN, %esi
	movl $SCPROF_CALL, %eax
	syscall
gate_woken_return:
	movq $-EINTR, %rax
	jmp gate_is_final
gate_woken_end:

	/* The helper puts a thread here, and takes it away at the last call. */
	.globl gate_setup, gate_setup_return
	.hidden gate_setup, gate_setup_return
gate_setup:
	xorl %r12d, %r12d
.Lsetup_call:
	syscall
gate_setup_return:
	testl %r12d, %r12d
	jne .Lsetup_done
	movl $1, %r12d
	movq %rax, %r13
	movq %rbx, %rax
	movq %r14, %rdi
	movq %r15, %rsi
	xorl %edx, %edx
	jmp .Lsetup_call
.Lsetup_done:
	movq %rax, %r15
	movl $SCPROF_MAGIC, %edi
	movl $SCPROF_CALL, %eax
	syscall
	ud2

	/* What /proc/PID/maps shows of the areas' memory. */
	.globl gate_memory_name
	.hidden gate_memory_name
gate_memory_name:
	.asciz "scprof"

	.section .note.GNU-stack, "", @progbits
