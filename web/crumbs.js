// SPDX-License-Identifier: MIT
// The line above the flame graph: the path from the root to the frame that fills the width, and its value.

import { byId, h } from "./dom.js";
import { shorten } from "./format.js";

export function drawCrumbs(flame, figure) {
	const { tree } = flame.view;
	const path = [];

	for (let node = flame.focus; node; node = tree.parent[node])
		path.push(node);
	const crumbs = [0, ...path.reverse()].slice(path.length > 4 ? -4 : 0).map((node) => h("button", {
		type: "button", class: "link", onclick: () => flame.zoom(node),
		title: tree.labels[tree.label[node]].name,
	}, h("bdi", {}, shorten(tree.labels[tree.label[node]].name, 40))));

	if (path.length > 4)
		crumbs.unshift(h("button", { type: "button", class: "link", onclick: () => flame.zoom(0) }, "all"), "…");
	byId("focus").replaceChildren(...crumbs, h("span", { class: "quiet" }, figure));
	if (flame.focus)
		byId("focus").append(h("button", { type: "button", class: "reset", onclick: () => flame.zoom(0) }, "Reset zoom"));
	byId("cut").textContent = flame.isCut ? "Frames too narrow to draw are hidden; zoom in to see them." : "";
}
