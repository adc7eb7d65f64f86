// SPDX-License-Identifier: MIT
/*
 * The symbol table of a binary. libdwfl chooses it: .symtab of the binary or of the debug file,
 * otherwise .dynsym, together with what .gnu_debugdata adds. Each of libdwfl's look-ups walks the
 * whole table. Here one walk answers all expected questions. Other questions need sorted range
 * maps, which take ten times as long. A symbol with a size takes precedence. A label of assembly
 * code has no size: it reaches to the next symbol or, in .dynsym, to binary_label_limit().
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "profile/symbols/binary_parts.h"
#include "profile/util/sorted.h"
#include "profile/util/xalloc.h"

struct symbol {
	uint64_t start;
	uint64_t size;
	uint64_t section_limit; /* where its section ends */
	unsigned int rank;	/* a function is shown with its name of the lowest rank */
	const char *name;	/* the module owns it; with its version */
};

/* The answer for one address, the same as the range maps would give. */
struct answer {
	uint64_t address;
	struct symbol sized; /* the innermost one that contains the address; no name: none */
	struct symbol label; /* the last label before the address; no name: none */
	uint64_t last_start; /* start of the last symbol of any kind before the address */
};

/* A symbol table in the form that it has in the file. */
struct raw_table {
	Elf *elf; /* NULL: there is none */
	const Elf64_Sym *symbols;
	size_t nr;
	const char *names;
	size_t names_size; /* the last byte is 0 */
	bool is_dynamic;   /* it is .dynsym, which lacks local functions */
};

struct binary_symbols {
	Dwfl_Module *module;
	struct raw_table raw;
	struct symbol *symbols; /* all symbols; those of @raw are added only when they are sorted */
	uint32_t nr;
	uint32_t capacity;
	struct answer *answers; /* answers to the expected questions, sorted by address */
	uint32_t nr_answers;
	bool is_sorted; /* symbols are sorted, and the first two maps are filled */
	struct range_map sized;
	struct range_map labels;
	bool has_stubs; /* PLT stubs have been read */
	struct range_map stubs;
	char **stub_names;
	uint32_t nr_stubs;
	uint32_t stub_capacity;
};

/* The section in which the last symbol was found, and where it ends. */
struct section {
	Elf *elf;
	GElf_Word index;
	uint64_t start;
	uint64_t limit; /* 0: it is not executable */
};

/* `write` is better than `__write`; global is better than weak, and weak better than local. */
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

static struct section read_section(Elf *elf, GElf_Word index)
{
	Elf_Scn *scn = elf ? elf_getscn(elf, index) : NULL;
	struct section section = { .elf = elf, .index = index };
	GElf_Shdr header;

	if (scn && gelf_getshdr(scn, &header) && header.sh_flags & SHF_EXECINSTR) {
		section.start = header.sh_addr;
		section.limit = header.sh_addr + header.sh_size;
	}
	return section;
}

/* Returns the end of the executable section that contains @address, or 0 if there is none. */
static uint64_t code_limit(struct section *last, Elf *elf, GElf_Word index, uint64_t address)
{
	if (last->elf != elf || last->index != index)
		*last = read_section(elf, index);
	return address >= last->start && address < last->limit ? last->limit : 0;
}

static void add_symbol(struct binary_symbols *symbols, const struct symbol *symbol)
{
	symbols->symbols =
		xgrow(symbols->symbols, symbols->nr, &symbols->capacity, sizeof(*symbols->symbols));
	symbols->symbols[symbols->nr++] = *symbol;
}

static uint32_t add_stub(void *owner, char *name)
{
	struct binary_symbols *symbols = owner;

	symbols->stub_names = xgrow(symbols->stub_names, symbols->nr_stubs, &symbols->stub_capacity,
				    sizeof(*symbols->stub_names));
	symbols->stub_names[symbols->nr_stubs] = name;
	return symbols->nr_stubs++;
}

/*
 * Fills in @symbol from the function @sym at @address. Returns false if it is in no executable
 * section.
 */
static bool make_symbol(struct symbol *symbol, const GElf_Sym *sym, const char *name,
			uint64_t address, uint64_t limit)
{
	if (limit == 0 || address > UINT64_MAX - sym->st_size)
		return false;
	*symbol = (struct symbol){
		.start = address,
		.size = sym->st_size,
		.section_limit = limit,
		.rank = symbol_rank(name, GELF_ST_BIND(sym->st_info)),
		.name = name,
	};
	return true;
}

/*
 * Opens the symbol table in section @scn with @header. Returns false if it cannot be read directly.
 */
static bool open_raw(Elf *elf, Elf_Scn *scn, const GElf_Shdr *header, struct raw_table *table)
{
	Elf_Scn *strings = elf_getscn(elf, header->sh_link);
	Elf_Data *data = elf_getdata(scn, NULL);
	Elf_Data *names = strings ? elf_getdata(strings, NULL) : NULL;

	if (!data || !data->d_buf || !names || !names->d_buf || !names->d_size ||
	    ((const char *)names->d_buf)[names->d_size - 1] != '\0')
		return false;
	*table = (struct raw_table){
		.elf = elf,
		.symbols = data->d_buf,
		.nr = data->d_size / sizeof(Elf64_Sym),
		.names = names->d_buf,
		.names_size = names->d_size,
		.is_dynamic = header->sh_type == SHT_DYNSYM,
	};
	return true;
}

/*
 * Finds the table of @nr symbols that libdwfl has chosen, if it is one section of a file with the
 * binary's own addresses. Such a table can be read without libdwfl, which takes ten times as long.
 */
static bool find_raw(Dwfl_Module *module, int nr, struct raw_table *table)
{
	GElf_Addr bias, address;
	Elf_Scn *scn = NULL;
	Elf *elf = NULL;
	GElf_Sym sym;
	GElf_Word index;

	if (nr < 2 ||
	    !dwfl_module_getsym_info(module, nr - 1, &sym, &address, &index, &elf, &bias) || !elf ||
	    bias != 0 || gelf_getclass(elf) != ELFCLASS64)
		return false;
	while ((scn = elf_nextscn(elf, scn))) {
		GElf_Shdr header;

		if (gelf_getshdr(scn, &header) &&
		    (header.sh_type == SHT_SYMTAB || header.sh_type == SHT_DYNSYM) &&
		    header.sh_size / sizeof(Elf64_Sym) == (size_t)nr)
			return open_raw(elf, scn, &header, table);
	}
	return false;
}

/* Returns false if symbol @i is not a function. */
static bool read_raw_symbol(const struct raw_table *table, size_t i, struct section *section,
			    struct symbol *symbol)
{
	const Elf64_Sym *raw = &table->symbols[i];
	const GElf_Sym sym = {
		.st_size = raw->st_size,
		.st_info = raw->st_info,
		.st_shndx = raw->st_shndx,
	};
	const char *name = raw->st_name < table->names_size ? table->names + raw->st_name : NULL;

	if (!is_function(name, &sym) || raw->st_shndx >= SHN_LORESERVE ||
	    !make_symbol(symbol, &sym, name, raw->st_value,
			 code_limit(section, table->elf, raw->st_shndx, raw->st_value)))
		return false;
	if (table->is_dynamic && !symbol->size)
		symbol->section_limit = binary_label_limit(table->elf, raw->st_shndx, symbol->start,
							   symbol->section_limit);
	return true;
}

static void read_raw(struct binary_symbols *symbols)
{
	const struct raw_table *table = &symbols->raw;
	struct section section = { 0 };
	struct symbol symbol;

	for (size_t i = 1; i < table->nr; i++)
		if (read_raw_symbol(table, i, &section, &symbol))
			add_symbol(symbols, &symbol);
}

static void read_table(struct binary_symbols *symbols, Dwfl_Module *module)
{
	int nr = dwfl_module_getsymtab(module);
	struct section section = { 0 };
	struct symbol symbol;

	if (find_raw(module, nr, &symbols->raw))
		return;
	for (int i = 1; i < nr; i++) {
		GElf_Sym sym;
		GElf_Addr address, bias = 0;
		GElf_Word index;
		Elf *elf;
		const char *name =
			dwfl_module_getsym_info(module, i, &sym, &address, &index, &elf, &bias);
		uint64_t limit;

		if (!is_function(name, &sym))
			continue;
		limit = code_limit(&section, elf, index, address - bias);
		if (make_symbol(&symbol, &sym, name, address, limit ? limit + bias : 0))
			add_symbol(symbols, &symbol);
	}
}

/* The same order as in range maps, outer before inner, so that these need not be sorted again. */
static int compare_symbols(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->size != y->size)
		return x->size > y->size ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return strcmp(x->name, y->name);
}

static bool is_same_range(const struct symbol *a, const struct symbol *b)
{
	return a->start == b->start && a->size == b->size;
}

static void add_label(struct binary_symbols *symbols, uint32_t id)
{
	const struct symbol *label = &symbols->symbols[id];
	uint64_t limit = label->section_limit;
	uint32_t next = id + 1;

	while (next < symbols->nr && symbols->symbols[next].start == label->start)
		next++;
	if (next < symbols->nr && symbols->symbols[next].start < limit)
		limit = symbols->symbols[next].start;
	range_map_add(&symbols->labels, label->start, limit, id);
}

/* If a range has several names, only the best is needed. It comes first. */
static void fill_maps(struct binary_symbols *symbols)
{
	const struct symbol *symbol = symbols->symbols;

	for (uint32_t i = 0; i < symbols->nr; i++, symbol++) {
		if (i && is_same_range(symbol, symbol - 1))
			continue;
		if (symbol->size)
			range_map_add(&symbols->sized, symbol->start, symbol->start + symbol->size,
				      i);
		else
			add_label(symbols, i);
	}
}

struct binary_symbols *binary_symbols_new(Dwfl_Module *module)
{
	struct binary_symbols *symbols = xcalloc(1, sizeof(*symbols));

	symbols->module = module;
	read_table(symbols, module);
	return symbols;
}

static void prefetch(const void *bytes, size_t size)
{
	const uintptr_t page = 4096, start = (uintptr_t)bytes & ~(page - 1);

	if (bytes)
		madvise((void *)start, (uintptr_t)bytes + size - start, MADV_WILLNEED);
}

void binary_symbols_prefetch(const struct binary_symbols *symbols)
{
	prefetch(symbols->raw.symbols, symbols->raw.nr * sizeof(*symbols->raw.symbols));
	prefetch(symbols->raw.names, symbols->raw.names_size);
}

void binary_symbols_free(struct binary_symbols *symbols)
{
	if (!symbols)
		return;
	range_map_fini(&symbols->sized);
	range_map_fini(&symbols->labels);
	range_map_fini(&symbols->stubs);
	for (uint32_t i = 0; i < symbols->nr_stubs; i++)
		free(symbols->stub_names[i]);
	free(symbols->stub_names);
	free(symbols->answers);
	free(symbols->symbols);
	free(symbols);
}

/* Compares two symbols at one address. */
static bool is_better(const struct symbol *symbol, const struct symbol *other)
{
	if (!other->name)
		return true;
	if (symbol->start != other->start)
		return symbol->start > other->start;
	if (symbol->size != other->size)
		return symbol->size < other->size;
	return compare_symbols(symbol, other) < 0;
}

/* Returns the first answer whose address is at or after @address. */
static struct answer *first_answer(const struct binary_symbols *symbols, uint64_t address)
{
	return symbols->answers ? symbols->answers + SORTED_COUNT_BELOW(symbols->answers,
									symbols->nr_answers,
									address, address)
				: NULL;
}

static void offer_symbol(const struct binary_symbols *symbols, const struct symbol *symbol)
{
	const struct answer *end = symbols->answers + symbols->nr_answers;
	struct answer *answer = first_answer(symbols, symbol->start);

	if (answer == end)
		return;
	/*
	 * Later addresses are after this symbol, too: hand_on_labels() passes the value on to them.
	 */
	if (symbol->start > answer->last_start)
		answer->last_start = symbol->start;
	if (!symbol->size && is_better(symbol, &answer->label))
		answer->label = *symbol;
	for (; symbol->size && answer < end && answer->address - symbol->start < symbol->size;
	     answer++)
		if (is_better(symbol, &answer->sized))
			answer->sized = *symbol;
}

/*
 * For most symbols, their numbers already show that they answer no question. Then their names and
 * sections are not read, which would take most of the time.
 */
static void offer_raw_symbols(const struct binary_symbols *symbols)
{
	const struct answer *end = symbols->answers + symbols->nr_answers;
	struct section section = { 0 };
	struct symbol symbol;

	for (size_t i = 1; i < symbols->raw.nr; i++) {
		const Elf64_Sym *raw = &symbols->raw.symbols[i];
		const struct answer *answer = first_answer(symbols, raw->st_value);

		if (answer < end &&
		    (raw->st_value >= answer->last_start ||
		     answer->address - raw->st_value < raw->st_size) &&
		    read_raw_symbol(&symbols->raw, i, &section, &symbol))
			offer_symbol(symbols, &symbol);
	}
}

/* A label reaches to the next symbol of its section: passes labels on to the following answers. */
static void hand_on_labels(struct binary_symbols *symbols)
{
	struct symbol label = { .name = NULL };
	uint64_t last_start = 0;

	for (uint32_t i = 0; i < symbols->nr_answers; i++) {
		struct answer *answer = &symbols->answers[i];

		if (answer->last_start > last_start)
			last_start = answer->last_start;
		if (answer->label.name)
			label = answer->label;
		answer->label = label;
		if (label.start != last_start || answer->address >= label.section_limit)
			answer->label.name = NULL;
	}
}

static int compare_answers(const void *a, const void *b)
{
	uint64_t x = ((const struct answer *)a)->address, y = ((const struct answer *)b)->address;

	return x < y ? -1 : x > y;
}

void binary_symbols_expect(struct binary_symbols *symbols, const uint64_t *addresses, uint32_t nr)
{
	free(symbols->answers);
	symbols->answers = xcalloc(nr + 1, sizeof(*symbols->answers));
	symbols->nr_answers = nr;
	for (uint32_t i = 0; i < nr; i++)
		symbols->answers[i].address = addresses[i];
	qsort(symbols->answers, nr, sizeof(*symbols->answers), compare_answers);
	for (uint32_t i = 0; i < symbols->nr; i++)
		offer_symbol(symbols, &symbols->symbols[i]);
	if (!symbols->nr)
		offer_raw_symbols(symbols);
	hand_on_labels(symbols);
}

static void sort(struct binary_symbols *symbols)
{
	if (symbols->raw.elf)
		read_raw(symbols);
	if (symbols->nr)
		qsort(symbols->symbols, symbols->nr, sizeof(*symbols->symbols), compare_symbols);
	fill_maps(symbols);
	symbols->is_sorted = true;
}

static struct answer look_up(struct binary_symbols *symbols, uint64_t address)
{
	const struct answer *expected = first_answer(symbols, address);
	struct answer answer = { 0 };
	uint32_t id;

	if (expected && expected < symbols->answers + symbols->nr_answers &&
	    expected->address == address)
		return *expected;
	if (!symbols->is_sorted)
		sort(symbols);
	id = range_map_find(&symbols->sized, address);
	if (id != RANGE_NONE)
		answer.sized = symbols->symbols[id];
	id = range_map_find(&symbols->labels, address);
	if (id != RANGE_NONE)
		answer.label = symbols->symbols[id];
	return answer;
}

/*
 * Reads the PLT only if needed. Few addresses are in it, and it takes as long to read as the table.
 */
static const char *find_stub(struct binary_symbols *symbols, uint64_t address)
{
	uint32_t stub;

	if (!symbols->has_stubs)
		binary_plt_read(symbols->module, &symbols->stubs, add_stub, symbols);
	symbols->has_stubs = true;
	stub = range_map_find(&symbols->stubs, address);
	return stub == RANGE_NONE ? NULL : symbols->stub_names[stub];
}

char *binary_symbols_find(struct binary_symbols *symbols, uint64_t address)
{
	struct answer answer = look_up(symbols, address);
	const struct symbol *symbol = answer.sized.name ? &answer.sized : &answer.label;
	const char *stub = answer.sized.name ? NULL : find_stub(symbols, address);

	if (stub)
		return xstrdup(stub);
	return symbol->name ? xasprintf("%.*s", (int)strcspn(symbol->name, "@"), symbol->name)
			    : NULL;
}
