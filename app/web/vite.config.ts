import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { API } from '#shared/contract.ts';
import { PACKAGES } from './build.ts';
import { icons } from './icons.ts';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    react(),
    {
      name: 'icons',
      apply: 'build',
      async generateBundle() {
        for (const [fileName, source] of Object.entries(await icons()))
          this.emitFile({ type: 'asset', fileName, source });
      },
    },
  ],
  resolve: {
    alias: {
      // Formulas are read by the same parser as on the server; the browser's own would have its policy refuse their style.
      'hast-util-from-html-isomorphic': fileURLToPath(import.meta.resolve('hast-util-from-html-isomorphic')),
    },
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // Everything is a file of our own origin: the content security policy allows nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: PACKAGES },
    reportCompressedSize: false,
    // The grammar of C++ is the largest file; only a text with C++ in it fetches it.
    chunkSizeWarningLimit: 850,
  },
  server: { proxy: { [API.basePath]: { target: `http://localhost:${API.port}`, ws: true } } },
});
