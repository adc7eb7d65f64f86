// SPDX-License-Identifier: MIT
// Numbers as `scprof report` writes them: three significant digits and a unit, but exact counts. Also makes names of
// unknown origin safe to show.

function threeDigits(value) {
	if (value >= 99.95)
		return String(Math.round(value));
	return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

function scaled(value, step, units) {
	let unit = 0;

	if (value < step)
		return `${Math.round(value)} ${units[0]}`;
	while (value >= step * 0.9995 && unit < units.length - 1) {
		value /= step;
		unit++;
	}
	return `${threeDigits(value)} ${units[unit]}`;
}

export function formatTime(ns) {
	if (ns >= 60e9 * 0.9995) {
		const seconds = Math.round(ns / 1e9);

		if (seconds >= 3600)
			return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min`;
		return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
	}
	return scaled(ns, 1000, ["ns", "µs", "ms", "s"]);
}

export function formatBytes(bytes) {
	return scaled(bytes, 1024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]);
}

/* Thin spaces between thousands; figures beyond 2^53 are not exact in a browser. */
export function formatCount(count) {
	return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, "\u2009");
}

/* `1 call`, `2 calls`. */
export function formatCalls(count) {
	return `${formatCount(count)} call${Math.round(count) === 1 ? "" : "s"}`;
}

export function formatPercent(part, whole) {
	const percent = whole > 0 ? 100 * part / whole : 0;

	if (percent > 0 && percent < 0.095)
		return percent < 0.005 ? "<0.01 %" : `${percent.toFixed(2)} %`;
	return `${percent.toFixed(1)} %`;
}

export const metrics = {
	time: { title: "Time", format: formatTime, noun: "in system calls" },
	calls: { title: "Calls", format: formatCount, noun: "calls" },
	errors: { title: "Errors", format: formatCount, noun: "errors" },
	bytes: { title: "Bytes", format: formatBytes, noun: "moved" },
};

// C0, DEL, C1, line ends, and characters that change the direction of text or have no width.
const unprintable =
	/[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

export function printable(text) {
	return text.replace(unprintable,
		(character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/* Shortens a name in the middle, because both of its ends are informative. */
export function shorten(text, length) {
	if (text.length <= length)
		return text;
	const head = Math.ceil(length * 0.6), tail = length - head - 1;

	return `${text.slice(0, head)}…${text.slice(text.length - tail)}`;
}
