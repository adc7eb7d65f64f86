// SPDX-License-Identifier: MIT
// build.mjs SOURCE-DIRECTORY MODULES-DIRECTORY OUTPUT: bundles the page's sources and their libraries into one HTML
// file, with a place for the data, and with the licences of the libraries.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [source, modules, output] = process.argv.slice(2).map((path) => resolve(path));
const esbuild = createRequire(join(modules, "resolve.js"))("esbuild");

async function bundle(entry) {
	return esbuild.build({
		entryPoints: [join(source, entry)],
		bundle: true,
		minify: true,
		write: false,
		metafile: true,
		outdir: "out",
		format: "iife",
		charset: "utf8",
		target: ["chrome100", "firefox100", "safari15.4"],
		legalComments: "inline",
		nodePaths: [modules],
	});
}

function sourceOf(result, ending) {
	const file = result.outputFiles.find(({ path }) => path.endsWith(ending));

	return file.text.trim().replaceAll("</script", "<\\/script").replaceAll("</style", "<\\/style");
}

/* Returns the packages that have a file in the bundle. */
function packagesOf(result) {
	const names = Object.keys(result.metafile.inputs)
		.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);

	return [...new Set(names.filter(Boolean))].sort();
}

function licenceOf(name) {
	const folder = join(modules, name);
	const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
	const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

	if (!file)
		throw new Error(`${name} has no licence file`);
	return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
}

function hash(text) {
	return `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;
}

const result = await bundle("main.js");
const script = sourceOf(result, ".js"), style = sourceOf(result, ".css");
const own = `scprof (MIT)\n\n${readFileSync(join(source, "../LICENSE"), "utf8").trim()}\n`;
const licences = [own, ...packagesOf(result).map(licenceOf)].join(`\n${"-".repeat(72)}\n\n`);
const parts = {
	"@SCRIPT_HASH@": hash(script),
	"@STYLE_HASH@": hash(style),
	"@STYLE@": style,
	"@SCRIPT@": script,
	"@LICENCES@": licences.replaceAll("</", "<\\/"),
};
const page = readFileSync(join(source, "page.html"), "utf8")
	.replace(/@(SCRIPT_HASH|STYLE_HASH|STYLE|SCRIPT|LICENCES)@/g, (mark) => parts[mark]);

if (page.split("@SCPROF_DATA@").length !== 2)
	throw new Error("the place of the data must stand in the page once");
writeFileSync(output, page);
