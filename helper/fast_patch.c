/* SPDX-License-Identifier: MIT */
/*
 * Stubs and patches. A patch is a jump to a stub, which says where it came from and goes to the gate.
 */
#include "helper/fast_patch.h"

#include <linux/membarrier.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper/debug.h"
#include "helper/fast_area.h"
#include "helper/fast_memory.h"
#include "helper/remote_memory.h"
#include "profile/xalloc.h"
#include "scprof/gate.h"

#define MAX_TEXT     (16u << 20)
#define MAX_FUNCTION 65536
#define MAX_BRANCH   6 /* bytes of a conditional jump */
#define SYSCALL_SIZE 2
#define JMP_SIZE     5

static const uint8_t syscall_instruction[SYSCALL_SIZE] = { 0x0f, 0x05 };

/*
 *	b8 nr nr nr nr		mov $nr,%eax		(shape A only)
 *	48 b9 (8 bytes)		movabs $return_addr,%rcx
 *	41 bb (4 bytes)		mov $gate_entry,%r11d
 *	41 ff e3		jmp *%r11
 */
size_t fast_patch_make_stub(const struct site *site, uint8_t *bytes)
{
	uint32_t entry = (uint32_t)gate_addr(gate_entry);
	size_t nr = 0;

	if (site->shape == SITE_MOV) {
		bytes[nr++] = 0xb8;
		memcpy(bytes + nr, &site->nr, 4);
		nr += 4;
	}
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
	return nr;
}

static bool put(int memory, uint64_t addr, const void *bytes, size_t size)
{
	return pwrite(memory, bytes, size, (off_t)addr) == (ssize_t)size;
}

/*
 * Every CPU that runs a registered thread is interrupted. The return from that is a serializing
 * instruction (IRET, Intel SDM vol. 3, 9.3): what was fetched before of code that has changed is dropped.
 */
static bool serialize_others(void)
{
	return syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL_EXPEDITED, 0, 0) == 0;
}

/*
 * Replaces the bytes so that a thread on another CPU meets only whole instructions: first a
 * breakpoint (whose trap sends it back, see fast_before_signal), then the tail, then the head, with a
 * barrier between them (cross-modifying code, Intel SDM vol. 3, 9.1.3). The first may fail, the
 * others don't then.
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
	uint64_t stub_addr =
		fast->pools[fast->nr_pools - 1] + (uint64_t)fast->nr_stubs * FAST_STUB_SIZE;
	size_t stub_size = fast_patch_make_stub(&site->site, stub);
	size_t size = site_patch_bytes(&site->site, stub_addr, patch);

	if (!size || !put(memory, stub_addr, stub, stub_size) ||
	    !(is_alone ? put(memory, site->site.patch_addr, patch, size)
		       : write_patch(memory, &site->site, patch, size)))
		return false;
	fast->nr_stubs++;
	site->stub_addr = stub_addr;
	site->is_patched = true;
	fast_stats_mutable()->patched++;
	return true;
}

/* The bounds of the function that holds @addr, from its FDE. */
static bool find_function(struct layout *layout, uint64_t addr, uint64_t *start, uint64_t *size)
{
	struct region *region = layout_find(layout, addr);
	uint64_t function, fde, offset;
	struct {
		uint32_t length, cie;
		int32_t begin; /* relative to itself, as all linkers and compilers write it */
		uint32_t range;
	} record;

	if (!region || !region->file ||
	    !elf_file_find_fde(region->file, addr - region->bias, &function, &fde) ||
	    !elf_file_offset_of_vaddr(region->file, fde, &offset) ||
	    !elf_file_read(region->file, offset, &record, sizeof(record)) ||
	    fde + 8 + (uint64_t)(int64_t)record.begin != function ||
	    addr - region->bias - function >= record.range || record.range > MAX_FUNCTION)
		return false;
	*start = function + region->bias;
	*size = record.range;
	return true;
}

/* The gate compares with -4096 only: what follows must not tell that from -4095. */
static bool is_known_branch(const struct site *site, const uint8_t *code)
{
	bool is_long = code[0] == 0x0f;
	uint8_t condition = is_long ? code[1] & 0x0f : code[0] & 0x0f;

	if (site->shape != SITE_CMP)
		return true;
	if (is_long ? (code[1] & 0xf0) != 0x80 : (code[0] & 0xf0) != 0x70)
		return false;
	/* ja and jbe behind -4096, jae and jb behind -4095: "is it an error?" */
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
	if (elf_file_read_once(region->file, region->offset, text, size))
		has_landing = site_has_landing(site, text, size, region->start);
	free(text);
	return has_landing;
}

/* Does other code of the file, such as the function's cold part, jump into the patch? */
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
	size_t size = site_original_bytes(site, original);

	return memcmp(original, bytes, size) == 0 &&
	       (site->shape != SITE_MOV ||
		memcmp(bytes + size, syscall_instruction, SYSCALL_SIZE) == 0);
}

bool fast_patch_is_original(int memory, const struct fast_site *site)
{
	uint8_t found[FAST_SITE_SIZE] = { 0 };

	/* What is behind the function may not be there to be read. */
	return pread(memory, found, sizeof(found), (off_t)site->site.patch_addr) >=
		       SITE_MAX_PATCH - 1 &&
	       fast_patch_has_original(&site->site, found);
}

/* Returns why the classified @site, of function @code at @start, may not be patched after all, or NULL. */
static const char *find_objection(struct layout *layout, const struct site *site,
				  const uint8_t *code, uint64_t start, uint64_t size)
{
	if (site->shape == SITE_UNPATCHABLE)
		return site->reason;
	if (site->shape == SITE_CMP && site->return_addr + MAX_BRANCH > start + size)
		return "the compare ends the function";
	if (!is_known_branch(site, code + (site->return_addr - start)))
		return "an unknown branch follows the compare";
	return has_landing(layout, site) ? "other code may jump into it" : NULL;
}

void fast_patch_classify(pid_t tid, struct layout *layout, struct fast_site *site)
{
	const char *objection = "the bounds of its function are not known";
	uint64_t start, size;
	uint8_t *code;

	if (find_function(layout, site->ip - 1, &start, &size)) {
		code = xmalloc(size);
		objection = "its function cannot be read";
		if (remote_memory_read(tid, start, code, size) == size) {
			site->site = site_classify(code, size, start, site->ip);
			objection = find_objection(layout, &site->site, code, start, size);
		}
		free(code);
	}
	site->is_refused = objection != NULL;
	if (objection)
		site->site = (struct site){ .shape = SITE_UNPATCHABLE, .reason = objection };
	if (site->known)
		fast_known_set(site->known, &site->site, site->ip);
	debug(fast, "site %lx: shape %d %s", (unsigned long)site->ip, (int)site->site.shape,
	      objection ? objection : "");
}

bool fast_patch_recover(int memory, struct fast_site *site)
{
	uint8_t found[SITE_MAX_PATCH], patch[SITE_MAX_PATCH];
	int32_t displacement;
	size_t size;

	if (pread(memory, found, sizeof(found), (off_t)site->site.patch_addr) != sizeof(found))
		return false;
	memcpy(&displacement, found + 1, sizeof(displacement));
	site->stub_addr = site->site.patch_addr + JMP_SIZE + (uint64_t)(int64_t)displacement;
	size = site_patch_bytes(&site->site, site->stub_addr, patch);
	site->is_patched = size && memcmp(found, patch, size) == 0;
	return site->is_patched;
}

bool fast_patch_is_there(pid_t tid, const struct fast_site *site)
{
	uint8_t patch[SITE_MAX_PATCH], found[SITE_MAX_PATCH];
	size_t size = site_patch_bytes(&site->site, site->stub_addr, patch);

	return remote_memory_read(tid, site->site.patch_addr, found, size) == size &&
	       memcmp(patch, found, size) == 0;
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

/* The stub goes on to the `syscall` that remains at the site. */
void fast_patch_bypass(pid_t tid, const struct fast_site *site)
{
	uint64_t addr = site->stub_addr + (site->site.shape == SITE_MOV ? 5 : 0);
	int32_t displacement = (int32_t)(site->site.syscall_addr - (addr + 5));
	uint8_t jump[5] = { 0xe9 };

	/* The program may have put something else there. */
	if (!has_stub(tid, site))
		return;

	memcpy(jump + 1, &displacement, sizeof(displacement));
	remote_memory_write(tid, addr, jump, sizeof(jump));
}
