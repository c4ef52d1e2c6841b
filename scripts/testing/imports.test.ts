import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../lib/sites.ts';
import { wrongImports } from './imports.ts';

it('imports only what each floor may', async () => {
  expect(await wrongImports(ROOT)).toEqual([]);
});

/** Who imports whom, and the mend. */
const BROKEN: [from: string, target: string, mend: string][] = [
  ['sites/model.ts', '../policies/law.ts', 'the model knows nothing of what is made from it'],
  ['constructs/web.ts', '../charts/kubernetes.ts', 'pass the value as a prop'],
  ['constructs/api.ts', '../app/shared/problem.ts', 'pass the value as a prop'],
  ['charts/web.ts', '../scripts/lib/tree.ts', 'move what both need down into constructs/ or sites/'],
  ['charts/hosts.ts', '../sites/load/load.ts', 'take the loaded model as an argument'],
  ['charts/edge.ts', 'node:fs', 'take what is read as an argument'],
  ['policies/platform/zones.ts', '../../constructs/pod.ts', 'a judge shares no code with the accused'],
  ['policies/kubernetes/drains-end.ts', './site-fits.ts', 'read with into policies/reading/'],
  ['policies/reading/texts.ts', '../platform/whole-values.ts', 'what laws read with, and knows none'],
  ['scripts/deploy.ts', 'node:child_process', 'start it by scripts/lib/run.ts'],
  ['scripts/testing/lab/host.ts', 'node:child_process', 'start it by scripts/lib/run.ts'],
  ['scripts/image.ts', './testing/judge.ts', 'move what both call out of testing/'],
  ['scripts/check.ts', 'tool', 'move the package from devDependencies to dependencies'],
  ['scripts/status.ts', './gone.ts', 'no such file or package'],
  ['app/shared/markdown/table-formulas.ts', './xss-corpus.ts', 'move what both call out of testing/'],
  ['app/shared/problem.ts', '../server/reply.ts', 'the server and the pages both import app/shared'],
  ['app/server/main.ts', '../web/api.ts', 'move what both sides know into app/shared'],
  ['app/server/seed.ts', '../../sites/address.ts', 'the toolkit is not shipped with the app'],
  ['app/server/concurrency.ts', './testing/test-app.ts', 'move what both call out of testing/'],
  ['app/web/icons.ts', '../server/reply.ts', 'move what both sides know into app/shared'],
  ['app/web/features/people/x.ts', '../courses/y.ts', 'pass the value as a prop from a page'],
  ['app/web/features/together/x.ts', '../../pages/y.ts', 'pass the value as a prop from a page'],
  ['app/web/layout/x.ts', '../features/people/y.ts', 'layout, design, api and markdown know no feature'],
  ['app/web/pages/x.ts', './z.ts', 'only the router knows a page'],
  ['app/web/main.ts', './features/new/y.ts', 'add the feature to FEATURES'],
];
const FILES: Record<string, string> = {
  'node_modules/tool/index.js': '',
  'node_modules/tool/package.json': '{ "name": "tool" }',
  'package.json': '{ "devDependencies": { "tool": "1" } }',
  'sites/a.ts': "import type { b } from './b.ts';",
  'sites/b.ts': "\nimport type { a } from './a.ts';",
  'policies/kubernetes/site-fits.test.ts': "import '../../constructs/pod.ts';",
  'app/web/api.test.ts': "import '../server/testing/test-app.ts';",
};

describe('an import that leads where it may not is found, with its mend', () => {
  let findings: string[];
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fredu-imports-'));
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    for (const [from, target] of BROKEN)
      if (target.startsWith('.') && target !== './gone.ts') write(join(dirname(from), target), '');
    for (const [path, text] of Object.entries(FILES)) write(path, text);
    for (const [from, target] of BROKEN)
      write(from, `\nimport ${target.startsWith('.') ? 'type ' : ''}{ x } from '${target}';`);
    findings = await wrongImports(folder);
    rmSync(folder, { recursive: true });
  });

  it.each(BROKEN)('from %s to %s', (from, target, mend) => {
    const found = findings.filter((finding) => finding.startsWith(`${from}:2 imports `));
    expect(found).toContainEqual(expect.stringContaining(mend));
    expect(found[0]).toContain(basename(target).replace('node:', ''));
  });

  it('in a circle, of types too', () => {
    expect(findings).toContain(
      'sites/a.ts:1 imports sites/b.ts, which imports sites/a.ts; files that import each other are one file: give what both know a file of its own, or merge them',
    );
  });

  it('but tests may import what they test', () => {
    expect(findings.filter((finding) => /^\S+\.test\.ts:/.test(finding))).toEqual([]);
  });
});
