// Opens pages of the built site in headless Chromium and says what it saw. Usage: node browser.mjs <plan.json> <report.json>
//
// plan:   { base, chromium, profile, visits: [{ name, path, width, script, waitFor, select: [[selector, value]], fill: [selector, text], awaited, rows, screenshot }] }
// report: { <name>: { outside, console, errors, loading, lang, title, text, overflow, cut, rows } or { failure, … } }
//
// Every request that does not go to `base` is aborted and reported; names other than loopback do not resolve at all.
import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const [planPath, reportPath] = process.argv.slice(2);
const plan = JSON.parse(readFileSync(planPath, 'utf8'));
const READY = 20_000;

const browser = await chromium.launchPersistentContext(plan.profile, {
	executablePath: plan.chromium,
	headless: true,
	serviceWorkers: 'block',
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

/** What a visitor would take for a failure: Evidence's red boxes, its words for a broken query, and "Loading...". */
function seen() {
	const text = document.body.innerText;
	const red = [...document.querySelectorAll('article [class*="text-negative"]')].map((box) => box.innerText.trim());
	const words = text.match(/(Binder|Catalog|Parser|Conversion) Error[^\n]*|Dataset is empty[^\n]*|Error in Query[^\n]*/g) ?? [];
	return {
		errors: [...red, ...words].filter(Boolean),
		loading: /Loading\.\.\./.test(text),
		lang: document.documentElement.lang,
		title: document.title,
		text,
		overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
		cut: [...document.querySelectorAll('main, article')].map((box) => box.scrollWidth - box.clientWidth)
	};
}

async function visit(wanted) {
	const page = wanted.script === false ? await withoutScript() : await browser.newPage();
	const outside = [];
	const messages = [];
	page.on('console', (message) => {
		if (message.type() === 'error') messages.push(message.text());
	});
	page.on('pageerror', (error) => messages.push(String(error)));
	await page.route('**/*', (route) => {
		const url = route.request().url();
		if (url.startsWith(plan.base) || /^(data|blob):/.test(url)) return route.continue();
		outside.push(url);
		return route.abort();
	});
	try {
		await page.setViewportSize({ width: wanted.width ?? 1280, height: 900 });
		await page.goto(plan.base + wanted.path, { waitUntil: wanted.script === false ? 'load' : 'networkidle', timeout: 60_000 });
		if (wanted.waitFor) await page.waitForSelector(wanted.waitFor, { timeout: READY, state: 'attached' });
		for (const [selector, value] of wanted.select ?? []) await page.selectOption(selector, value);
		if (wanted.awaited) await page.waitForSelector(wanted.awaited, { timeout: READY, state: 'attached' });
		if (wanted.fill) await page.fill(...wanted.fill);
		if (wanted.script !== false) {
			await page.waitForFunction(() => !/Loading\.\.\./.test(document.body.innerText), undefined, { timeout: READY }).catch(() => {});
			await page.waitForTimeout(500);
		}
		const result = await page.evaluate(seen);
		if (wanted.rows) {
			result.rows = await page.$$eval(wanted.rows, (rows) =>
				rows.map((row) => [...row.children].map((cell) => cell.innerText.trim()))
			);
		}
		if (wanted.screenshot) await page.screenshot({ path: wanted.screenshot, fullPage: wanted.fullPage ?? true });
		return { ...result, outside, console: messages };
	} catch (error) {
		return { failure: String(error), outside, console: messages };
	} finally {
		await page.close();
	}
}

let scriptless;
async function withoutScript() {
	scriptless ??= await browser.browser().newContext({ javaScriptEnabled: false });
	return scriptless.newPage();
}

const report = {};
try {
	for (const wanted of plan.visits) report[wanted.name] = await visit(wanted);
} finally {
	await browser.close();
	writeFileSync(reportPath, JSON.stringify(report));
}
