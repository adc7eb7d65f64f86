// SPDX-License-Identifier: MIT
// The theme: light, dark, or that of the system. The choice is stored if the browser allows it.

import { segmented } from "./dom.js";

const KEY = "scprof-theme", CHOICES = ["auto", "light", "dark"];

function stored() {
	try {
		const value = localStorage.getItem(KEY);

		return CHOICES.includes(value) ? value : "auto";
	} catch {
		return "auto";
	}
}

const system = matchMedia("(prefers-color-scheme: dark)");
let chosen = "auto";

function apply() {
	const dark = chosen === "dark" || chosen === "auto" && system.matches;

	document.documentElement.dataset.theme = dark ? "dark" : "light";
}

export function themeSwitch() {
	chosen = stored();
	apply();
	system.addEventListener("change", apply);
	return segmented("Theme", [["auto", "Auto"], ["light", "Light"], ["dark", "Dark"]], chosen, (value) => {
		chosen = value;
		apply();
		try {
			localStorage.setItem(KEY, value);
		} catch {
			// A page opened from a file may have no storage.
		}
	});
}
