/**
 * The pages of the site: one entry per kind of page, Vietnamese address first. English pages are made from the Vietnamese ones
 * (english.mjs), so that a page is written once. `filters`: its queries depend on what a visitor chooses.
 * No address may end in 'index': Evidence takes such a file for the page of its folder.
 */
export const ROUTES = [
	{ vi: '', en: '', title: ['Trang chủ', 'Home'], menu: 'none' },
	{ vi: 'xep-hang', en: 'ranking', title: ['Xếp hạng', 'Ranking'], menu: 'figures', filters: true },
	{ vi: 'tinh', en: 'province', title: ['Tỉnh, thành phố', 'Provinces'], menu: 'figures' },
	{ vi: 'so-sanh', en: 'compare', title: ['So sánh', 'Compare'], menu: 'figures', filters: true },
	{ vi: 'ban-do', en: 'map', title: ['Bản đồ', 'Map'], menu: 'figures', filters: true },
	{ vi: 'bien-dong', en: 'movers', title: ['Biến động', 'Movers'], menu: 'figures', filters: true },
	{ vi: 'tieu-chi', en: 'criterion', title: ['Tiêu chí', 'Criteria'], menu: 'figures' },
	{ vi: 'lien-chi-so', en: 'indices', title: ['Liên chỉ số', 'Across indices'], menu: 'figures', filters: true },
	{ vi: 'do-phu', en: 'coverage', title: ['Độ phủ', 'Coverage'], menu: 'data' },
	{ vi: 'mau-thuan', en: 'conflicts', title: ['Mâu thuẫn', 'Conflicts'], menu: 'data' },
	{ vi: 'phuong-phap', en: 'methods', title: ['Phương pháp', 'Methods'], menu: 'data' },
	{ vi: 'nguon', en: 'sources', title: ['Nguồn', 'Sources'], menu: 'data' },
	{ vi: 'tai-du-lieu', en: 'download', title: ['Tải về', 'Downloads'], menu: 'data' },
	{ vi: 'kiem-tra', en: 'checks', title: ['Kiểm tra', 'Checks'], menu: 'data' },
	{ vi: 'khong-co', en: 'not-found', title: ['Không có trang này', 'No such page'], menu: 'none' }
];

/** 'vi' or 'en', from the address of a page. */
export const languageOf = (pathname) => (/^\/en(\/|$)/.test(pathname) ? 'en' : 'vi');

/** Address of a page, given as its Vietnamese one ('/tinh/hue?x#y'), in a language. Anything that is no page stays as it is. */
export function localized(path, language) {
	const [, place, rest] = /^([^?#]*)(.*)$/.exec(path);
	const [first, ...others] = place.split('/').filter(Boolean);
	const route = ROUTES.find((one) => one.vi === (first ?? ''));
	if (!route || !path.startsWith('/')) return path;
	const parts = [...(language === 'en' ? ['en'] : []), language === 'en' ? route.en : route.vi, ...others].filter(Boolean);
	return `/${parts.join('/')}${parts.length ? '/' : ''}${rest}`;
}

/** The same page in the other language. */
export function twin(pathname) {
	const language = languageOf(pathname);
	const parts = pathname.split('/').filter(Boolean);
	if (language === 'vi') return localized(pathname, 'en');
	const [, first, ...others] = parts;
	const route = ROUTES.find((one) => one.en === (first ?? ''));
	return localized(`/${[route?.vi ?? '', ...others].filter(Boolean).join('/')}`, 'vi');
}

/** Whether the queries of the page at this address depend on what a visitor chooses. */
export function hasFilters(pathname) {
	const [first, second] = pathname.split('/').filter(Boolean);
	const english = first === 'en';
	return ROUTES.some((route) => route.filters && (english ? route.en === second : route.vi === first));
}
