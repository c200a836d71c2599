import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    modulePreload: { polyfill: false },
    rollupOptions: { input: ['index.html', 'vanilla.html'] },
  },
});
