// SPDX-License-Identifier: MIT
// speedscope.mjs CHROMIUM PACKAGE FILE: lets the web app of the npm package speedscope import FILE in a headless
// Chromium. Prints what the app imported as sorted folded stacks, "PROFILE (UNIT) a;b;c 123". It uses the app's
// export (Ctrl-S), which writes all imported profiles. If the app imported nothing, it prints the app's messages to
// standard error, and its exit status is 1.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const [chromium, packageDirectory, file] = process.argv.slice(2);
const release = join(packageDirectory, "dist/release");
const app = readdirSync(release).find((name) => /^speedscope-.*\.js$/.test(name));
const work = mkdtempSync(join(tmpdir(), "scprof-speedscope."));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));

// Runs in the page before the app does. It puts into the document what the app would let the user download or read.
function observe() {
	const said = [];
	const show = (id, text) => {
		const element = document.createElement("pre");
		element.id = id;
		element.textContent = btoa(String.fromCodePoint(...new TextEncoder().encode(text)));
		document.body.append(element);
	};
	// The number of arguments of a call is limited, so a large text is shown in pieces.
	const showAll = (text) => {
		for (let at = 0; at < text.length; at += 20000)
			show("exported", text.slice(at, at + 20000));
	};
	window.alert = (text) => said.push(String(text));
	window.onerror = (text) => said.push(String(text));
	window.onunhandledrejection = (event) => said.push(String(event.reason));
	URL.createObjectURL = (blob) => {
		blob.text().then((text) => {
			showAll(text);
			clearInterval(timer);
			show("done", JSON.stringify(said));
		});
		clearInterval(timer);
		return "blob:none";
	};
	let nr = 0;
	const timer = setInterval(() => {
		window.dispatchEvent(new KeyboardEvent("keydown", { key: "s", ctrlKey: true, metaKey: true }));
		if (said.length || ++nr > 200) {
			clearInterval(timer);
			show("done", JSON.stringify(said.length ? said : ["nothing was imported"]));
		}
	}, 50);
}

const load = join(work, "load.js");
const base64 = readFileSync(file).toString("base64");
writeFileSync(load, `speedscope.loadFileFromBase64(${JSON.stringify(basename(file))}, "${base64}")`);
const page = join(work, "page.html");
writeFileSync(page, `<!DOCTYPE html><meta charset="utf-8"><body>
<script>location.hash = ${JSON.stringify(`#localProfilePath=${load}`)};(${observe})()</script>
<script src="file://${release}/${app}"></script>`);

const run = spawnSync(chromium, [
	"--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
	`--user-data-dir=${join(work, "profile")}`, "--virtual-time-budget=30000", "--dump-dom",
	`file://${page}`,
], { encoding: "utf8", timeout: 120000, maxBuffer: 1 << 29, env: { ...process.env, HOME: work } });
const texts = (id) => [...(run.stdout ?? "").matchAll(new RegExp(`<pre id="${id}">([^<]*)<`, "g"))]
	.map((match) => Buffer.from(match[1], "base64").toString());
const exported = texts("exported").join("");
const said = JSON.parse(texts("done")[0] ?? '["Chromium showed nothing"]');
if (!exported || said.length) {
	console.error(said.join("\n"), "\n", (run.stderr ?? "").slice(-1000));
	process.exit(1);
}

// The export is a list of events: a frame opens or closes at a value.
const imported = JSON.parse(exported);
const frames = imported.shared.frames;
const lines = [];
for (const profile of imported.profiles) {
	const values = new Map();
	const stack = [];
	let before = profile.startValue;
	for (const event of profile.events) {
		if (event.at > before && stack.length) {
			const path = stack.join(";");
			values.set(path, (values.get(path) ?? 0) + event.at - before);
		}
		before = event.at;
		if (event.type === "O")
			stack.push(frames[event.frame].name);
		else
			stack.pop();
	}
	for (const [path, value] of values)
		lines.push(`${profile.name} (${profile.unit}) ${path} ${value}`);
}
process.stdout.write(lines.sort().map((line) => `${line}\n`).join(""));
