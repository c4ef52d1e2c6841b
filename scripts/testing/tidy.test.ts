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
  expect(tidy(sources)).toEqual([]);
});

describe('a broken rule is found, with its mend', () => {
  const one = (path: string, text: string, also: Source[] = []) =>
    tidy([{ path, text }, ...also]).filter((finding) => finding.startsWith(path));

  it.each([
    [
      'policies/law.test.ts',
      "const model = load('sites').model!;",
      'policies/law.test.ts:1 reads the sites of the fork; judge threeSites() or a small world of scripts/testing/example-sites.ts',
    ],
    [
      'constructs/web.ts',
      'const now = Date.now();',
      'constructs/web.ts:1 reads the clock; take the value as an argument',
    ],
    [
      'sites/traffic/flows.ts',
      'const x = process.env.HOME;',
      'sites/traffic/flows.ts:1 reads its environment; take the value as an argument',
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
      'app/server/page.test.ts',
      "vi.mock('pg');",
      'app/server/page.test.ts:1 replaces a module; name the file page.isolated.test.ts',
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

  it('but a comment may name a site', () => {
    expect(one('constructs/web.ts', "// like 'sxb'\n/* or 'dc' */")).toEqual([]);
  });
});
