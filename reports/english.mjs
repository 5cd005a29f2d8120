// Writes pages/en/ from the other pages: the same files at English addresses. The components ask the address for the language.
import { cpSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROUTES } from './components/routes.js';

const pages = join(dirname(fileURLToPath(import.meta.url)), 'pages');
const english = join(pages, 'en');
rmSync(english, { recursive: true, force: true });
mkdirSync(english);
for (const name of readdirSync(pages)) {
	if (name === 'en' || name.startsWith('+')) continue;
	const folder = statSync(join(pages, name)).isDirectory();
	const slug = folder ? name : name.replace(/\.md$/, '');
	const route = ROUTES.find((one) => one.vi === (slug === 'index' ? '' : slug));
	if (!route) throw new Error(`pages/${name}: expected an entry with vi: '${slug}' in components/routes.js, found none`);
	cpSync(join(pages, name), join(english, folder ? route.en : `${route.en || 'index'}.md`), { recursive: true });
}
