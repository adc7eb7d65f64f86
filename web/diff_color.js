// SPDX-License-Identifier: MIT
// The colour of a change: red for more and blue for less; the larger the factor, the deeper the colour. Frames of
// only one run have stripes, so that they can be recognised without colours, too.

import { svg } from "./dom.js";

/* Doubled or halved, by more than a tenth, or a little. */
function depthOf(base, now) {
	if (now >= 2 * base || now <= base / 2)
		return 3;
	return Math.abs(now - base) > base / 10 ? 2 : 1;
}

const legend = [
	["repeating-linear-gradient(45deg, var(--shrank-3) 0 3px, var(--stripe) 3px 5px)", "gone"],
	["var(--shrank-3)", "half or less"], ["var(--shrank-2)", "down over 10 %"], ["var(--shrank-1)", "less"],
	["var(--same)", "the same"],
	["var(--grew-1)", "more"], ["var(--grew-2)", "up over 10 %"], ["var(--grew-3)", "double or more"],
	["repeating-linear-gradient(45deg, var(--grew-3) 0 3px, var(--stripe) 3px 5px)", "new"],
];

/* Makes the patterns of stripes, to which frames refer by name. */
export function makeStripes() {
	const pattern = (kind) => svg("pattern", {
		id: `${kind}-stripes`, width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)",
	}, svg("rect", { width: 8, height: 8, class: `fill-${kind}` }), svg("rect", { width: 2, height: 8, class: "fill-stripe" }));

	document.body.append(svg("svg", { width: 0, height: 0, class: "patterns", "aria-hidden": "true" }, pattern("grew"), pattern("shrank")));
}

export function colorOfChange(base, now) {
	const kind = now > base ? "grew" : "shrank";

	if (base === now)
		return "var(--same)";
	if (!base || !now)
		return `url(#${kind}-stripes)`;
	return `var(--${kind}-${depthOf(base, now)})`;
}

/* @base, @now: sums by node. */
export function colorByChange(base, now) {
	return { legend, of: (label, node) => colorOfChange(base[node], now[node]) };
}
