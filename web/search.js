// SPDX-License-Identifier: MIT
// The search box: the user types a text, which may be anywhere in a name, in upper or lower case, or a regular
// expression between slashes.

/* Returns a predicate that is true if any of its texts matches, or null if the box is empty. */
export function makeFinder(query) {
	const pattern = /^\/(.+)\/$/.exec(query);
	const text = query.trim().toLowerCase();

	if (pattern) {
		try {
			const regex = new RegExp(pattern[1], "i");

			return (...texts) => texts.some((part) => regex.test(part));
		} catch {
			return () => false;
		}
	}
	return text ? (...texts) => texts.some((part) => part.toLowerCase().includes(text)) : null;
}
