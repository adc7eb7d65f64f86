// SPDX-License-Identifier: MIT
// The flame graph. d3-flame-graph draws the frames that this file selects: those that are visible when the focus fills
// the width (tree.js). So the page is as fast with a million nodes as with ten. Nodes keep their numbers from one
// drawing to the next, so that d3 moves frames instead of replacing them.

import flamegraph from "d3-flame-graph";
import { hierarchy } from "d3-hierarchy";
import { select } from "d3-selection";
import { shorten } from "./format.js";
import { findMatches, visibleNodes } from "./tree.js";

const CELL_HEIGHT = 20, MOST_CELLS = 2500, ANIMATED_CELLS = 600, LABEL_LENGTH = 160;

const noTip = Object.assign(() => {}, { show() {}, hide() {}, destroy() {} });

export class Flame {
	/* @events: focus(node), hover(node or -1, x, y), pick(node) */
	constructor(container, events) {
		this.container = container;
		this.events = events;
		this.focus = 0;
		this.cursor = -1;
		this.nodes = new Map();
		this.chart = flamegraph().cellHeight(CELL_HEIGHT).inverted(true).resetHeightOnZoom(true)
			.tooltip(noTip).width(100).getValue((item) => item.v)
			.setColorMapper((d) => this.colorOf(d.data.node));
		select(container).datum({ n: "", v: 0, node: 0 }).call(this.chart);
		this.listen();
	}

	/*
	 * @view: tree, sums (by node), coloring, matches (what a search found, or null), marks (by node, or null),
	 * order (by node: siblings with more stand first; the sums if there is none), note (of a node, after its name)
	 */
	show(view) {
		if (view.tree !== this.view?.tree) {
			this.focus = 0;
			this.cursor = -1;
		}
		this.view = view;
		while (this.focus && !view.sums[this.focus])
			this.focus = view.tree.parent[this.focus];
		this.draw(false);
	}

	colorOf(node) {
		return this.view ? this.view.coloring.of(this.view.tree.label[node], node) : "none";
	}

	isDim(node) {
		const { matches, marks } = this.view;

		return matches && !matches.reaches[node] || marks && !marks[node];
	}

	item(node) {
		const name = shorten(this.view.tree.labels[this.view.tree.label[node]].name, LABEL_LENGTH);

		return { n: this.view.note ? `${name}${this.view.note(node)}` : name, v: this.view.sums[node], node, children: [] };
	}

	/* Returns the data of the visible frames, with the ancestors of the focus above it. */
	makeItems(width) {
		const { tree, sums } = this.view;
		const { list, isCut } = visibleNodes(tree, sums, this.focus, width, MOST_CELLS);
		const items = new Map(), order = this.view.order ?? sums;

		for (const node of list) {
			items.set(node, this.item(node));
			if (node !== this.focus)
				items.get(tree.parent[node]).children.push(items.get(node));
		}
		for (const item of items.values())
			item.children.sort((a, b) => order[b.node] - order[a.node] || a.node - b.node);
		let top = items.get(this.focus);

		for (let node = this.focus; node;) {
			node = tree.parent[node];
			top = { ...this.item(node), fade: true, children: [top] };
		}
		return { top, isCut, nr: items.size };
	}

	draw(animates = true) {
		if (!this.view?.sums[0] || !this.container.offsetWidth)
			return;
		this.drawAt(this.container.offsetWidth, animates);
		// A tall graph has a scroll bar, which takes a part of the width.
		if (this.container.clientWidth < this.chart.width())
			this.drawAt(this.container.clientWidth, animates);
		// Show the root first.
		if (!this.chart.inverted())
			this.container.scrollTop = this.container.scrollHeight;
	}

	drawAt(width, animates) {
		const { top, isCut, nr } = this.makeItems(width);
		const root = hierarchy(top, (item) => item.children);
		const moves = animates && nr < ANIMATED_CELLS &&
			!matchMedia("(prefers-reduced-motion: reduce)").matches;

		this.nodes.clear();
		root.each((d) => {
			d.id = d.data.node;
			this.nodes.set(d.id, d);
		});
		root.originalValue = top.v;
		this.chart.width(width).minFrameSize(0).transitionDuration(moves ? 250 : 0);
		select(this.container).datum(root);
		this.chart.update();
		const height = (root.height + 1) * CELL_HEIGHT;

		select(this.container).select("svg").attr("height", height + (this.chart.inverted() ? 1 : 2 * CELL_HEIGHT));
		this.isCut = isCut;
		this.drawnWidth = this.container.offsetWidth;
		this.mark();
	}

	/* Highlights found and selected frames and the cursor, without drawing again. */
	mark() {
		const flame = this;

		select(this.container).selectAll("svg > g").each(function (d) {
			if (!d)
				return;
			this.classList.toggle("dim", Boolean(flame.isDim(d.data.node)));
			this.classList.toggle("hit", Boolean(flame.view.matches?.labels[flame.view.tree.label[d.data.node]]));
			this.classList.toggle("cursor", d.data.node === flame.cursor);
		});
	}

	/* @labels: 1 for each label that was found; null: there is no search. Returns their share of the value. */
	search(labels) {
		const { tree, sums } = this.view;

		this.view.matches = labels && findMatches(tree, sums, labels);
		this.mark();
		return labels ? this.view.matches.sum : 0;
	}

	select(marks) {
		this.view.marks = marks;
		this.mark();
	}

	zoom(node) {
		this.focus = node;
		this.cursor = node;
		this.events.hover(-1);
		this.draw();
		this.events.focus(node);
	}

	setInverted(isFlame) {
		this.chart.inverted(!isFlame);
		this.draw(false);
	}

	nodeAt(event) {
		const group = event.target.closest?.("svg > g");

		return group ? group.__data__.data.node : -1;
	}

	listen() {
		// This runs before the listeners of d3-flame-graph, which would zoom in the part of the tree that it has.
		this.container.addEventListener("click", (event) => {
			const node = this.nodeAt(event);

			event.stopPropagation();
			if (node >= 0)
				this.zoom(node);
		}, true);
		this.container.addEventListener("mousemove", (event) =>
			this.events.hover(this.nodeAt(event), event.clientX, event.clientY));
		this.container.addEventListener("mouseleave", () => this.events.hover(-1));
		this.container.addEventListener("keydown", (event) => this.onKey(event));
		new ResizeObserver(() => {
			if (this.container.offsetWidth !== this.drawnWidth)
				this.draw(false);
		}).observe(this.container);
	}

	/* The arrow keys move the cursor over the frames, and Enter makes one the focus. */
	onKey(event) {
		const d = this.nodes.get(this.cursor) ?? this.nodes.get(this.focus);
		const siblings = d.parent?.children ?? [d];
		const at = siblings.indexOf(d);
		const away = this.chart.inverted() ? "ArrowDown" : "ArrowUp";
		const steps = {
			[away]: d.children?.[0],
			[away === "ArrowDown" ? "ArrowUp" : "ArrowDown"]: d.parent,
			ArrowLeft: siblings[at - 1],
			ArrowRight: siblings[at + 1],
		};

		if (event.key === "Enter" || event.key === " ") {
			this.zoom(d.data.node);
		} else if (event.key in steps) {
			this.moveCursor((steps[event.key] ?? d).data.node);
		} else {
			return;
		}
		event.preventDefault();
	}

	moveCursor(node) {
		this.cursor = node;
		this.mark();
		const cell = this.container.querySelector("svg > g.cursor");

		cell?.scrollIntoView({ block: "nearest" });
		if (cell) {
			const box = cell.getBoundingClientRect();

			this.events.hover(node, box.left + Math.min(40, box.width / 2), box.bottom - 4);
		}
	}
}
