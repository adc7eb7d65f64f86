// SPDX-License-Identifier: MIT
/*
 * libFuzzer harness for budgets and baselines (`make fuzz`). The reader accepts a file, or refuses
 * it with one line. A baseline that was read is the same after it has been written and read again.
 * The harness avoids intervals and back references in regular expressions, for the reason in
 * fuzz_syscall_set.c.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/baseline.h"
#include "analysis/budget_judge.h"
#include "analysis/budget_read.h"
#include "profile/util/xalloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_error(char *error)
{
	if (!error || strncmp(error, "x.yml:", 6))
		abort();
	free(error);
}

static char *written(const struct call_sites *sites, size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);

	baseline_write(sites, "/root", out);
	fclose(out);
	return text;
}

static void check_baseline(const char *data, size_t size)
{
	struct call_names names;
	struct call_sites sites, again;
	char *error, *text, *twice;
	size_t text_size, twice_size;

	call_names_init(&names);
	if (baseline_parse(&sites, &names, "x.yml", data, size, &error)) {
		check_error(error);
		call_names_fini(&names);
		return;
	}
	text = written(&sites, &text_size);
	if (baseline_parse(&again, &names, "x.yml", text, text_size, &error))
		abort();
	twice = written(&again, &twice_size);
	if (text_size != twice_size || memcmp(text, twice, text_size))
		abort();
	free(text);
	free(twice);
	call_sites_fini(&sites);
	call_sites_fini(&again);
	call_names_fini(&names);
}

static void add_site(struct call_sites *sites, const char *function, uint64_t calls)
{
	struct call_names *names = sites->names;
	struct call_place place = { .function = string_table_intern(&names->strings, function) };
	struct call_site_key key = { .place = call_names_place(names, &place) };
	struct call_site *site;

	key.syscall = string_table_intern(&names->strings, "read");
	key.stack = stack_table_intern(&names->stacks, 0, key.place);
	site = call_sites_add(sites, &key, &(struct totals){ .calls = calls });
	site->abi = 0;
	site->nr = 0;
}

static void check_judgement(const struct budget *budget)
{
	struct call_names names;
	struct call_sites base, new;
	struct judgement judgement;
	char *error;

	call_names_init(&names);
	call_sites_init(&base, &names);
	call_sites_init(&new, &names);
	add_site(&base, "main", 10);
	add_site(&new, "main", 20);
	add_site(&new, "other", 5);
	if (!judgement_init(&judgement, budget, &base, &new, &error)) {
		for (uint32_t i = 0; i < judgement.nr; i++) {
			if (judgement.verdicts[i].rule >= budget->nr_rules)
				abort();
		}
		judgement_fini(&judgement);
	} else {
		check_error(error);
	}
	call_sites_fini(&base);
	call_sites_fini(&new);
	call_names_fini(&names);
}

static void check_budget(const char *data, size_t size)
{
	struct budget budget;
	char *error;

	if (memchr(data, '{', size) || memchr(data, '\\', size))
		return;
	if (budget_parse(&budget, "x.yml", data, size, &error)) {
		check_error(error);
		return;
	}
	check_judgement(&budget);
	budget_fini(&budget);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
#ifdef FUZZ_BUDGET
	check_budget((const char *)data, size);
	(void)check_baseline;
#else
	check_baseline((const char *)data, size);
	(void)check_budget;
#endif
	return 0;
}
