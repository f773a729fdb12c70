// The whole document, drawn by the server and hydrated by the browser: root element, head, sidebar, page.

import { useEffect, useState } from 'react';
import { Provider, useQuery } from 'urql';
import { Link, Router, useLocation } from 'wouter';
import { BalanceProvider, useHydrated } from './balance.jsx';
import { FEED } from './client.js';
import styles from './hashed.module.css';
import { PAGES, Shown } from './pages.jsx';
import { asAttributes } from './settings.js';
import { CounterAt } from './tokens.jsx';
import { renewBody, rewrite, sweep } from './upheaval.js';
import { directionOf, wordsOf } from './words.js';

const Sidebar = ({ path, settings }) => {
  const words = wordsOf(settings.language);
  return (
    <aside className={styles.side}>
      <Link className={styles.logo} href="/">
        <img src="/_next/static/icon.svg" alt="" width="28" height="28" /> Leonardo.Ai <small>stand-in</small>
      </Link>
      <nav className={styles.nav} aria-label="Main">
        {Object.entries(PAGES).map(([href, { word, link }]) => (
          <Link href={href} key={href} data-stand-in={link} aria-current={href === path ? 'page' : undefined}>
            {words[word]}
          </Link>
        ))}
      </nav>
      <div className={styles.foot}>
        <div data-stand-in="side-tokens">
          <CounterAt place="bottom-left" path={path} settings={settings} key={path} />
        </div>
        <form className={styles.profile} method="post" action="/auth/logout">
          <span className={styles.face} aria-hidden="true">{settings.name.slice(0, 1)}</span>
          <span className={styles.who}>{settings.name}<small>{settings.plan}</small></span>
          <button className={styles.quiet} data-stand-in="sign-out">{words.out}</button>
        </form>
      </div>
    </aside>
  );
};

/** What the settings do to the document once the app is running. */
const useUpheaval = (settings, path) => {
  useEffect(() => {
    window.standIn.hydrated();
    if (settings.upheaval === 'new-body') renewBody();
    if (settings.upheaval === 'rewritten' && window.standIn.rewritten === 0) rewrite();
    if (settings.fetch === 'patched-twice') {
      const before = window.fetch;
      window.fetch = (...args) => before(...args);
    }
  }, [settings]);
  useEffect(() => {
    if (settings.upheaval === 'swept') sweep();
  }, [settings, path]);
};

const App = ({ settings }) => {
  const [path] = useLocation();
  const [made, setMade] = useState([]);
  const [toast, setToast] = useState(null);
  const [{ data }] = useQuery({ query: FEED, pause: !useHydrated() });
  useUpheaval(settings, path);
  const onMade = (image) => {
    setMade((before) => [image, ...before]);
    setToast(null);
  };
  return (
    <div id="__next" className={styles.app}>
      <Sidebar path={path} settings={settings} />
      <main className={styles.main}>
        {/* A new page is new in every element, the counter too. */}
        <Shown
          key={path}
          path={path}
          settings={settings}
          made={made}
          feed={data?.generated_images ?? []}
          onMade={onMade}
          onFailure={setToast}
        />
      </main>
      <div className={styles.toasts} role="status">
        {toast && (
          <button className={styles.toast} type="button" data-stand-in="toast" onClick={() => setToast(null)}>
            {toast}
          </button>
        )}
      </div>
    </div>
  );
};

/** `first` is the balance answer in the HTML, as JSON, or `null`. */
export const Document = ({ client, first, path, settings }) => (
  <html lang={settings.language} dir={directionOf(settings.language)} {...asAttributes(settings)}>
    <head>
      <meta charSet="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>Leonardo.Ai (stand-in)</title>
      <link rel="icon" href="/_next/static/icon.svg" />
      <link rel="stylesheet" href="/_next/static/app.css" />
      {settings.fetch !== 'plain' && <script src="/_next/static/early.js" />}
      <script type="module" src={`/_next/static/app${settings.react === 'development' ? '.dev' : ''}.js`} />
    </head>
    <body>
      <Provider value={client}>
        <Router ssrPath={path}>
          <BalanceProvider settings={settings} first={first !== 'null'}>
            <App settings={settings} />
          </BalanceProvider>
        </Router>
      </Provider>
      {first !== 'null' && (
        // Not a script, so the policy allows it.
        <script id="__NEXT_DATA__" type="application/json" dangerouslySetInnerHTML={{ __html: first }} />
      )}
    </body>
  </html>
);
