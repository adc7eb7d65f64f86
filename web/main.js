// SPDX-License-Identifier: MIT
// Where the page begins.

import { byId } from "./dom.js";
import { showReport } from "./report.js";
// Behind that of d3-flame-graph.
import "./style.css";

showReport(JSON.parse(byId("profile").textContent));
