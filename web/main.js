// SPDX-License-Identifier: MIT
// Puts the page together: reads the data, makes the parts, and tells each what the others do.

import { colorByKind, colorByModule } from "./color.js";
import { drawDetails } from "./details.js";
import { byId, h, segmented } from "./dom.js";
import { Flame } from "./flame.js";
import { formatPercent, metrics, printable, shorten } from "./format.js";
import { summarize } from "./histogram.js";
import { loadProfile } from "./profile.js";
import { rowKeys } from "./rows.js";
import { makeFinder } from "./search.js";
import { drawFacts, drawFindings, drawSummary } from "./summary.js";
import { Table } from "./table.js";
import { themeSwitch } from "./theme.js";
import { drawTip, hideTip } from "./tip.js";
import { buildTree, groupsBelow, markPaths, sumTree } from "./tree.js";
// Behind that of d3-flame-graph.
import "./style.css";

const profile = loadProfile(JSON.parse(byId("profile").textContent));
const everyGroup = Array.from({ length: profile.groups.nr }, (_, i) => i);
const total = summarize(profile, everyGroup);
const LARGE = 500000;
const state = { direction: "topdown", metric: "time", coloring: "kind", shape: "icicle", picked: null };
const trees = new Map();
let view = null, hovered = -1;

/* Of a large profile only one tree is kept, since making it takes a moment and keeping it much memory. */
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

const flame = new Flame(byId("flame"), {
	focus(node) {
		drawFocus();
		drawDetails(byId("frame"), profile, total, node ? describe(node) : null);
	},
	hover(node, x, y) {
		if (node < 0)
			hideTip();
		else
			drawTip(x, y, node === hovered ? null : describe(node), profile, total);
		hovered = node;
	},
});

const table = new Table(profile, total, byId("table"), byId("more"), (row, box) => {
	state.picked = row && { title: row.name || row.syscall, subtitle: row.name ? row.syscall : "", groups: row.groups };
	if (view)
		flame.select(row && markPaths(view.tree, row.groups));
	if (box)
		drawDetails(box, profile, total, state.picked);
});

function drawFlame() {
	view = makeView();
	byId("legend").replaceChildren(...view.coloring.legend.map(([color, text]) => {
		const swatch = h("i", {});

		swatch.style.setProperty("background", color);
		return h("span", {}, swatch, h("bdi", {}, shorten(text, 40)));
	}));
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
	const { tree, sums } = view;
	const path = [];

	for (let node = flame.focus; node; node = tree.parent[node])
		path.push(node);
	const crumbs = [0, ...path.reverse()].slice(path.length > 4 ? -4 : 0).map((node) => h("button", {
		type: "button", class: "link", onclick: () => flame.zoom(node),
		title: tree.labels[tree.label[node]].name,
	}, h("bdi", {}, shorten(tree.labels[tree.label[node]].name, 40))));

	if (path.length > 4)
		crumbs.unshift(h("button", { type: "button", class: "link", onclick: () => flame.zoom(0) }, "all"), "…");
	byId("focus").replaceChildren(...crumbs, h("span", { class: "quiet" }, `${
		metrics[state.metric].format(sums[flame.focus])}${state.metric === "calls" || state.metric === "errors"
		? ` ${metrics[state.metric].noun}` : ""}${flame.focus ? ` · ${formatPercent(sums[flame.focus], sums[0])}` : ""}`));
	if (flame.focus)
		byId("focus").append(h("button", { type: "button", class: "reset", onclick: () => flame.zoom(0) }, "Reset zoom"));
	byId("cut").textContent = flame.isCut ? "Frames too narrow to be seen are not drawn; zoom in to see them." : "";
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

/* Picks the row that a finding is about. */
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

function makeControls() {
	byId("theme").append(themeSwitch());
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
	byId("search").addEventListener("input", () => table.filter(search()));
	byId("licences-button").addEventListener("click", () => {
		byId("licences").querySelector("pre").textContent = byId("licence-texts").textContent;
		byId("licences").showModal();
	});
}

function onKey(event) {
	const isTyping = event.target === byId("search");

	if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
		event.preventDefault();
		byId("search").select();
	} else if (event.key === "Escape" && !byId("licences").open) {
		if (byId("search").value) {
			byId("search").value = "";
			table.filter(search());
		} else if (flame.focus) {
			flame.zoom(0);
		} else if (table.picked) {
			table.pick(table.picked);
		}
		if (isTyping)
			byId("search").blur();
	}
}

function start() {
	const { about } = profile;
	const command = printable(about.facts?.command ?? "");

	document.title = command ? `${shorten(command, 60)} – scprof` : "scprof report";
	byId("command").textContent = shorten(command, 300);
	byId("command").title = command;
	byId("version").textContent = `scprof ${printable(about.facts?.scprof_version ?? "")}`;
	drawSummary(byId("summary"), about);
	drawFindings(byId("findings"), about.findings, showFinding);
	drawFacts(byId("facts"), about);
	makeControls();
	drawFlame();
	document.addEventListener("keydown", onKey);
}

start();
