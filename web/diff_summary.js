// SPDX-License-Identifier: MIT
// What a reader of a difference must know first: the sums of both runs, how many sites differ, and how the runs'
// surroundings differ, because that changes calls, too.

import { changeState, formatChange, formatRatio } from "./diff_figures.js";
import { h } from "./dom.js";
import { formatCount, metrics, printable } from "./format.js";
import { tile } from "./summary.js";

const kindOrder = ["new", "gone", "grew", "shrank", "changed"];

const notes = {
	has_stacks: "A baseline has no stacks: the graph shows the functions that make the calls, without their callers.",
	has_time: "A baseline has no times: only calls, errors and bytes are compared.",
};

function sumTile(about, key) {
	const { title, format } = metrics[key], total = key === "time" ? "time_ns" : key;
	const [base, now] = [about.base.total[total], about.new.total[total]];
	const ratio = formatRatio(base, now);

	return tile(title, format(base) === format(now) ? format(now) : `${format(base)} → ${format(now)}`,
		base === now ? "the same" : formatChange(base, now, format) + (ratio ? ` (${ratio})` : ""), changeState(base, now));
}

export function drawDiffSummary(container, diff, keys) {
	const { about, tables: { site } } = diff;
	const counts = kindOrder.map((kind) => [site.rows.filter((row) => row.kind === kind).length, kind])
		.filter(([nr]) => nr).map(([nr, kind]) => `${formatCount(nr)} ${kind}`);
	const incomplete = [["base", "before"], ["new", "after"]].filter(([run]) => !about[run].complete).map(([, text]) => text);

	container.classList.add("pairs");
	container.replaceChildren(...keys.map((key) => sumTile(about, key)),
		tile("Sites that differ", formatCount(site.differing),
			`of ${formatCount(site.sum)}${counts.length ? `: ${counts.join(", ")}` : ""}`),
		tile("Profiles", incomplete.length ? "Incomplete" : "Complete",
			incomplete.length ? `${incomplete.join(" and ")}: calls are missing` : "no call is missing", incomplete.length ? "bad" : "good"));
}

export function drawNotes(container, about) {
	const list = [...about.notes.map(printable), ...Object.keys(notes).filter((key) => !about[key]).map((key) => notes[key])];

	if (!list.length)
		return;
	container.hidden = false;
	container.setAttribute("aria-label", "Notes");
	container.replaceChildren(h("ul", {}, list.map((text) => h("li", { "data-severity": "note" },
		h("span", { class: "severity" }, "Note"), h("p", {}, h("bdi", {}, text))))));
}

export function drawRuns(container, about) {
	const names = [...new Set([...Object.keys(about.base.facts), ...Object.keys(about.new.facts)])];
	const line = (name, base, now) => h("tr", {}, h("th", { scope: "row" }, printable(name)),
		[base, now].map((value) => h("td", {}, h("bdi", {}, printable(String(value ?? "unknown"))))));

	container.replaceChildren(h("details", {}, h("summary", {}, h("h2", {}, "About these profiles")),
		h("table", { class: "fact-table" },
			h("thead", {}, h("tr", {}, ["", "before", "after"].map((title) => h("th", { scope: "col" }, title)))),
			h("tbody", {}, line("file", about.base.file, about.new.file), line("runs", about.base.runs, about.new.runs),
				names.map((name) => line(name, about.base.facts[name], about.new.facts[name]))))));
}
