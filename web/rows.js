// SPDX-License-Identifier: MIT
// Tables: the groups of a profile by one of eight keys, like `scprof report --by KEY`.

import { formatBytes, formatCount, formatPercent, formatTime } from "./format.js";
import { summarize } from "./histogram.js";
import { placeOf } from "./profile.js";

function site(profile, group) {
	return profile.leafOwn[profile.groups.leaf[group]];
}

function lineKey(profile, group) {
	const { file, line } = profile.locations[site(profile, group)];

	return file ? `${file}:${line}` : site(profile, group);
}

function moduleKey(profile, group) {
	const { module, nameId } = profile.locations[site(profile, group)];

	return profile.modules[module].path ? module : `pseudo ${nameId}`;
}

function functionKey(profile, group) {
	const { nameId, module } = profile.locations[site(profile, group)];

	return `${nameId} ${module}`;
}

function placeOfGroup(profile, group) {
	return placeOf(profile, site(profile, group));
}

function lineOfGroup(profile, group) {
	const { file, line } = profile.locations[site(profile, group)];

	return file ? file + (line ? `:${line}` : "") : placeOfGroup(profile, group);
}

function moduleOfGroup(profile, group) {
	const { module, name } = profile.locations[site(profile, group)];

	return profile.modules[module].path || name;
}

function functionOfGroup(profile, group) {
	const { name, note } = profile.locations[site(profile, group)];

	return name + note;
}

function basename(path) {
	return path.slice(path.lastIndexOf("/") + 1);
}

/* For each table: the key of a group, the full name of its row, and the parts of the name that are shown. */
function siteParts(profile, group) {
	const { name, file, line, module } = profile.locations[site(profile, group)];
	const module_name = profile.modules[module].name;

	if (file)
		return [name, `${basename(file)}${line ? `:${line}` : ""}`];
	return [name, name.startsWith(`${module_name}+0x`) ? "" : module_name];
}

function functionParts(profile, group) {
	const { name, module } = profile.locations[site(profile, group)];
	const module_name = profile.modules[module].name;

	return [name, name.startsWith(`${module_name}+0x`) ? "" : module_name];
}

function lineParts(profile, group) {
	const { file, line } = profile.locations[site(profile, group)];

	return file ? [`${basename(file)}${line ? `:${line}` : ""}`, file.slice(0, -basename(file).length)]
		: siteParts(profile, group);
}

function moduleParts(profile, group) {
	const name = moduleOfGroup(profile, group);

	return [basename(name), name.slice(0, -basename(name).length)];
}

function process(profile, group) {
	return profile.threads[profile.groups.thread[group]].process;
}

function thread(profile, group) {
	return profile.threads[profile.groups.thread[group]].name;
}

function error(profile, group) {
	return profile.errors[profile.groups.error[group]].name;
}

const keys = {
	site: [(p, g) => `${p.groups.call[g]} ${site(p, g)}`, placeOfGroup, siteParts],
	syscall: [(p, g) => p.groups.call[g], null, null],
	function: [functionKey, functionOfGroup, functionParts],
	line: [lineKey, lineOfGroup, lineParts],
	module: [moduleKey, moduleOfGroup, moduleParts],
	process: [process, process, (p, g) => [process(p, g), ""]],
	thread: [(p, g) => p.groups.thread[g], thread, (p, g) => [thread(p, g), ""]],
	errno: [(p, g) => p.groups.error[g], error, (p, g) => [error(p, g), ""]],
};

export const rowKeys = Object.keys(keys);

/* Returns whether rows by @by have the columns "syscall" and "name". */
function rowColumns(by) {
	return { syscall: by === "site" || by === "syscall", name: by !== "syscall" };
}

function makeRows(profile, by) {
	const [keyOf, nameOf, partsOf] = keys[by];
	const columns = rowColumns(by);
	const lists = new Map();

	for (let group = 0; group < profile.groups.nr; group++) {
		const key = keyOf(profile, group);
		const list = lists.get(key);

		if (list)
			list.push(group);
		else
			lists.set(key, [group]);
	}
	return [...lists.values()].map((list) => {
		const sums = summarize(profile, list);

		return {
			groups: list,
			syscall: columns.syscall ? profile.calls[profile.groups.call[list[0]]].label : "",
			name: nameOf ? nameOf(profile, list[0]) : "",
			parts: partsOf ? partsOf(profile, list[0]) : ["", ""],
			...sums,
			share: sums.time,
		};
	});
}

export function compareText(a, b) {
	return a < b ? -1 : a > b ? 1 : 0;
}

/* The greatest first, or with @ascending the least; ties by time, calls and name. */
function sortRows(rows, column, ascending) {
	const sign = ascending ? -1 : 1;
	const isText = column === "name" || column === "syscall";

	return rows.sort((a, b) =>
		sign * (isText ? compareText(b[column], a[column]) : b[column] - a[column]) ||
		b.time - a.time || b.calls - a.calls ||
		compareText(a.syscall, b.syscall) || compareText(a.name, b.name));
}

/* The table of a profile. */
export function callRows(profile, total) {
	const columns = [
		["time", "Time", (row) => formatTime(row.time)],
		["share", "%", (row) => formatPercent(row.time, total.time), (cell, row) =>
			cell.style.setProperty("--share", `${100 * row.time / (total.time || 1)}%`)],
		["calls", "Calls", (row) => formatCount(row.calls)],
		["errors", "Errors", (row) => formatCount(row.errors)],
		["mean", "Mean", (row) => formatTime(row.mean)],
		["p50", "p50", (row) => formatTime(row.p50)],
		["p99", "p99", (row) => formatTime(row.p99)],
		["max", "Max", (row) => formatTime(row.max)],
		["bytes", "Bytes", (row) => formatBytes(row.bytes)],
	];

	return { columns, column: "time", has: rowColumns, make: (by) => makeRows(profile, by), sort: sortRows };
}
