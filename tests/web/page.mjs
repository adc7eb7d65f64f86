// SPDX-License-Identifier: MIT
// page.mjs MODULES WORK-DIRECTORY: tests of the HTML report, as a reader uses it.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cells, check, claim, equal, eventually, finish, memory, open, press, quickest, rows, scprof, startBrowser,
	writePage } from "./browser.mjs";
import { claimDiff } from "./diff.mjs";

const [modules, work] = process.argv.slice(2);
const file = (name) => join(work, name);
const browser = await startBrowser(modules);

writePage(file("sample.pb.gz"), file("sample.html"));
writePage(file("hostile.pb.gz"), file("hostile.html"));
const sample = await open(browser, file("sample.html"));

await claim("the page names the program and has the sums of the profile", async () => {
	const { total } = JSON.parse(scprof("report", "--format", "json", file("sample.pb.gz")));
	const text = await sample.textContent("#summary");

	check(text.includes(String(total.calls)), `no ${total.calls} in ${text}`);
	check(/^copy /.test(await sample.textContent("#command")), "no command");
	check(/Complete2 calls with a truncated stack/.test(text), `no completeness in ${text}`);
});

await claim("only calls that did not wait are shown at first, one row says what waited, and its button shows all", async () => {
	const all = JSON.parse(scprof("report", "--by", "syscall", "--format", "json", file("sample.pb.gz")));
	const waited = all.rows.filter((row) => row.waiting_ns);

	check(waited.length, "the sample has no waiting calls");
	await sample.selectOption("#by-key", "syscall");
	for (const { syscall } of waited)
		check(!(await rows(sample)).some((row) => row.syscall === syscall), `${syscall} is in the table`);
	check(/^Waiting: .* in \d+ calls? Show them$/.test(await sample.textContent("#waiting")), "no row for waiting calls");
	check(!(await sample.textContent("#flame")).includes(waited[0].syscall), "the graph shows waiting calls");
	await sample.click("#waiting button");
	for (const { syscall } of waited)
		check((await rows(sample)).some((row) => row.syscall === syscall), `${syscall} is not in the table`);
	check(await sample.isHidden("#waiting"), "the row is still there");
});

for (const by of ["site", "syscall", "function", "line", "module", "process", "thread", "errno"]) {
	await claim(`the table by ${by} has the rows of scprof report --by ${by}, in the same order`, async () => {
		const report = JSON.parse(scprof("report", "--by", by, "--format", "json", file("sample.pb.gz")));
		const numbers = ({ calls, errors, time_ns, bytes, mean_ns, p50_ns, p99_ns, max_ns }) =>
			[calls, errors, time_ns, bytes, mean_ns, p50_ns, p99_ns, max_ns];

		await sample.selectOption("#by-key", by);
		const shown = await rows(sample);

		equal(shown.map(numbers), report.rows.map(numbers), "numbers");
		if (by === "site")
			equal(shown.map((row) => `${row.syscall} ${row.name}`), report.rows.map(({ site }) => site), "names");
		for (const row of shown)
			check(row.shown.includes(String(row.calls)), `${row.calls} is not shown in ${row.shown}`);
	});
}

for (const [direction, option] of [["Top-down", "--tree"], ["Callers", "--callers"]]) {
	await claim(`the flame graph's frames are the nodes of scprof report ${option}, by each value`, async () => {
		const { nodes } = JSON.parse(scprof("report", option, "--format", "json", file("sample.pb.gz")));
		const byId = new Map(nodes.map((node) => [node.id, node]));
		const label = ({ syscall, abi, function: name }) =>
			syscall ? syscall + (abi === "x86-64" ? "" : ` (${abi})`) : name;
		const pathOf = (node) => (node.parent ? `${pathOf(byId.get(node.parent))} > ` : "") + label(node);

		await press(sample, direction);
		for (const [metric, key] of [["Time", "time_ns"], ["Calls", "calls"], ["Errors", "errors"], ["Bytes", "bytes"]]) {
			const wanted = nodes.map((node) => `${pathOf(node)} ${node[key]}`);

			await press(sample, metric);
			const shown = (await cells(sample)).filter(({ path }) => path);
			const total = nodes.filter(({ parent }) => !parent).reduce((sum, node) => sum + node[key], 0);
			const wide = nodes.filter((node) => node[key] > total / 200).map((node) => `${pathOf(node)} ${node[key]}`);

			for (const { path, value } of shown)
				check(wanted.includes(`${path} ${value}`), `${path} ${value} is no node`);
			for (const node of wide)
				check(shown.some(({ path, value }) => `${path} ${value}` === node), `${node} is not shown`);
		}
	});
}

await claim("a clicked frame fills the width, and Escape undoes it", async () => {
	await press(sample, "Top-down");
	await press(sample, "Time");
	const all = await cells(sample);

	await sample.locator("#flame svg > g").filter({ hasText: /^main$/ }).first().click();
	await eventually(async () => {
		const zoomed = await cells(sample);
		const [root] = zoomed, main = zoomed.find(({ path }) => path.endsWith("main"));

		check(Math.abs(main.width - root.width) < 2, `main is ${main.width} of ${root.width} wide`);
	});
	check((await sample.textContent("#frame")).includes("main"), "no details of the frame");
	await sample.keyboard.press("Escape");
	equal((await cells(sample)).map(({ path }) => path).sort(), all.map(({ path }) => path).sort(), "frames");
});

await claim("the tooltip has a frame's figures and percentiles", async () => {
	const { rows: [first] } = JSON.parse(scprof("report", "--by", "syscall", "--sort", "calls", "--format", "json", file("sample.pb.gz")));

	await press(sample, "Callers");
	await press(sample, "Calls");
	await sample.locator("#flame svg > g").filter({ hasText: new RegExp(`^${first.syscall}$`) }).first().hover();
	await sample.waitForSelector("#tip:not([hidden])");
	const tip = await sample.textContent("#tip");

	for (const part of [first.syscall, `calls${first.calls} `, "p50", "p99", "max"])
		check(tip.includes(part), `no '${part}' in '${tip}'`);
	await sample.mouse.move(5, 5);
	await sample.waitForSelector("#tip", { state: "hidden" });
	await press(sample, "Top-down");
	await press(sample, "Time");
});

await claim("a click on a column's head sorts, and a second click reverses the order", async () => {
	await sample.selectOption("#by-key", "site");
	for (const [title, key] of [["Calls", "calls"], ["p99", "p99_ns"], ["Bytes", "bytes"]]) {
		await sample.click(`#table th button:text-is("${title}")`);
		const down = (await rows(sample)).map((row) => row[key]);

		await sample.click(`#table th button:text("${title}")`);
		const up = (await rows(sample)).map((row) => row[key]);

		equal(down, [...down].sort((a, b) => b - a), `${title} down`);
		equal(up, [...up].sort((a, b) => a - b), `${title} up`);
		equal(await sample.getAttribute(`#table th[data-column="${title.toLowerCase()}"]`, "aria-sort"), "ascending", "aria-sort");
	}
});

await claim("a selected row shows the histogram of its latencies and its stacks, and its frames in the graph", async () => {
	await sample.click('#table th button:text("Calls")');
	const [row] = await rows(sample);

	await sample.click("#table tbody tr");
	const counts = await sample.locator("#table .opened .bucket").evaluateAll((bars) => bars.map((bar) => {
		bar.dispatchEvent(new MouseEvent("mouseenter"));
		return /: (\d+) call/.exec(bar.closest("figure").querySelector(".histogram-note").textContent)[1];
	}));

	equal(counts.reduce((sum, count) => sum + Number(count), 0), row.calls, "calls in the histogram");
	check((await sample.textContent("#table .opened .stacks")).includes(row.syscall), "no stack");
	check(await sample.locator("#flame svg > g.dim").count() > 0, "no frame is dimmed");
	await sample.keyboard.press("Escape");
	equal(await sample.locator("#table .opened").count(), 0, "open rows");
	equal(await sample.locator("#flame svg > g.dim").count(), 0, "dimmed frames");
});

await claim("the key / goes to the search, which marks frames, adds them up and selects rows, and Escape undoes it", async () => {
	const all = (await rows(sample)).length;

	await sample.keyboard.press("/");
	await sample.keyboard.type("COPY_BLOCK");
	const found = await sample.locator("#flame svg > g.hit").evaluateAll((hits) => hits.map((hit) => hit.__data__.data.n));
	const listed = await rows(sample);

	check(found.length > 0 && found.every((name) => name === "copy_block"), `found ${found}`);
	check(/^1 name found: .*28\.\d %/.test(await sample.textContent("#found")), await sample.textContent("#found"));
	check(listed.length > 0 && listed.every(({ name }) => name.includes("copy_block")), "rows");
	for (const [name, isDim] of [["main", false], ["copy_file", false], ["__lll_lock_wait", true]])
		equal(await sample.locator("#flame svg > g").filter({ hasText: new RegExp(`^${name}$`) }).first()
			.evaluate((group) => group.classList.contains("dim")), isDim, `${name} is dimmed`);
	await sample.fill("#search", "/^fut.x$/");
	check(await sample.locator("#flame svg > g.hit").count() > 0, "a regular expression finds nothing");
	await sample.fill("#search", "no such function");
	equal(await sample.textContent("#found"), "Nothing found", "message");
	await sample.keyboard.press("Escape");
	equal((await rows(sample)).length, all, "rows after Escape");
	equal(await sample.locator("#flame svg > g.dim").count(), 0, "dimmed frames after Escape");
});

await claim("the keyboard can move through the flame graph", async () => {
	await sample.focus("#flame");
	await sample.keyboard.press("ArrowDown");
	await sample.keyboard.press("ArrowDown");
	const name = await sample.locator("#flame svg > g.cursor").evaluate((group) => group.__data__.data.n);

	check(await sample.isVisible("#tip"), "no tooltip");
	await sample.keyboard.press("Enter");
	check((await sample.textContent("#focus")).includes(name), `${name} is not the focus`);
	await sample.keyboard.press("Escape");
});

await claim("frames can be drawn from the top or the bottom, and coloured by kind or by module", async () => {
	const tops = () => sample.evaluate(() => [...document.querySelectorAll("#flame svg > g")]
		.filter(({ __data__ }) => __data__.depth < 2).sort((a, b) => a.__data__.depth - b.__data__.depth)
		.map((group) => group.getBoundingClientRect().top));
	await eventually(async () => {
		const [root, next] = await tops();

		check(root < next, `icicle: ${root} ${next}`);
	});
	await press(sample, "Flame");
	await eventually(async () => {
		const [root, next] = await tops();

		check(root > next, `flame: ${root} ${next}`);
	});
	await press(sample, "Icicle");
	check(/system call.*program.*C library/.test(await sample.textContent("#legend")), "legend of kinds");
	await press(sample, "Module");
	check(/copy.*libc\.so\.6|libc\.so\.6.*copy/.test(await sample.textContent("#legend")), "legend of modules");
	await press(sample, "Kind");
});

await claim("the page has the theme of the system until the user selects one", async () => {
	const dark = await open(browser, file("sample.html"), { colorScheme: "dark" });
	const color = () => dark.evaluate(() => getComputedStyle(document.body).backgroundColor);
	const system = await color();

	await press(dark, "Light");
	const light = await color();

	check(system !== light, `${system} both times`);
	await press(dark, "Dark");
	equal(await color(), system, "dark again");
	await press(dark, "Auto");
	await dark.emulateMedia({ colorScheme: "light" });
	await eventually(async () => equal(await color(), light, "the system's changed"));
	equal(dark.complaints, [], "complaints");
	await dark.context().close();
});

await claim("the page requests nothing from any network, and the browser reports no error", async () => {
	equal(sample.requests, [], "requests");
	equal(sample.complaints, [], "complaints");
	const text = readFileSync(file("sample.html"), "utf8");
	const policy = /Content-Security-Policy" content="([^"]*)"/.exec(text)[1];

	check(policy.startsWith("default-src 'none';") && !policy.includes("unsafe") && !policy.includes("http"), policy);
});

await claim("the page contains the licences of its libraries", async () => {
	await sample.click("#licences-button");
	const text = await sample.textContent("#licences pre");

	for (const part of ["d3-flame-graph 5", "Apache License", "d3-selection", "Permission to use, copy, modify", "scprof (MIT)"])
		check(text.includes(part), `no '${part}'`);
	await sample.keyboard.press("Escape");
	check(!await sample.isVisible("#licences"), "the dialog stays");
});

for (const width of [800, 1280]) {
	await claim(`at ${width} pixels nothing is cut off`, async () => {
		const page = await open(browser, file("sample.html"), { viewport: { width, height: 900 } });

		await page.click("#table tbody tr");
		const wide = await page.evaluate(() => ({ page: document.documentElement.scrollWidth,
			table: document.getElementById("table").scrollWidth - document.getElementById("table").clientWidth,
			flame: document.querySelector("#flame svg").getBoundingClientRect().right - document.getElementById("flame").getBoundingClientRect().right }));

		check(wide.page <= width && wide.table <= 0 && wide.flame <= 0, JSON.stringify(wide));
		await page.context().close();
	});
}

await claim("hostile names are shown as text", async () => {
	const page = await open(browser, file("hostile.html"));

	await page.selectOption("#by-key", "site");
	for (const { name } of await rows(page))
		check(!/[\u0000-\u001f\u202e\u2066]/.test(name), `unprintable: ${JSON.stringify(name.slice(0, 80))}`);
	const names = (await rows(page)).map(({ name }) => name);

	for (const part of ["<script>window.pwned = 1</script>", "</script><img src=x onerror=pwned()>", "<!-- <script> --!>",
		"\\u202e", "escape\\u001b[31m", "invalid\ufffd\ufffdutf8", "@SCPROF_DATA@ $& $1"])
		check(names.some((name) => name.includes(part)), `no '${part}' in ${names.map((name) => name.slice(0, 60))}`);
	for (const line of await page.locator("#table tbody tr").all()) {
		await line.click();
		await line.hover();
		await line.click();
	}
	for (const by of ["process", "thread", "module", "line"])
		await page.selectOption("#by-key", by);
	await page.click("#facts summary");
	await page.locator("#flame svg > g").nth(3).hover();
	equal(await page.evaluate(() => window.pwned), undefined, "a name was run");
	equal(await page.locator("main img, main a, main b, main i[src], main script").count(), 0, "elements made of names");
	equal(page.requests, [], "requests");
	equal(page.complaints, [], "complaints");
	await page.context().close();
});

await claim("a name of 10,000 characters is shortened, and shown in full on demand", async () => {
	const page = await open(browser, file("hostile.html"));
	const line = page.locator("#table tbody tr").filter({ hasText: "ns::longest" });

	check((await line.textContent()).length < 400, "not shortened");
	await line.click();
	await page.click(".whole-name summary");
	check((await page.textContent(".whole-name p")).length > 10000, "not whole");
	await page.context().close();
});

await claim("the page says that it shows a selection, or that the selection is empty", async () => {
	writePage(file("sample.pb.gz"), file("part.html"), "--syscall", "futex");
	writePage(file("sample.pb.gz"), file("empty.html"), "--syscall", "mount");
	const part = await open(browser, file("part.html")), empty = await open(browser, file("empty.html"));

	equal((await rows(part)).map(({ syscall }) => syscall), ["futex"], "rows");
	check((await part.textContent("#summary")).includes("selected, of"), "not told");
	equal(await empty.evaluate(() => getComputedStyle(document.getElementById("flame"), "::after").content),
		'"No system call is in this selection."', "message");
	await part.locator("#flame svg > g").filter({ hasText: "futex" }).last().click();
	await press(part, "Errors");
	check(await part.isVisible("#flame.is-empty") && await part.evaluate(() =>
		getComputedStyle(document.getElementById("flame"), "::after").content.includes("No errors")), "no word on no errors");
	await press(part, "Time");
	check(await part.isVisible("#flame svg > g"), "no frames again");
	equal([...part.complaints, ...empty.complaints], [], "complaints");
	await part.context().close();
	await empty.context().close();
});

await claim("the page shows findings and the calls that they are about", async () => {
	const finding = { severity: "high", text: "copy_block <b>reads</b> byte by byte", advice: "Read blocks.", kind: "x",
		site: JSON.parse(scprof("report", "--sort", "calls", "--format", "json", file("sample.pb.gz"))).rows[0].site.replace(/^\S+ /, ""),
		syscall: "read" };
	const text = readFileSync(file("sample.html"), "utf8").replace(/"findings":\[\],/, "")
		.replace('{"version":1,', () => `{"version":1,"findings":[${JSON.stringify(finding).replaceAll("<", "\\u003c")}],`);

	writeFileSync(file("findings.html"), text);
	const page = await open(browser, file("findings.html"));
	const shown = await page.textContent("#findings");

	check(shown.includes(finding.text) && shown.includes(finding.advice), shown);
	await page.click("#findings button");
	equal(await page.locator("#table tr[aria-selected=true] .call").textContent(), "read", "the row that is shown");
	equal(page.complaints, [], "complaints");
	await page.context().close();
});

/* The limits are generous, because a busy machine may take ten times as long. bench/report measures the speed. */
const isSlow = Boolean(process.env.SANITIZER_CFLAGS);
const nrStacks = isSlow ? "10,000" : "100,000";

await claim(`the page of ${nrStacks} stacks can be written, and is small except for its data`, async () => {
	const seconds = writePage(file("large.pb.gz"), file("large.html"));

	check(isSlow || seconds <= 50, `${seconds} s`);
	console.log(`# seconds ${seconds}`);
	check(statSync(file("empty.html")).size < 400 << 10, `${statSync(file("empty.html")).size} bytes`);
});

await claim(`with ${nrStacks} stacks, the search, the zoom and another view respond, in limited memory`, async () => {
	const page = await open(browser, file("large.html"));
	const search = 'const box = document.getElementById("search"); box.value = value; box.dispatchEvent(new Event("input"))';
	const click = "document.querySelector(value.slice(0, -1)).click()";

	const times = {
		search: await quickest(page, search, "Handler1"),
		metric: await quickest(page, click, '#controls [data-value="calls"]'),
		zoom: await quickest(page, 'document.querySelectorAll("#flame svg > g")[value.slice(-1)].firstChild.dispatchEvent(new MouseEvent("click", {bubbles: true}))', "4"),
	};

	check(await page.locator("#flame svg > g").count() < 3000, "too many frames are drawn");
	await press(page, "Callers");
	/* Without objects that are no longer used and that the garbage collector has not freed yet. */
	await (await page.context().newCDPSession(page)).send("HeapProfiler.collectGarbage");
	const used = await memory(browser);

	check(times.search < 2000 && times.metric < 10000 && times.zoom < 10000, JSON.stringify(times));
	check(used < 600, `${used} MiB`);
	equal(page.complaints, [], "complaints");
	console.log(`# milliseconds ${JSON.stringify(times)}, MiB ${Math.round(used)}`);
	await page.context().close();
});

await claim("the sums of the large profile are those of scprof report", async () => {
	const page = await open(browser, file("large.html"));

	await press(page, "All");
	for (const by of ["syscall", "errno", "module"]) {
		const report = JSON.parse(scprof("report", "--by", by, "--limit", "25", "--format", "json", file("large.pb.gz")));

		await page.selectOption("#by-key", by);
		equal((await rows(page)).map(({ calls, time_ns, bytes, p50_ns, p99_ns }) => [calls, time_ns, bytes, p50_ns, p99_ns]),
			report.rows.map(({ calls, time_ns, bytes, p50_ns, p99_ns }) => [calls, time_ns, bytes, p50_ns, p99_ns]), by);
	}
	await page.context().close();
});

await claimDiff(browser, file);
await browser.close();
finish();
