// SPDX-License-Identifier: MIT
// validate.mjs NODE_MODULES FILE...: checks the files against speedscope's JSON schema. Also checks what the schema
// cannot express: indices refer to frames, and there are as many weights as samples, which add up to the end value.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, ...files] = process.argv.slice(2);
const Ajv = createRequire(join(modules, "none.js"))("ajv");
const schema = join(modules, "speedscope/dist/release/file-format-schema.json");
const validate = new Ajv({ strict: false }).compile(JSON.parse(readFileSync(schema)));
let failed = false;

for (const file of files) {
	const document = JSON.parse(readFileSync(file));
	const complain = (text) => {
		console.error(`${file}: ${text}`);
		failed = true;
	};
	if (!validate(document))
		complain(JSON.stringify(validate.errors, null, 1));
	for (const { name, samples, weights, endValue } of document.profiles) {
		if (samples.length !== weights.length)
			complain(`${name}: ${samples.length} samples, ${weights.length} weights`);
		if (weights.some((weight) => !(weight > 0)))
			complain(`${name}: a weight that is not positive`);
		if (weights.reduce((sum, weight) => sum + weight, 0) !== endValue)
			complain(`${name}: weights do not sum to ${endValue}`);
		if (samples.flat().some((frame) => !document.shared.frames[frame]))
			complain(`${name}: a frame that is not there`);
	}
	if (!document.profiles[document.activeProfileIndex ?? 0])
		complain("the active profile is not there");
}
process.exit(failed ? 1 : 0);
