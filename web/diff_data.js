// SPDX-License-Identifier: MIT
// Prepares the data of a difference (cli/view/view_diff_html.c describes their layout). For tree.js they are a profile
// whose groups have the sums of both runs. A group is all calls with the same stack, place and system call.

import { printable } from "./format.js";

export const runs = ["base", "new"], sumKeys = ["calls", "errors", "time", "bytes"];

function readGroups(columns) {
	const nr = columns.stack.length;
	const groups = {
		nr,
		leaf: Int32Array.from({ length: nr }, (_, i) => i),
		call: Int32Array.from(columns.call),
		own: Int32Array.from(columns.own),
	};

	for (const run of runs)
		groups[run] = Object.fromEntries(sumKeys.map((key) => [key, Float64Array.from(columns[`${run}_${key}`])]));
	return groups;
}

function readTable(table, texts) {
	return {
		...table,
		rows: table.rows.map((row, i) => ({ ...row, own: table.own[i], call: table.call[i], note: texts[table.note[i]] })),
	};
}

export function loadDiff(data) {
	const texts = data.texts.map(printable);
	const { texts: _, calls, modules, locations, stacks, groups, tables, ...about } = data;

	return {
		about,
		calls: calls.map((name) => ({ label: texts[name] })),
		modules: modules.map((name) => ({ path: texts[name], name: texts[name], kind: "" })),
		locations: locations.map(([name, module, file]) => ({
			name: texts[name], nameId: name, module, file: texts[file], line: 0, note: "",
		})),
		frames: locations.map((_, i) => i),
		stackParent: Int32Array.from(stacks.up, (up, stack) => stack - up),
		stackFrame: Int32Array.from(stacks.frame),
		leafStack: Int32Array.from(groups.stack),
		groups: readGroups(groups),
		tables: Object.fromEntries(Object.entries(tables).map(([by, table]) => [by, readTable(table, texts)])),
	};
}

/* {base: {calls, errors, time, bytes}, new: {…}} of the groups in @list. */
export function sumRuns({ groups }, list) {
	return Object.fromEntries(runs.map((run) => [run, Object.fromEntries(sumKeys.map((key) => {
		let sum = 0;

		for (const group of list)
			sum += groups[run][key][group];
		return [key, sum];
	}))]));
}
