// Builds the clients: `node build.js OUT`, one bundle per file in src/clients. `cargo xtask build` calls this when a
// source has changed.

import { readdirSync } from 'node:fs';
import { build } from 'esbuild';

const out = process.argv[2];
if (!out) {
  console.error('say where to build to: node build.js OUT');
  process.exit(2);
}

await build({
  entryPoints: readdirSync('src/clients').map((file) => `src/clients/${file}`),
  outdir: out,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
});
