// Makes the outlines of the maps: reports/components/map/boundaries.json. Run once, not at build time:
//
//   cd scripts/boundaries && npm install --no-save @svg-maps/vietnam@2.0.0 mapshaper@0.7.70 && node make.mjs
//
// Source: «Map of Vietnam» by Stephen Truong, package @svg-maps/vietnam 2.0.0, CC BY 4.0: 63 provinces, with Hoàng Sa and Trường Sa.
// Changed: simplified, coordinates rounded, the two archipelagos joined to Đà Nẵng and Khánh Hòa, the 34 provinces of 1/7/2025 made of
// the 63 by the pairs below (Nghị quyết 202/2025/QH15). A drawing to look at, without geodetic meaning.
import { writeFileSync } from 'node:fs';
import mapshaper from 'mapshaper';
import map from '@svg-maps/vietnam';

/** Province of the map of 34 -> provinces of the map of 63 that it was made of, where they are more than itself. */
const MERGED = {
	'tuyen-quang': ['ha-giang', 'tuyen-quang'],
	'lao-cai': ['lao-cai', 'yen-bai'],
	'thai-nguyen': ['bac-kan', 'thai-nguyen'],
	'bac-ninh': ['bac-giang', 'bac-ninh'],
	'phu-tho': ['hoa-binh', 'phu-tho', 'vinh-phuc'],
	'hai-phong': ['hai-duong', 'hai-phong'],
	'hung-yen': ['hung-yen', 'thai-binh'],
	'ninh-binh': ['ha-nam', 'nam-dinh', 'ninh-binh'],
	'quang-tri': ['quang-binh', 'quang-tri'],
	'da-nang': ['da-nang', 'quang-nam'],
	'quang-ngai': ['kon-tum', 'quang-ngai'],
	'gia-lai': ['binh-dinh', 'gia-lai'],
	'khanh-hoa': ['khanh-hoa', 'ninh-thuan'],
	'dak-lak': ['dak-lak', 'phu-yen'],
	'lam-dong': ['binh-thuan', 'dak-nong', 'lam-dong'],
	'dong-nai': ['binh-phuoc', 'dong-nai'],
	'ho-chi-minh': ['ba-ria-vung-tau', 'binh-duong', 'ho-chi-minh'],
	'tay-ninh': ['long-an', 'tay-ninh'],
	'dong-thap': ['dong-thap', 'tien-giang'],
	'vinh-long': ['ben-tre', 'tra-vinh', 'vinh-long'],
	'an-giang': ['an-giang', 'kien-giang'],
	'can-tho': ['can-tho', 'hau-giang', 'soc-trang'],
	'ca-mau': ['bac-lieu', 'ca-mau'],
	hue: ['thua-thien-hue']
};
const ISLANDS = { 'hoang-sa': 'da-nang', 'truong-sa': 'khanh-hoa' };

const slug = (name) => name.toLowerCase().replace(/[^a-z]+/g, '-');
const successor = Object.fromEntries(Object.entries(MERGED).flatMap(([now, before]) => before.map((old) => [old, now])));

/** Rings of a path of straight lines (m, l, z in either case; curves do not matter at this size and end where they end). */
function rings(path) {
	const tokens = path.match(/[a-df-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi);
	const found = [];
	let ring = [];
	let [x, y, startX, startY] = [0, 0, 0, 0];
	let command = '';
	for (let i = 0; i < tokens.length; ) {
		if (/^[a-z]$/i.test(tokens[i])) command = tokens[i++];
		if (/z/i.test(command)) {
			if (ring.length > 2) found.push([...ring, ring[0]]);
			ring = [];
			[x, y] = [startX, startY];
			command = '';
			continue;
		}
		const relative = command === command.toLowerCase();
		if (/c/i.test(command)) i += 4;
		const [dx, dy] = [Number(tokens[i]), Number(tokens[i + 1])];
		i += 2;
		if (!Number.isFinite(dx) || !Number.isFinite(dy)) throw new Error(`expected two numbers, found ${tokens.slice(i - 4, i + 1).join(' ')}`);
		[x, y] = relative ? [x + dx, y + dy] : [dx, dy];
		if (/m/i.test(command)) {
			[startX, startY] = [x, y];
			ring = [];
			command = relative ? 'l' : 'L';
		}
		ring.push([x, -y]);
	}
	if (ring.length > 2) found.push([...ring, ring[0]]);
	return found;
}

const polygons = (place) => rings(place.path).map((ring) => [ring]);
const mainland = map.locations.filter((place) => !(slug(place.name) in ISLANDS));
const features = mainland.map((place) => ({
	type: 'Feature',
	properties: { province: slug(place.name), now: `${successor[slug(place.name)] ?? slug(place.name)}-34` },
	geometry: { type: 'MultiPolygon', coordinates: polygons(place) }
}));
const input = { 'in.json': JSON.stringify({ type: 'FeatureCollection', features }) };
const simplified = '-i in.json -clean -simplify weighted 14% keep-shapes -clean';
const answers = await Promise.all(
	['province', 'now'].map((field) => mapshaper.applyCommands(`${simplified} -dissolve2 ${field} -o out.json precision=0.1`, input))
);

const path = (polygons) =>
	polygons
		.flat()
		.map((ring) => `M${ring.slice(0, -1).map(([x, y]) => `${Math.round(x * 10) / 10},${Math.round(-y * 10) / 10}`).join('L')}Z`)
		.join('');
const shapes = (answer, field) =>
	Object.fromEntries(
		JSON.parse(answer['out.json'])
			.features.map(({ properties, geometry }) => [
				properties[field],
				path(geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates)
			])
			.sort()
	);
const [vn63, vn34] = ['province', 'now'].map((field, i) => shapes(answers[i], field));
// The archipelagos are too small to be simplified: every island stays.
for (const place of map.locations.filter((one) => slug(one.name) in ISLANDS)) {
	const province = ISLANDS[slug(place.name)];
	vn63[province] += path(polygons(place));
	vn34[`${province}-34`] += path(polygons(place));
}
vn63.hue = vn63['thua-thien-hue'];
writeFileSync(
	'../../reports/components/map/boundaries.json',
	`${JSON.stringify(
		{
			source: 'Map of Vietnam, Stephen Truong, @svg-maps/vietnam 2.0.0; simplified, merged into 34 by Nghị quyết 202/2025/QH15',
			licence: 'CC BY 4.0',
			licence_url: 'https://creativecommons.org/licenses/by/4.0/',
			view_box: '0 0 812 873',
			vn63,
			vn34
		},
		null,
		1
	)}\n`
);
console.log(Object.keys(vn63).length, Object.keys(vn34).length);
