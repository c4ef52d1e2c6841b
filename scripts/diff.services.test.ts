import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tree } from '#policies/law.ts';
import { REFERENCE } from './testing/changed-sites-examples.ts';
import { EDITED_TREES } from './testing/edited-tree-examples.ts';
import { THREE_SITES } from './testing/three-sites.ts';

let work: string;
const write = (folder: string, tree: Tree) => {
  for (const [path, text] of tree) {
    const file = join(work, folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
};
const changed = (name: string) => EDITED_TREES.find((each) => each.name === name)!.after();

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'fredu-diff-test-'));
  write('reference', REFERENCE);
  for (const name of ['an-opened-port', 'an-alert-slower', 'a-label-everywhere']) write(name, changed(name));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const diff = (args: string[], env: Record<string, string> = {}) => {
  const done = spawnSync(process.execPath, [join(import.meta.dirname, 'diff.ts'), ...args], {
    cwd: work,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FREDU_SITES: THREE_SITES, ...env },
  });
  return { code: done.status, said: done.stdout, error: done.stderr };
};

describe('its exit code', () => {
  it.each([
    ['nothing differs', 'reference', 0],
    ['something does', 'an-alert-slower', 1],
    ['somebody reaches more', 'an-opened-port', 3],
  ])('says that %s', (_, after, code) => {
    expect(diff(['reference', after])).toMatchObject({ code, error: '' });
  });
});

it('judges both trees where it knows their sites, and says of folders that it does not', () => {
  const { said } = diff(['reference', 'an-alert-slower']);
  expect(said).toContain('not judged: nobody knows of which sites reference was made');
});

describe('what it prints', () => {
  it('is read by programs as JSON, with every change', () => {
    const { said } = diff(['reference', 'a-label-everywhere', '--format', 'json']);
    const { exit, groups } = JSON.parse(said) as { exit: number; groups: { fields: { path: string }[] }[][] };
    expect(exit).toBe(1);
    const labelled = [...changed('a-label-everywhere')].filter(
      ([path, text]) => REFERENCE.get(path) !== text,
    );
    expect(labelled.length).toBeGreaterThan(300);
    expect(groups.flat()).toHaveLength(labelled.length);
    expect(groups[0]![0]!.fields[0]!.path).toBe('metadata.labels."fredu.fr/owner"');
  });

  it('fits a comment of a pull request, with all that it means', () => {
    const { said } = diff(['reference', 'a-label-everywhere', '--format', 'markdown']);
    expect(said.length).toBeLessThan(65_536);
    expect(said).toContain('rolling restart of cockroachdb/cockroachdb');
  });

  it('is a page that needs no network', () => {
    const { code, said } = diff(['reference', 'an-opened-port', '--format', 'html', '--out', 'report.html']);
    expect({ code, said }).toEqual({ code: 3, said: '' });
    const page = readFileSync(join(work, 'report.html'), 'utf8');
    expect(page).toContain('is now open to 0.0.0.0/0');
    expect(page).not.toMatch(/(src|href)=|https?:\/\/(?!registry)/);
  });
});

describe('one clear line, and 2, for', () => {
  it.each<[string, string[], string]>([
    [
      'a commit that is not there',
      ['no-such-commit'],
      'error: there is no folder and no commit no-such-commit',
    ],
    ['an option of git', ['--end-of-options'], 'error: Unknown option'],
    ['a third tree', ['reference', 'reference', 'reference'], 'error: nothing is to be done with reference'],
    [
      'an unknown format',
      ['--format', 'markdwon'],
      'error: there is no format markdwon; did you mean markdown?',
    ],
    [
      'a file that cannot be written',
      ['reference', 'reference', '--out', '/no/such/place'],
      'error: cannot write',
    ],
  ])('%s', (_, args, line) => {
    const { code, error } = diff(args);
    expect(error).toContain(line);
    expect(error).not.toContain('bug');
    expect(code).toBe(2);
  });

  it('a tree of no site', () => {
    mkdirSync(join(work, 'empty/notes'), { recursive: true });
    writeFileSync(join(work, 'empty/notes/page.txt'), 'nothing');
    expect(diff(['empty', 'reference'])).toEqual({
      code: 2,
      said: '',
      error: expect.stringMatching(/^error: empty is no generated tree: .*\n$/),
    });
  });

  it('a file of 200 MB', () => {
    cpSync(join(work, 'reference'), join(work, 'large'), { recursive: true });
    const file = openSync(join(work, 'large/platform/disk.img'), 'w');
    ftruncateSync(file, 200 * 2 ** 20);
    closeSync(file);
    expect(diff(['reference', 'large'])).toEqual({
      code: 2,
      said: '',
      error:
        'error: large/platform/disk.img has 200 MiB, and no file of a tree has more than 16; remove it\n',
    });
  });

  it('a link out of the tree, whether it leads to something or not', () => {
    cpSync(join(work, 'reference'), join(work, 'linked'), { recursive: true });
    symlinkSync('/etc/passwd', join(work, 'linked/platform/passwd'));
    expect(diff(['reference', 'linked'])).toMatchObject({
      code: 2,
      error: 'error: linked/platform/passwd is a link out of the tree; put the file itself there\n',
    });
    rmSync(join(work, 'linked/platform/passwd'));
    symlinkSync('/no/such/file', join(work, 'linked/platform/passwd'));
    expect(diff(['reference', 'linked'])).toMatchObject({
      code: 2,
      error: expect.stringMatching(/^error: [^\n]+\n$/),
    });
  });

  it('site files that are refused', () => {
    mkdirSync(join(work, 'wrong'), { recursive: true });
    writeFileSync(join(work, 'wrong/platform.yaml'), 'domain: 7\n');
    const { code, error } = diff(['reference', '--sites', 'wrong']);
    expect(code).toBe(2);
    expect(error).toContain('platform.yaml');
  });
});

describe('commits', () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.net', ...args], {
      cwd: join(work, 'repository'),
      encoding: 'utf8',
    });
  /** In place of the project's own repository another one, in which two trees are. */
  const inRepository = (...args: string[]) => diff(args, { GIT_DIR: join(work, 'repository/.git') });
  const commit = (message: string) => {
    git('add', '--all');
    git('commit', '--quiet', '--message', message);
  };
  const version = (text: string) =>
    writeFileSync(join(work, 'repository/package.json'), JSON.stringify({ version: text }));
  beforeAll(() => {
    mkdirSync(join(work, 'repository'));
    git('init', '--quiet', '--initial-branch', 'main');
    version('1.0.0');
    cpSync(THREE_SITES, join(work, 'repository/sites'), { recursive: true });
    write('repository/charts/golden', REFERENCE);
    commit('one');
    write('repository/charts/golden', changed('fewer-pods'));
    commit('two');
  });

  it('are compared by their golden trees, and judged by their sites', () => {
    const { code, said, error } = inRepository('main~1', 'main');
    expect(error).toBe('');
    expect(said).toContain('main~1 -> main: 1 changed');
    expect(said).toMatch(/Limits\n.*autoscaler 3–9 -> 1–4/);
    expect(said).toMatch(/worse .*app read, app write, sign-in: degraded, not up, when/);
    expect(code).toBe(1);
  });

  it('are compared with what the sites say now', () => {
    const { code, said } = inRepository('--no-verdicts');
    expect(said).toMatch(/^HEAD -> .*: 1 changed/);
    expect(code).toBe(1);
  });

  it('of two versions of the tool are refused, but by choice', () => {
    version('99.0.0');
    commit('three');
    expect(inRepository('main~1', 'main')).toMatchObject({
      code: 2,
      error: expect.stringMatching(/^error: main~1 was made by version \S+ and main by 99\.0\.0[^\n]*\n$/),
    });
    expect(inRepository('main~1', 'main', '--any-version', '--no-verdicts').code).toBe(0);
  });

  it('without a golden tree are refused', () => {
    rmSync(join(work, 'repository/charts'), { recursive: true });
    commit('four');
    expect(inRepository('main')).toMatchObject({
      code: 2,
      error: expect.stringMatching(/^error: main has no charts\/golden; [^\n]+\n$/),
    });
  });
});
