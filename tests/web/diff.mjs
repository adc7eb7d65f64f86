// SPDX-License-Identifier: MIT
// Tests of the page of `scprof diff`, as a reader uses it. page.mjs calls them.
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { check, claim, equal, eventually, open, press, quickest, scprof } from "./browser.mjs";

/* Returns the output of `scprof diff`. A difference, exit status 1, is not a failure. */
function diff(...words) {
	const { status, stdout, stderr } = spawnSync(process.env.SCPROF, ["diff", ...words], { encoding: "utf8", maxBuffer: 1 << 30 });

	check(status === 0 || status === 1, `status ${status}: ${stderr}`);
	return { status, stdout, stderr };
}

function diffJson(...words) {
	return JSON.parse(diff("--format", "json", ...words).stdout);
}

/* Makes two profiles from parts of the sample, so that some calls are new, gone, more or fewer. */
function makePair(file) {
	const part = (name, ...options) =>
		scprof("report", "--format", "pprof", "-o", file(name), ...options, file("sample.pb.gz"));

	part("no-send.pb.gz", "--ignore", "^send$");
	part("reads.pb.gz", "--syscall", "read");
	part("no-lock.pb.gz", "--ignore", "^__lll_lock_wait$");
	part("writes.pb.gz", "--syscall", "write");
	scprof("merge", "-q", "-o", file("base.pb.gz"), file("no-send.pb.gz"), file("reads.pb.gz"));
	scprof("merge", "-q", "-o", file("new.pb.gz"), file("no-lock.pb.gz"), file("writes.pb.gz"));
}

/* Returns the sums by path of names, without the changes that follow the names. */
function frames(page) {
	return page.evaluate(() => [...document.querySelectorAll("#flame svg > g")].map((group) => {
		const path = [];

		for (let d = group.__data__; d.parent; d = d.parent)
			path.unshift(d.data.n.split("\u2003")[0]);
		return { path: path.join(" > "), text: group.__data__.data.n, value: group.__data__.data.v,
			fill: group.querySelector("rect").getAttribute("fill") };
	}));
}

function sumPaths(list) {
	const sums = new Map();

	for (const [path, value] of list)
		sums.set(path, (sums.get(path) ?? 0) + value);
	return sums;
}

function rows(page) {
	return page.evaluate(() => [...document.querySelectorAll("#table tbody tr:not(.opened)")].map(({ row, cells }) => ({
		name: row.name, syscall: row.syscall, kind: row.kind, base: row.base, new: row.now,
		change: row.change, errors: row.errors_change, shown: [...cells].map((cell) => cell.textContent),
	})));
}

const metrics = [["Time", "time_ns"], ["Calls", "calls"], ["Errors", "errors"], ["Bytes", "bytes"]];
const sides = [["Before", "base"], ["After", "new"]];

async function claimFigures(page, file, pair) {
	await claim("diff: the page has the sums of both runs and the change", async () => {
		const { base, new: now, differing } = diffJson(...pair);
		const text = await page.textContent("#summary");

		for (const key of ["calls", "errors"]) {
			check(text.includes(`${base.total[key]} → ${now.total[key]}`), `no ${key} in ${text}`);
			check(text.includes(`−${base.total[key] - now.total[key]} (`), `no change of ${key} in ${text}`);
		}
		check(text.includes(`Sites that differ${differing}`) && text.includes("1 new, 1 gone"), text);
		check(/base\.pb\.gz → .*new\.pb\.gz/.test(await page.title()), await page.title());
	});

	for (const by of ["site", "syscall", "function"]) {
		await claim(`diff: the table by ${by} has the rows of scprof diff --by ${by}, in the same order`, async () => {
			const report = diffJson("--by", by, ...pair);
			const numbers = (row) => [row.kind, row.base, row.new];

			await page.selectOption("#by-key", by);
			const shown = await rows(page);

			check(report.rows.length > 3, "too few rows");
			equal(shown.map(numbers), report.rows.map(numbers), "numbers");
			for (const [i, { shown: texts, base, new: now }] of shown.entries()) {
				const change = `${now.calls > base.calls ? "+" : "−"}${Math.abs(now.calls - base.calls)}`;

				check(texts.some((text) => text.startsWith(`${change} (`)), `no ${change} in ${texts}`);
				check(by === "syscall" || texts.some((text) => text.startsWith(report.rows[i].function)), `no name in ${texts}`);
				check(by === "function" || texts[0] === report.rows[i].syscall, `no ${report.rows[i].syscall} in ${texts}`);
			}
		});
	}

	await claim("diff: in the callers' view, the first frames are the system calls of both profiles, for each value", async () => {
		await press(page, "Callers");
		for (const [side, name] of sides) {
			const report = JSON.parse(scprof("report", "--by", "syscall", "--format", "json", file(`${name}.pb.gz`)));

			await press(page, side);
			for (const [metric, key] of metrics) {
				const wanted = report.rows.filter((row) => row[key]).map((row) =>
					`${row.syscall}${row.abi === "x86-64" ? "" : ` (${row.abi})`} ${row[key]}`).sort();

				await press(page, metric);
				const shown = (await frames(page)).filter(({ path }) => path && !path.includes(" > "))
					.map(({ path, value }) => `${path} ${value}`).sort();

				check(shown.length && shown.every((frame) => wanted.includes(frame)), `${metric} ${side}: ${shown} in ${wanted}`);
			}
		}
	});

	await claim("diff: in the top-down view, the frames are those of scprof report --tree of both profiles, for each value", async () => {
		await press(page, "Top-down");
		for (const [side, name] of sides) {
			const { nodes } = JSON.parse(scprof("report", "--tree", "--format", "json", file(`${name}.pb.gz`)));
			const byId = new Map(nodes.map((node) => [node.id, node]));
			const pathOf = (node) => (node.parent ? `${pathOf(byId.get(node.parent))} > ` : "") + (node.syscall || node.function);

			await press(page, side);
			for (const [metric, key] of metrics) {
				const wanted = sumPaths(nodes.map((node) => [pathOf(node), node[key]]));

				await press(page, metric);
				const shown = [...sumPaths((await frames(page)).map(({ path, value }) => [path, value]))]
					.filter(([path]) => path.includes("main > copy_file"));

				check(shown.length >= 4 || metric === "Errors", `${shown.length} frames of copy_file`);
				equal(shown, shown.map(([path]) => [path, wanted.get(path)]), `${metric} ${side}`);
			}
		}
	});
}

async function claimColors(page) {
	await claim("diff: red frames grew, blue ones shrank, striped ones are new or gone, and each shows its signed change", async () => {
		const find = async (name) => (await frames(page)).find(({ path }) => path === name);

		await press(page, "Callers");
		await press(page, "Calls");
		await press(page, "Before");
		const futex = await find("futex"), before = await find("write"), absent = await find("sendto");

		await press(page, "After");
		const sendto = await find("sendto"), write = await find("write"), read = await find("read"), same = await find("open (i386)");

		equal([futex.fill, absent, sendto.fill, await find("futex")], ["url(#shrank-stripes)", undefined, "url(#grew-stripes)", undefined],
			"new and gone");
		equal([before.fill, write.fill, read.fill, same.fill], ["var(--grew-3)", "var(--grew-3)", "var(--shrank-3)", "var(--same)"],
			"colours");
		equal([futex.text, sendto.text, write.text, same.text],
			["futex\u2003−4 (gone)", "sendto\u2003+3 (new)", "write\u2003+100 (+100.0 %)", "open (i386)"], "texts");
		equal([before.value, write.value], [100, 200], "widths");
		const legend = await page.textContent("#legend");

		check(/^gone.*less.*the same.*more.*new$/.test(legend), legend);
		check(await page.evaluate(() => document.getElementById("grew-stripes").querySelectorAll("rect").length) === 2, "no stripes");
	});

	await claim("diff: in the graph of the change, the width of a frame is the sum of its changes", async () => {
		await press(page, "Change");
		const shown = new Map((await frames(page)).map(({ path, value }) => [path, value]));

		equal(["", "write", "read", "futex", "sendto", "open (i386)"].map((path) => shown.get(path)), [100 + 116 + 4 + 3, 100, 116, 4, 3, undefined],
			"widths");
		await press(page, "After");
	});

	await claim("diff: frames are in the same order before and after", async () => {
		const order = async () => (await frames(page)).filter(({ path }) => ["read", "write", "open (i386)"].includes(path))
			.map(({ path }) => path);

		await press(page, "Before");
		const before = await order();

		await press(page, "After");
		equal(await order(), before, "order");
	});
}

async function claimActs(page) {
	await claim("diff: the tooltip has both figures and the signed change", async () => {
		await page.locator("#flame svg > g").filter({ hasText: /^write/ }).first().hover();
		await page.waitForSelector("#tip:not([hidden])");
		const tip = await page.locator("#tip tr").allTextContents();

		check(tip.includes("Calls100200+100+100.0 %"), tip.join("\n"));
		await page.mouse.move(5, 5);
	});

	await claim("diff: a clicked frame fills the width, and Escape undoes it", async () => {
		await page.locator("#flame svg > g").filter({ hasText: /^write/ }).first().click();
		await eventually(async () => check((await page.textContent("#focus")).includes("100 calls before, 200 after: +100"),
			await page.textContent("#focus")));
		check((await page.textContent("#frame")).includes("Stacks that changed most (1 of 1)"), "no stacks");
		await page.keyboard.press("Escape");
		check(!(await page.textContent("#focus")).includes("Reset"), "still zoomed");
	});

	await claim("diff: a selected row shows its stacks, and its frames in the graph", async () => {
		await page.selectOption("#by-key", "site");
		await page.locator("#table tbody tr").filter({ hasText: "sendto" }).click();
		const text = await page.textContent("#table .opened");

		check(/Calls03\+3new/.test(text) && text.includes("+3 new: 0 before, 3 after") && text.includes("__send"), text);
		equal((await page.locator("#flame svg > g:not(.dim)").allTextContents()).length > 2, true, "frames that are not dimmed");
		check(await page.locator("#flame svg > g.dim").count() > 2, "no frame is dimmed");
		await page.keyboard.press("Escape");
		equal(await page.locator("#table .opened").count(), 0, "open rows");
	});

	await claim("diff: a click on a column's head sorts, and a second click reverses the order", async () => {
		for (const [title, key] of [["Change", "change"], ["Errors", "errors"]]) {
			await page.click(`#table th button:text-is("${title}")`);
			const down = (await rows(page)).map((row) => row[key]);

			await page.click(`#table th button:text("${title}")`);
			const up = (await rows(page)).map((row) => row[key]);

			equal([down, up], [[...down].sort((a, b) => b - a), [...up].sort((a, b) => a - b)], title);
		}
	});

	await claim("diff: a search says how much it found before and after", async () => {
		await page.fill("#search", "write");
		const found = await page.textContent("#found");

		check(found === "2 names found: 100 calls before, 200 after: +100 (+100.0 %)", found);
		equal((await rows(page)).map(({ syscall }) => syscall), ["write"], "rows");
		await page.keyboard.press("Escape");
		check((await rows(page)).length > 3, "rows after Escape");
	});
}

async function claimEdges(browser, file, pair) {
	const write = (name, ...words) => diff("--format", "html", "-o", file(name), ...words);

	await claim("diff: if nothing differs, the page says so, and the exit status is 0", async () => {
		equal(write("same.html", pair[0], pair[0]).status, 0, "status");
		const page = await open(browser, file("same.html"));

		equal(await rows(page), [], "rows");
		check((await frames(page)).every(({ fill }) => fill === "var(--same)"), "a frame has a colour");
		await press(page, "Change");
		check(await page.isVisible("#flame.is-empty"), "frames without a change");
		equal(page.complaints, [], "complaints");
		await page.context().close();
	});

	await claim("diff: hostile names are shown as text, and a note says how the runs' surroundings differ", async () => {
		write("hostile-diff.html", file("hostile.pb.gz"), pair[1]);
		const page = await open(browser, file("hostile-diff.html"));

		check((await page.textContent("#findings")).includes("the command differs"), "no note");
		for (const [side] of sides) {
			await press(page, side);
			await page.locator("#flame svg > g").nth(3).hover();
		}
		for (const line of await page.locator("#table tbody tr").all()) {
			await line.click();
			await line.click();
		}
		const names = (await rows(page)).map(({ name }) => name);

		for (const part of ["<script>window.pwned = 1</script>", "</script><img src=x onerror=pwned()>", "escape\\u001b[31m", "\\u202e"])
			check(names.some((name) => name.includes(part)), `no '${part}' in ${names.map((name) => name.slice(0, 60))}`);
		await page.click("#facts summary");
		equal(await page.evaluate(() => window.pwned), undefined, "a name was run");
		equal(await page.locator("main img, main a, main b, main i[src], main script").count(), 0, "elements made of names");
		equal([page.requests, page.complaints], [[], []], "requests and complaints");
		await page.context().close();
	});

	await claim("diff: a note says that a baseline has no stacks and no times, and functions and calls are compared", async () => {
		scprof("baseline", "update", "-o", file("base.scprof"), pair[0]);
		const { stderr } = write("baseline.html", file("base.scprof"), pair[1]);
		const page = await open(browser, file("baseline.html"));
		const report = diffJson(file("base.scprof"), pair[1]);

		equal(stderr.match(/a baseline has no stacks/g)?.length, 1, "lines on standard error");
		check(/no stacks.*no times/.test(await page.textContent("#findings")), "no note");
		equal(await page.locator('#controls [data-value="time"]').count(), 0, "buttons for the time");
		equal((await rows(page)).map(({ base, new: now }) => [base.calls, now.calls]),
			report.rows.map(({ base, new: now }) => [base.calls, now.calls]), "rows");
		await press(page, "Before");
		const write_ = (await frames(page)).find(({ path }) => path === "copy_block > write");

		equal([write_.value, write_.text], [100, "write\u2003+100 (+100.0 %)"], "copy_block's writes");
		equal(page.complaints, [], "complaints");
		await page.context().close();
	});

	for (const width of [800, 1280]) {
		await claim(`diff: at ${width} pixels nothing is cut off`, async () => {
			const page = await open(browser, file("diff.html"), { viewport: { width, height: 900 }, colorScheme: "dark" });

			await page.click("#table tbody tr");
			const wide = await page.evaluate(() => ({ page: document.documentElement.scrollWidth,
				table: document.getElementById("table").scrollWidth - document.getElementById("table").clientWidth }));

			check(wide.page <= width && wide.table <= 0, JSON.stringify(wide));
			await page.context().close();
		});
	}
}

async function claimLarge(browser, file) {
	const isSlow = Boolean(process.env.SANITIZER_CFLAGS);

	await claim("diff: with large profiles, the search and another view respond", async () => {
		scprof("report", "--format", "pprof", "-o", file("large-part.pb.gz"), "--ignore", "Handler11", file("large.pb.gz"));
		diff("--format", "html", "-o", file("large-diff.html"), file("large.pb.gz"), file("large-part.pb.gz"));
		const page = await open(browser, file("large-diff.html"));
		const click = (value) => quickest(page, `document.querySelector('#controls [data-value="${value}"]').click()`);
		const times = {
			search: await quickest(page,
				'const box = document.getElementById("search"); box.value = value; box.dispatchEvent(new Event("input"))', "Handler1"),
			before: await click("base"),
			bytes: await click("bytes"),
		};

		check(await page.locator("#flame svg > g").count() < 3000, "too many frames are drawn");
		check(isSlow || Math.max(...Object.values(times)) < 10000, JSON.stringify(times));
		equal(page.complaints, [], "complaints");
		console.log(`# milliseconds ${JSON.stringify(times)}`);
		await page.context().close();
	});
}

/* @file: returns the path of a file in the work directory, which has sample, hostile and large profiles. */
export async function claimDiff(browser, file) {
	makePair(file);
	const pair = [file("base.pb.gz"), file("new.pb.gz")];
	const { status, stdout } = diff("--format", "html", "-o", file("diff.html"), ...pair);
	const page = await open(browser, file("diff.html"));

	await claim("diff: the exit status says that something differs, and the file has a small page", () => {
		equal([status, stdout], [1, ""], "status and output");
		check(statSync(file("diff.html")).size < 400 << 10, `${statSync(file("diff.html")).size} bytes`);
	});
	await claimFigures(page, file, pair);
	await claimColors(page);
	await claimActs(page);
	await claim("diff: the page requests nothing from any network, and the browser reports no error", () => {
		equal([page.requests, page.complaints], [[], []], "requests and complaints");
		check(/Content-Security-Policy" content="default-src 'none'; script-src 'sha256-/.test(readFileSync(file("diff.html"), "utf8")), "policy");
	});
	await page.context().close();
	await claimEdges(browser, file, pair);
	await claimLarge(browser, file);
}
