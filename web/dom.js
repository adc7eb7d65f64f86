// SPDX-License-Identifier: MIT
// Creates elements. Text reaches the page only by textContent, so a name is never markup.

export function h(tag, attributes = {}, ...children) {
	const element = document.createElement(tag);

	for (const [name, value] of Object.entries(attributes)) {
		if (name.startsWith("on"))
			element.addEventListener(name.slice(2), value);
		else if (value !== null && value !== undefined && value !== false)
			element.setAttribute(name, value === true ? "" : value);
	}
	element.append(...children.flat().filter((child) => child !== null && child !== undefined));
	return element;
}

export function svg(tag, attributes = {}, ...children) {
	const element = document.createElementNS("http://www.w3.org/2000/svg", tag);

	for (const [name, value] of Object.entries(attributes))
		element.setAttribute(name, value);
	element.append(...children);
	return element;
}

export function byId(id) {
	return document.getElementById(id);
}

/* A row of buttons of which one is pressed; @choices: [value, text, title?]. */
export function segmented(label, choices, chosen, onchoose) {
	const group = h("div", { class: "segmented", role: "group", "aria-label": label });
	const press = (value) => {
		for (const button of group.children)
			button.setAttribute("aria-pressed", String(button.dataset.value === value));
	};

	for (const [value, text, title] of choices) {
		group.append(h("button", {
			type: "button", title, "data-value": value,
			onclick: () => { press(value); onchoose(value); },
		}, text));
	}
	press(chosen);
	return group;
}
