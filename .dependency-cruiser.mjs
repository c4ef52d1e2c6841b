import { readFileSync } from 'node:fs';

/**
 * Who may import whom, for dependency-cruiser: `npm run lint` and `scripts/testing/imports.test.ts` ask. A rule's `comment` says the
 * mend. What needs the text of a file and not only its imports is held by `scripts/testing/tidy.ts`.
 *
 * @see https://github.com/sverweij/dependency-cruiser/blob/main/doc/rules-reference.md
 */

/** Tests, what they are made of, and what measures: never shipped, so they may call whatever they ask about. */
const TESTS = String.raw`\.test\.tsx?$|^(scripts|app/server|app/web)/testing/|^app/server/hostile/|-corpus(\.ts|/)`;
/** They run on the machine of whoever changes the project. */
const WORKSHOP = String.raw`^(scripts|app)/(generate|bench[\w-]*)(/|\.ts$)|^constructs/openstack/provider/generate\.ts$`;
/** Makes pages and images from sources, before anything is shipped. */
const BUILD = String.raw`^scripts/(dev|image)\.ts$|^scripts/lib/image-.*\.ts$|^app/web/(build|build-worker|fonts|licences|icons|vite\.config)\.ts$`;

const ALL = [
  'sites',
  'constructs',
  'charts',
  'policies',
  'scripts',
  'app/shared',
  'app/server',
  'app/web',
  'app/demo',
  'app/bench',
];
/** What a floor may import beside itself, and what helps who wants more. */
const FLOORS = [
  ['sites', [], 'the model knows nothing of what is made from it: move what both need into sites/'],
  ['constructs', ['sites', 'app/shared/contract'], 'pass the value as a prop'],
  [
    'charts',
    ['sites', 'constructs', 'app/shared/contract'],
    'move what both need down into constructs/ or sites/',
  ],
  ['policies', ['sites'], 'judge the rendered text: a judge shares no code with the accused'],
  [
    'app/shared',
    [],
    'the server and the pages both import app/shared, which knows neither: pass the value, or move it here',
  ],
  [
    'app/server',
    ['app/shared'],
    'move what both sides know into app/shared; the toolkit is not shipped with the app',
  ],
  [
    'app/web',
    ['app/shared'],
    'move what both sides know into app/shared; the toolkit is not shipped with the app',
  ],
];
/** Features of the pages, each knowing at most those before it. */
const FEATURES = [
  'notifications',
  'people',
  'site-pages',
  'courses',
  'files',
  'forum',
  'teaching',
  'together',
  'administration',
];
const feature = (names) => `^app/web/features/(${names.join('|')})/`;
const LAWS = readFileSync(new URL('policies/index.ts', import.meta.url), 'utf8')
  .matchAll(/from '\.\/([\w/-]+\.ts)'/g)
  .map(([, path]) => path)
  .filter((path) => path !== 'law.ts')
  .toArray();
const LAW = `^policies/(${LAWS.join('|').replaceAll('.', String.raw`\.`)})$`;

const forbidden = [
  {
    name: 'no-circle',
    comment:
      'files that import each other are one file: give what both know a file of its own, or merge them',
    from: {},
    to: { circular: true },
  },
  ...FLOORS.map(([floor, below, mend]) => ({
    name: `${floor.replace('/', '-')}-imports-downwards`,
    comment: mend,
    from: { path: `^${floor}/`, pathNot: TESTS },
    to: {
      path: `^(${ALL.filter((each) => each !== floor).join('|')})/`,
      pathNot: below.map((each) => `^${each}[/.]`),
    },
  })),
  {
    name: 'law-imports-no-law',
    comment: 'put what both laws read with into policies/reading/',
    from: { path: LAW },
    // `$0` is the path that was matched in `from`.
    to: { path: LAW, pathNot: '^$0$' },
  },
  {
    name: 'reading-imports-no-law',
    comment: 'policies/reading/ is what laws read with, and knows none of them',
    from: { path: '^policies/reading/', pathNot: TESTS },
    to: { path: '^policies/', pathNot: '^policies/(reading/|law\\.ts$)' },
  },
  {
    name: 'shipped-imports-no-test',
    comment: 'move what both call out of testing/ into what is shipped (scripts/lib/, app/shared/ …)',
    from: { pathNot: `${TESTS}|${WORKSHOP}` },
    to: { path: TESTS },
  },
  {
    name: 'server-side-by-its-doors',
    comment: 'sites/load/ is where files are read; take the loaded model as an argument',
    from: { path: '^(constructs|charts|policies)/', pathNot: TESTS },
    to: { path: '^sites/load/load\\.ts$' },
  },
  ...FEATURES.map((name, index) => ({
    name: `feature-${name}-imports-downwards`,
    comment: `pass the value as a prop from a page, or move it to layout/; features know those before them: ${FEATURES.join(' < ')}`,
    from: { path: feature([name]), pathNot: TESTS },
    to: {
      path: ['^app/web/(pages/|router|main)', feature(FEATURES.slice(index + 1))].slice(
        0,
        index + 1 < FEATURES.length ? 2 : 1,
      ),
    },
  })),
  {
    name: 'every-feature-has-its-place',
    comment: 'add the feature to FEATURES in .dependency-cruiser.mjs, after those that it imports',
    from: {},
    to: { path: '^app/web/features/', pathNot: feature(FEATURES) },
  },
  {
    name: 'web-imports-downwards',
    comment: 'layout, design, api and markdown know no feature and no page: pass what they show as a prop',
    from: { path: '^app/web/(layout|design|api|markdown)[/.]', pathNot: TESTS },
    to: { path: '^app/web/(features|pages)/|^app/web/(router|main)\\.tsx$' },
  },
  {
    name: 'pages-import-downwards',
    comment: 'only the router knows a page: move what two pages share into a feature',
    from: { path: '^app/web/pages/', pathNot: TESTS },
    to: { path: '^app/web/pages/|^app/web/(router|main)\\.tsx$' },
  },
  {
    name: 'shipped-imports-shipped-packages',
    comment: 'move the package from devDependencies to dependencies of the package.json that is nearest',
    from: { pathNot: `${TESTS}|${WORKSHOP}|${BUILD}|^sites/schema/|^vitest\\.config\\.ts$` },
    to: {
      dependencyTypes: ['npm-dev', 'npm-no-pkg'],
      dependencyTypesNot: ['type-only'],
      pathNot: '/@types/',
    },
  },
  {
    name: 'pure-reads-no-world',
    comment: 'take what is read as an argument; only sites/load, scripts/ and app/ touch the world',
    from: {
      path: '^(sites|constructs|charts|policies)/',
      // Files are read by one door and written by makers; programs for other machines run there.
      pathNot: `${TESTS}|${String.raw`^sites/load/load\.ts$|/(generate|fixtures)\.ts$|^sites/fixtures/|-script\.ts$`}`,
    },
    to: { dependencyTypes: ['core'], path: '^(node:)?(fs|child_process|os|net|http|dns)(/|$)' },
  },
  {
    name: 'one-door-for-processes',
    comment: 'start it by scripts/lib/run.ts, whose commands are values that dry runs print',
    from: {
      path: '^(sites|constructs|charts|policies|scripts)/',
      pathNot: String.raw`\.test\.ts$|^scripts/lib/run\.ts$`,
    },
    to: { path: '^(node:)?child_process$|/node_modules/zx/|^node_modules/zx/' },
  },
  {
    name: 'not-there',
    comment: 'no such file or package: mend the path, or install the package',
    from: {},
    to: { couldNotResolve: true },
  },
];

export default {
  forbidden: forbidden.map((rule) => ({ severity: 'error', ...rule })),
  options: {
    // TypeScript 7 has no programming interface of its own yet.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: String.raw`^charts/golden/|^(app/web/)?dist/|validate\.gen\.(js|d\.ts)$` },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
