// Opens pages of the built site in headless Chromium and says what it saw. Usage: node browser.mjs <plan.json> <report.json>
//
// plan:   { base, chromium, profile, visits: [{ name, path, …what to do, …what to look at }] }
//   to do:      width, dark, script (false: without JavaScript), steps: [["select" | "fill" | "click" | "press" | "await" | "focus", …]]
//   to look at: rows (selector: the cells of each row), pick ({ key: selector }: texts), axe, keys (n tabs: what had the focus),
//               print (pages as PDF), download (selector of a link), links (selector: addresses), screenshot (path)
// report: { <name>: { outside, console, errors, lang, title, description, text, overflow, engine, bytes, painted, … } or { failure, … } }
//
// Every request that does not go to `base` is aborted and reported; names other than loopback do not resolve at all.
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const [planPath, reportPath] = process.argv.slice(2);
const plan = JSON.parse(readFileSync(planPath, 'utf8'));
const PATIENCE = 20_000;

const browser = await chromium.launchPersistentContext(plan.profile, {
	executablePath: plan.chromium,
	headless: true,
	serviceWorkers: 'block',
	acceptDownloads: true,
	args: [
		'--no-sandbox',
		'--disable-gpu',
		'--disable-quic',
		'--disable-dev-shm-usage',
		'--no-first-run',
		'--no-proxy-server',
		'--disable-background-networking',
		'--disable-component-update',
		'--disable-sync',
		'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'
	]
});

/** What a visitor sees, and what he would take for a failure. Runs in the page. */
function seen() {
	const text = document.body.innerText;
	return {
		errors: text.match(/(Binder|Catalog|Parser|Conversion) Error[^\n]*|Dataset is empty[^\n]*|Error in Query[^\n]*|Loading\.\.\.|undefined|\[object |NaN\b/g) ?? [],
		lang: document.documentElement.lang,
		theme: document.documentElement.dataset.theme ?? '',
		title: document.title,
		description: document.querySelector('meta[name=description]')?.content ?? '',
		heading: [...document.querySelectorAll('h1')].map((one) => one.innerText),
		text,
		overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
		painted: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null
	};
}

const cells = (rows) => rows.map((row) => [...row.children].map((cell) => cell.innerText.trim()));

const actions = {
	select: (page, selector, value) => page.selectOption(selector, value),
	fill: (page, selector, value) => page.fill(selector, value),
	click: (page, selector) => page.click(selector),
	focus: (page, selector) => page.focus(selector),
	press: (page, key) => page.keyboard.press(key),
	await: (page, selector) => page.waitForSelector(selector, { timeout: PATIENCE, state: 'attached' })
};

const contexts = { true: browser };
async function newPage(wanted) {
	const key = String(wanted.script !== false);
	contexts[key] ??= await browser.browser().newContext({ javaScriptEnabled: false });
	return contexts[key].newPage();
}

async function visit(wanted) {
	const page = await newPage(wanted);
	const script = wanted.script !== false;
	const outside = [];
	const messages = [];
	const files = [];
	page.on('console', (message) => {
		if (message.type() === 'error') messages.push(message.text());
	});
	page.on('pageerror', (error) => messages.push(String(error)));
	page.on('response', (response) => files.push([new URL(response.url()).pathname, Number(response.headers()['content-length'] ?? 0)]));
	await page.route('**/*', (route) => {
		const url = route.request().url();
		if (url.startsWith(plan.base) || /^(data|blob):/.test(url)) return route.continue();
		outside.push(url);
		return route.abort();
	});
	try {
		await page.setViewportSize({ width: wanted.width ?? 1280, height: 900 });
		await page.emulateMedia({ colorScheme: wanted.dark ? 'dark' : 'light' });
		const answer = await page.goto(plan.base + wanted.path, { waitUntil: script ? 'networkidle' : 'load', timeout: 60_000 });
		for (const [what, ...arguments_] of wanted.steps ?? []) await actions[what](page, ...arguments_);
		if (script && wanted.steps) await page.waitForTimeout(300);
		const result = await page.evaluate(seen);
		result.status = answer.status();
		result.address = page.url().slice(plan.base.length);
		result.engine = files.some(([path]) => path.endsWith('.wasm'));
		result.bytes = files.reduce((sum, [, size]) => sum + size, 0);
		if (wanted.rows) result.rows = await page.$$eval(wanted.rows, cells);
		if (wanted.links) result.links = await page.$$eval(wanted.links, (all) => all.map((one) => one.getAttribute('href')));
		result.picked = {};
		for (const [key, selector] of Object.entries(wanted.pick ?? {})) {
			result.picked[key] = await page.$$eval(selector, (all) => all.map((one) => one.innerText.trim()));
		}
		if (wanted.axe) {
			await page.evaluate(axe);
			const found = await page.evaluate(() =>
				window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })
			);
			result.axe = found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`);
		}
		if (wanted.keys) {
			result.focused = [];
			for (let i = 0; i < wanted.keys; i += 1) {
				await page.keyboard.press('Tab');
				result.focused.push(
					await page.evaluate(() => {
						const here = document.activeElement;
						const outline = getComputedStyle(here).outlineStyle;
						return { tag: here.tagName, id: here.id, text: (here.innerText || '').trim().slice(0, 60), visible: outline !== 'none' };
					})
				);
			}
		}
		if (wanted.print) await page.pdf({ path: wanted.print, format: 'A4', margin: { top: '12mm', bottom: '12mm', left: '12mm', right: '12mm' } });
		if (wanted.download) {
			const [download] = await Promise.all([page.waitForEvent('download', { timeout: PATIENCE }), page.click(wanted.download)]);
			result.downloaded = await download.path();
			result.downloadName = download.suggestedFilename();
		}
		if (wanted.screenshot) await page.screenshot({ path: wanted.screenshot, fullPage: wanted.fullPage ?? true });
		return { ...result, outside, console: messages };
	} catch (error) {
		return { failure: String(error), outside, console: messages };
	} finally {
		await page.close();
	}
}

const report = {};
try {
	for (const wanted of plan.visits) report[wanted.name] = await visit(wanted);
} finally {
	await browser.close();
	writeFileSync(reportPath, JSON.stringify(report));
}
