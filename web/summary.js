// SPDX-License-Identifier: MIT
// What a reader must know first: which program ran, the sums, whether anything is missing, and the findings.
// doc/profile-format.md lists the facts; any of them may be absent.

import { h } from "./dom.js";
import { formatBytes, formatCount, formatTime, printable } from "./format.js";

const NR_FINDINGS = 4;

const gaps = [
	["calls_lost", "call lost", "calls lost"],
	["overwritten_areas", "thread whose counts the program has overwritten", "threads whose counts the program has overwritten"],
	["unfollowed_processes", "process not followed", "processes not followed"],
	["unfinished_calls", "call never returned", "calls never returned"],
	["truncated_stacks", "call with a truncated stack", "calls with a truncated stack"],
];

function fact(about, key) {
	return printable(String(about.facts?.[key] ?? ""));
}

function completeness(about) {
	const list = gaps.filter(([key]) => Number(fact(about, key)) > 0)
		.map(([key, one, many]) => `${formatCount(Number(fact(about, key)))} ${Number(fact(about, key)) === 1 ? one : many}`);

	if (!fact(about, "complete"))
		return { state: "unsure", word: "Unknown", note: "the profile does not say whether it is complete" };
	return {
		state: about.complete ? "good" : "bad",
		word: about.complete ? "Complete" : "Incomplete",
		note: list.length ? list.join(", ") : "no call is missing",
	};
}

export function tile(title, value, note, state) {
	return h("div", { class: "tile", "data-state": state }, h("span", { class: "tile-title" }, title),
		h("strong", {}, value), h("span", { class: "tile-note" }, note ?? ""));
}

/* Threads that wait make the time in system calls longer than the run. */
function waiting(whole) {
	return whole?.waiting_ns > 0
		? `working ${formatTime(whole.time_ns - whole.waiting_ns)}, waiting ${formatTime(whole.waiting_ns)}` : null;
}

export function drawSummary(container, about) {
	const { total, profile_total: whole } = about;
	const isPart = whole && (total.calls !== whole.calls || total.time_ns !== whole.time_ns);
	const part = (text) => isPart ? `selected, of ${text}` : null;
	const complete = completeness(about);
	const exit = fact(about, "exit_status");
	const failed = exit && exit !== "0";

	container.replaceChildren(
		tile("Time in system calls", formatTime(total.time_ns),
			part(formatTime(whole?.time_ns)) ?? waiting(whole) ??
				(about.duration_ns > 0 ? `wall time ${formatTime(about.duration_ns)}` : "")),
		tile("Calls", formatCount(total.calls), part(formatCount(whole?.calls)) ?? "every one counted"),
		tile("Errors", formatCount(total.errors), part(formatCount(whole?.errors)) ??
			(total.calls ? `${(100 * total.errors / total.calls).toFixed(1)} % of the calls` : "")),
		tile("Moved", formatBytes(total.bytes), part(formatBytes(whole?.bytes)) ?? "read and written"),
		tile("Exit", exit || "unknown", fact(about, "engine") ? `engine ${fact(about, "engine")}` : "", failed ? "noted" : null),
		tile("Profile", complete.word, complete.note, complete.state));
}

function textOf(finding, key) {
	return typeof finding?.[key] === "string" ? printable(finding[key]) : "";
}

const severities = { high: "High", medium: "Medium", note: "Note" };

/* doc/json.md describes the findings; the most serious comes first. @onshow gets the finding whose calls to show. */
export function drawFindings(container, findings, onshow) {
	if (!Array.isArray(findings) || !findings.length)
		return;
	const list = findings.map((finding, i) => {
		const severity = textOf(finding, "severity");
		const show = textOf(finding, "site") && h("button", { type: "button", class: "link", onclick: () => onshow(finding) },
			"Show the calls");

		return h("li", { "data-severity": severity, hidden: i >= NR_FINDINGS },
			h("span", { class: "severity" }, severities[severity] ?? (severity || "Note")),
			h("div", {}, h("p", {}, h("bdi", {}, textOf(finding, "text"))),
				h("p", { class: "quiet" }, h("bdi", {}, textOf(finding, "advice")), " ", show || "")));
	});
	const more = list.length > NR_FINDINGS && h("button", {
		type: "button", class: "link",
		onclick: () => {
			list.forEach((item) => { item.hidden = false; });
			more.remove();
		},
	}, `Show all ${list.length}`);

	container.hidden = false;
	container.replaceChildren(h("h2", {}, "What to look at first"), h("ul", {}, list), more || "");
}

export function drawFacts(container, about) {
	const facts = Object.entries(about.facts ?? {});

	if (!facts.length)
		return;
	const rows = facts.map(([key, value]) => [h("dt", {}, printable(key).replaceAll("_", " ")),
		h("dd", {}, h("bdi", {}, printable(String(value))))]);

	if (about.start_time_ns > 0)
		rows.unshift([h("dt", {}, "started"), h("dd", {}, new Date(about.start_time_ns / 1e6).toLocaleString())]);
	container.replaceChildren(h("details", {}, h("summary", {}, h("h2", {}, "About this profile")),
		h("dl", { class: "fact-list" }, rows.flat())));
}
