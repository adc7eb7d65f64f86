/* SPDX-License-Identifier: MIT */
/*
 * scprof.h - tell scprof which part of a program a system call belongs to.
 *
 *     scprof_begin("load");
 *     scprof_begin("parse");       in the report: region load/parse
 *     scprof_end();
 *     scprof_end();
 *
 *     scprof_pause();              the calls from here on are not counted
 *     scprof_resume();
 *
 * Regions and pauses are of the calling thread, and nest. A forked process begins in those of the
 * thread that made it; a new thread and an executed program begin in none. A name is cut after 255
 * bytes and may be freed after the call. doc/regions.md has the details.
 *
 * This file is all there is: copy it, include it in any number of C (since C89) or C++ (since C++98)
 * files; nothing needs to be linked. Without scprof each call is one load and one branch, and never
 * a system call. SCPROF_DISABLE, defined before, leaves nothing at all; so do other machines than
 * x86-64 Linux, and compilers other than GCC and Clang.
 *
 * How it works: an ELF note says where the flag below lies. scprof looks for it when the file is
 * mapped, and sets it. Then begin and end close a descriptor that nobody has, which
 * scprof understands. (Probes of SystemTap have their semaphores in the same way.)
 */
#ifndef SCPROF_SCPROF_H
#define SCPROF_SCPROF_H

#if defined(__linux__) && defined(__x86_64__) && !defined(__ILP32__) && defined(__GNUC__) && \
	!defined(SCPROF_DISABLE)

#ifdef __cplusplus
extern "C" {
#endif

/* Of the whole program or library; 0, unless scprof has set it. Not for use. */
extern volatile unsigned int scprof_is_listening_v1;
__attribute__((weak, used, visibility("hidden"),
	       section(".data.scprof"))) volatile unsigned int scprof_is_listening_v1 = 0;

/* Name "scprof", type 1: how far the flag is from here. */
__asm__(".pushsection .note.scprof, \"a\", @note\n"
	".balign 4\n"
	".long 7, 8, 1\n"
	".asciz \"scprof\"\n"
	".balign 4\n"
	".quad scprof_is_listening_v1 - .\n"
	".popsection\n");

static __inline__ __attribute__((unused)) void scprof_call_v1(long what, const char *name)
{
	long result = 3; /* close */

	if (__builtin_expect(scprof_is_listening_v1 == 0, 1))
		return;
	__asm__ __volatile__("syscall"
			     : "+a"(result)
			     : "D"(0x5c9f9c5bl), "S"(what), "d"(name)
			     : "rcx", "r11", "memory");
}

static __inline__ __attribute__((unused)) void scprof_begin(const char *name)
{
	scprof_call_v1(4, name);
}

static __inline__ __attribute__((unused)) void scprof_end(void)
{
	scprof_call_v1(5, (const char *)0);
}

static __inline__ __attribute__((unused)) void scprof_pause(void)
{
	scprof_call_v1(6, (const char *)0);
}

static __inline__ __attribute__((unused)) void scprof_resume(void)
{
	scprof_call_v1(7, (const char *)0);
}

#ifdef __cplusplus
}
#endif

#else

#define scprof_begin(name) ((void)(name))
#define scprof_end()	   ((void)0)
#define scprof_pause()	   ((void)0)
#define scprof_resume()	   ((void)0)

#endif

#if defined(__cplusplus) && !defined(SCPROF_NO_CLASSES)

/* A region, or a pause, as long as a block: `scprof_region region("load");` */
class scprof_region
{
      public:
	explicit scprof_region(const char *name)
	{
		scprof_begin(name);
	}
	~scprof_region()
	{
		scprof_end();
	}

      private:
	scprof_region(const scprof_region &);
	scprof_region &operator=(const scprof_region &);
};

class scprof_pause_block
{
      public:
	scprof_pause_block()
	{
		scprof_pause();
	}
	~scprof_pause_block()
	{
		scprof_resume();
	}

      private:
	scprof_pause_block(const scprof_pause_block &);
	scprof_pause_block &operator=(const scprof_pause_block &);
};

#endif
#endif
