// SPDX-License-Identifier: MIT
// The groups of a profile as a tree of functions: top-down from the outermost frame to the system call, or
// from the system call up through its callers. Nodes are numbers, a parent's is smaller than its
// children's, node 0 is the root; so sums and marks are one pass over arrays, also for millions of nodes.

const EMPTY = -1;

/* Finds the child of a node by its label: a hash table with open addressing over the nodes. */
class Nodes {
	constructor(expected) {
		const capacity = 2 ** Math.ceil(Math.log2(expected + 16));

		this.nr = 1;
		this.parent = new Int32Array(capacity);
		this.label = new Int32Array(capacity);
		this.slots = new Int32Array(capacity * 2).fill(EMPTY);
	}

	slotOf(parent, label) {
		const mask = this.slots.length - 1;
		let hash = Math.imul(parent, 0x9e3779b1) ^ Math.imul(label + 1, 0x85ebca6b);

		hash ^= hash >>> 15;
		return Math.imul(hash, 0x2c1b3c6d) >>> 7 & mask;
	}

	child(parent, label) {
		const mask = this.slots.length - 1;
		let slot = this.slotOf(parent, label), node;

		while ((node = this.slots[slot]) !== EMPTY) {
			if (this.parent[node] === parent && this.label[node] === label)
				return node;
			slot = slot + 1 & mask;
		}
		if (this.nr === this.parent.length)
			this.grow();
		this.parent[this.nr] = parent;
		this.label[this.nr] = label;
		this.insert(this.nr);
		return this.nr++;
	}

	insert(node) {
		const mask = this.slots.length - 1;
		let slot = this.slotOf(this.parent[node], this.label[node]);

		while (this.slots[slot] !== EMPTY)
			slot = slot + 1 & mask;
		this.slots[slot] = node;
	}

	grow() {
		const double = (array) => {
			const longer = new Int32Array(array.length * 2);

			longer.set(array);
			return longer;
		};

		this.parent = double(this.parent);
		this.label = double(this.label);
		this.slots = new Int32Array(this.slots.length * 2).fill(EMPTY);
		for (let node = 1; node < this.nr; node++)
			this.insert(node);
	}
}

/* Functions with the same name and module have one label, whatever their lines are. */
function makeLabels(profile) {
	const labels = [{ name: "all system calls", module: 0, kind: "root", module_name: "" }];
	const known = new Map();
	const ofLocation = profile.locations.map((location) => {
		const key = `${location.nameId} ${location.module}`;
		const module = profile.modules[location.module];

		if (!known.has(key)) {
			known.set(key, labels.length);
			labels.push({ name: location.name, module: location.module, kind: module.kind });
		}
		return known.get(key);
	});
	const ofCall = profile.calls.map((call) => {
		labels.push({ name: call.label, module: -1, kind: "call" });
		return labels.length - 1;
	});

	return { labels, ofLocation, ofCall };
}

function frameLabels(profile, ofLocation) {
	return profile.frames.map((frame) =>
		typeof frame === "number" ? [ofLocation[frame]] : frame.map((place) => ofLocation[place]));
}

function buildTopDown(profile, nodes, ofFrame, ofCall) {
	const { groups, stackParent, stackFrame } = profile;
	const ofStack = new Int32Array(stackParent.length);
	const ends = new Int32Array(groups.nr);

	for (let stack = 1; stack < stackParent.length; stack++) {
		const labels = ofFrame[stackFrame[stack]];
		let node = ofStack[stackParent[stack]];

		for (let i = labels.length - 1; i >= 0; i--)
			node = nodes.child(node, labels[i]);
		ofStack[stack] = node;
	}
	for (let group = 0; group < groups.nr; group++)
		ends[group] = nodes.child(ofStack[profile.leafStack[groups.leaf[group]]],
			ofCall[groups.call[group]]);
	return ends;
}

function buildCallers(profile, nodes, ofFrame, ofCall) {
	const { groups, stackParent, stackFrame } = profile;
	const ends = new Int32Array(groups.nr);
	let leaf = -1, call = -1, node = 0;

	for (let group = 0; group < groups.nr; group++) {
		if (groups.leaf[group] !== leaf || groups.call[group] !== call) {
			leaf = groups.leaf[group];
			call = groups.call[group];
			node = nodes.child(0, ofCall[call]);
			for (let stack = profile.leafStack[leaf]; stack; stack = stackParent[stack]) {
				for (const label of ofFrame[stackFrame[stack]])
					node = nodes.child(node, label);
			}
		}
		ends[group] = node;
	}
	return ends;
}

function linkChildren(tree) {
	const first = new Int32Array(tree.nr), next = new Int32Array(tree.nr);

	for (let node = tree.nr - 1; node > 0; node--) {
		next[node] = first[tree.parent[node]];
		first[tree.parent[node]] = node;
	}
	return { firstChild: first, nextSibling: next };
}

/* @direction: "topdown" or "callers". ends: the node where each group ends. */
export function buildTree(profile, direction) {
	const { labels, ofLocation, ofCall } = makeLabels(profile);
	const ofFrame = frameLabels(profile, ofLocation);
	const nodes = new Nodes(profile.stackParent.length + profile.leafStack.length);
	const build = direction === "callers" ? buildCallers : buildTopDown;
	const ends = build(profile, nodes, ofFrame, ofCall);
	const tree = {
		direction, labels, ends,
		nr: nodes.nr,
		parent: nodes.parent.subarray(0, nodes.nr),
		label: nodes.label.subarray(0, nodes.nr),
	};

	return Object.assign(tree, linkChildren(tree));
}

/* Returns an array of the tree with one zero for each node. Its earlier contents are lost. */
function roomFor(tree, purpose, type) {
	if (!tree[purpose])
		return tree[purpose] = new type(tree.nr);
	return tree[purpose].fill(0);
}

/* Returns the inclusive sums by node of @values, which has one element for each group. */
export function sumTree(tree, values) {
	const sums = roomFor(tree, "sums", Float64Array);

	for (let group = 0; group < tree.ends.length; group++)
		sums[tree.ends[group]] += values[group];
	for (let node = tree.nr - 1; node > 0; node--)
		sums[tree.parent[node]] += sums[node];
	return sums;
}

/* Returns the groups that end at @node or below. */
export function groupsBelow(tree, node) {
	const inside = roomFor(tree, "inside", Uint8Array);
	const list = [];

	inside[node] = 1;
	for (let i = node + 1; i < tree.nr; i++)
		inside[i] |= inside[tree.parent[i]];
	for (let group = 0; group < tree.ends.length; group++) {
		if (inside[tree.ends[group]])
			list.push(group);
	}
	return list;
}

/* Marks the nodes through which the groups in @list go. */
export function markPaths(tree, list) {
	const marks = roomFor(tree, "marks", Uint8Array);

	for (const group of list) {
		for (let node = tree.ends[group]; node && !marks[node]; node = tree.parent[node])
			marks[node] = 1;
	}
	return marks;
}

/*
 * Marks the nodes whose label is marked in @labels, and those above them. sum: how much of @sums is in or below
 * such nodes.
 */
export function findMatches(tree, sums, labels) {
	const covered = roomFor(tree, "covered", Uint8Array), reaches = roomFor(tree, "reaches", Uint8Array);
	let sum = 0;

	for (let node = 1; node < tree.nr; node++) {
		covered[node] = covered[tree.parent[node]];
		if (!labels[tree.label[node]])
			continue;
		reaches[node] = 1;
		if (!covered[node]) {
			covered[node] = 1;
			sum += sums[node];
		}
	}
	for (let node = tree.nr - 1; node > 0; node--)
		reaches[tree.parent[node]] |= reaches[node];
	return { labels, reaches, sum };
}

/*
 * Selects the visible part of the tree when @focus fills @width pixels: the nodes that are at least a pixel
 * wide, and of these the @most widest. A child is never wider than its parent and has a greater number, so no
 * node is without its parent. Returns the nodes, parents first, and whether some were too narrow or too many.
 */
export function visibleNodes(tree, sums, focus, width, most) {
	const least = sums[focus] / width;
	let list = [focus], isCut = false;

	for (let i = 0; i < list.length; i++) {
		for (let child = tree.firstChild[list[i]]; child; child = tree.nextSibling[child]) {
			if (sums[child] >= least && sums[child] > 0)
				list.push(child);
			else
				isCut = isCut || sums[child] > 0;
		}
	}
	if (list.length > most) {
		list = list.sort((a, b) => sums[b] - sums[a] || a - b).slice(0, most).sort((a, b) => a - b);
		isCut = true;
	}
	return { list, isCut };
}
