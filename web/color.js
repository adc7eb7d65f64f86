// SPDX-License-Identifier: MIT
// The colours of frames. They are CSS variables, so a theme changes them without drawing again. A colouring is
// {legend: [[colour, text]], of: (label number, node) => colour}.

import { h } from "./dom.js";
import { shorten } from "./format.js";

const NR_SHADES = 3, NR_HUES = 8;

export const kinds = {
	call: "system call",
	program: "program",
	library: "library",
	libc: "C library",
	unknown: "unknown",
};

/* Neighbours of one colour differ by a slight shade, which is always the same for one name. */
function shadeOf(name) {
	let hash = 0;

	for (let i = 0; i < name.length && i < 64; i++)
		hash = Math.imul(hash, 31) + name.charCodeAt(i) | 0;
	return (hash >>> 3) % NR_SHADES;
}

export function colorByKind(tree) {
	const present = new Set(tree.labels.map((label) => label.kind));

	return {
		legend: Object.entries(kinds).filter(([kind]) => present.has(kind))
			.map(([kind, text]) => [`var(--${kind}-1)`, text]),
		of: (id) => {
			const { kind, name } = tree.labels[id];

			return kind === "root" ? "var(--root)" : `var(--${kind}-${shadeOf(name)})`;
		},
	};
}

/* The modules with the largest values have a hue each, and the others share one. */
export function colorByModule(tree, sums, profile) {
	const shares = new Map();

	for (let node = 1; node < tree.nr; node++) {
		const module = tree.labels[tree.label[node]].module;

		shares.set(module, (shares.get(module) ?? 0) + sums[node]);
	}
	const ranked = [...shares.keys()].filter((module) => module >= 0 && profile.modules[module].path)
		.sort((a, b) => shares.get(b) - shares.get(a));
	const hues = new Map(ranked.slice(0, NR_HUES).map((module, i) => [module, `var(--hue-${i})`]));
	const legend = [["var(--call-1)", "system call"],
		...[...hues].map(([module, hue]) => [hue, profile.modules[module].name])];

	if (ranked.length > NR_HUES)
		legend.push(["var(--unknown-1)", `${ranked.length - NR_HUES} others`]);
	return {
		legend,
		of: (id) => {
			const { kind, module } = tree.labels[id];

			if (kind === "root" || kind === "call")
				return kind === "root" ? "var(--root)" : "var(--call-1)";
			return hues.get(module) ?? "var(--unknown-1)";
		},
	};
}

export function drawLegend(container, legend) {
	container.replaceChildren(...legend.map(([color, text]) => {
		const swatch = h("i", {});

		swatch.style.setProperty("background", color);
		return h("span", {}, swatch, h("bdi", {}, shorten(text, 40)));
	}));
}
