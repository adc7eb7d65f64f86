// SPDX-License-Identifier: MIT
// The page is of one profile, or of two and their difference: the data tell.

import { byId } from "./dom.js";
import { showDiff } from "./diff.js";
import { showReport } from "./report.js";
// Behind that of d3-flame-graph.
import "./style.css";

const data = JSON.parse(byId("profile").textContent);

if (data.tables)
	showDiff(data);
else
	showReport(data);
