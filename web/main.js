// SPDX-License-Identifier: MIT
// The page shows one profile, or the difference of two, depending on the data.

import { byId } from "./dom.js";
import { showDiff } from "./diff.js";
import { showReport } from "./report.js";
// After the style of d3-flame-graph.
import "./style.css";

const data = JSON.parse(byId("profile").textContent);

if (data.tables)
	showDiff(data);
else
	showReport(data);
