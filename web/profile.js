// SPDX-License-Identifier: MIT
// Prepares the data in the page (cli/view/view_html.c describes their layout): texts instead of indices, columns as
// typed arrays, and the sums of each group. A group is all calls with the same stack, system call, error and thread.
// Its buckets have their latencies. This file does not depend on the page, and can prepare several profiles.

import { printable } from "./format.js";

function basename(path) {
	return path.slice(path.lastIndexOf("/") + 1);
}

function readTables(data, texts) {
	const calls = data.calls.map(([name, abi, nr]) => ({
		name: texts[name], abi: texts[abi], nr,
		label: texts[abi] === "x86-64" ? texts[name] : `${texts[name]} (${texts[abi]})`,
	}));
	const errors = data.errors.map(([name, nr]) => ({ name: texts[name], nr }));
	const threads = data.threads.map(([process, pid, thread, tid]) => {
		const withId = (name, id) => (texts[name] || "[unnamed]") + (id ? ` (${id})` : "");

		return { process: withId(process, pid), name: `${withId(process, pid)}/${withId(thread, tid)}` };
	});
	const modules = data.modules.map(([path, kind]) => ({
		path: texts[path], name: basename(texts[path]), kind: texts[kind],
	}));
	const locations = data.locations.map(([name, module, file, line, note]) => ({
		name: texts[name], nameId: name, module, file: texts[file], line, note: texts[note],
	}));

	return { calls, errors, threads, modules, locations };
}

function readGroups(data) {
	const columns = data.groups;
	const buckets = {
		bucket: Uint16Array.from(data.buckets.bucket),
		calls: Float64Array.from(data.buckets.calls),
		time: Float64Array.from(data.buckets.time_ns),
		bytes: Float64Array.from(data.buckets.bytes),
	};
	const nr = columns.leaf.length;
	const groups = {
		nr,
		leaf: Int32Array.from(columns.leaf),
		call: Int32Array.from(columns.call),
		error: Int32Array.from(columns.error),
		thread: Int32Array.from(columns.thread),
		wait: Uint8Array.from(columns.wait),
		first: new Int32Array(nr + 1),	// index of the first bucket
	};

	for (let i = 0; i < nr; i++)
		groups.first[i + 1] = groups.first[i] + columns.nr[i];
	return { groups, buckets };
}

function sumGroups({ groups, buckets, errors }) {
	for (const metric of ["calls", "errors", "time", "bytes"])
		groups[metric] = new Float64Array(groups.nr);
	for (let i = 0; i < groups.nr; i++) {
		for (let k = groups.first[i]; k < groups.first[i + 1]; k++) {
			groups.calls[i] += buckets.calls[k];
			groups.time[i] += buckets.time[k];
			groups.bytes[i] += buckets.bytes[k];
		}
		if (errors[groups.error[i]].nr)
			groups.errors[i] = groups.calls[i];
	}
}

export function loadProfile(data) {
	const texts = data.texts.map(printable);
	const { texts: _, frames, stacks, leaves, groups, buckets, calls, errors, threads, modules,
		locations, ...about } = data;
	const profile = {
		about,
		...readTables(data, texts),
		frames,
		stackParent: Int32Array.from(stacks.up, (up, stack) => stack - up),
		stackFrame: Int32Array.from(stacks.frame),
		leafStack: Int32Array.from(leaves.stack),
		leafOwn: Int32Array.from(leaves.own),
		...readGroups(data),
	};

	sumGroups(profile);
	return profile;
}

/* Returns the profile without the calls that waited; everything but the groups and their buckets is shared. */
export function workingPart(profile) {
	const { groups, buckets } = profile;
	const kept = [], keptBuckets = [], first = [0];

	for (let i = 0; i < groups.nr; i++) {
		if (groups.wait[i])
			continue;
		kept.push(i);
		for (let k = groups.first[i]; k < groups.first[i + 1]; k++)
			keptBuckets.push(k);
		first.push(keptBuckets.length);
	}
	const pick = (columns, list) => Object.fromEntries(Object.entries(columns)
		.filter(([key]) => key !== "nr" && key !== "first")
		.map(([key, column]) => [key, column.constructor.from(list, (i) => column[i])]));

	return {
		...profile,
		groups: { nr: kept.length, ...pick(groups, kept), first: Int32Array.from(first) },
		buckets: pick(buckets, keptBuckets),
	};
}

/* Returns the locations of @stack, outermost first. Inlined functions are separate locations. */
export function stackLocations(profile, stack) {
	const list = [];

	for (; stack; stack = profile.stackParent[stack]) {
		const frame = profile.frames[profile.stackFrame[stack]];

		if (typeof frame === "number")
			list.push(frame);
		else
			list.push(...frame);
	}
	return list.reverse();
}

/* `main (src/main.c:12)`, or `read [libc.so.6]`: the text for a location in the tables. */
export function placeOf(profile, location) {
	const { name, file, line, note } = profile.locations[location];

	return file ? `${name} (${file}${line ? `:${line}` : ""})` : name + note;
}
