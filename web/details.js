// SPDX-License-Identifier: MIT
// The details of the selected row or frame: its figures, the histogram of its latencies, its errors, and the stacks
// with most of its time.

import { h, svg } from "./dom.js";
import { formatBytes, formatCalls, formatCount, formatPercent, formatTime, shorten } from "./format.js";
import { bucketLower, bucketPosition, bucketUpper, summarize } from "./histogram.js";
import { stackLocations } from "./profile.js";

const WIDTH = 400, HEIGHT = 120, TOP = 26, NAME_LENGTH = 180, NR_STACKS = 3, NR_FRAMES = 24;

function figure(title, value, note) {
	return h("div", { class: "figure" }, h("dt", {}, title), h("dd", {}, value, note ? h("small", {}, note) : null));
}

/* Ticks at powers of ten, and at twice and five times these when there is room. */
function axis(first, last, scale) {
	const ticks = [];
	const add = (ns) => {
		const position = bucketPosition(ns), x = scale(position);

		if (position < first || position > last || ticks.some((tick) => Math.abs(tick - x) < 46))
			return [];
		ticks.push(x);
		const text = svg("text", { x: Math.min(Math.max(x, 12), WIDTH - 12), y: HEIGHT + 16, class: "tick-text",
			"text-anchor": "middle" });

		text.textContent = formatTime(ns).replace(/\.0+ /, " ");
		return [svg("line", { x1: x, x2: x, y1: HEIGHT, y2: HEIGHT + 4, class: "tick" }), text];
	};
	const powers = Array.from({ length: 13 }, (_, n) => 10 ** n);

	return [1, 2, 5].flatMap((factor) => powers.flatMap((ns) => add(factor * ns)));
}

/* A line at @ns with its title above the bars; @level keeps titles apart. */
function marker(title, ns, scale, level) {
	const x = scale(bucketPosition(ns) + (ns < 8 ? 0.5 : 0));
	const isRight = x > WIDTH - 30;
	const text = svg("text", { x: x + (isRight ? -4 : 4), y: -TOP + 10 + 11 * level, class: "marker-text",
		"text-anchor": isRight ? "end" : "start" });

	text.textContent = title;
	return [svg("line", { x1: x, x2: x, y1: -TOP + 2 + 11 * level, y2: HEIGHT, class: "marker" }), text];
}

/* One bar for each bucket, on a logarithmic axis. The text below describes the bar under the pointer. */
export function drawHistogram(summary) {
	const { buckets } = summary;
	const first = Math.max(0, buckets[0][0] - 2), last = buckets.at(-1)[0] + 3;
	const scale = (position) => (position - first) * WIDTH / (last - first);
	const most = Math.max(...buckets.map(([, calls]) => calls));
	const width = Math.max(2, WIDTH / (last - first) - 1);
	const note = h("p", { class: "histogram-note quiet" }, `${formatCalls(summary.calls)}, p50 ${
		formatTime(summary.p50)}, p99 ${formatTime(summary.p99)}`);
	const said = note.textContent;
	const bars = buckets.map(([bucket, calls]) => {
		const height = Math.max(2, HEIGHT * calls / most);
		const text = `${formatTime(bucketLower(bucket))} to ${formatTime(bucketUpper(bucket) + 1)}: ${
			formatCalls(calls)} (${formatPercent(calls, summary.calls)})`;
		const bar = svg("g", { class: "bucket" },
			svg("rect", { x: scale(bucket), y: 0, width: width + 1, height: HEIGHT, class: "hit-area" }),
			svg("rect", { x: scale(bucket), y: HEIGHT - height, width, height, class: "bar-fill", rx: 1 }));

		bar.addEventListener("mouseenter", () => { note.textContent = text; });
		bar.addEventListener("mouseleave", () => { note.textContent = said; });
		return bar;
	});
	const picture = svg("svg", {
		viewBox: `0 ${-TOP} ${WIDTH} ${HEIGHT + TOP + 22}`, class: "histogram", role: "img",
		"aria-label": `Histogram of latencies: ${said}`,
	}, svg("line", { x1: 0, x2: WIDTH, y1: HEIGHT, y2: HEIGHT, class: "axis" }), ...axis(first, last, scale), ...bars,
	...marker("p50", summary.p50, scale, 0), ...marker("p99", summary.p99, scale, 1));

	return h("figure", {}, h("figcaption", {}, "Latency of the calls"), picture, note);
}

function errorList(profile, list, calls) {
	const counts = new Map();

	for (const group of list) {
		const error = profile.groups.error[group];

		counts.set(error, (counts.get(error) ?? 0) + profile.groups.calls[group]);
	}
	const failed = [...counts].filter(([error]) => profile.errors[error].nr).sort((a, b) => b[1] - a[1]);

	if (!failed.length)
		return null;
	return h("div", {}, h("h3", {}, "Errors"), h("ul", { class: "errors" }, failed.slice(0, 8).map(([error, count]) =>
		h("li", {}, h("code", {}, profile.errors[error].name), h("span", {}, formatCount(count)),
			h("span", { class: "quiet" }, formatPercent(count, calls))))));
}

function stackList(profile, list, total) {
	const { groups } = profile;
	const times = new Map();

	for (const group of list) {
		const key = `${groups.leaf[group]} ${groups.call[group]}`;
		const entry = times.get(key) ?? { leaf: groups.leaf[group], call: groups.call[group], time: 0, calls: 0 };

		entry.time += groups.time[group];
		entry.calls += groups.calls[group];
		times.set(key, entry);
	}
	const most = [...times.values()].sort((a, b) => b.time - a.time || b.calls - a.calls);
	const title = most.length > 1 ? `Stacks (${Math.min(NR_STACKS, most.length)} of ${formatCount(most.length)})` : "Stack";

	return h("div", { class: "stacks" }, h("h3", {}, title), most.slice(0, NR_STACKS).map((entry, i) => {
		const places = stackLocations(profile, profile.leafStack[entry.leaf]).reverse();
		const frames = [h("li", { class: "call" }, profile.calls[entry.call].label),
			...places.slice(0, NR_FRAMES).map((place) => {
				const { name, file, line, module } = profile.locations[place];
				const where = file ? `${file.slice(file.lastIndexOf("/") + 1)}${line ? `:${line}` : ""}`
					: profile.modules[module].name;

				return h("li", { title: `${name} ${file || profile.modules[module].path}` },
					h("bdi", {}, shorten(name, 80)), h("small", {}, h("bdi", {}, where)));
			})];

		if (places.length > NR_FRAMES)
			frames.push(h("li", { class: "quiet" }, `and ${places.length - NR_FRAMES} more frames`));
		return h("details", { class: "stack", open: i === 0 },
			h("summary", {}, formatTime(entry.time), h("span", { class: "quiet" },
				` ${formatPercent(entry.time, total.time)}, ${formatCalls(entry.calls)}`)),
			h("ol", {}, frames));
	}));
}

/* @what: {title, subtitle, groups}; null empties @container. */
export function drawDetails(container, profile, total, what) {
	if (!what || !what.groups.length) {
		container.replaceChildren();
		return;
	}
	const summary = summarize(profile, what.groups, true);

	container.replaceChildren(
		h("div", { class: "about" },
			h("p", { class: "subject" }, h("bdi", {}, shorten(what.title, NAME_LENGTH))),
			what.subtitle ? h("p", { class: "quiet subtitle" }, h("bdi", {}, shorten(what.subtitle, NAME_LENGTH))) : "",
			what.title.length > NAME_LENGTH ? h("details", { class: "whole-name" }, h("summary", {}, "Whole name"),
				h("p", {}, h("bdi", {}, what.title))) : "",
			h("dl", { class: "figures" },
				figure("Time", formatTime(summary.time), formatPercent(summary.time, total.time)),
				figure("Calls", formatCount(summary.calls), formatPercent(summary.calls, total.calls)),
				figure("Errors", formatCount(summary.errors)),
				figure("Mean", formatTime(summary.mean)),
				figure("p50", formatTime(summary.p50)), figure("p90", formatTime(summary.p90)),
				figure("p99", formatTime(summary.p99)),
				figure("Max", formatTime(summary.max)), figure("Bytes", formatBytes(summary.bytes))),
			errorList(profile, what.groups, summary.calls) ?? ""),
		drawHistogram(summary),
		stackList(profile, what.groups, total));
}
