// SPDX-License-Identifier: MIT
// Functions for the tests of the page: TAP, reports by scprof, a browser without a network that records a page's
// requests and error messages, and the actions of a reader.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

let nr = 0, nrFailed = 0;

/* Runs @check. If it throws, the claim does not hold, and the exception says why. */
export async function claim(text, check) {
	nr++;
	try {
		await check();
		console.log(`ok ${nr} - ${text}`);
	} catch (error) {
		nrFailed++;
		console.log(`not ok ${nr} - ${text}`);
		for (const line of String(error.stack ?? error).split("\n").slice(0, 12))
			console.log(`#   ${line}`);
	}
}

export function finish() {
	console.log(`1..${nr}`);
	process.exitCode = nrFailed ? 1 : 0;
}

export function equal(found, wanted, what) {
	const a = JSON.stringify(found), b = JSON.stringify(wanted);

	if (a !== b)
		throw new Error(`${what}: ${a?.slice(0, 2000)} instead of ${b?.slice(0, 2000)}`);
}

export function check(condition, what) {
	if (!condition)
		throw new Error(what);
}

/* Repeats @check until it holds, because frames and themes change with a delay. */
export async function eventually(check) {
	for (let left = 100; ; left--) {
		try {
			return await check();
		} catch (error) {
			if (!left)
				throw error;
			await new Promise((done) => { setTimeout(done, 50); });
		}
	}
}

export function scprof(...words) {
	return execFileSync(process.env.SCPROF, words, { encoding: "utf8", maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "pipe"] });
}

/* Writes the page of @profile to @file. Returns how many seconds of CPU time that took. */
export function writePage(profile, file, ...options) {
	// The second line of the shell's `times` is about its children.
	const said = execFileSync("sh", ["-c", '"$@" && times', "sh", process.env.SCPROF, "report", "--format", "html", "-o", file,
		...options, profile], { encoding: "utf8" });

	return [...said.trim().split("\n").at(-1).matchAll(/(\d+)m([\d.]+)s/g)]
		.reduce((sum, [, minutes, rest]) => sum + 60 * Number(minutes) + Number(rest), 0);
}

export async function startBrowser(modules) {
	const { chromium } = createRequire(join(modules, "resolve.js"))("playwright-core");

	// We can trust the page. Root has no sandbox, and in a container often no user has one.
	return chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

/* Opens @file. As long as the page is open, page.requests and page.complaints record what it does. */
export async function open(browser, file, options = {}) {
	const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
	const page = await context.newPage();
	const url = `file://${file}`;

	page.requests = [];
	page.complaints = [];
	await context.route("**/*", (route) => {
		if (route.request().url() === url)
			return route.continue();
		page.requests.push(route.request().url());
		return route.abort();
	});
	page.on("request", (request) => {
		if (request.url() !== url && !request.url().startsWith("data:"))
			page.requests.push(request.url());
	});
	page.on("console", (message) => page.complaints.push(`${message.type()}: ${message.text()}`));
	page.on("pageerror", (error) => page.complaints.push(error.stack));
	await page.goto(url);
	await page.waitForSelector("#flame svg > g, #flame.is-empty");
	return page;
}

export async function press(page, text) {
	await page.locator("#controls button, #theme button").filter({ hasText: new RegExp(`^${text}$`) }).click();
}

/* Returns the frames of the flame graph: the names on the path to each, and its value. */
export function cells(page) {
	return page.evaluate(() => [...document.querySelectorAll("#flame svg > g")].map((group) => {
		const path = [];

		for (let d = group.__data__; d.parent; d = d.parent)
			path.unshift(d.data.n);
		return { path: path.join(" > "), value: group.__data__.data.v,
			width: group.querySelector("rect").getBoundingClientRect().width };
	}));
}

/* Returns the rows of the table, with the exact numbers of the cells. */
export function rows(page) {
	return page.evaluate(() => [...document.querySelectorAll("#table tbody tr:not(.opened)")].map(({ row, cells }) => ({
		name: row.name, syscall: row.syscall, calls: row.calls, errors: row.errors, time_ns: row.time, bytes: row.bytes,
		mean_ns: row.mean, p50_ns: row.p50, p99_ns: row.p99, max_ns: row.max, shown: [...cells].map((cell) => cell.textContent),
	})));
}

/* Runs @act in the page several times. Returns the least milliseconds until the next frame is drawn. */
export async function quickest(page, act, argument) {
	const times = [];

	for (let i = 0; i < 5; i++) {
		times.push(await page.evaluate(async ([source, value]) => {
			const started = performance.now();

			new Function("value", source)(value);
			await new Promise((drawn) => { requestAnimationFrame(() => setTimeout(drawn, 0)); });
			return performance.now() - started;
		}, [act, argument && `${argument}${i}`]));
	}
	return Math.min(...times);
}

/* Returns the private memory, in MiB, of the largest process that shows pages, without shared libraries. */
export async function memory(browser) {
	const session = await browser.newBrowserCDPSession();
	const { processInfo } = await session.send("SystemInfo.getProcessInfo");
	const sizes = processInfo.filter(({ type }) => type === "renderer").map(({ id }) =>
		Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0) / 1024);

	return Math.max(...sizes);
}
