import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../lib/run.ts';
import { type Source, tidy } from './tidy.ts';

const root = join(import.meta.dirname, '../..');

it('holds the rules of the house', async () => {
  const { stdout } = await run(['git', 'ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
  });
  const paths = stdout
    .split('\0')
    .filter((path) => /\.(tsx?|md|sh|css)$/.test(path) || path.startsWith('.ci/'));
  const sources = paths.flatMap((path): Source[] => {
    try {
      return [{ path, text: readFileSync(join(root, path), 'utf8') }];
    } catch {
      return []; // removed, not yet committed
    }
  });
  const packages = ['package.json', 'app/package.json'].map((path) =>
    JSON.parse(readFileSync(join(root, path), 'utf8')),
  );
  expect(tidy(sources, packages)).toEqual([]);
});

it.each(['package.json', 'app/package.json'])('uses every package of %s', async (manifest) => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, manifest), 'utf8'));
  const unused: string[] = [];
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    // Types are named by the package that they are of.
    const named = name.replace(/^@types\//, '');
    const used = await run(
      ['git', 'grep', '-lF', named, '--', ':!package-lock.json', `:!${manifest}`, ':!*.md'],
      { cwd: root },
    );
    if (used.stdout === '') unused.push(name);
  }
  expect(unused.filter((name) => !BY_ROLE.includes(name))).toEqual([]);
});
/** Named by no file, and needed: the runtime, compilers, linters, and the second front end of a deployment. */
const BY_ROLE = [
  'node',
  'typescript',
  'oxlint',
  'oxlint-tsgolint',
  '@biomejs/biome',
  '@types/node',
  '@pulumi/kubernetes',
  '@pulumi/pulumi',
];

describe('a broken rule is found, with its mend', () => {
  const one = (path: string, text: string, also: Source[] = []) =>
    tidy([{ path, text }, ...also], [{ scripts: path }]).filter((finding) => finding.startsWith(path));

  it.each([
    [
      'constructs/web.ts',
      "import { x } from '#charts/kubernetes.ts';",
      'constructs/web.ts:1 imports charts/kubernetes.ts; pass the value as a prop',
    ],
    [
      'policies/law.test.ts',
      "const model = load('sites').model!;",
      'policies/law.test.ts:1 reads the sites of the fork; judge threeSites() or a small world of scripts/testing/example-sites.ts',
    ],
    [
      'policies/law.ts',
      "import { x } from '#constructs/kubernetes/pod.ts';",
      'policies/law.ts:1 imports constructs/kubernetes/pod.ts; judge the rendered text: a judge shares no code with the accused',
    ],
    [
      'sites/model.ts',
      "import { x } from '#policies/law.ts';",
      'sites/model.ts:1 imports policies/law.ts; the model knows nothing of what is made from it',
    ],
    [
      'constructs/web.ts',
      'const now = Date.now();',
      'constructs/web.ts:1 reads the clock; take the value as an argument',
    ],
    [
      'charts/edge.ts',
      "import { readFileSync } from 'node:fs';",
      'charts/edge.ts:1 reads the world; take the value as an argument',
    ],
    [
      'sites/traffic/flows.ts',
      'const x = process.env.HOME;',
      'sites/traffic/flows.ts:1 reads its environment; take the value as an argument',
    ],
    [
      'scripts/deploy.ts',
      "import { $ } from 'zx';",
      'scripts/deploy.ts:1 starts processes; use scripts/lib/run.ts',
    ],
    [
      'constructs/web.ts',
      "if (site.code === 'sxb') x();",
      'constructs/web.ts:1 names a site; ask for the capability instead (site.kubernetes, site.database …)',
    ],
    ['constructs/web.ts', '// TODO later', 'constructs/web.ts:1 is unfinished; finish it'],
    [
      'constructs/web.test.ts',
      "it.only('x', () => {});",
      'constructs/web.test.ts:1 runs alone or not at all; finish it',
    ],
    [
      'docs/page.md',
      'see /home/me/fredu',
      'docs/page.md:1 names a path of one machine; derive it from import.meta.dirname',
    ],
    [
      'constructs/web.ts',
      'x\n'.repeat(301),
      'constructs/web.ts:301 has 301 lines; find its second noun and give it a file',
    ],
    [
      'policies/law.ts',
      'export const law: Policy = {};',
      'policies/law.ts:1 is a law without a test; write law.test.ts beside it',
    ],
  ])('in %s', (path, text, finding) => {
    expect(one(path, text)).toContain(finding);
  });

  it('a file that nobody calls', () => {
    expect(tidy([{ path: 'constructs/old.ts', text: '' }])).toEqual([
      'constructs/old.ts:1 is imported by nothing and no script runs it; delete it',
    ]);
  });

  it('but a comment may name a site, and a test may read files', () => {
    expect(one('constructs/web.ts', "// like 'sxb'\n/* or 'dc' */")).toEqual([]);
    expect(
      one('constructs/web.test.ts', "import { x } from 'node:fs';\nimport '../charts/edge.ts';"),
    ).toEqual([]);
  });

  it('but what the app’s tests are made of may start programs, which the app may not', () => {
    const text = "import { daemon } from '../../../scripts/run.ts';";
    const found = (path: string) => one(path, text).filter((finding) => finding.includes('imports'));
    expect(found('app/server/testing/smtp.ts')).toEqual([]);
    expect(found('app/server/mail/smtp.ts')).toHaveLength(1);
  });
});
