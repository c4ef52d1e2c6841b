import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { API } from '../contract.ts';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // Everything is a file of our own origin: the content security policy allows nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { [API.basePath]: { target: `http://localhost:${API.port}`, ws: true } } },
});
