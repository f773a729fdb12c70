// The server's half: the whole document as HTML, drawn from the components that the browser hydrates.

import { renderToString } from 'react-dom/server';
import { makeClient } from './client.js';
import { Document } from './document.jsx';

/** `settings` is JSON with every setting by name; `first` is the balance answer to embed, as JSON, or `null`. */
globalThis.draw = (settings, first, path) => {
  const known = JSON.parse(settings);
  const client = makeClient(known, JSON.parse(first));
  const html = renderToString(<Document client={client} first={first} path={path} settings={known} />);
  return `<!doctype html>${html}`;
};
