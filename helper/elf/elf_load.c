/* SPDX-License-Identifier: MIT */
/*
 * Reads ELF files for the unwinder. The formats are described in elf(5), and for .eh_frame_hdr in
 * the Linux Standard Base, "Exception Frame Header".
 */
#include "helper/elf/elf_load.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#include "helper/elf/code_map.h"
#include "helper/elf/eh_frame_index.h"
#include "helper/elf/elf_fde.h"
#include "helper/elf/elf_open.h"
#include "helper/elf/elf_read.h"
#include "helper/elf/elf_section.h"
#include "helper/elf/go_stack_end.h"
#include "profile/util/xalloc.h"

#define MAX_SEGMENTS 64 /* load segments; linkers make four to eight */
#define MAX_PHDRS    256
#define MAX_NOTES    65536
#define MAX_TABLES   (4u << 20)	 /* bytes of tables that are read at once */
#define MAX_WHOLE    (32u << 20) /* bytes of a file that is read at once */

/* The layout that GNU ld, gold, lld and mold write. Tables in other layouts are ignored. */
#define ENCODING_PCREL_SDATA4	0x1b
#define ENCODING_UDATA4		0x03
#define ENCODING_DATAREL_SDATA4 0x3b

static void parse_eh_frame_hdr(struct elf_file *file, uint64_t vaddr)
{
	struct {
		uint8_t version, frame_encoding, count_encoding, table_encoding;
		int32_t frame_ptr;
		uint32_t count;
	} hdr;

	if (!elf_read_vaddr(file, vaddr, &hdr, sizeof(hdr)) || hdr.version != 1)
		return;
	if (hdr.frame_encoding != ENCODING_PCREL_SDATA4 || hdr.count_encoding != ENCODING_UDATA4 ||
	    hdr.table_encoding != ENCODING_DATAREL_SDATA4 || hdr.count == 0)
		return;
	file->hdr_vaddr = vaddr;
	file->table_vaddr = vaddr + sizeof(hdr);
	file->nr_table_entries = hdr.count;
}

static void parse_build_id(struct elf_file *file, const Elf64_Nhdr *note, uint64_t name,
			   uint64_t desc)
{
	uint8_t id[64];
	char text[4];

	if (file->build_id[0] || note->n_type != NT_GNU_BUILD_ID || note->n_namesz != 4 ||
	    note->n_descsz > sizeof(id) || !elf_read(file, name, text, 4) ||
	    memcmp(text, "GNU", 4) != 0 || !elf_read(file, desc, id, note->n_descsz))
		return;
	for (uint32_t i = 0; i < note->n_descsz; i++)
		snprintf(file->build_id + 2 * (size_t)i, 3, "%02x", id[i]);
	file->build_id_end = desc + note->n_descsz;
}

/* include/scprof/scprof.h: name "scprof", type 1, how far the flag is from the description. */
static void parse_flag_note(struct elf_file *file, const Elf64_Nhdr *note, uint64_t name,
			    uint64_t desc, uint64_t desc_vaddr)
{
	uint64_t distance;
	char text[7];

	if (file->flag_vaddr || note->n_type != 1 || note->n_namesz != sizeof(text) ||
	    note->n_descsz != sizeof(distance) || !elf_read(file, name, text, sizeof(text)) ||
	    memcmp(text, "scprof", sizeof(text)) != 0 ||
	    !elf_read(file, desc, &distance, sizeof(distance)))
		return;
	file->flag_vaddr = desc_vaddr + distance;
}

static void parse_notes(struct elf_file *file, uint64_t start, uint64_t size, uint64_t vaddr)
{
	uint64_t offset = start;
	uint64_t end = offset + (size < MAX_NOTES ? size : MAX_NOTES);
	Elf64_Nhdr note;

	while (offset + sizeof(note) <= end && elf_read(file, offset, &note, sizeof(note))) {
		uint64_t name = offset + sizeof(note);
		uint64_t desc = name + ((note.n_namesz + 3ull) & ~3ull);

		offset = desc + ((note.n_descsz + 3ull) & ~3ull);
		parse_build_id(file, &note, name, desc);
		parse_flag_note(file, &note, name, desc, vaddr + (desc - start));
	}
}

/* Go's linker has a section for the build id, but no segment. */
static void see_section(const struct elf_section *section, void *argument)
{
	struct elf_file *file = argument;

	if (section->type == SHT_NOTE && section->flags & SHF_ALLOC && !file->build_id[0])
		parse_notes(file, section->offset, section->size, section->vaddr);
}

static void parse_load(struct elf_file *file, const Elf64_Phdr *phdr)
{
	struct elf_segment *segment;

	if (file->nr_segments == MAX_SEGMENTS)
		return;
	file->segments = xreallocarray(file->segments, file->nr_segments + 1, sizeof(*segment));
	segment = &file->segments[file->nr_segments++];
	segment->vaddr = phdr->p_vaddr;
	segment->offset = phdr->p_offset;
	segment->file_size = phdr->p_filesz;
	segment->is_executable = phdr->p_flags & PF_X;
}

static void find_eh_frame(struct elf_file *file, const Elf64_Ehdr *ehdr)
{
	Elf64_Shdr strings, section;
	char name[sizeof(".eh_frame")];

	if (ehdr->e_shentsize != sizeof(section) ||
	    !elf_read(file, ehdr->e_shoff + (uint64_t)ehdr->e_shstrndx * sizeof(strings), &strings,
		      sizeof(strings)))
		return;
	for (unsigned int i = 0; i < ehdr->e_shnum; i++) {
		if (!elf_read(file, ehdr->e_shoff + (uint64_t)i * sizeof(section), &section,
			      sizeof(section)))
			return;
		if (section.sh_type == SHT_NOBITS || !(section.sh_flags & SHF_ALLOC) ||
		    !elf_read(file, strings.sh_offset + section.sh_name, name, sizeof(name)) ||
		    memcmp(name, ".eh_frame", sizeof(name)) != 0)
			continue;
		file->index = eh_frame_index_new(file, section.sh_addr, section.sh_offset,
						 section.sh_size);
		return;
	}
}

static bool parse_headers(struct elf_file *file)
{
	Elf64_Ehdr ehdr;
	Elf64_Phdr phdr;
	uint64_t hdr_vaddr = 0;

	if (!elf_read(file, 0, &ehdr, sizeof(ehdr)) || memcmp(ehdr.e_ident, ELFMAG, SELFMAG) != 0 ||
	    ehdr.e_ident[EI_CLASS] != ELFCLASS64 || ehdr.e_machine != EM_X86_64 ||
	    ehdr.e_phentsize != sizeof(phdr) || ehdr.e_phnum > MAX_PHDRS)
		return false;
	file->entry = ehdr.e_entry;
	for (unsigned int i = 0; i < ehdr.e_phnum; i++) {
		if (!elf_read(file, ehdr.e_phoff + i * sizeof(phdr), &phdr, sizeof(phdr)))
			return false;
		if (phdr.p_type == PT_LOAD)
			parse_load(file, &phdr);
		else if (phdr.p_type == PT_GNU_EH_FRAME)
			hdr_vaddr = phdr.p_vaddr;
		else if (phdr.p_type == PT_NOTE)
			parse_notes(file, phdr.p_offset, phdr.p_filesz, phdr.p_vaddr);
	}
	if (!file->build_id[0])
		elf_section_for_each(file, see_section, file);
	if (hdr_vaddr)
		parse_eh_frame_hdr(file, hdr_vaddr);
	/* Most statically linked programs have no header. */
	if (!file->nr_table_entries)
		find_eh_frame(file, &ehdr);
	return file->nr_segments > 0;
}

void elf_load_free(struct elf_file *file)
{
	elf_read_fini(file);
	elf_fde_fini(file);
	eh_frame_index_free(file->index);
	code_map_free(file->code_map);
	if (file->epilogues)
		file->free_epilogues(file->epilogues);
	go_stack_ends_free(file->go_stack_ends);
	free(file->segments);
	free(file->path);
	free(file);
}

static bool is_of_the_system(const char *path)
{
	return strncmp(path, "/usr/", 5) == 0 || strncmp(path, "/lib", 4) == 0;
}

/* Reads from the search table to the end of its segment, which also contains .eh_frame. */
static void read_tables(struct elf_file *file)
{
	uint64_t offset;

	for (unsigned int i = 0; i < file->nr_segments; i++) {
		const struct elf_segment *segment = &file->segments[i];

		if (!file->hdr_vaddr || file->hdr_vaddr - segment->vaddr >= segment->file_size)
			continue;
		offset = file->hdr_vaddr - segment->vaddr;
		if (segment->file_size - offset <= MAX_TABLES)
			elf_read_ahead(file, segment->offset + offset, segment->file_size - offset);
		return;
	}
}

/*
 * Reads data that may be missing when it is needed later: the file system of another program can
 * disappear, and programs delete their own files. Files of the system stay.
 */
static void read_early(struct elf_file *file, bool is_deleted)
{
	if ((file->may_block || is_deleted) && file->size <= MAX_WHOLE) {
		elf_read_ahead(file, 0, file->size);
		file->is_whole = true;
	} else if (!is_of_the_system(file->path)) {
		read_tables(file);
	}
}

struct elf_file *elf_load(pid_t tid, const struct elf_mapping *mapping, int fd,
			  const struct elf_opened *opened)
{
	struct elf_file *file = xcalloc(1, sizeof(*file));

	file->refs = 1;
	file->fd = fd;
	file->tid = tid;
	file->start = mapping->start;
	file->end = mapping->end;
	file->dev = mapping->dev;
	file->inode = mapping->inode;
	file->path = xstrdup(mapping->path);
	file->identity = opened->identity;
	file->may_block = opened->may_block;
	file->is_lasting = opened->is_lasting;
	file->size = opened->identity.size;
	file->chunks = xcalloc(file->size / ELF_FILE_CHUNK + 1, sizeof(*file->chunks));
	if (!parse_headers(file)) {
		elf_load_free(file);
		return NULL;
	}
	read_early(file, opened->is_deleted);
	file->fd = -1;
	return file;
}

struct elf_file *elf_load_vdso(void)
{
	static struct elf_file *vdso;
	const Elf64_Ehdr *ehdr = (const Elf64_Ehdr *)getauxval(AT_SYSINFO_EHDR);

	if (vdso)
		vdso->refs++;
	if (vdso || !ehdr)
		return vdso;
	vdso = xcalloc(1, sizeof(*vdso));
	vdso->refs = 2; /* this module keeps one */
	vdso->fd = -1;
	vdso->path = xstrdup("[vdso]");
	vdso->image = (const uint8_t *)ehdr;
	/* The section headers are at the end of the vdso. */
	vdso->size = ehdr->e_shoff + (uint64_t)ehdr->e_shnum * ehdr->e_shentsize;
	parse_headers(vdso);
	return vdso;
}
