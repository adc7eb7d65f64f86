// SPDX-License-Identifier: MIT
// What is typed into the search box: text that is to be found anywhere, upper and lower case alike, or a regular
// expression between slashes.

/* Returns a predicate on texts, any of which may have it; null when nothing is searched for. */
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
