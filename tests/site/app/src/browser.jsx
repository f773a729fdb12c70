// The browser's half: hydrates the document that the server drew.

import { hydrateRoot } from 'react-dom/client';
import { makeClient } from './client.js';
import { Document } from './document.jsx';
import { fromPage } from './settings.js';
import { renewBody, rewrite } from './upheaval.js';

const settings = fromPage();
// What tests read from the page and make it do; survives a rewritten document.
window.standIn ??= { recovered: [], shown: [], rewritten: 0, rewrite, renewBody };
window.standIn.whenHydrated = new Promise((resolve) => {
  window.standIn.hydrated = resolve;
});

// No listener for `unload`, which would keep the page out of the back/forward cache.
addEventListener('pageshow', (event) => window.standIn.shown.push(event.persisted));

const first = document.getElementById('__NEXT_DATA__')?.textContent ?? 'null';
const client = makeClient(settings, JSON.parse(first));
hydrateRoot(document, <Document client={client} first={first} path={location.pathname} settings={settings} />, {
  onRecoverableError(error) {
    window.standIn.recovered.push(String(error));
    console.error(error);
  },
});
