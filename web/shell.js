// SPDX-License-Identifier: MIT
// The parts that every page has: the theme, the search box, keys, and the licences.

import { byId } from "./dom.js";
import { themeSwitch } from "./theme.js";

function onKey(event, flame, table, search) {
	const box = byId("search");
	const isTyping = event.target === box;

	if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
		event.preventDefault();
		box.select();
	} else if (event.key === "Escape" && !byId("licences").open) {
		if (box.value) {
			box.value = "";
			table.filter(search());
		} else if (flame.focus) {
			flame.zoom(0);
		} else if (table.picked) {
			table.pick(table.picked);
		}
		if (isTyping)
			box.blur();
	}
}

/* @search: highlights what was found in the graph, and returns a predicate for the table, or null. */
export function setUp(flame, table, search) {
	byId("theme").append(themeSwitch());
	byId("search").addEventListener("input", () => table.filter(search()));
	byId("licences-button").addEventListener("click", () => {
		byId("licences").querySelector("pre").textContent = byId("licence-texts").textContent;
		byId("licences").showModal();
	});
	document.addEventListener("keydown", (event) => onKey(event, flame, table, search));
}
