// SPDX-License-Identifier: MIT
// The table of a difference: the rows of `scprof diff`, in its order until the reader clicks on the head of a column.

import { changeState, formatChange, formatRatio } from "./diff_figures.js";
import { formatCount, metrics, printable } from "./format.js";
import { compareText } from "./rows.js";

export const diffKeys = { site: "site", syscall: "system call", function: "function" };

function basename(path) {
	return path.slice(path.lastIndexOf("/") + 1);
}

function makeRow({ base, new: now, ...row }, rank, by, diff) {
	const { name, module } = diff.locations[row.own];
	const file = by === "site" && row.file ? printable(row.file) : "";
	const where = file ? basename(file) + (row.line_nr ? `:${row.line_nr}` : "") : diff.modules[module].name;
	const isNamed = name.includes(diff.modules[module].name);
	const parts = [file || !isNamed ? where : "", row.note].filter(Boolean);

	return {
		...row, rank, base, now,
		syscall: by === "function" ? "" : diff.calls[row.call].label,
		name: by === "syscall" ? "" : name + (file ? ` (${file}${row.line_nr ? `:${row.line_nr}` : ""})` : ""),
		parts: [name, parts.join(" · ")],
		before: base.calls,
		after: now.calls,
		change: now.calls - base.calls,
		errors_change: now.errors - base.errors,
		bytes_change: now.bytes - base.bytes,
		time_change: now.time_ns - base.time_ns,
	};
}

/* Returns the groups with the calls of @row. */
export function groupsOf({ groups }, row, by) {
	const list = [];

	for (let group = 0; group < groups.nr; group++) {
		if ((by === "syscall" || groups.own[group] === row.own) && (by === "function" || groups.call[group] === row.call))
			list.push(group);
	}
	return list;
}

/* @keys: the metrics that both runs have. */
export function diffRows(diff, keys) {
	const adorn = (key) => (cell, { base, now }) => {
		const state = changeState(base[key], now[key]);

		if (state)
			cell.dataset.change = state;
	};
	const change = (key, of) => [`${key}_change`, metrics[key].title,
		({ base, now }) => formatChange(base[of], now[of], metrics[key].format), adorn(of)];
	const ratio = ({ base, now }) => {
		const text = formatRatio(base.calls, now.calls);

		return formatChange(base.calls, now.calls, formatCount) + (text ? ` (${text})` : "");
	};
	const columns = [
		["change", "Change", ratio, adorn("calls")],
		["before", "Before", (row) => formatCount(row.before)],
		["after", "After", (row) => formatCount(row.after)],
		change("errors", "errors"),
		change("bytes", "bytes"),
	];

	if (keys.includes("time"))
		columns.push(change("time", "time_ns"));
	return {
		columns,
		column: "rank",
		has: (by) => ({ syscall: by !== "function", name: by !== "syscall" }),
		make: (by) => diff.tables[by].rows.map((row, i) => makeRow(row, i, by, diff)),
		sort(rows, column, ascending) {
			const sign = ascending ? 1 : -1;
			const compare = column === "name" || column === "syscall" ? (a, b) => sign * compareText(a[column], b[column])
				: column === "rank" ? () => 0 : (a, b) => sign * (a[column] - b[column]);

			return rows.sort((a, b) => compare(a, b) || a.rank - b.rank);
		},
	};
}
