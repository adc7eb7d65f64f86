// SPDX-License-Identifier: MIT
// A table with one row for each site, system call, function, … A click on the head of a column sorts it. It shows what
// the search finds, and reports which row was selected. Long tables are shown in parts.

import { h } from "./dom.js";
import { formatCount, shorten } from "./format.js";

const FIRST_PART = 25, PART = 250, NAME_LENGTH = 160;

export class Table {
	/*
	 * @source describes the rows: columns [key, title, write(row), adorn?(cell, row)], column (the first order),
	 * has(by): {syscall, name}, make(by): rows, sort(rows, column, ascending); a row has syscall, name, parts, and
	 * numbers by column.
	 * @onpick(row or null, element): called when a row is selected; the element below the row is for its details
	 */
	constructor(source, container, foot, onpick) {
		Object.assign(this, { source, container, foot, onpick });
		this.made = new Map();
		this.column = source.column;
		this.ascending = false;
		this.find = null;
		this.setBy("site");
	}

	/* Shows the rows of another source, with the same columns. */
	setSource(source) {
		this.source = source;
		this.made.clear();
		this.setBy(this.by);
	}

	setBy(by) {
		this.by = by;
		if (!this.made.has(by))
			this.made.set(by, this.source.make(by));
		this.rows = this.made.get(by);
		if (!this.heads().includes(this.column))
			this.column = this.source.column;
		this.picked = null;
		this.sort();
	}

	heads() {
		const has = this.source.has(this.by);

		return [...["syscall", "name"].filter((key) => has[key]), ...this.source.columns.map(([key]) => key)];
	}

	sortBy(column) {
		const isText = column === "syscall" || column === "name";

		this.ascending = this.column === column ? !this.ascending : isText;
		this.column = column;
		this.sort();
		this.container.querySelector(`th[data-column="${column}"] button`)?.focus();
	}

	sort() {
		this.source.sort(this.rows, this.column, this.ascending);
		this.limit = FIRST_PART;
		this.draw();
	}

	/* @find: a predicate on a text, or null for all rows. */
	filter(find) {
		this.find = find;
		this.limit = FIRST_PART;
		this.draw();
	}

	pick(row) {
		this.picked = this.picked === row ? null : row;
		this.showPicked();
	}

	/* The details are in a separate row below the selected one. */
	showPicked() {
		const box = this.picked && h("div", { class: "details", "aria-live": "polite" });

		this.container.querySelector("tr.opened")?.remove();
		for (const line of this.container.querySelectorAll("tbody tr")) {
			line.setAttribute("aria-selected", String(line.row === this.picked));
			if (line.row === this.picked)
				line.after(h("tr", { class: "opened" }, h("td", { colspan: this.heads().length }, box)));
		}
		this.onpick(this.picked, box);
	}

	/* Selects the first row for which @wanted is true, and scrolls to it. */
	reveal(wanted) {
		const at = this.rows.findIndex(wanted);

		if (at < 0)
			return;
		this.limit = Math.max(this.limit, at + 1);
		this.picked = this.rows[at];
		this.draw();
		this.container.querySelector('tr[aria-selected="true"]').scrollIntoView({ block: "start" });
	}

	head(key, title) {
		const isSorted = key === this.column;
		const sort = isSorted ? (this.ascending ? "ascending" : "descending") : null;
		const isText = key === "syscall" || key === "name";

		return h("th", { scope: "col", "aria-sort": sort, "data-column": key, class: isText ? "text" : null },
			h("button", { type: "button", onclick: () => this.sortBy(key) }, title));
	}

	line(row) {
		const has = this.source.has(this.by);
		const cells = this.source.columns.map(([key, , write, adorn]) => {
			const cell = h("td", { class: row[key] ? key : `${key} zero` }, write(row));

			adorn?.(cell, row);
			return cell;
		});

		if (has.name)
			cells.unshift(h("td", { class: "text name", title: shorten(row.name, 2000) },
				h("bdi", {}, shorten(row.parts[0], NAME_LENGTH)), " ",
				h("small", {}, h("bdi", {}, shorten(row.parts[1], NAME_LENGTH)))));
		if (has.syscall)
			cells.unshift(h("td", { class: "text call" }, row.syscall));
		const line = h("tr", {
			tabindex: 0, "aria-selected": String(row === this.picked),
			onclick: () => this.pick(row),
			onkeydown: (event) => {
				if (event.key !== "Enter" && event.key !== " ")
					return;
				event.preventDefault();
				this.pick(row);
			},
		}, cells);

		line.row = row;
		return line;
	}

	draw() {
		const has = this.source.has(this.by);
		const found = this.find ? this.rows.filter((row) => this.find(row.syscall, row.name)) : this.rows;
		const heads = this.source.columns.map(([key, title]) => this.head(key, title));

		if (has.name)
			heads.unshift(this.head("name", this.by[0].toUpperCase() + this.by.slice(1)));
		if (has.syscall)
			heads.unshift(this.head("syscall", "System call"));
		this.container.replaceChildren(h("table", { class: "rows" }, h("thead", {}, h("tr", {}, heads)),
			h("tbody", {}, found.slice(0, this.limit).map((row) => this.line(row)))));
		this.drawFoot(found);
		this.showPicked();
	}

	drawFoot(found) {
		const left = found.length - Math.min(this.limit, found.length);
		const noun = `${formatCount(found.length)} row${found.length === 1 ? "" : "s"}`;

		this.foot.replaceChildren(h("span", { class: "quiet" },
			this.find ? `${noun} of ${formatCount(this.rows.length)} found` : noun));
		if (left > 0) {
			this.foot.append(h("button", {
				type: "button",
				onclick: () => { this.limit += PART; this.draw(); },
			}, `Show ${formatCount(Math.min(left, PART))} more`));
		}
	}
}
