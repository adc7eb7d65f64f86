// SPDX-License-Identifier: MIT
// Figures of two runs side by side, and each change with its sign: in the tooltip, and below the selected row.

import { runs, sumRuns } from "./diff_data.js";
import { h } from "./dom.js";
import { formatCount, formatPercent, metrics, shorten } from "./format.js";
import { stackLocations } from "./profile.js";
import { tipTitle } from "./tip.js";

const NAME_LENGTH = 180, NR_STACKS = 5, NR_FRAMES = 24;

/* `+362`, `−1.20 KiB`, `0` */
export function formatChange(base, now, format) {
	if (base === now)
		return "0";
	return (now > base ? "+" : "−") + format(Math.abs(now - base));
}

/* `+20.0 %`, `×12`, `new`, `gone`, or nothing */
export function formatRatio(base, now) {
	if (base === now)
		return "";
	if (!base || !now)
		return base ? "gone" : "new";
	if (now > 10 * base)
		return `×${now / base < 99.5 ? (now / base).toFixed(1) : formatCount(now / base)}`;
	return (now > base ? "+" : "−") + formatPercent(Math.abs(now - base), base);
}

export function changeState(base, now) {
	return now > base ? "grew" : now < base ? "shrank" : null;
}

function figureTable(sums, keys) {
	const line = (key) => {
		const { title, format } = metrics[key], [base, now] = runs.map((run) => sums[run][key]);

		return h("tr", {}, h("th", { scope: "row" }, title), h("td", {}, format(base)), h("td", {}, format(now)),
			h("td", { "data-change": changeState(base, now) }, formatChange(base, now, format)),
			h("td", { class: "quiet" }, formatRatio(base, now)));
	};

	return h("table", { class: "pair" },
		h("thead", {}, h("tr", {}, ["", "before", "after", "change", ""].map((title) => h("th", { scope: "col" }, title)))),
		h("tbody", {}, keys.map(line)));
}

/* Returns the tooltip for @what: {title, subtitle, groups}. @keys are the metrics that both runs have. */
export function pairFigures(what, diff, keys) {
	return [...tipTitle(what), figureTable(sumRuns(diff, what.groups), keys)];
}

function stackList(diff, list, key) {
	const { groups } = diff, { format } = metrics[key];
	const change = (group) => groups.new[key][group] - groups.base[key][group];
	const most = list.filter(change).sort((a, b) => Math.abs(change(b)) - Math.abs(change(a)) || a - b);

	if (!most.length)
		return h("div", { class: "stacks wide" }, h("h3", {}, "Stacks"),
			h("p", { class: "quiet" }, `No stack differs in ${metrics[key].title.toLowerCase()}.`));
	return h("div", { class: "stacks wide" },
		h("h3", {}, `Stacks that changed most (${Math.min(NR_STACKS, most.length)} of ${formatCount(most.length)})`),
		most.slice(0, NR_STACKS).map((group, i) => {
			const [base, now] = runs.map((run) => groups[run][key][group]);
			const places = stackLocations(diff, diff.leafStack[group]).reverse();
			const frames = [h("li", { class: "call" }, diff.calls[groups.call[group]].label),
				...places.slice(0, NR_FRAMES).map((place) => {
					const { name, module } = diff.locations[place];

					return h("li", { title: name }, h("bdi", {}, shorten(name, 80)),
						h("small", {}, h("bdi", {}, diff.modules[module].name)));
				})];

			if (places.length > NR_FRAMES)
				frames.push(h("li", { class: "quiet" }, `and ${places.length - NR_FRAMES} more frames`));
			return h("details", { class: "stack", open: i === 0 },
				h("summary", {}, h("span", { "data-change": changeState(base, now) }, formatChange(base, now, format)),
					h("span", { class: "quiet" }, ` ${formatRatio(base, now)}: ${format(base)} before, ${format(now)} after`)),
				h("ol", {}, frames));
		}));
}

/* @what: {title, subtitle, groups}; null empties @container. @key: the metric by which stacks are listed. */
export function drawPair(container, diff, what, keys, key) {
	if (!what || !what.groups.length) {
		container.replaceChildren();
		return;
	}
	container.replaceChildren(
		h("div", { class: "about" },
			h("p", { class: "subject" }, h("bdi", {}, shorten(what.title, NAME_LENGTH))),
			what.subtitle ? h("p", { class: "quiet subtitle" }, h("bdi", {}, shorten(what.subtitle, NAME_LENGTH))) : "",
			what.title.length > NAME_LENGTH ? h("details", { class: "whole-name" }, h("summary", {}, "Whole name"),
				h("p", {}, h("bdi", {}, what.title))) : "",
			figureTable(sumRuns(diff, what.groups), keys)),
		stackList(diff, what.groups, key));
}
