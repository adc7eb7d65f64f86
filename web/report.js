// SPDX-License-Identifier: MIT
// The page of one profile: creates its parts and connects them.

import { colorByKind, colorByModule, drawLegend } from "./color.js";
import { drawCrumbs } from "./crumbs.js";
import { drawDetails } from "./details.js";
import { byId, h, segmented } from "./dom.js";
import { Flame } from "./flame.js";
import { formatCalls, formatPercent, formatTime, metrics, printable, shorten } from "./format.js";
import { summarize } from "./histogram.js";
import { loadProfile, workingPart } from "./profile.js";
import { callRows, rowKeys } from "./rows.js";
import { makeFinder } from "./search.js";
import { setUp } from "./shell.js";
import { drawFacts, drawFindings, drawSummary } from "./summary.js";
import { Table } from "./table.js";
import { callFigures, drawTip, hideTip } from "./tip.js";
import { buildTree, groupsBelow, markPaths, sumTree } from "./tree.js";

const LARGE = 500000;
const state = { direction: "topdown", metric: "time", coloring: "kind", shape: "icicle", picked: null };
const trees = new Map();
let whole, profile, everyGroup, total, flame, table, view = null, hovered = -1;

/* Only one tree of a large profile is kept. Making it takes a moment, but keeping it takes much memory. */
function treeOf(direction) {
	if (view?.tree.nr > LARGE && view.tree.direction !== direction)
		trees.clear();
	if (!trees.has(direction))
		trees.set(direction, buildTree(profile, direction));
	return trees.get(direction);
}

function makeView() {
	const tree = treeOf(state.direction);
	const sums = sumTree(tree, profile.groups[state.metric]);
	const coloring = state.coloring === "kind" ? colorByKind(tree) : colorByModule(tree, sums, profile);

	return { tree, sums, coloring, matches: null, marks: state.picked && markPaths(tree, state.picked.groups) };
}

function describe(node) {
	const { name, module } = view.tree.labels[view.tree.label[node]];
	const list = node ? groupsBelow(view.tree, node) : everyGroup;

	return { title: name, subtitle: module >= 0 ? profile.modules[module].path : "system call", groups: list };
}

const flameEvents = {
	focus(node) {
		drawFocus();
		drawDetails(byId("frame"), profile, total, node ? describe(node) : null);
	},
	hover(node, x, y) {
		if (node < 0)
			hideTip();
		else
			drawTip(x, y, node === hovered ? null : callFigures(describe(node), profile, total));
		hovered = node;
	},
};

function pickRow(row, box) {
	state.picked = row && { title: row.name || row.syscall, subtitle: row.name ? row.syscall : "", groups: row.groups };
	if (view)
		flame.select(row && markPaths(view.tree, row.groups));
	if (box)
		drawDetails(box, profile, total, state.picked);
}

function drawFlame() {
	view = makeView();
	drawLegend(byId("legend"), view.coloring.legend);
	const isEmpty = !(view.sums[0] > 0);

	byId("flame").classList.toggle("is-empty", isEmpty);
	byId("flame").dataset.empty = profile.groups.nr ? `No ${metrics[state.metric].title.toLowerCase()} in this profile.`
		: "No system call is in this selection.";
	flame.show(view);
	if (!flame.focus)
		byId("frame").replaceChildren();
	search();
	drawFocus();
}

function drawFocus() {
	const { sums } = view;
	const { format, noun } = metrics[state.metric];
	const isCount = state.metric === "calls" || state.metric === "errors";

	drawCrumbs(flame, `${format(sums[flame.focus])}${isCount ? ` ${sums[flame.focus] === 1 ? noun.slice(0, -1) : noun}` : ""}${
		flame.focus ? ` · ${formatPercent(sums[flame.focus], sums[0])}` : ""}`);
}

function search() {
	const find = makeFinder(byId("search").value);
	const labels = find && Uint8Array.from(view.tree.labels, (label, i) =>
		i && find(label.name, profile.modules[label.module]?.path ?? "") ? 1 : 0);
	const sum = flame.search(labels);
	const nr = labels ? labels.reduce((a, b) => a + b, 0) : 0;

	byId("found").textContent = !find ? "" : nr ? `${nr} name${nr === 1 ? "" : "s"} found: ${
		metrics[state.metric].format(sum)}, ${formatPercent(sum, view.sums[0])}` : "Nothing found";
	return find;
}

/* Selects the row of a finding. */
function showFinding({ site, syscall }) {
	byId("search").value = "";
	search();
	byId("by-key").value = "site";
	table.find = null;
	table.setBy("site");
	table.reveal((row) => row.name === printable(site) && (!syscall || row.syscall.split(" ")[0] === syscall));
}

function choose(key) {
	return (value) => {
		state[key] = value;
		if (key === "shape")
			flame.setInverted(value === "flame");
		else
			drawFlame();
	};
}

/* Switches between two views: all calls, and the calls that did not wait. */
function chooseCalls(which) {
	profile = which === "all" ? whole : workingPart(whole);
	everyGroup = Array.from({ length: profile.groups.nr }, (_, i) => i);
	total = summarize(profile, everyGroup);
	trees.clear();
	view = null;
	state.picked = null;
	drawWaiting();
	if (table)
		table.setSource(callRows(profile, total));
	if (flame.focus)
		flame.focus = 0;
}

function hasWaiting() {
	return whole.groups.wait.includes(1);
}

/* Says in one row what is left out, and which button shows it. */
function drawWaiting() {
	const list = Array.from({ length: whole.groups.nr }, (_, i) => i).filter((i) => whole.groups.wait[i]);
	const sums = summarize(whole, list);

	byId("waiting").hidden = profile === whole;
	byId("waiting").replaceChildren(h("span", {}, `Waiting: ${formatTime(sums.time)} in ${formatCalls(sums.calls)} `), h("button", {
		type: "button", class: "link",
		onclick: () => document.querySelector('[aria-label="Calls"] [data-value="all"]').click(),
	}, "Show them"));
}

function makeControls() {
	if (hasWaiting())
		byId("controls").append(segmented("Calls", [["working", "Working", "Only calls that did not wait"],
			["all", "All", "Also calls that waited"]], profile === whole ? "all" : "working", (value) => {
			chooseCalls(value);
			drawFlame();
		}));
	byId("controls").append(
		segmented("Direction", [["topdown", "Top-down", "From the outermost function to the system calls"],
			["callers", "Callers", "From the system calls up through their callers"]], "topdown", choose("direction")),
		segmented("Value", Object.entries(metrics).map(([key, { title }]) => [key, title]), "time", choose("metric")),
		segmented("Colour", [["kind", "Kind", "Colour by kind of code"], ["module", "Module", "Colour by module"]], "kind",
			choose("coloring")),
		segmented("Shape", [["icicle", "Icicle", "Callers above"], ["flame", "Flame", "Callers below"]], "icicle",
			choose("shape")));
	const by = h("select", { id: "by-key", onchange: () => table.setBy(by.value) },
		rowKeys.map((key) => h("option", { value: key }, key === "syscall" ? "system call" : key)));

	byId("by").append(h("label", {}, "by ", by));
}

export function showReport(data) {
	whole = loadProfile(data);
	flame = new Flame(byId("flame"), flameEvents);
	chooseCalls(hasWaiting() && whole.groups.wait.includes(0) ? "working" : "all");
	table = new Table(callRows(profile, total), byId("table"), byId("more"), pickRow);
	const { about } = profile;
	const command = printable(about.facts?.command ?? "");

	document.title = command ? `${shorten(command, 60)} – scprof` : "scprof report";
	byId("command").textContent = shorten(command, 300);
	byId("command").title = command;
	byId("version").textContent = `scprof ${printable(about.facts?.scprof_version ?? "")}`;
	drawSummary(byId("summary"), about);
	drawFindings(byId("findings"), about.findings, showFinding);
	drawFacts(byId("facts"), about);
	setUp(flame, table, search);
	makeControls();
	drawFlame();
}
