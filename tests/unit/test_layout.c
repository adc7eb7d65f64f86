// SPDX-License-Identifier: MIT
/*
 * Memory maps of this process. The tests know what lies at each address from the dynamic loader, or
 * because they have mapped it themselves.
 */
#include <criterion/criterion.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper/unwind/layout.h"
#include "profile/model/profile.h"
#include "tests/unit/own_elf.h"

#define PAGE 4096u

static struct layout *layout;
static struct profile profile;

static void reread(void)
{
	layout_put(layout);
	layout = layout_read(getpid());
}

static void setup(void)
{
	profile_init(&profile);
	reread();
}

static void teardown(void)
{
	layout_put(layout);
	elf_file_drop_unused();
	profile_fini(&profile);
}

TestSuite(layout, .init = setup, .fini = teardown);

static const struct mapping *mapping_of(uint32_t frame)
{
	return &profile.mappings[profile.frames[frame].mapping];
}

static const char *path_of(uint32_t frame)
{
	return string_table_get(&profile.strings, mapping_of(frame)->path);
}

/* Expects @code at the address that the dynamic loader reports. */
static void expect_code(const void *code)
{
	struct region *region = layout_find(layout, (uint64_t)code);
	uint32_t frame = layout_frame(layout, (uint64_t)code, &profile);
	const struct mapping *mapping = mapping_of(frame);
	uint64_t vaddr = profile_frame_address(&profile, frame);
	struct own_elf elf;

	cr_assert(own_elf_find(code, &elf));
	cr_assert_not_null(region);
	cr_assert_not_null(region->file);
	cr_expect(region->is_executable && !region->is_writable);
	cr_expect_eq(region->bias, elf.bias);
	cr_expect_str_eq(region->file->build_id, elf.build_id);
	cr_expect_eq(vaddr, (uint64_t)code - elf.bias);
	cr_expect(vaddr >= mapping->start && vaddr < mapping->limit);
	cr_expect_str_eq(string_table_get(&profile.strings, mapping->build_id), elf.build_id);
	cr_expect_eq(path_of(frame)[0], '/');
}

static int own_function(int x)
{
	return x + 1;
}

Test(layout, functions_of_the_program_are_found)
{
	expect_code((const void *)(uintptr_t)own_function);
	expect_code((const void *)(uintptr_t)own_elf_find);
}

Test(layout, functions_of_libraries_are_found)
{
	expect_code((const void *)(uintptr_t)strtol);
	expect_code((const void *)(uintptr_t)getpid);
}

Test(layout, same_code_is_the_same_frame)
{
	uint32_t frame = layout_frame(layout, (uint64_t)&own_function, &profile);
	uint32_t next = layout_frame(layout, (uint64_t)&own_function + 1, &profile);

	cr_expect_eq(layout_frame(layout, (uint64_t)&own_function, &profile), frame);
	cr_expect_neq(next, frame);
	reread();
	cr_expect_eq(layout_frame(layout, (uint64_t)&own_function, &profile), frame);
	cr_expect_eq(mapping_of(next), mapping_of(frame));
}

Test(layout, every_region_is_found_by_its_bounds_and_no_gap_is)
{
	uint64_t end = 0;

	cr_assert_gt(layout->nr_regions, 10);
	for (unsigned int i = 0; i < layout->nr_regions; i++) {
		struct region *region = &layout->regions[i];

		cr_expect_eq(layout_find(layout, region->start), region);
		cr_expect_eq(layout_find(layout, region->end - 1), region);
		if (region->start > end) {
			cr_expect_null(layout_find(layout, region->start - 1));
			cr_expect_null(layout_find(layout, end));
		}
		end = region->end;
	}
	cr_expect_null(layout_find(layout, 0));
	cr_expect_null(layout_find(layout, UINT64_MAX));
}

Test(layout, vdso_is_code_and_its_data_pages_are_not)
{
	uint64_t vdso = getauxval(AT_SYSINFO_EHDR);
	struct region *region = layout_find(layout, vdso);
	uint32_t frame;

	if (!vdso)
		cr_skip_test("this kernel has no vdso");
	cr_assert_not_null(region);
	cr_assert_not_null(region->file);
	cr_expect_eq(region->bias, vdso);
	frame = layout_frame(layout, vdso + 0x100, &profile);
	cr_expect_str_eq(path_of(frame), "[vdso]");
	cr_expect_eq(profile_frame_address(&profile, frame), 0x100);
	for (unsigned int i = 0; i < layout->nr_regions; i++)
		if (!layout->regions[i].inode && &layout->regions[i] != region)
			cr_expect_null(layout->regions[i].file);
}

Test(layout, code_without_a_file_is_anonymous)
{
	void *code = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint32_t frame, nowhere;

	cr_assert_neq(code, MAP_FAILED);
	reread();
	frame = layout_frame(layout, (uint64_t)code + 5, &profile);
	cr_expect_str_eq(path_of(frame), "[anon]");
	cr_expect_eq(profile_frame_address(&profile, frame), (uint64_t)code + 5);
	nowhere = layout_frame(layout, 0x1234, &profile);
	cr_expect_eq(mapping_of(nowhere), mapping_of(frame));
	cr_expect_eq(profile_frame_address(&profile, nowhere), 0x1234);
}

Test(layout, executable_ranges_are_found)
{
	struct region *region = layout_find(layout, (uint64_t)&own_function);
	uint64_t code = (uint64_t)&own_function, size = region->end - region->start;
	uint8_t *data = malloc(PAGE);

	cr_expect(layout_has_executable(layout, code, 1));
	cr_expect(layout_has_executable(layout, region->start, size));
	cr_expect(layout_has_executable(layout, region->start - 1, 2));
	cr_expect(layout_has_executable(layout, region->end - 1, 100));
	cr_expect(layout_has_executable(layout, 0, UINT64_MAX));
	cr_expect(layout_has_executable(layout, code, UINT64_MAX), "a range that wraps around");
	cr_expect(layout_has_executable(layout, PAGE, UINT64_MAX - 10));
	cr_expect_not(layout_has_executable(layout, code, 0));
	cr_expect_not(layout_has_executable(layout, (uint64_t)data, PAGE));
	cr_expect_not(layout_has_executable(layout, 0, PAGE));
	free(data);
}

Test(layout, process_that_is_gone_has_no_regions)
{
	struct layout *gone = layout_read(0x7ffffff0);

	cr_assert_not_null(gone);
	cr_expect_eq(gone->nr_regions, 0);
	cr_expect_null(layout_find(gone, (uint64_t)&own_function));
	cr_expect_not(layout_has_executable(gone, 0, UINT64_MAX));
	layout_put(gone);
}

Test(layout, files_are_shared_between_layouts)
{
	struct layout *other = layout_read(getpid());
	struct elf_file *file = layout_find(layout, (uint64_t)&own_function)->file;

	cr_expect_eq(layout_find(other, (uint64_t)&own_function)->file, file);
	layout_put(layout);
	layout = layout_ref(other);
	layout_put(other);
	cr_expect_eq(layout_find(layout, (uint64_t)&own_function)->file, file);
	layout_put(NULL);
}

/*
 * A library as lld links it: its segments share pages of the file, at different addresses. The code
 * has three pages.
 */
static const Elf64_Phdr phdrs[] = {
	{ PT_LOAD, PF_R, 0, 0, 0, 0x500, 0x500, PAGE },
	{ PT_LOAD, PF_R | PF_X, 0x500, 0x1500, 0x1500, 0x2300, 0x2300, PAGE },
	{ PT_LOAD, PF_R | PF_W, 0x2800, 0x4800, 0x4800, 0x100, 0x100, PAGE },
};
static char library_path[] = "/tmp/scprof-layout.XXXXXX";

static int make_library(void)
{
	Elf64_Ehdr ehdr = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, 1 },
		.e_type = ET_DYN,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_phoff = sizeof(ehdr),
		.e_phentsize = sizeof(phdrs[0]),
		.e_phnum = 3,
	};
	int fd = mkstemp(library_path);

	cr_assert_eq(pwrite(fd, &ehdr, sizeof(ehdr), 0), (ssize_t)sizeof(ehdr));
	cr_assert_eq(pwrite(fd, phdrs, sizeof(phdrs), sizeof(ehdr)), (ssize_t)sizeof(phdrs));
	cr_assert_eq(ftruncate(fd, 0x2900), 0);
	return fd;
}

static void map(uint8_t *at, size_t size, int protection, int fd, off_t offset)
{
	void *got = mmap(at, size, protection, MAP_PRIVATE | MAP_FIXED, fd, offset);

	if (got == MAP_FAILED && errno == EPERM)
		cr_skip_test("/tmp is mounted noexec");
	cr_assert_eq(got, at);
}

/*
 * Maps the library as the dynamic loader does. Returns its address. Two pages after it are
 * reserved.
 */
static uint8_t *map_library(int fd)
{
	uint8_t *base = mmap(NULL, 7 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	cr_assert_neq(base, MAP_FAILED);
	map(base, PAGE, PROT_READ, fd, 0);
	map(base + PAGE, 3 * PAGE, PROT_READ | PROT_EXEC, fd, 0);
	map(base + 4 * PAGE, PAGE, PROT_READ | PROT_WRITE, fd, 2 * PAGE);
	return base;
}

static void expect_in_library(const uint8_t *base, uint64_t vaddr, const char *path)
{
	uint32_t frame = layout_frame(layout, (uint64_t)base + vaddr, &profile);
	const struct mapping *mapping = mapping_of(frame);

	cr_expect_eq(profile_frame_address(&profile, frame), vaddr);
	cr_expect_eq(profile.frames[frame].offset, vaddr - 0x1000);
	cr_expect_str_eq(path_of(frame), path);
	cr_expect_eq(mapping->start, 0x1500);
	cr_expect_eq(mapping->limit, 0x3800);
	cr_expect_eq(mapping->file_offset, 0x500);
}

Test(layout, segments_may_share_a_page_of_the_file)
{
	int fd = make_library();
	uint8_t *base = map_library(fd);

	reread();
	expect_in_library(base, 0x1500, library_path);
	expect_in_library(base, 0x37ff, library_path);
	for (unsigned int page = 0; page < 4; page++) {
		struct region *region = layout_find(layout, (uint64_t)base + page * PAGE);

		cr_assert_not_null(region->file);
		cr_expect_eq(region->bias, (uint64_t)base);
	}
	cr_expect_null(layout_find(layout, (uint64_t)base + 4 * PAGE)->file, "it is writable");
	close(fd);
	unlink(library_path);
}

Test(layout, data_made_read_only_belongs_to_the_library_too)
{
	int fd = make_library();
	uint8_t *base = map_library(fd);

	cr_assert_eq(mprotect(base + 4 * PAGE, PAGE, PROT_READ), 0);
	reread();
	cr_expect_eq(layout_find(layout, (uint64_t)base + 4 * PAGE)->bias, (uint64_t)base);
	close(fd);
	unlink(library_path);
}

Test(layout, code_split_by_mprotect_stays_one_mapping)
{
	int fd = make_library();
	uint8_t *base = map_library(fd);

	cr_assert_eq(mprotect(base + 2 * PAGE, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC), 0);
	reread();
	cr_expect_neq(layout_find(layout, (uint64_t)base + PAGE),
		      layout_find(layout, (uint64_t)base + 3 * PAGE));
	expect_in_library(base, 0x1600, library_path);
	expect_in_library(base, 0x2600, library_path);
	expect_in_library(base, 0x3600, library_path);
	close(fd);
	unlink(library_path);
}

Test(layout, file_mapped_again_beside_itself_keeps_its_own_addresses)
{
	int fd = make_library();
	uint8_t *base = map_library(fd);

	map(base + 5 * PAGE, PAGE, PROT_READ, fd, 0);
	map(base + 6 * PAGE, PAGE, PROT_READ | PROT_EXEC, fd, 2 * PAGE);
	reread();
	expect_in_library(base, 0x1600, library_path);
	cr_expect_null(layout_find(layout, (uint64_t)base + 5 * PAGE)->file,
		       "it was mapped separately");
	expect_in_library(base + 3 * PAGE, 0x3600, library_path);
	close(fd);
	unlink(library_path);
}

Test(layout, data_files_are_left_alone)
{
	int fd = make_library();
	uint8_t *data = mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);

	cr_assert_neq((void *)data, MAP_FAILED);
	reread();
	cr_expect_null(layout_find(layout, (uint64_t)data)->file);
	cr_expect_null(layout_find(layout, (uint64_t)data)->path);
	close(fd);
	unlink(library_path);
}

Test(layout, deleted_library_keeps_its_name)
{
	int fd = make_library();
	uint8_t *base = map_library(fd);
	uint32_t frame;

	unlink(library_path);
	reread();
	frame = layout_frame(layout, (uint64_t)base + 0x1600, &profile);
	cr_expect_str_eq(path_of(frame), library_path);
	cr_expect_eq(profile.frames[frame].offset, 0x600);
	close(fd);
}

Test(layout, frames_in_a_file_that_is_not_elf_have_file_offsets)
{
	int fd = mkstemp(library_path);
	uint32_t frame;
	uint8_t *base;

	cr_assert_eq(ftruncate(fd, 2 * PAGE), 0);
	base = mmap(NULL, 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	map(base, PAGE, PROT_READ | PROT_EXEC, fd, PAGE);
	reread();
	cr_expect_null(layout_find(layout, (uint64_t)base)->file);
	frame = layout_frame(layout, (uint64_t)base + 7, &profile);
	cr_expect_str_eq(path_of(frame), library_path);
	cr_expect_eq(profile_frame_address(&profile, frame), PAGE + 7);
	close(fd);
	unlink(library_path);
}

Test(layout, another_process_has_its_own)
{
	int to[2], from[2], status;
	struct layout *other;
	struct own_elf libc;
	uint64_t nr_files = 0;
	char byte;
	pid_t pid;

	cr_assert(pipe(to) == 0 && pipe(from) == 0);
	pid = fork();
	if (pid == 0) {
		dup2(to[0], 0);
		dup2(from[1], 1);
		execlp("cat", "cat", (char *)NULL);
		_exit(1);
	}
	/* As soon as it answers, the child executes cat. */
	cr_assert_eq(write(to[1], "x", 1), 1);
	cr_assert_eq(read(from[0], &byte, 1), 1);
	other = layout_read(pid);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	cr_assert(own_elf_find((const void *)(uintptr_t)getpid, &libc));
	for (unsigned int i = 0; i < other->nr_regions; i++) {
		const struct elf_file *file = other->regions[i].file;

		nr_files += other->regions[i].is_executable && file;
		if (file && strcmp(file->build_id, libc.build_id) == 0)
			cr_expect_eq(file, layout_find(layout, (uint64_t)(uintptr_t)getpid)->file);
	}
	cr_expect_geq(nr_files, 2, "less than the program and the vdso");
	layout_put(other);
}

/* Maps a page of code that belongs to no file, and reads the memory map. */
static uint64_t map_code(void)
{
	void *page = mmap(NULL, 3 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	cr_assert_neq(page, MAP_FAILED);
	cr_assert_eq(mprotect((char *)page + PAGE, PAGE, PROT_READ | PROT_EXEC), 0);
	reread();
	return (uint64_t)page + PAGE;
}

static struct address_range stale; /* of the last layout_spoil */

Test(layout, a_change_of_code_that_was_never_looked_up_is_only_noted)
{
	uint64_t addr = map_code();

	cr_expect(layout_spoil(layout, addr, PAGE, &stale));
	cr_expect_not(layout_is_outdated(layout));
	cr_expect(layout_has_executable(layout, addr, 1));
	layout_find(layout, (uint64_t)(uintptr_t)getpid);
	layout_find(layout, addr - 1);
	layout_find(layout, addr + PAGE);
	cr_expect_not(layout_is_outdated(layout), "unchanged code made the map outdated");
	layout_find(layout, addr + PAGE - 1);
	cr_expect(layout_is_outdated(layout), "changed code did not make the map outdated");
}

Test(layout, a_change_of_code_that_stacks_depend_on_is_read_at_once)
{
	uint64_t addr = map_code();
	uint64_t libc = (uint64_t)(uintptr_t)getpid & ~(uint64_t)(PAGE - 1);

	cr_expect_not(layout_spoil(layout, libc, PAGE, &stale), "the code belongs to a file");
	layout_find(layout, addr);
	cr_expect_not(layout_spoil(layout, addr, PAGE, &stale), "the code was looked up");
	reread();
	layout_ref(layout);
	cr_expect_not(layout_spoil(layout, addr, PAGE, &stale), "a forked process shares the map");
	layout_put(layout);
	layout->memos.has_truncated = true;
	cr_expect_not(layout_spoil(layout, addr, PAGE, &stale),
		      "a stack was truncated in this code");
}

Test(layout, changed_ranges_that_touch_are_one)
{
	uint64_t addr = map_code();

	for (unsigned int i = 0; i < 3 * LAYOUT_MAX_STALE; i++)
		cr_expect(layout_spoil(layout, addr + i * 16, 16, &stale));
	cr_expect_eq(layout->nr_stale, 1);
	cr_expect_eq(stale.start, addr);
	cr_expect_eq(stale.end, addr + (3 * LAYOUT_MAX_STALE - 1) * 16 + PAGE);
	for (unsigned int i = 1; i < LAYOUT_MAX_STALE; i++)
		cr_expect(layout_spoil(layout, i * 2ull * PAGE, PAGE, &stale));
	cr_expect_not(layout_spoil(layout, 0x1000000, PAGE, &stale),
		      "there is no room for more ranges");
}
