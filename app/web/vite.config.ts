import { defineConfig } from 'vite';
import { API } from '#shared/contract.ts';
import { PACKAGES } from './build.ts';
import { makeFonts } from './fonts.ts';
import { frenchSpaces } from './french-spaces.ts';
import { icons } from './icons.ts';

/** The libraries of all pages, what is around each, and the pages that visitors read. */
const READING =
  /node_modules\/(preact|@?react|@tanstack|cookie|set-cookie|openapi-fetch)|app\/web\/(main|router|queries|read-page|api\.ts|layout|markdown|design|features\/(courses|notifications)|features\/people\/(api|components\/account|components\/people)|features\/files\/(words|api\/dock|components\/(course-files|files|upload-dock))|pages\/(courses|course|lesson|not-found)-page)/;

/** The pages of questions, in one file too. */
const FORUM = /app\/web\/(features\/forum|pages\/(forum|thread)-page)/;

export default defineConfig(({ isSsrBuild }) => ({
  root: import.meta.dirname,
  plugins: [
    frenchSpaces(),
    { name: 'fonts', buildStart: makeFonts },
    {
      name: 'icons',
      apply: 'build',
      async generateBundle() {
        if (isSsrBuild) return;
        for (const [fileName, source] of Object.entries(await icons()))
          this.emitFile({ type: 'asset', fileName, source });
      },
    },
  ],
  resolve: {
    // The same components in a tenth of the bytes. @see https://preactjs.com/guide/v10/switching-to-preact
    alias: [
      { find: /^react(-dom)?$/, replacement: 'preact/compat' },
      { find: 'react-dom/client', replacement: 'preact/compat/client' },
      { find: 'react/jsx-runtime', replacement: 'preact/jsx-runtime' },
    ],
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // Everything is a file of our own origin: the content security policy allows nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: PACKAGES },
    reportCompressedSize: false,
    rollupOptions: {
      // How long our own plugins took on a busy machine is nobody's warning.
      checks: { pluginTimings: false },
      output: {
        // What every reader needs is one file, and what few need comes with its page.
        ...(isSsrBuild
          ? { entryFileNames: '.drawing.js', codeSplitting: false }
          : {
              codeSplitting: {
                groups: [
                  { name: 'reading', test: READING },
                  { name: 'forum', test: FORUM },
                ],
              },
            }),
      },
      onwarn(warning, warn) {
        // Marks for servers of React's own kind, and what React has and we do not use.
        if (!['MODULE_LEVEL_DIRECTIVE', 'IMPORT_IS_UNDEFINED'].includes(warning.code ?? '')) warn(warning);
      },
    },
  },
  // The program that draws for the server has all that it needs in it.
  ssr: { noExternal: true },
  server: { proxy: { [API.basePath]: { target: `http://localhost:${API.port}`, ws: true } } },
}));
