// SPDX-License-Identifier: MIT
/*
 * The symbol table of a binary: .symtab, its own or the debug file's, else .dynsym, with what
 * .gnu_debugdata adds; libdwfl chooses. libdwfl's own look-up walks the whole table each time, so
 * the functions are put into range maps once. Symbols that have a size come first; labels of
 * assembly code, which have none, are taken to reach to the next symbol of their section.
 */
#include <stdlib.h>
#include <string.h>

#include "profile/binary_parts.h"
#include "profile/xalloc.h"

struct symbol {
	uint64_t start;
	uint64_t size;
	uint64_t section_limit; /* where its section ends */
	unsigned int rank;	/* of several names of one function the least is shown */
	char *name;
};

struct binary_symbols {
	struct symbol *symbols;
	uint32_t nr;
	uint32_t capacity;
	struct range_map sized;
	struct range_map labels;
	struct range_map stubs;
};

/* `write` rather than `__write`, global rather than weak rather than local. */
static unsigned int symbol_rank(const char *name, unsigned char binding)
{
	unsigned int rank = 4 * (unsigned int)strspn(name, "_");

	if (binding == STB_GLOBAL)
		return rank;
	return rank + (binding == STB_WEAK ? 1 : 2);
}

static bool is_function(const char *name, const GElf_Sym *symbol)
{
	int type = GELF_ST_TYPE(symbol->st_info);

	if (!name || !*name || *name == '@' || symbol->st_shndx == SHN_UNDEF)
		return false;
	if (type == STT_FUNC || type == STT_GNU_IFUNC)
		return true;
	return type == STT_NOTYPE && strncmp(name, ".annobin_", 9) != 0;
}

/* Returns the end of the executable section that holds @address, or 0 when it is in none. */
static uint64_t code_limit(Elf *elf, GElf_Word index, uint64_t address)
{
	Elf_Scn *section = elf ? elf_getscn(elf, index) : NULL;
	GElf_Shdr header;

	if (!section || !gelf_getshdr(section, &header) || !(header.sh_flags & SHF_EXECINSTR))
		return 0;
	if (address < header.sh_addr || address - header.sh_addr >= header.sh_size)
		return 0;
	return header.sh_addr + header.sh_size;
}

static uint32_t add_symbol(struct binary_symbols *symbols, const struct symbol *symbol)
{
	symbols->symbols =
		xgrow(symbols->symbols, symbols->nr, &symbols->capacity, sizeof(*symbols->symbols));
	symbols->symbols[symbols->nr] = *symbol;
	return symbols->nr++;
}

static uint32_t add_stub(void *owner, char *name)
{
	return add_symbol(owner, &(struct symbol){ .name = name });
}

static void read_table(struct binary_symbols *symbols, Dwfl_Module *module)
{
	int nr = dwfl_module_getsymtab(module);

	for (int i = 1; i < nr; i++) {
		GElf_Sym sym;
		GElf_Addr address, bias = 0;
		GElf_Word index;
		Elf *elf;
		const char *name =
			dwfl_module_getsym_info(module, i, &sym, &address, &index, &elf, &bias);
		struct symbol symbol = { .start = address, .size = sym.st_size };

		if (!is_function(name, &sym))
			continue;
		symbol.section_limit = code_limit(elf, index, address - bias) + bias;
		if (symbol.section_limit == bias || address > UINT64_MAX - sym.st_size)
			continue;
		symbol.rank = symbol_rank(name, GELF_ST_BIND(sym.st_info));
		symbol.name = xasprintf("%.*s", (int)strcspn(name, "@"), name);
		add_symbol(symbols, &symbol);
	}
}

static int compare_symbols(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void fill_maps(struct binary_symbols *symbols)
{
	uint64_t next = UINT64_MAX; /* start of the next symbol behind this one's */

	for (uint32_t i = symbols->nr; i-- > 0;) {
		const struct symbol *symbol = &symbols->symbols[i];

		if (i + 1 < symbols->nr && symbol[1].start != symbol->start)
			next = symbol[1].start;
		if (symbol->size)
			range_map_add(&symbols->sized, symbol->start, symbol->start + symbol->size,
				      i);
		else
			range_map_add(&symbols->labels, symbol->start,
				      next < symbol->section_limit ? next : symbol->section_limit,
				      i);
	}
}

struct binary_symbols *binary_symbols_new(Dwfl_Module *module)
{
	struct binary_symbols *symbols = xcalloc(1, sizeof(*symbols));

	read_table(symbols, module);
	if (symbols->nr)
		qsort(symbols->symbols, symbols->nr, sizeof(*symbols->symbols), compare_symbols);
	fill_maps(symbols);
	binary_plt_read(module, &symbols->stubs, add_stub, symbols);
	return symbols;
}

void binary_symbols_free(struct binary_symbols *symbols)
{
	if (!symbols)
		return;
	range_map_fini(&symbols->sized);
	range_map_fini(&symbols->labels);
	range_map_fini(&symbols->stubs);
	for (uint32_t i = 0; i < symbols->nr; i++)
		free(symbols->symbols[i].name);
	free(symbols->symbols);
	free(symbols);
}

const char *binary_symbols_find(struct binary_symbols *symbols, uint64_t address)
{
	uint32_t id = range_map_find(&symbols->sized, address);

	if (id == RANGE_NONE)
		id = range_map_find(&symbols->stubs, address);
	if (id == RANGE_NONE)
		id = range_map_find(&symbols->labels, address);
	return id == RANGE_NONE ? NULL : symbols->symbols[id].name;
}
