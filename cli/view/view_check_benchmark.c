// SPDX-License-Identifier: MIT
/*
 * The sums of the run for services that draw them over time. The format customSmallerIsBetter of
 * github-action-benchmark is a list of names, units and values. Bencher's metric format is an
 * object of benchmarks with measures. Times are left out, because they would only show noise.
 */
#include <stdlib.h>

#include "analysis/diff.h"
#include "cli/view/json_value.h"
#include "cli/view/view_check.h"
#include "profile/util/xalloc.h"

/* What is measured. @calls_min and @calls_max are over the runs of the profile. */
struct measure {
	char *name;
	const char *unit;
	struct diff_side side;
	uint64_t value;
};

typedef void add_function(json_t *document, const struct measure *measure);

static void add_all(json_t *document, const struct call_sites *new, add_function *add)
{
	struct call_sites none;
	struct diff diff;
	struct diff_row total;
	struct measure measure;

	call_sites_init(&none, new->names);
	diff_init_total(&diff, &none, new, &total);
	diff_fini(&diff);
	measure = (struct measure){ .side = total.new };
	measure.name = xstrdup("system calls");
	measure.unit = "calls";
	measure.value = total.new.totals.calls;
	add(document, &measure);
	free(measure.name);
	measure = (struct measure){ .name = xstrdup("failed system calls"),
				    .unit = "errors",
				    .value = total.new.totals.errors };
	add(document, &measure);
	free(measure.name);
	measure = (struct measure){ .name = xstrdup("bytes moved"),
				    .unit = "bytes",
				    .value = total.new.totals.bytes };
	add(document, &measure);
	free(measure.name);
	diff_init(&diff, &none, new, DIFF_BY_SYSCALL, DIFF_SORT_NAME);
	for (uint32_t i = 0; i < diff.nr; i++) {
		measure = (struct measure){ .name = xasprintf("%s calls", diff.rows[i].name),
					    .unit = "calls",
					    .side = diff.rows[i].new,
					    .value = diff.rows[i].new.totals.calls };
		add(document, &measure);
		free(measure.name);
	}
	diff_fini(&diff);
	call_sites_fini(&none);
}

static void add_benchmark(json_t *document, const struct measure *measure)
{
	json_t *object = json_value_object();
	const struct diff_side *side = &measure->side;

	json_value_set(object, "name", json_value_text(measure->name));
	json_value_set(object, "unit", json_value_text(measure->unit));
	json_value_set(object, "value", json_value_number(measure->value));
	if (side->calls_min != side->calls_max)
		json_value_set(object, "range",
			       json_value_take_text(
				       xasprintf("%llu..%llu", (unsigned long long)side->calls_min,
						 (unsigned long long)side->calls_max)));
	json_value_append(document, object);
}

void view_check_benchmark(const struct check_view *view)
{
	json_t *document = json_value_array();

	add_all(document, view->judgement->new, add_benchmark);
	json_value_print(document, view->out);
}

static void add_bencher(json_t *document, const struct measure *measure)
{
	json_t *benchmark = json_value_object(), *values = json_value_object();
	const struct diff_side *side = &measure->side;

	json_value_set(values, "value", json_value_number(measure->value));
	if (side->calls_min != side->calls_max) {
		json_value_set(values, "lower_value", json_value_number(side->calls_min));
		json_value_set(values, "upper_value", json_value_number(side->calls_max));
	}
	json_value_set(benchmark, measure->unit, values);
	json_value_set(document, measure->name, benchmark);
}

void view_check_bencher(const struct check_view *view)
{
	json_t *document = json_value_object();

	add_all(document, view->judgement->new, add_bencher);
	json_value_print(document, view->out);
}
