/* SPDX-License-Identifier: MIT */
/*
 * ELF files as the unwinder reads them. Sources of the formats: elf(5), and for .eh_frame_hdr the
 * Linux Standard Base, "Exception Frame Header".
 */
#include "helper/elf_file.h"

#include <elf.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "helper/eh_frame_index.h"
#include "profile/xalloc.h"

#define MAX_SEGMENTS	 64 /* load segments; linkers make four to eight */
#define MAX_PHDRS	 256
#define MAX_NOTES	 65536
#define MAX_SIZE	 (1ll << 36) /* of a file; sparse ones may have any */
#define MAX_UNUSED_FILES 128	     /* kept open for the next process that maps them */
#define NR_SPARE_FDS	 6	     /* for the profile, and for /proc while it is read */

static struct elf_file *cache;

bool elf_file_read_once(const struct elf_file *file, uint64_t offset, void *buffer, size_t size)
{
	if (offset > file->size || size > file->size - offset)
		return false;
	if (!file->image)
		return pread(file->fd, buffer, size, (off_t)offset) == (ssize_t)size;
	memcpy(buffer, file->image + offset, size);
	return true;
}

bool elf_file_read(struct elf_file *file, uint64_t offset, void *buffer, size_t size)
{
	if (offset > file->size || size > file->size - offset)
		return false;
	if (file->image) {
		memcpy(buffer, file->image + offset, size);
		return true;
	}
	while (size) {
		uint64_t index = offset / ELF_FILE_CHUNK;
		size_t skip = offset % ELF_FILE_CHUNK;
		size_t part = ELF_FILE_CHUNK - skip < size ? ELF_FILE_CHUNK - skip : size;

		if (!file->chunks[index]) {
			uint8_t *chunk = xcalloc(1, ELF_FILE_CHUNK);
			if (pread(file->fd, chunk, ELF_FILE_CHUNK, (off_t)(offset - skip)) < 0) {
				free(chunk);
				return false;
			}
			file->chunks[index] = chunk;
		}
		memcpy(buffer, file->chunks[index] + skip, part);
		buffer = (char *)buffer + part;
		offset += part;
		size -= part;
	}
	return true;
}

bool elf_file_offset_of_vaddr(const struct elf_file *file, uint64_t vaddr, uint64_t *offset)
{
	for (unsigned int i = 0; i < file->nr_segments; i++) {
		const struct elf_segment *segment = &file->segments[i];
		if (vaddr >= segment->vaddr && vaddr - segment->vaddr < segment->file_size) {
			*offset = vaddr - segment->vaddr + segment->offset;
			return true;
		}
	}
	return false;
}

static bool read_vaddr(struct elf_file *file, uint64_t vaddr, void *buffer, size_t size)
{
	uint64_t offset;

	return elf_file_offset_of_vaddr(file, vaddr, &offset) &&
	       elf_file_read(file, offset, buffer, size);
}

/* The one layout that GNU ld, gold, lld and mold write; any other is as good as none. */
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

	if (!read_vaddr(file, vaddr, &hdr, sizeof(hdr)) || hdr.version != 1)
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
	    note->n_descsz > sizeof(id) || !elf_file_read(file, name, text, 4) ||
	    memcmp(text, "GNU", 4) != 0 || !elf_file_read(file, desc, id, note->n_descsz))
		return;
	for (uint32_t i = 0; i < note->n_descsz; i++)
		snprintf(file->build_id + 2 * (size_t)i, 3, "%02x", id[i]);
}

/* include/scprof/scprof.h: name "scprof", type 1, how far the flag is from the description. */
static void parse_flag_note(struct elf_file *file, const Elf64_Nhdr *note, uint64_t name,
			    uint64_t desc, uint64_t desc_vaddr)
{
	uint64_t distance;
	char text[7];

	if (file->flag_vaddr || note->n_type != 1 || note->n_namesz != sizeof(text) ||
	    note->n_descsz != sizeof(distance) || !elf_file_read(file, name, text, sizeof(text)) ||
	    memcmp(text, "scprof", sizeof(text)) != 0 ||
	    !elf_file_read(file, desc, &distance, sizeof(distance)))
		return;
	file->flag_vaddr = desc_vaddr + distance;
}

static void parse_notes(struct elf_file *file, const Elf64_Phdr *phdr)
{
	uint64_t offset = phdr->p_offset;
	uint64_t end = offset + (phdr->p_filesz < MAX_NOTES ? phdr->p_filesz : MAX_NOTES);
	Elf64_Nhdr note;

	while (offset + sizeof(note) <= end && elf_file_read(file, offset, &note, sizeof(note))) {
		uint64_t name = offset + sizeof(note);
		uint64_t desc = name + ((note.n_namesz + 3ull) & ~3ull);

		offset = desc + ((note.n_descsz + 3ull) & ~3ull);
		parse_build_id(file, &note, name, desc);
		parse_flag_note(file, &note, name, desc, phdr->p_vaddr + (desc - phdr->p_offset));
	}
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
	    !elf_file_read(file, ehdr->e_shoff + (uint64_t)ehdr->e_shstrndx * sizeof(strings),
			   &strings, sizeof(strings)))
		return;
	for (unsigned int i = 0; i < ehdr->e_shnum; i++) {
		if (!elf_file_read(file, ehdr->e_shoff + (uint64_t)i * sizeof(section), &section,
				   sizeof(section)))
			return;
		if (section.sh_type == SHT_NOBITS || !(section.sh_flags & SHF_ALLOC) ||
		    !elf_file_read(file, strings.sh_offset + section.sh_name, name, sizeof(name)) ||
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

	if (!elf_file_read(file, 0, &ehdr, sizeof(ehdr)) ||
	    memcmp(ehdr.e_ident, ELFMAG, SELFMAG) != 0 || ehdr.e_ident[EI_CLASS] != ELFCLASS64 ||
	    ehdr.e_machine != EM_X86_64 || ehdr.e_phentsize != sizeof(phdr) ||
	    ehdr.e_phnum > MAX_PHDRS)
		return false;
	file->entry = ehdr.e_entry;
	for (unsigned int i = 0; i < ehdr.e_phnum; i++) {
		if (!elf_file_read(file, ehdr.e_phoff + i * sizeof(phdr), &phdr, sizeof(phdr)))
			return false;
		if (phdr.p_type == PT_LOAD)
			parse_load(file, &phdr);
		else if (phdr.p_type == PT_GNU_EH_FRAME)
			hdr_vaddr = phdr.p_vaddr;
		else if (phdr.p_type == PT_NOTE)
			parse_notes(file, &phdr);
	}
	if (hdr_vaddr)
		parse_eh_frame_hdr(file, hdr_vaddr);
	/* Statically linked programs mostly have no header. */
	if (!file->nr_table_entries)
		find_eh_frame(file, &ehdr);
	return file->nr_segments > 0;
}

bool elf_file_find_fde(struct elf_file *file, uint64_t vaddr, uint64_t *function_vaddr,
		       uint64_t *fde_vaddr)
{
	uint32_t low = 0, high = file->nr_table_entries;
	int64_t wanted = (int64_t)(vaddr - file->hdr_vaddr);
	int32_t entry[2];

	if (file->index)
		return eh_frame_index_find(file->index, vaddr, function_vaddr, fde_vaddr);
	/* Entries are (function, FDE), both as signed 32-bit distances from the header, sorted. */
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (!read_vaddr(file, file->table_vaddr + 8ull * middle, &entry[0], 4))
			return false;
		if (entry[0] <= wanted)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || !read_vaddr(file, file->table_vaddr + 8ull * (low - 1), entry, 8))
		return false;
	*function_vaddr = file->hdr_vaddr + (uint64_t)(int64_t)entry[0];
	*fde_vaddr = file->hdr_vaddr + (uint64_t)(int64_t)entry[1];
	return true;
}

static void elf_file_free(struct elf_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	if (file->chunks)
		for (uint64_t i = 0; i <= file->size / ELF_FILE_CHUNK; i++)
			free(file->chunks[i]);
	eh_frame_index_free(file->index);
	free(file->chunks);
	free(file->segments);
	free(file->path);
	free(file);
}

/* Without a free fd the helper could not write the profile. */
static int max_fd(void)
{
	static int max;
	struct rlimit limit;

	if (!max)
		max = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < INT_MAX
			      ? (int)limit.rlim_cur - NR_SPARE_FDS
			      : INT_MAX;
	return max;
}

/* Opens @name and returns its fd if it is the regular file with @inode, else -1. */
static int open_checked(const char *name, uint64_t inode, struct stat *status)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return -1;
	if (fd < max_fd() && fstat(fd, status) == 0 && S_ISREG(status->st_mode) &&
	    status->st_ino == inode && status->st_size <= MAX_SIZE)
		return fd;
	close(fd);
	return -1;
}

/*
 * The path is that of the process's own root. A deleted or replaced file is still to be had as
 * the running executable, or (for root) through map_files.
 */
static int open_mapped(pid_t tid, const char *path, uint64_t inode, uint64_t start, uint64_t end,
		       struct stat *status)
{
	char name[64];
	char *rooted = xasprintf("/proc/%d/root%s", (int)tid, path);
	int fd = open_checked(rooted, inode, status);

	free(rooted);
	if (fd < 0) {
		snprintf(name, sizeof(name), "/proc/%d/exe", (int)tid);
		fd = open_checked(name, inode, status);
	}
	if (fd < 0) {
		snprintf(name, sizeof(name), "/proc/%d/map_files/%" PRIx64 "-%" PRIx64, (int)tid,
			 start, end);
		fd = open_checked(name, inode, status);
	}
	return fd;
}

static uint64_t changed_ns(const struct stat *status)
{
	return (uint64_t)status->st_ctim.tv_sec * 1000000000u + (uint64_t)status->st_ctim.tv_nsec;
}

/* A file that was rewritten in place since is another file: it leaves the cache. */
static struct elf_file *cache_find(const char *path, uint64_t dev, uint64_t inode)
{
	struct stat status;

	for (struct elf_file **link = &cache; *link; link = &(*link)->next) {
		struct elf_file *file = *link;
		if (file->inode != inode || file->dev != dev || strcmp(file->path, path) != 0)
			continue;
		if (fstat(file->fd, &status) == 0 && changed_ns(&status) == file->changed_ns)
			return file;
		*link = file->next;
		file->is_outdated = true;
		if (!file->refs)
			elf_file_free(file);
		return NULL;
	}
	return NULL;
}

struct elf_file *elf_file_get(pid_t tid, const char *path, uint64_t dev, uint64_t inode,
			      uint64_t start, uint64_t end)
{
	struct elf_file *file;
	struct stat status;
	int fd;

	file = cache_find(path, dev, inode);
	if (file)
		return elf_file_ref(file);
	fd = open_mapped(tid, path, inode, start, end, &status);
	if (fd < 0)
		return NULL;
	file = xcalloc(1, sizeof(*file));
	file->refs = 1;
	file->fd = fd;
	file->dev = dev;
	file->inode = inode;
	file->path = xstrdup(path);
	file->size = (uint64_t)status.st_size;
	file->changed_ns = changed_ns(&status);
	file->chunks = xcalloc(file->size / ELF_FILE_CHUNK + 1, sizeof(*file->chunks));
	if (!parse_headers(file)) {
		elf_file_free(file);
		return NULL;
	}
	file->next = cache;
	cache = file;
	return file;
}

struct elf_file *elf_file_get_vdso(void)
{
	static struct elf_file *vdso;
	const Elf64_Ehdr *ehdr = (const Elf64_Ehdr *)getauxval(AT_SYSINFO_EHDR);

	if (vdso || !ehdr)
		return vdso ? elf_file_ref(vdso) : NULL;
	vdso = xcalloc(1, sizeof(*vdso));
	vdso->refs = 2; /* this module keeps one */
	vdso->fd = -1;
	vdso->path = xstrdup("[vdso]");
	vdso->image = (const uint8_t *)ehdr;
	/* Section headers stand last in the vdso. */
	vdso->size = ehdr->e_shoff + (uint64_t)ehdr->e_shnum * ehdr->e_shentsize;
	parse_headers(vdso);
	return vdso;
}

struct elf_file *elf_file_ref(struct elf_file *file)
{
	file->refs++;
	return file;
}

void elf_file_put(struct elf_file *file)
{
	unsigned int nr_unused = 0;

	if (!file || --file->refs)
		return;
	if (file->is_outdated) {
		elf_file_free(file);
		return;
	}
	for (file = cache; file; file = file->next)
		nr_unused += file->refs == 0;
	if (nr_unused > MAX_UNUSED_FILES)
		elf_file_drop_unused();
}

void elf_file_drop_unused(void)
{
	for (struct elf_file **link = &cache; *link;) {
		struct elf_file *file = *link;
		if (file->refs) {
			link = &file->next;
			continue;
		}
		*link = file->next;
		elf_file_free(file);
	}
}
