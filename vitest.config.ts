import { defineConfig } from 'vitest/config';

/** Suites that need root, minutes or heavy programs; `npm test` leaves them out, `npm run test:<suite>` runs one. */
const SUITES = ['edge', 'cluster', 'ceph', 'traefik', 'browser', 'services', 'twin'];
const inSuite = (suite: string) => `**/*.${suite}.test.ts`;
/** Tests that put another module in the place of one: those before them in the same process have loaded it already. */
const ISOLATED = inSuite('isolated');
const ignored = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  test: {
    // .ci/run adds up what every suite reports
    reporters: process.env.FREDU_REPORT
      ? ['default', ['json', { outputFile: process.env.FREDU_REPORT }]]
      : ['default'],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...ignored, ...SUITES.map(inSuite), ISOLATED],
          setupFiles: ['scripts/testing/between-files.ts', 'scripts/testing/fired.ts'],
          // Most of what a file costs is loading cdk8s, the schemas and the app: a process loads them once for all its files.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'unit-isolated', include: [ISOLATED], exclude: ignored } },
      ...SUITES.map((suite) => ({
        extends: true as const,
        test: {
          name: suite,
          include: [inSuite(suite)],
          exclude: ignored,
          ...(suite === 'browser' ? { globalSetup: ['app/web/testing/one-browser.ts'] } : {}),
          // Those of the edges, of Ceph, of Traefik, of the cluster and of the twin each want the machine for themselves.
          fileParallelism: ['services', 'browser'].includes(suite),
          testTimeout: 600_000,
          // Programs of others on a shared machine. The gate names each test that needed a second try: it wants to be looked at.
          retry: process.env.CI ? 1 : 0,
          // A new machine builds Kubernetes first, and Traefik, once.
          hookTimeout: ['cluster', 'traefik', 'ceph', 'twin'].includes(suite) ? 1_800_000 : 600_000,
        },
      })),
    ],
  },
});
