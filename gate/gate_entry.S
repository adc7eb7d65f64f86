/* SPDX-License-Identifier: MIT */
/*
 * The gate. A stub jumps here with the system call number in rax and the address after the patched
 * call in rcx. r11 is free; all other registers are the program's. The gate saves registers in the
 * thread's area, which gs points to, and not on the program's stack. The C parts run on a stack in
 * the area. If a signal arrives meanwhile, the helper first puts the thread back at the program's
 * own code. So the gate is never re-entered.
 *
 * The program may have changed gs without a system call (wrgsbase). Then the first instruction
 * faults, or finds no area. So it comes before all instructions that change anything.
 *
 * On a hit the gate makes the call. On a miss it jumps to the two bytes before the return address:
 * there is a `syscall` instruction at which the thread stops.
 */
#include "scprof/thread_area.h"

#define SCPROF_CALL  3 /* as in scprof/handshake.h; a unit test compares them */
#define SCPROF_MAGIC 0x5c9f9c5b
#define SCPROF_CALL_WOKEN 8
#define EINTR	     4

#define SAVED(number) %gs:(AREA_REGISTERS + 8 * number)

/* Restores what the C parts may change: the arguments of the call and the stack, but not rax. */
.macro restore_arguments
	movq SAVED(AREA_RDX), %rdx
	movq SAVED(AREA_RSI), %rsi
	movq SAVED(AREA_RDI), %rdi
	movq SAVED(AREA_RSP), %rsp
	movq SAVED(AREA_R8), %r8
	movq SAVED(AREA_R9), %r9
	movq SAVED(AREA_R10), %r10
.endm

	.section gate_text, "ax", @progbits
	.globl gate_entry, gate_syscall, gate_syscall_return, gate_has_result
	.hidden gate_entry, gate_syscall, gate_syscall_return, gate_has_result
	.globl gate_leave, gate_restore_flags, gate_left
	.hidden gate_leave, gate_restore_flags, gate_left

gate_entry:
	/*
	 * These words must agree. With an overwritten address or size the gate would use another
	 * thread's area.
	 */
	movl %gs:AREA_IS_ACTIVE, %r11d
	xorl %gs:AREA_SELF, %r11d
	xorl %gs:AREA_SIZE, %r11d
	cmpl $AREA_MAGIC, %r11d
	jne .Lno_area
	movq %rax, SAVED(AREA_RAX)
	movq %rdx, SAVED(AREA_RDX)
	movq %rbx, SAVED(AREA_RBX)
	movq %rsi, SAVED(AREA_RSI)
	movq %rdi, SAVED(AREA_RDI)
	movq %rbp, SAVED(AREA_RBP)
	movq %rsp, SAVED(AREA_RSP)
	movq %r8, SAVED(AREA_R8)
	movq %r9, SAVED(AREA_R9)
	movq %r10, SAVED(AREA_R10)
	movq %r12, SAVED(AREA_R12)
	movq %r13, SAVED(AREA_R13)
	movq %r14, SAVED(AREA_R14)
	movq %r15, SAVED(AREA_R15)
	movq %rcx, SAVED(AREA_RETURN)
	movl $1, %gs:AREA_PHASE
	movq %gs:AREA_SELF, %rdi
	leaq AREA_STACK_TOP(%rdi), %rsp
	call gate_before
	testl %eax, %eax
	je .Lmiss
	movq SAVED(AREA_RAX), %rax
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
	cmpq $0, SAVED(AREA_FLAGS)
	jne gate_restore_flags
	restore_arguments
	movq SAVED(AREA_RETURN), %rcx
	movq %gs:AREA_RESULT, %rax
	movl $0, %gs:AREA_PHASE
gate_leave:
	/*
	 * At a patched `syscall; cmp` the program continues after the cmp, so the gate repeats the
	 * cmp.
	 */
	cmpq $-4096, %rax
	jmp *%rcx
gate_restore_flags:
	/*
	 * The helper sent the thread here from a call site that may need its flags: see
	 * helper/gate/fast_divert.c.
	 */
	/*
	 * It does not restore them with popf: if the helper single-steps that instruction, the
	 * kernel assumes that the program sets TF.
	 */
	movq SAVED(AREA_FLAGS), %rax
	movq %rax, %r11
	movq $0, SAVED(AREA_FLAGS) /* from here on the flags are in r11 */
	btl $11, %eax
	setc %cl
	movb %al, %ah
	movb %cl, %al
	addb $0x7f, %al /* sets OF if OF was set */
	sahf
	restore_arguments
	movq SAVED(AREA_RETURN), %rcx
	movq %gs:AREA_RESULT, %rax
	movl $0, %gs:AREA_PHASE
	jmp *%rcx
gate_left:

.Lmiss:
	movq SAVED(AREA_RAX), %rax
	restore_arguments
	movq SAVED(AREA_RETURN), %rcx
	movl $0, %gs:AREA_PHASE
.Lno_area:
	/*
	 * If the call makes a child, the child starts after the `syscall`. The cmp sets the flags
	 * of a call that did not fail.
	 */
	cmpq $-4096, %rcx
	leaq -2(%rcx), %r11
	jmp *%r11

	/* The helper moves a thread here to make one call: see helper/tracer/moved_call.h. */
	.globl gate_moved, gate_moved_return, gate_moved_end
	.hidden gate_moved, gate_moved_return, gate_moved_end
gate_moved:
	syscall
gate_moved_return:
	syscall
gate_moved_end:
	ud2

	/*
	 * A call that does not stop can fail with EINTR because another thread has taken the
	 * signal. If the program ignores that signal, the helper makes this thread repeat the call.
	 * Otherwise the helper lets it continue here.
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

	/* The helper puts a thread here, and moves it away at the last call. */
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

	/* The name of the areas' memory in /proc/PID/maps. */
	.globl gate_memory_name
	.hidden gate_memory_name
gate_memory_name:
	.asciz "scprof"

	/* A folder in a tmpfs. */
	.globl gate_memory_folder
	.hidden gate_memory_folder
gate_memory_folder:
	.asciz "/dev/shm"

	.section .note.GNU-stack, "", @progbits
