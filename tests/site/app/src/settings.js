// How the page behaves: attributes of the root element, written by the server and read by the browser.

export const NAMES = [
  'theme', 'language', 'transport', 'fetch', 'grouping', 'shows', 'frozen', 'place', 'markup', 'cache', 'asks',
  'endpoint', 'balance', 'sub', 'bystanders', 'team', 'name', 'plan', 'api-credits', 'upheaval', 'react',
];

/** The settings in the page's document. */
export const fromPage = () =>
  Object.fromEntries(NAMES.map((name) => [name, document.documentElement.getAttribute(`data-${name}`) ?? '']));

/** The settings as attributes of the root element. */
export const asAttributes = (settings) => Object.fromEntries(NAMES.map((name) => [`data-${name}`, settings[name]]));
