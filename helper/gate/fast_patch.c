/* SPDX-License-Identifier: MIT */
/*
 * Stubs and patches. A patch is a jump to a stub. The stub loads the return address and jumps to
 * the gate.
 */
#include "helper/gate/fast_patch.h"

#include <linux/membarrier.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper/base/debug.h"
#include "helper/code/site_copy.h"
#include "helper/elf/code_map.h"
#include "helper/elf/elf_read.h"
#include "helper/gate/fast_known.h"
#include "helper/gate/fast_memory.h"
#include "helper/gate/fast_short.h"
#include "helper/gate/fast_stats.h"
#include "helper/trace/remote_memory.h"
#include "profile/util/xalloc.h"
#include "scprof/gate.h"

#define MAX_TEXT     (16u << 20)
#define MAX_FUNCTION 65536
#define MAX_BRANCH   6 /* bytes of a conditional jump */
#define SYSCALL_SIZE 2
#define JMP_SIZE     5

static const uint8_t syscall_instruction[SYSCALL_SIZE] = { 0x0f, 0x05 };

/* Adds the syscall instruction for a SITE_SHORT, and the jump back. Returns where they end. */
static size_t add_call(const struct site *site, uint8_t *bytes, size_t nr)
{
	uint64_t end = site->return_addr + JMP_SIZE;
	int32_t displacement = (int32_t)(site->patch_addr + SYSCALL_SIZE - end);

	memcpy(bytes + nr, syscall_instruction, SYSCALL_SIZE);
	bytes[nr + SYSCALL_SIZE] = 0xe9;
	memcpy(bytes + nr + SYSCALL_SIZE + 1, &displacement, sizeof(displacement));
	return nr + SYSCALL_SIZE + JMP_SIZE;
}

/*
 * Writes the instruction in place of the one that the patch overwrites, if there is one. Returns
 * its size.
 */
static size_t begin_stub(const struct site *site, uint8_t *bytes)
{
	switch (site->shape) {
	case SITE_MOV:
		bytes[0] = 0xb8;
		memcpy(bytes + 1, &site->nr, sizeof(site->nr));
		return 1 + sizeof(site->nr);
	case SITE_COPY:
		return site_copy_bytes(site, bytes);
	default:
		return 0;
	}
}

/*
 *	b8 nr nr nr nr		mov $nr,%eax		(SITE_MOV only; see also site_copy_bytes)
 *	48 b9 (8 bytes)		movabs $return_addr,%rcx
 *	41 bb (4 bytes)		mov $gate_entry,%r11d
 *	41 ff e3		jmp *%r11
 *	0f 05			syscall			(SITE_SHORT only, before return_addr)
 *	e9 (4 bytes)		jmp after the site	(SITE_SHORT only)
 */
size_t fast_patch_make_stub(const struct site *site, uint8_t *bytes)
{
	uint32_t entry = (uint32_t)gate_addr(gate_entry);
	size_t nr = begin_stub(site, bytes);

	bytes[nr++] = 0x48;
	bytes[nr++] = 0xb9;
	memcpy(bytes + nr, &site->return_addr, 8);
	nr += 8;
	bytes[nr++] = 0x41;
	bytes[nr++] = 0xbb;
	memcpy(bytes + nr, &entry, 4);
	nr += 4;
	bytes[nr++] = 0x41;
	bytes[nr++] = 0xff;
	bytes[nr++] = 0xe3;
	if (site->shape == SITE_SHORT)
		nr = add_call(site, bytes, nr);
	return nr;
}

static bool put(int memory, uint64_t addr, const void *bytes, size_t size)
{
	return pwrite(memory, bytes, size, (off_t)addr) == (ssize_t)size;
}

/* Writes the padding. No thread can be there as long as nothing jumps to it. */
static bool put_pad(int memory, const struct site *site, uint64_t stub_addr)
{
	uint8_t pad[SITE_PAD_SIZE];

	return site->shape != SITE_SHORT || (site_pad_bytes(site, stub_addr, pad) &&
					     put(memory, site->pad_addr, pad, sizeof(pad)));
}

/*
 * Interrupts every CPU that runs a registered thread. The return from the interrupt is a
 * serializing instruction (IRET, Intel SDM vol. 3, 9.3), so the CPU drops old instructions that it
 * has fetched.
 */
static bool serialize_others(void)
{
	return syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL_EXPEDITED, 0, 0) == 0;
}

/*
 * Replaces the bytes so that a thread on another CPU executes only whole instructions: first a
 * breakpoint (if a thread executes it, fast_before_signal sends the thread back), then the tail,
 * then the head, with a barrier between them (cross-modifying code, Intel SDM vol. 3, 9.1.3). Only
 * the first write can fail.
 */
static bool write_patch(int memory, const struct site *site, const uint8_t *bytes, size_t size)
{
	const uint8_t breakpoint = 0xcc;

	return serialize_others() && put(memory, site->patch_addr, &breakpoint, 1) &&
	       serialize_others() && put(memory, site->patch_addr + 1, bytes + 1, size - 1) &&
	       serialize_others() && put(memory, site->patch_addr, bytes, 1) && serialize_others();
}

bool fast_patch_apply(int memory, struct fast_space *fast, struct fast_site *site, bool is_alone)
{
	uint8_t stub[FAST_STUB_SIZE], patch[SITE_MAX_PATCH];
	uint64_t stub_addr = fast_memory_next_stub(fast);
	size_t size = site_patch_bytes(&site->site, stub_addr, patch), stub_size;

	site_place_stub(&site->site, stub_addr);
	stub_size = fast_patch_make_stub(&site->site, stub);
	if (!size || !put(memory, stub_addr, stub, stub_size) ||
	    !put_pad(memory, &site->site, stub_addr) ||
	    !(is_alone ? put(memory, site->site.patch_addr, patch, size)
		       : write_patch(memory, &site->site, patch, size)))
		return false;
	fast_memory_take_stubs(fast, 1);
	site->stub_addr = stub_addr;
	site->is_patched = true;
	fast_stats_mutable()->patched++;
	return true;
}

/*
 * Reads the function of @region that contains @addr. The caller frees the result. Returns NULL if
 * it has no FDE.
 */
static uint8_t *read_function(const struct region *region, uint64_t addr, uint64_t *start,
			      uint64_t *size)
{
	struct code_extent extent;
	uint64_t offset, vaddr = addr - region->bias;
	uint8_t *code;

	if (!code_map_find_fde(region->file, vaddr, &extent) || vaddr >= extent.function_end ||
	    extent.function_end - extent.start > MAX_FUNCTION ||
	    !elf_file_offset_of_vaddr(region->file, extent.start, &offset))
		return NULL;
	*start = extent.start + region->bias;
	*size = extent.function_end - extent.start;
	code = xmalloc(*size);
	if (elf_read(region->file, offset, code, *size))
		return code;
	free(code);
	return NULL;
}

/*
 * Returns true if the branch after the compare does not depend on whether the program compares with
 * -4096 or -4095: the gate always compares with -4096.
 */
static bool is_known_branch(const struct site *site, const uint8_t *code)
{
	bool is_long = code[0] == 0x0f;
	uint8_t condition = is_long ? code[1] & 0x0f : code[0] & 0x0f;

	if (site->shape != SITE_CMP)
		return true;
	if (is_long ? (code[1] & 0xf0) != 0x80 : (code[0] & 0xf0) != 0x70)
		return false;
	/* ja and jbe after -4096, jae and jb after -4095: "is it an error?" */
	return site->cmp_immediate == -4096 ? condition == 7 || condition == 6
					    : condition == 3 || condition == 2;
}

static bool look_for_landing(const struct region *region, const struct site *site)
{
	uint64_t size = region->end - region->start;
	bool has_landing = true;
	uint8_t *text;

	if (size > MAX_TEXT)
		return true;
	text = xmalloc(size);
	if (elf_read_once(region->file, region->offset, text, size))
		has_landing = site_has_landing(site, text, size, region->start);
	free(text);
	return has_landing;
}

/*
 * Returns true if other code of the file, such as the function's cold part, jumps into the patch.
 */
static bool has_landing(struct layout *layout, const struct site *site)
{
	const struct region *region = layout_find(layout, site->patch_addr);

	if (site->shape != SITE_CMP)
		return false;
	return !region || !region->file || look_for_landing(region, site);
}

bool fast_patch_is_mov(pid_t tid, uint64_t ip)
{
	uint8_t code[7]; /* mov $nr,%eax; syscall */

	return remote_memory_read(tid, ip - sizeof(code), code, sizeof(code)) == sizeof(code) &&
	       code[0] == 0xb8;
}

bool fast_patch_has_original(const struct site *site, const uint8_t *bytes)
{
	uint8_t original[SITE_MAX_PATCH];
	size_t size = site_original_bytes(site, original), first_size = site_first_size(site);

	return memcmp(original, bytes, size) == 0 &&
	       memcmp(site->copy, bytes, site->copy_size) == 0 &&
	       (!first_size || memcmp(bytes + first_size, syscall_instruction, SYSCALL_SIZE) == 0);
}

bool fast_patch_has_padding(const struct site *site, const uint8_t *bytes)
{
	return memcmp(site->pad, bytes, sizeof(site->pad)) == 0;
}

bool fast_patch_is_original(int memory, const struct fast_site *site)
{
	uint8_t found[FAST_SITE_SIZE] = { 0 }, pad[SITE_PAD_SIZE];

	/* The memory after the function may not be readable. */
	return pread(memory, found, sizeof(found), (off_t)site->site.patch_addr) >=
		       SITE_MAX_PATCH - 1 &&
	       fast_patch_has_original(&site->site, found) &&
	       (site->site.shape != SITE_SHORT ||
		(pread(memory, pad, sizeof(pad), (off_t)site->site.pad_addr) == sizeof(pad) &&
		 fast_patch_has_padding(&site->site, pad)));
}

/*
 * Returns why the classified @site in the function @code at @start must not be patched after all,
 * or NULL.
 */
static const char *find_objection(const struct site *site, const uint8_t *code, uint64_t start,
				  uint64_t size)
{
	if (site->shape == SITE_UNPATCHABLE)
		return site->reason;
	if (site->shape == SITE_CMP && site->return_addr + MAX_BRANCH > start + size)
		return "the compare ends the function";
	if (!is_known_branch(site, code + (site->return_addr - start)))
		return "an unknown branch follows the compare";
	return NULL;
}

/* Classifies the shapes that replace more than the syscall instruction. */
static const char *classify_long(const struct region *region, uint64_t ip, struct site *site)
{
	const char *objection = "the bounds of its function are not known";
	uint64_t start, size;
	uint8_t *code = read_function(region, ip - 1, &start, &size);

	if (code) {
		*site = site_classify(code, size, start, ip);
		objection = find_objection(site, code, start, size);
	}
	free(code);
	return objection;
}

/*
 * A SITE_CMP is the last choice: threads may be inside the call, and searching all code takes
 * milliseconds.
 */
static const char *classify(struct layout *layout, const struct region *region, uint64_t ip,
			    struct site *site)
{
	struct site found = { .shape = SITE_UNPATCHABLE };
	const char *objection = classify_long(region, ip, &found), *other;

	if (objection || found.shape != SITE_MOV) {
		other = fast_short_classify(region, ip, site);
		if (!other)
			return NULL;
		if (objection)
			objection = other;
		else if (has_landing(layout, &found))
			objection = "other code may jump into it";
	}
	*site = found;
	return objection;
}

void fast_patch_classify(struct layout *layout, struct fast_site *site)
{
	const struct region *region = layout_find(layout, site->ip - 1);
	const char *objection = "it is in no file";

	if (region && region->file)
		objection = classify(layout, region, site->ip, &site->site);
	site->is_refused = objection != NULL;
	if (objection)
		site->site = (struct site){ .shape = SITE_UNPATCHABLE, .reason = objection };
	if (site->known)
		fast_known_set(site->known, &site->site, site->ip);
	debug(fast, "site %lx: shape %d %s", (unsigned long)site->ip, (int)site->site.shape,
	      objection ? objection : "");
}

/*
 * Returns the address of the jump to the stub: in the padding of a SITE_SHORT, else at the patch.
 */
static uint64_t jump_addr(const struct site *site)
{
	return site->shape == SITE_SHORT ? site->pad_addr : site->patch_addr;
}

bool fast_patch_recover(int memory, struct fast_site *site)
{
	uint8_t found[SITE_MAX_PATCH], patch[SITE_MAX_PATCH], pad[SITE_PAD_SIZE], jump[JMP_SIZE];
	uint64_t addr = jump_addr(&site->site);
	int32_t displacement;
	size_t size;

	if (pread(memory, jump, sizeof(jump), (off_t)addr) != sizeof(jump))
		return false;
	memcpy(&displacement, jump + 1, sizeof(displacement));
	site->stub_addr = addr + JMP_SIZE + (uint64_t)(int64_t)displacement;
	size = site_patch_bytes(&site->site, site->stub_addr, patch);
	site->is_patched =
		size && pread(memory, found, size, (off_t)site->site.patch_addr) == (ssize_t)size &&
		memcmp(found, patch, size) == 0 &&
		(site->site.shape != SITE_SHORT ||
		 (site_pad_bytes(&site->site, site->stub_addr, pad) &&
		  memcmp(jump, pad, sizeof(jump)) == 0));
	if (site->is_patched)
		site_place_stub(&site->site, site->stub_addr);
	return site->is_patched;
}

static bool is_pad_there(pid_t tid, const struct fast_site *site)
{
	uint8_t pad[SITE_PAD_SIZE], found[SITE_PAD_SIZE];

	return site->site.shape != SITE_SHORT ||
	       (site_pad_bytes(&site->site, site->stub_addr, pad) &&
		remote_memory_read(tid, site->site.pad_addr, found, sizeof(found)) ==
			sizeof(found) &&
		memcmp(pad, found, sizeof(pad)) == 0);
}

bool fast_patch_is_there(pid_t tid, const struct fast_site *site)
{
	uint8_t patch[SITE_MAX_PATCH], found[SITE_MAX_PATCH];
	size_t size = site_patch_bytes(&site->site, site->stub_addr, patch);

	return remote_memory_read(tid, site->site.patch_addr, found, size) == size &&
	       memcmp(patch, found, size) == 0 && is_pad_there(tid, site);
}

void fast_patch_restore(pid_t tid, const struct fast_site *site, bool is_alone)
{
	uint8_t original[SITE_MAX_PATCH];
	size_t size = site_original_bytes(&site->site, original);
	int memory = remote_memory_open(tid);

	if (memory < 0 || !fast_patch_is_there(tid, site))
		return;
	if (is_alone)
		put(memory, site->site.patch_addr, original, size);
	else
		write_patch(memory, &site->site, original, size);
}

static bool has_stub(pid_t tid, const struct fast_site *site)
{
	uint8_t stub[FAST_STUB_SIZE], found[FAST_STUB_SIZE];
	size_t size = fast_patch_make_stub(&site->site, stub);

	return remote_memory_read(tid, site->stub_addr, found, size) == size &&
	       memcmp(stub, found, size) == 0;
}

/* Makes the stub jump to the remaining `syscall`. */
void fast_patch_bypass(pid_t tid, const struct fast_site *site)
{
	uint8_t first[SITE_MAX_COPY];
	uint64_t addr = site->stub_addr + begin_stub(&site->site, first);
	int32_t displacement = (int32_t)(site->site.syscall_addr - (addr + 5));
	uint8_t jump[5] = { 0xe9 };

	/* The program may have put other code there. */
	if (!has_stub(tid, site))
		return;

	memcpy(jump + 1, &displacement, sizeof(displacement));
	remote_memory_write(tid, addr, jump, sizeof(jump));
}
