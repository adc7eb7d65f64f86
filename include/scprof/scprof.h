/* SPDX-License-Identifier: MIT */
/*
 * scprof.h - tells scprof which part of a program makes a system call.
 *
 *     scprof_begin("load");
 *     scprof_begin("parse");       in the report: region load/parse
 *     scprof_end();
 *     scprof_end();
 *
 *     scprof_pause();              scprof does not count the calls from here on
 *     scprof_resume();
 *
 * Regions and pauses belong to the calling thread and can be nested. A forked process starts in the
 * regions and pauses of the thread that forked it. A new thread and an executed program start in
 * none. scprof cuts a name after 255 bytes; the program may free it after the call. doc/regions.md
 * has the details.
 *
 * This header is complete. Copy it into a project and include it in any number of C (since C89) or
 * C++ (since C++98) files; there is nothing to link. Without scprof each call costs one load and
 * one branch and makes no system call. Define SCPROF_DISABLE before the #include to compile the
 * calls to nothing. Other machines than x86-64 Linux, and compilers other than GCC and Clang, do
 * this always.
 *
 * How it works: an ELF note gives the position of the flag below. scprof looks for the note when
 * the program maps the file, and sets the flag. Then begin and end close a descriptor that is never
 * open, and scprof recognises these calls. (SystemTap's probes use ELF notes and semaphores in the
 * same way.)
 */
#ifndef SCPROF_SCPROF_H
#define SCPROF_SCPROF_H

#if defined(__linux__) && defined(__x86_64__) && !defined(__ILP32__) && defined(__GNUC__) && \
	!defined(SCPROF_DISABLE)

#ifdef __cplusplus
extern "C" {
#endif

/* The flag of a program or library: 0 until scprof sets it. Internal: programs must not use it. */
extern volatile unsigned int scprof_is_listening_v1;
__attribute__((weak, used, visibility("hidden"),
	       section(".data.scprof"))) volatile unsigned int scprof_is_listening_v1 = 0;

/* An ELF note with name "scprof" and type 1. It holds the distance from here to the flag. */
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

/* A region, or a pause, that lasts until the end of a block: `scprof_region region("load");` */
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
