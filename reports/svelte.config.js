/**
 * Evidence puts a viewer of the query's SQL on the page for every query it finds. Our pages show tables instead, and the viewer would
 * bring Evidence's whole library of components (5 MB) into each of them, so it is taken out of the markup.
 */
const withoutQueryViewer = {
	markup: ({ content, filename }) =>
		filename?.endsWith('.md')
			? { code: content.replace(/<QueryViewer\b[^>]*\/>/g, "") }
			: undefined
};

/** Evidence loads this twice and deletes `preprocess` from what it got the first time: a getter of the class stays. */
class Configuration {
	get preprocess() {
		return [withoutQueryViewer];
	}
}

export default new Configuration();
