/**
 * What every page gets from Evidence: the rows that its queries had at build time, and a way to ask anew.
 *
 * Evidence's own layout starts DuckDB (4 MB) on every page. Here it starts at the first query that has no answer yet, which is when a
 * visitor changes a filter; a page that is only read never loads it.
 */
import { browser, building } from '$app/environment';
import { addBasePath } from '@evidence-dev/sdk/utils/svelte';
import { setTrackProxy } from '@evidence-dev/sdk/usql';
import md5 from 'blueimp-md5';
import { hasFilters } from '$lib/routes.js';

export const ssr = true;
export const prerender = true;
export const trailingSlash = 'always';

/** What Evidence wants to know of a column. Its type only serves its guess of how large an answer will be. */
const column = (name) => ({ column_name: name, column_type: 'VARCHAR' });

const UNSET = '(SELECT NULL WHERE 0 /* An Input has not been set */)';

let started;
/** The engine with all tables attached; started once, by whoever needs it first. */
function engine() {
	started ??= (async () => {
		const duckdb = await import('@evidence-dev/universal-sql/client-duckdb');
		const { renderedFiles } = await manifest();
		await duckdb.initDB();
		await duckdb.setParquetURLs(renderedFiles, { addBasePath });
		await duckdb.updateSearchPath(Object.keys(renderedFiles));
		return duckdb;
	})();
	return started;
}

async function manifest() {
	if (!browser) {
		const { readFile } = await import('fs/promises');
		return JSON.parse(await readFile('./static/data/manifest.json', 'utf-8'));
	}
	const answer = await fetch(addBasePath('/data/manifest.json'));
	if (!answer.ok) throw new Error(`data/manifest.json: HTTP ${answer.status}`);
	return answer.json();
}

/** The engine of the build, which answers at once. Tables are read into memory: hundreds of pages ask them, each several times. */
async function buildEngine() {
	const duckdb = await engine();
	for (const [source, files] of Object.entries((await manifest()).renderedFiles)) {
		for (const file of files) {
			const table = `"${source}"."${file.split('/').at(-1).replace(/\.parquet$/, '')}"`;
			duckdb.query(`create table copied as select * from ${table}`);
			duckdb.query(`drop view ${table}`);
			duckdb.query(`create table ${table} as select * from copied`);
			duckdb.query('drop table copied');
		}
	}
	return duckdb;
}

const native = browser ? undefined : await buildEngine();

/** `<query>_data` and `<query>_columns`, as they were when the page was built. */
async function answers(routeHash, paramsHash, fetch) {
	const list = await fetch(addBasePath(`/api/${routeHash}/${paramsHash}/all-queries.json`));
	if (!list.ok) return {};
	const { tableFromIPC, arrowTableToJSON } = await import('@evidence-dev/universal-sql/client-duckdb');
	const found = await Promise.all(
		Object.entries(await list.json()).map(async ([name, hash]) => {
			const answer = await fetch(addBasePath(`/api/prerendered_queries/${hash}.arrow`));
			if (!answer.ok) return [];
			const table = await tableFromIPC(answer);
			const columns = table.schema.fields.map((field) => column(field.name));
			return [
				[name, arrowTableToJSON(table)],
				[name.replace(/_data$/, '_columns'), columns]
			];
		})
	);
	return Object.fromEntries(found.flat());
}

// A page with filters is rendered twice at build time: the first pass lets them set their defaults, the second answers the queries.
const firstPass = new Map();

/** @satisfies {import("./$types").LayoutLoad} */
export const load = async ({ fetch, route, params, url }) => {
	const routeHash = md5(route.id);
	const paramsHash = md5(
		Object.entries(params)
			.sort()
			.map(([key, value]) => `${key}\x1F${value}`)
			.join('\x1E')
	);
	const inputs = firstPass.get(url.pathname) ?? setTrackProxy({ label: '', value: UNSET });
	if (building && !browser && hasFilters(url.pathname) && !firstPass.has(url.pathname)) {
		firstPass.set(url.pathname, inputs);
		await fetch(url);
		firstPass.delete(url.pathname);
	}

	// Evidence asks three times for each query: its columns, its length, its rows. At build time the rows answer all three.
	const known = new Map();
	function atBuild(sql, name) {
		const [, id, part] = /^(.*)_(columns|length|data)$/.exec(name);
		const text = sql
			.replace(/^\s*----.*\n/, '')
			.trim()
			.replace(/^DESCRIBE /, '')
			.replace(/^SELECT COUNT\(\*\) as rowCount FROM \(([\s\S]*)\)$/, '$1')
			.trim();
		if (!known.has(text)) {
			const options = { route_hash: routeHash, additional_hash: paramsHash, query_name: `${id}_data`, prerendering: building };
			known.set(text, native.query(text, options));
		}
		const rows = known.get(text);
		if (part === 'columns') return Object.keys(rows[0] ?? {}).map(column);
		return part === 'length' ? [{ rowCount: rows.length }] : rows;
	}

	function query(sql, { query_name, callback = (rows) => rows } = {}) {
		if (browser) return engine().then(async (duckdb) => callback(await duckdb.query(sql)));
		return callback(atBuild(sql, query_name));
	}

	return {
		__db: { query, load: engine, updateParquetURLs: async () => {} },
		inputs,
		data: browser ? await answers(routeHash, paramsHash, fetch) : {},
		customFormattingSettings: { customFormats: [] },
		isUserPage: true,
		evidencemeta: { queries: [] },
		pagesManifest: {}
	};
};
