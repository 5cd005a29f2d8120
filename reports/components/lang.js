/**
 * The language of the page, which its address tells. In a component:
 *
 *   import { say, pick, link, lang } from '$lib/lang.js';
 *   {$say('Hạng', 'Rank')}            a word in both languages, side by side
 *   {$pick(row, 'criterion')}         row.criterion or row.criterion_en
 *   <a href={$link('/tinh/hue')}>     the page in the language of the reader
 *   {$count(1234)}                    1.234 or 1,234
 */
import { derived } from 'svelte/store';
import { page } from '$app/stores';
import { addBasePath } from '@evidence-dev/sdk/utils/svelte';
import { languageOf, localized } from './routes.js';

export const lang = derived(page, ($page) => languageOf($page.url.pathname));
export const say = derived(lang, ($lang) => (vi, en) => ($lang === 'en' ? en : vi));
export const pick = derived(lang, ($lang) => (row, column) => ($lang === 'en' ? (row[`${column}_en`] ?? row[column]) : row[column]));
export const link = derived(lang, ($lang) => (path) => addBasePath(localized(path, $lang)));
export const count = derived(lang, ($lang) => (number) => Number(number).toLocaleString($lang === 'en' ? 'en-GB' : 'vi-VN'));

/** Rows of a query as an array; a query that has no answer yet is an empty one. */
export const list = (query) => Array.from(query ?? []);

/** Text without diacritics in small letters, as the columns `search_key` hold it. */
export const fold = (text) =>
	text
		.normalize('NFD')
		.replace(/\p{M}/gu, '')
		.replace(/[đĐ]/g, 'd')
		.toLowerCase()
		.replace(/\s+/g, ' ')
		.trim();

/**
 * The row of bi_choices that a page shows. At build time what the filters chose does not come up to the page: its rows then say which
 * table they are.
 */
export const choiceOf = (chosen, choices, rows) =>
	chosen ?? list(choices).find((row) => row.edition_id === rows[0]?.edition_id && row.criterion_code === rows[0]?.criterion_code);
