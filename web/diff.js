// SPDX-License-Identifier: MIT
// The page of a difference: one tree with the stacks of both runs, drawn with the widths of one of them and coloured
// by the changes, and the rows of `scprof diff`.

import { drawLegend } from "./color.js";
import { drawCrumbs } from "./crumbs.js";
import { colorByChange, makeStripes } from "./diff_color.js";
import { loadDiff, runs, sumKeys } from "./diff_data.js";
import { changeState, drawPair, formatChange, formatRatio, pairFigures } from "./diff_figures.js";
import { diffKeys, diffRows, groupsOf } from "./diff_rows.js";
import { drawDiffSummary, drawNotes, drawRuns } from "./diff_summary.js";
import { byId, h, segmented } from "./dom.js";
import { Flame } from "./flame.js";
import { metrics, printable, shorten } from "./format.js";
import { makeFinder } from "./search.js";
import { setUp } from "./shell.js";
import { Table } from "./table.js";
import { drawTip, hideTip } from "./tip.js";
import { buildTree, findMatches, groupsBelow, markPaths, sumTree } from "./tree.js";

const LARGE = 500000, GAP = "\u2003";
const widths = {
	base: ["Before", "Frames are as wide as before"],
	new: ["After", "Frames are as wide as after"],
	change: ["Change", "Frames are as wide as the sum of their changes"],
};
const nothing = { base: "before", new: "after", change: "changed" };
const state = { width: "new", direction: "topdown", metric: "calls", picked: null };
const trees = new Map();
let diff, everyGroup, keys, flame, table, view = null, hovered = -1;

/* Like for a large profile, only one tree of a large difference is kept. */
function treeOf(direction) {
	if (view?.tree.nr > LARGE && view.tree.direction !== direction)
		trees.clear();
	if (!trees.has(direction))
		trees.set(direction, buildTree(diff, direction));
	return trees.get(direction);
}

function widthsOf(tree, base, now) {
	const [before, after] = runs.map((run) => diff.groups[run][state.metric]);

	if (state.width !== "change")
		return state.width === "base" ? base : now;
	return sumTree(tree, before.map((value, group) => Math.abs(after[group] - value)));
}

/* Siblings have the same order in all views, so that the reader finds a frame again. */
function makeView() {
	const tree = treeOf(state.direction), { format } = metrics[state.metric];
	const [base, now] = runs.map((run) => sumTree(tree, diff.groups[run][state.metric]).slice());

	return {
		tree, base, now,
		sums: widthsOf(tree, base, now),
		order: base.map((sum, node) => sum + now[node]),
		coloring: colorByChange(base, now),
		note: (node) => {
			const ratio = formatRatio(base[node], now[node]);

			return ratio ? `${GAP}${formatChange(base[node], now[node], format)} (${ratio})` : "";
		},
		matches: null,
		marks: state.picked && markPaths(tree, state.picked.groups),
	};
}

function describe(node) {
	const { name, module } = view.tree.labels[view.tree.label[node]];
	const list = node ? groupsBelow(view.tree, node) : everyGroup;

	return { title: name, subtitle: !node ? "" : module >= 0 ? diff.modules[module].path : "system call", groups: list };
}

function drawFrame(node) {
	drawPair(byId("frame"), diff, node ? describe(node) : null, keys, state.metric);
}

const flameEvents = {
	focus(node) {
		drawFocus();
		drawFrame(node);
	},
	hover(node, x, y) {
		if (node < 0)
			hideTip();
		else
			drawTip(x, y, node === hovered ? null : pairFigures(describe(node), diff, keys));
		hovered = node;
	},
};

function pickRow(row, box) {
	state.picked = row && { title: row.name || row.syscall, subtitle: row.name ? row.syscall : "",
		groups: groupsOf(diff, row, table.by) };
	if (view)
		flame.select(row && markPaths(view.tree, state.picked.groups));
	if (box)
		drawPair(box, diff, state.picked, keys, state.metric);
}

function drawFlame() {
	view = makeView();
	byId("flame").classList.toggle("is-empty", !(view.sums[0] > 0));
	byId("flame").dataset.empty = `No ${metrics[state.metric].title.toLowerCase()} ${nothing[state.width]}.`;
	drawLegend(byId("legend"), view.coloring.legend);
	flame.show(view);
	drawFrame(flame.focus);
	search();
	drawFocus();
}

/* `120 before, 482 after, +362 (new)` */
function pairText(base, now) {
	const { format } = metrics[state.metric], ratio = formatRatio(base, now);
	const noun = state.metric === "calls" || state.metric === "errors" ? ` ${metrics[state.metric].noun}` : "";

	if (base === now)
		return `${format(now)}${noun} before and after`;
	return `${format(base)}${noun} before, ${format(now)} after: ${formatChange(base, now, format)}${ratio ? ` (${ratio})` : ""}`;
}

function drawFocus() {
	drawCrumbs(flame, pairText(view.base[flame.focus], view.now[flame.focus]));
	byId("focus").querySelector("span").dataset.change = changeState(view.base[flame.focus], view.now[flame.focus]) ?? "";
}

function search() {
	const find = makeFinder(byId("search").value);
	const labels = find && Uint8Array.from(view.tree.labels, (label, i) =>
		i && find(label.name, diff.modules[label.module]?.path ?? "") ? 1 : 0);
	const nr = labels ? labels.reduce((a, b) => a + b, 0) : 0;
	const [base, now] = [view.base, view.now].map((sums) => labels ? findMatches(view.tree, sums, labels).sum : 0);

	flame.search(labels);
	byId("found").textContent = !find ? "" : nr ? `${nr} name${nr === 1 ? "" : "s"} found: ${pairText(base, now)}` : "Nothing found";
	return find;
}

function choose(key) {
	return (value) => {
		state[key] = value;
		drawFlame();
	};
}

function makeControls(by) {
	byId("controls").append(
		segmented("Widths", Object.entries(widths).map(([key, words]) => [key, ...words]), state.width, choose("width")),
		segmented("Direction", [["topdown", "Top-down", "From the outermost function to the system calls"],
			["callers", "Callers", "From the system calls up through their callers"]], state.direction, choose("direction")),
		segmented("Value", keys.map((key) => [key, metrics[key].title]), state.metric, choose("metric")),
		segmented("Shape", [["icicle", "Icicle", "Callers above"], ["flame", "Flame", "Callers below"]], "icicle",
			(value) => flame.setInverted(value === "flame")));
	const select = h("select", { id: "by-key", onchange: () => table.setBy(select.value) },
		Object.entries(diffKeys).map(([key, text]) => h("option", { value: key, selected: key === by }, text)));

	byId("by").append(h("label", {}, "by ", select));
}

function drawTop({ base, new: now, by }) {
	const [before, after] = [base, now].map(({ facts, file }) => printable(facts.command ?? file));
	const text = before === after ? after : `${before} → ${after}`;

	document.title = `${shorten(printable(base.file), 40)} → ${shorten(printable(now.file), 40)} – scprof diff`;
	byId("command").textContent = shorten(text, 300);
	byId("command").title = text;
	byId("version").textContent = "scprof diff";
	byId("flame-title").textContent = "Differential flame graph";
	byId("table-title").textContent = "What differs";
	return by;
}

export function showDiff(data) {
	diff = loadDiff(data);
	everyGroup = Array.from({ length: diff.groups.nr }, (_, i) => i);
	keys = sumKeys.filter((key) => key !== "time" || diff.about.has_time);
	flame = new Flame(byId("flame"), flameEvents);
	table = new Table(diffRows(diff, keys), byId("table"), byId("more"), pickRow);
	const by = drawTop(diff.about);

	table.setBy(by);
	drawDiffSummary(byId("summary"), diff, keys);
	drawNotes(byId("findings"), diff.about);
	drawRuns(byId("facts"), diff.about);
	makeStripes();
	setUp(flame, table, search);
	makeControls(by);
	drawFlame();
}
