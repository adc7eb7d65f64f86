// SPDX-License-Identifier: MIT
// The tooltip at the pointer: the name of a frame, and its figures.

import { byId, h } from "./dom.js";
import { formatBytes, formatCount, formatPercent, formatTime, shorten } from "./format.js";
import { summarize } from "./histogram.js";

const NAME_LENGTH = 240, GAP = 14;

function row(...cells) {
	return h("tr", {}, cells.map((cell, i) => h(i % 2 ? "td" : "th", {}, cell)));
}

export function tipTitle({ title, subtitle }) {
	return [h("p", { class: "subject" }, h("bdi", {}, shorten(title, NAME_LENGTH))),
		subtitle ? h("p", { class: "quiet" }, h("bdi", {}, shorten(subtitle, 120))) : ""];
}

/* @what: {title, subtitle, groups} */
export function callFigures(what, profile, total) {
	const sums = summarize(profile, what.groups);

	return [...tipTitle(what),
		h("table", {},
			row("time", `${formatTime(sums.time)} (${formatPercent(sums.time, total.time)})`, "mean", formatTime(sums.mean)),
			row("calls", `${formatCount(sums.calls)} (${formatPercent(sums.calls, total.calls)})`, "p50", formatTime(sums.p50)),
			row("errors", formatCount(sums.errors), "p99", formatTime(sums.p99)),
			row("bytes", formatBytes(sums.bytes), "max", formatTime(sums.max)))];
}

/* @content: elements; null if the frame is the same and only the pointer has moved. */
export function drawTip(x, y, content) {
	const tip = byId("tip");

	if (content)
		tip.replaceChildren(...content);
	tip.hidden = false;
	const left = x + GAP + tip.offsetWidth > innerWidth ? x - GAP - tip.offsetWidth : x + GAP;
	const top = y + GAP + tip.offsetHeight > innerHeight ? y - GAP - tip.offsetHeight : y + GAP;

	tip.style.setProperty("left", `${Math.max(4, left)}px`);
	tip.style.setProperty("top", `${Math.max(4, top)}px`);
}

export function hideTip() {
	byId("tip").hidden = true;
}
