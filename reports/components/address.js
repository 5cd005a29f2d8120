/** Filters in the address, so that a link shows what its sender saw. */

/** One value of the address, or undefined. Only in the browser. */
export const asked = (name) => new URLSearchParams(window.location.search).get(name) ?? undefined;

/** Put values into the address without a new page; empty ones are taken out. */
export function remember(values) {
	const query = new URLSearchParams(window.location.search);
	for (const [name, value] of Object.entries(values)) {
		if (value) query.set(name, value);
		else query.delete(name);
	}
	const text = query.toString();
	history.replaceState(history.state, '', `${window.location.pathname}${text ? `?${text}` : ''}${window.location.hash}`);
}

/** A text inside quotes of an SQL query. */
export const quoted = (text) => String(text).replaceAll("'", "''");
