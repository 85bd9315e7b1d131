import { build, type Plugin } from 'esbuild';

/**
 * Bundles the player and the client library into `outdir`: `index.html`, `styles.css`, `player.js`, `farpane-client.js`,
 * `shared.js`, which both scripts import, and `_headers`, by which pages of other sites may import them too. Runs where package.json lies.
 */
export async function bundle(outdir: string): Promise<void> {
  await build({
    entryPoints: {
      'farpane-client': 'edge/web/farpane-client.ts',
      player: 'edge/web/player/main.ts',
      styles: 'edge/web/player/player.css',
      index: 'edge/web/player/index.html',
      icon: 'edge/web/player/icon.svg',
      _headers: 'edge/web/_headers',
    },
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: 'shared',
    format: 'esm',
    target: ['chrome120', 'firefox120', 'safari17'],
    plugins: [englishOnly],
    loader: { '.html': 'copy', '.svg': 'copy', '': 'copy' },
    minify: true,
    sourcemap: 'linked',
    legalComments: 'none',
    logLevel: 'warning',
  });
}

/** zod carries its messages in all languages, which is half of it: English, which it imports by itself, is enough. */
const englishOnly: Plugin = {
  name: 'english-only',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/locales\/index\.js$/ }, ({ path }) => ({ path, namespace: 'no-locales' }));
    onLoad({ filter: /.*/, namespace: 'no-locales' }, () => ({ contents: 'export {};' }));
  },
};
