// Builds the app: `node build.js OUT`. `cargo xtask build` calls this when a source has changed.
//
// app.js and app.dev.js run in the page (production React, and the build that checks every attribute while it
// hydrates). server.js draws the page's first HTML inside the stand-in site, without Node.

import { build } from 'esbuild';

const out = process.argv[2];
if (!out) {
  console.error('say where to build to: node build.js OUT');
  process.exit(2);
}

const make = (entry, file, mode, more = {}) =>
  build({
    entryPoints: [`src/${entry}`],
    outfile: `${out}/${file}`,
    bundle: true,
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
    // Class names stay readable until the site hashes them, which it does at every start.
    minifySyntax: mode === 'production',
    minifyWhitespace: mode === 'production',
    legalComments: 'none',
    logLevel: 'warning',
    ...more,
  });

await Promise.all([
  make('browser.jsx', 'app.js', 'production', { format: 'esm' }),
  make('browser.jsx', 'app.dev.js', 'development', { format: 'esm' }),
  make('early.js', 'early.js', 'production', { format: 'iife' }),
  make('server.jsx', 'server.js', 'production', {
    format: 'iife',
    platform: 'browser',
    inject: ['src/engine.js'],
  }),
]);
