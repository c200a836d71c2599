import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';

/** Writes /sw.js: the service worker of src/sw.js, knowing the files of this build. */
function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    generateBundle(_options, bundle) {
      const shell = ['/', '/favicon.svg', '/manifest.webmanifest', ...Object.keys(bundle)
        .filter((file) => file.startsWith('assets/'))
        .map((file) => `/${file}`)];
      const source = readFileSync(new URL('src/sw.js', import.meta.url), 'utf8')
        .replace('__SHELL__', JSON.stringify(shell));
      this.emitFile({ type: 'asset', fileName: 'sw.js', source });
    },
  };
}

export default defineConfig({
  plugins: [serviceWorker()],
  build: { modulePreload: { polyfill: false } },
});
