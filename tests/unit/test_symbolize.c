// SPDX-License-Identifier: MIT
/*
 * Frames of a whole profile, symbolised in this very program, and demangling.
 */
#include <criterion/criterion.h>
#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <gelf.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "profile/symbols/symbolize.h"
#include "profile/util/xalloc.h"

static struct profile profile;

static void make_profile(void)
{
	profile_init(&profile);
}

static void free_profile(void)
{
	profile_fini(&profile);
}

TestSuite(symbolize, .init = make_profile, .fini = free_profile);

__attribute__((noinline)) static void some_function(void)
{
	__asm__ volatile("nop; nop; nop" ::: "memory");
}

static int take_bias(struct dl_phdr_info *info, size_t size, void *bias)
{
	(void)size;
	*(uint64_t *)bias = info->dlpi_addr;
	return 1;
}

/*
 * Adds a mapping for the executable segment of this program, with the path @path. Returns its id.
 */
static uint32_t add_own_mapping(const char *path)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct mapping mapping = { .path = string_table_intern(&profile.strings, path) };
	char hex[129] = "";
	const void *bytes;
	GElf_Phdr segment;
	ssize_t size;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	size = dwelf_elf_gnu_build_id(elf, &bytes);
	for (ssize_t i = 0; i < size && i < 64; i++)
		sprintf(hex + 2 * i, "%02x", ((const unsigned char *)bytes)[i]);
	mapping.build_id = string_table_intern(&profile.strings, hex);
	for (int i = 0; gelf_getphdr(elf, i, &segment); i++) {
		if (segment.p_type != PT_LOAD || !(segment.p_flags & PF_X))
			continue;
		mapping.start = segment.p_vaddr;
		mapping.limit = segment.p_vaddr + segment.p_memsz;
		mapping.file_offset = segment.p_offset;
		break;
	}
	elf_end(elf);
	close(fd);
	return profile_intern_mapping(&profile, &mapping);
}

static char *own_path(void)
{
	return realpath("/proc/self/exe", NULL);
}

/* Adds a frame in some_function, at its address according to the program headers. */
static uint32_t add_own_frame(uint32_t mapping)
{
	const struct mapping *range = &profile.mappings[mapping];
	uint64_t bias = 0;

	dl_iterate_phdr(take_bias, &bias);
	return profile_intern_frame(&profile, mapping,
				    (uint64_t)some_function + 1 - bias - range->start +
					    range->file_offset);
}

static const struct function *function_of(uint32_t frame, uint32_t index)
{
	return &profile.functions[profile.lines[profile.frames[frame].first_line + index].function];
}

static const char *text(uint32_t id)
{
	return string_table_get(&profile.strings, id);
}

Test(symbolize, frame_gets_function_file_and_line)
{
	char *path = own_path();
	uint32_t frame = add_own_frame(add_own_mapping(path));

	some_function();
	cr_assert_eq(symbolize_profile(&profile), 0);
	cr_assert_eq(profile.frames[frame].nr_lines, 1);
	cr_assert_str_eq(text(function_of(frame, 0)->name), "some_function");
	cr_assert_str_eq(text(function_of(frame, 0)->system_name), "some_function");
	cr_assert(strstr(text(function_of(frame, 0)->file), "/tests/unit/test_symbolize.c"));
	cr_assert_geq(profile.lines[profile.frames[frame].first_line].line, 31);
	cr_assert_leq(profile.lines[profile.frames[frame].first_line].line, 34);
	free(path);
}

Test(symbolize, frames_with_lines_are_left_alone)
{
	char *path = own_path();
	uint32_t frame = add_own_frame(add_own_mapping(path));
	struct function function = { .name = string_table_intern(&profile.strings, "mine") };
	struct line line = { .function = profile_intern_function(&profile, &function), .line = 7 };

	profile_set_lines(&profile, frame, &line, 1);
	cr_assert_eq(symbolize_profile(&profile), 0);
	cr_assert_str_eq(text(function_of(frame, 0)->name), "mine");
	free(path);
}

Test(symbolize, frame_of_a_missing_file_stays_without_lines)
{
	uint32_t frame = add_own_frame(add_own_mapping("/no/such/libfoo.so.1"));
	char *expected = xasprintf("libfoo.so.1+0x%lx", profile_frame_address(&profile, frame));
	char *name = symbolize_bare_name(&profile, frame);

	cr_assert_eq(symbolize_profile(&profile), 1);
	cr_assert_eq(profile.frames[frame].nr_lines, 0);
	cr_assert_str_eq(name, expected);
	free(expected);
	free(name);
}

Test(symbolize, frame_of_another_build_stays_without_lines)
{
	char *path = own_path();
	uint32_t mapping = add_own_mapping(path);
	uint32_t frame = add_own_frame(mapping);

	profile.mappings[mapping].build_id = string_table_intern(&profile.strings, "0011");
	cr_assert_eq(symbolize_profile(&profile), 1);
	cr_assert_eq(profile.frames[frame].nr_lines, 0);
	free(path);
}

Test(symbolize, address_without_a_name_is_shown_as_module_and_address)
{
	char *path = own_path();
	uint32_t mapping = add_own_mapping(path);
	/* The last byte of the last page, which is after all functions. */
	uint32_t frame = profile_intern_frame(&profile, mapping, 0);

	cr_assert_eq(symbolize_profile(&profile), 1);
	cr_assert_eq(profile.frames[frame].nr_lines, 1);
	cr_assert(strstr(text(function_of(frame, 0)->name), "test_symbolize+0x"));
	free(path);
}

Test(symbolize, code_without_a_file_is_anonymous)
{
	struct mapping mapping = {
		.path = string_table_intern(&profile.strings, "[anon]"),
		.start = 0x7f0000000000,
		.limit = 0x7f0000010000,
	};
	uint32_t frame =
		profile_intern_frame(&profile, profile_intern_mapping(&profile, &mapping), 0x40);

	cr_assert_eq(symbolize_profile(&profile), 0);
	cr_assert_str_eq(text(function_of(frame, 0)->name), "[anon]");
}

Test(symbolize, pseudo_frame_gets_no_lines)
{
	uint32_t frame = profile_intern_frame(&profile, 0, FRAME_TRUNCATED);
	char *name = symbolize_bare_name(&profile, frame);

	cr_assert_eq(symbolize_profile(&profile), 0);
	cr_assert_eq(profile.frames[frame].nr_lines, 0);
	cr_assert_str_eq(name, "[truncated]");
	free(name);
}

Test(symbolize, empty_profile_can_be_symbolised)
{
	cr_assert_eq(symbolize_profile(&profile), 0);
}

static void assert_demangled(const char *name, const char *expected)
{
	char *demangled = symbolize_demangle(name);

	cr_assert_str_eq(demangled, expected);
	free(demangled);
}

Test(symbolize, cplusplus_names_are_demangled)
{
	assert_demangled("_ZN5outer5innerEi", "outer::inner(int)");
	assert_demangled("_ZNSt6vectorIiSaIiEE9push_backERKi",
			 "std::vector<int, std::allocator<int> >::push_back(int const&)");
	assert_demangled("_ZN3fooC2Ev", "foo::foo()");
	assert_demangled("_Z3foov.constprop.0", "foo() [clone .constprop.0]");
}

Test(symbolize, rust_names_are_demangled_without_their_hash)
{
	assert_demangled("_ZN4core3fmt9Formatter3pad17h0123456789abcdefE",
			 "core::fmt::Formatter::pad");
	assert_demangled("_RNvCskwGfYPst2Cb_3foo3bar", "foo::bar");
	assert_demangled("_RNvNtNtCs1234_7mycrate3foo3bar3baz", "mycrate::foo::bar::baz");
}

Test(symbolize, other_names_stay_as_they_are)
{
	static const char *const names[] = { "main",   "",     "_",	"_Z",	     "_R",
					     "_start", "_ZNx", "_Rxyz", "write@plt", "i" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_demangled(names[i], names[i]);
}

Test(symbolize, hostile_names_neither_crash_nor_grow, .timeout = 20)
{
	static const char *const starts[] = {
		"_Z", "_ZN", "_R", "_RNv", "_Z1fI", "_ZdlP", "_RNvMC"
	};
	static const char pieces[] = "NPIXRSDTF1B";
	char name[10002];

	for (size_t start = 0; start < sizeof(starts) / sizeof(starts[0]); start++) {
		for (const char *piece = pieces; *piece; piece++) {
			for (size_t length = 10; length <= 10001; length = length * 2 + 1) {
				char *demangled;

				memset(name, *piece, length);
				memcpy(name, starts[start], strlen(starts[start]));
				name[length] = '\0';
				demangled = symbolize_demangle(name);
				cr_assert_leq(strlen(demangled), 65536);
				free(demangled);
			}
		}
	}
}

Test(symbolize, name_that_expands_to_endless_text_stays_mangled, .timeout = 20)
{
	char name[400] = "_Z1f1AIiiE";
	char *demangled;

	/*
	 * Each template has the previous one as both of its arguments, so the text doubles each
	 * time.
	 */
	for (int i = 0; i < 24; i++) {
		char next[16];

		snprintf(next, sizeof(next), i ? "S_IS%c_S%c_E" : "S_IS0_S0_E",
			 "0123456789ABCDEFGHIJKLMNOP"[i], "0123456789ABCDEFGHIJKLMNOP"[i]);
		strcat(name, next);
	}
	demangled = symbolize_demangle(name);
	cr_assert_str_eq(demangled, name);
	free(demangled);
}
