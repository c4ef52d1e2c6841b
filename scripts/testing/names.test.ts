import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { POLICIES } from '#policies/index.ts';
import { explained } from '../lib/explained.ts';
import { ROOT } from '../lib/sites.ts';
import { trackedFiles } from './tracked.ts';

/**
 * Comments and pages name functions, variables and files. Code is renamed and they are not: what stands in backticks and
 * looks like a name must stand somewhere in the code.
 */

/** Names in backticks that belong to other programs, by whose they are. */
const OTHERS: Record<string, string[]> = {
  'the kubelet': ['shutdownGracePeriod', 'shutdownGracePeriodCriticalPods'],
  OpenTelemetry: ['_TIMEOUT', '_COMPRESSION', '_CERTIFICATE', 'OTEL_RESOURCE_ATTRIBUTES'],
  CockroachDB: ['TSParse', 'SynthesizeLeasePreferences'],
  PostgreSQL: ['standard_conforming_strings'],
  Ceph: ['min_size'],
  Nova: ['os_shutdown_timeout'],
  Traefik: ['excludedIPs', 'ServeTCP', 'WatchAll'],
  'an example': ['dc_workers', 'programm'],
};
/** Files in backticks that a person makes, that another repository has, or that a pod has. */
const OTHER_FILES =
  /\bnoun\b|^docs\/(operations|ansible)\/|^backend_override\.tf\.json$|^run\.sh$|^_definitions|^dist\/\.fredu\.json$|^sites\/secrets\//;

const COMMENT = /\/\*[\s\S]*?\*\/|(?<![:'"`\w])\/\/.*$/gm;
const code = new Set<string>();
const prose: { path: string; text: string }[] = [];
let paths: string[] = [];

beforeAll(async () => {
  paths = await trackedFiles();
  for (const path of paths.filter((each) => !/\.(lock|png|woff2?)$|package-lock/.test(each))) {
    const text = readFileSync(join(ROOT, path), 'utf8');
    if (path.endsWith('.md')) {
      if (!path.startsWith('charts/golden/')) prose.push({ path, text });
      continue;
    }
    if (/\.tsx?$/.test(path)) prose.push({ path, text: (text.match(COMMENT) ?? []).join('\n') });
    const body = /\.tsx?$/.test(path) ? text.replaceAll(COMMENT, ' ') : text;
    for (const [name] of body.matchAll(/[A-Za-z_$][\w$]*/g)) code.add(name);
  }
});

/** Such a page says what the code says, names of others among it. */
const isMade = (text: string): boolean => text.includes('<!-- Made by `npm run');

it('names in comments and pages what the code has', () => {
  const known = new Set(Object.values(OTHERS).flat());
  const unknown = prose.flatMap(({ path, text }) =>
    (isMade(text) ? [] : [...text.matchAll(/`([A-Za-z_$][\w$]*)(?:\(\))?`/g)])
      .map(([, name]) => name!)
      .filter((name) => !code.has(name) && !known.has(name))
      .map((name) => `${path}: \`${name}\` stands nowhere in the code`),
  );
  expect(unknown).toEqual([]);
});

it('names of others only what is named', () => {
  const named = prose.map(({ text }) => text).join('\n');
  expect(
    Object.values(OTHERS)
      .flat()
      .filter((name) => !named.includes(name)),
  ).toEqual([]);
});

it('names in comments and pages files that there are', () => {
  const known = (name: string) =>
    paths.some((path) => path === name || path.endsWith(`/${name.replace(/^(\.\.?\/)+|^dist\//g, '')}`));
  const unknown = prose.flatMap(({ path, text }) =>
    [
      ...text.matchAll(
        /`([\w./@-]*\w\.(?:tsx?|md|json|sh|sql))`|(?:^|[\s(])((?:sites|constructs|charts|policies|scripts|docs|app)\/[\w./-]+\.\w+)/gm,
      ),
    ]
      .map(([, quoted, bare]) => (quoted ?? bare)!)
      .filter((name) => !known(name) && !OTHER_FILES.test(name))
      .map((name) => `${path}: there is no ${name}`),
  );
  expect(unknown).toEqual([]);
});

it('explains only laws and checks that there are', () => {
  const asked = paths
    .filter((path) => /\.(md|tsx?|txt|yaml)$/.test(path))
    .flatMap((path) =>
      [...readFileSync(join(ROOT, path), 'utf8').matchAll(/-- --explain ([a-z][\w/-]+)/g)].map(
        ([, law]) => law!,
      ),
    );
  expect(asked.length).toBeGreaterThan(3);
  for (const law of new Set(asked)) expect(explained(law)).toContain(law);
});

it('calls a law only what is one', () => {
  const laws = new Set([...POLICIES.map(({ id }) => id), 'unchangeable']);
  const named = prose
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/\blaws? (`[a-z-]+`(?:(?:, | and |,\n *|\n *)`[a-z-]+`)*)/gi)].flatMap(([, list]) =>
        [...list!.matchAll(/`([a-z-]+)`/g)].map(([, law]) => ({ path, law: law! })),
      ),
    );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ law }) => !laws.has(law))).toEqual([]);
});

it('leads from page to page', () => {
  const broken = prose
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)\s]+)\)/g)]
        .map(([, to]) => to!)
        .filter((to) => {
          const [file = '', section] = join(path, '..', to).split('#');
          if (file.endsWith('/') || !file.includes('.')) return !paths.some((each) => each.startsWith(file));
          const page = paths.includes(file) ? readFileSync(join(ROOT, file), 'utf8') : undefined;
          return page === undefined || (section !== undefined && !slugs(page).includes(section));
        })
        .map((to) => `${path} links to ${to}`),
    );
  // Examples of links in a text of a course.
  expect(
    broken.filter((each) => !/^app\/README\.md links to (schema\.png|tp1\.zip|poly\.pdf)/.test(each)),
  ).toEqual([]);
});

/** The anchors of a page's headings as GitHub and GitLab make them. */
const slugs = (page: string): string[] =>
  [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\w\s–-]/g, '')
      .replaceAll('–', '')
      .replaceAll(' ', '-'),
  );
