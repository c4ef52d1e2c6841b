import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { exampleInput, filesOf, manySites, reversed } from '#scripts/testing/example-sites.ts';
import { THREE_SITES } from '#scripts/testing/three-sites.ts';
import { CannotLook, cannot } from './cannot.ts';
import { judge, type Loaded, load, read } from './load.ts';
import { print } from './problem.ts';

const own = read(THREE_SITES);

it('finds nothing wrong with our own sites, the examples, and many sites', () => {
  expect(print(load(join(import.meta.dirname, '..')).problems)).toBe('');
  expect(print(judge(filesOf(exampleInput())).problems)).toBe('');
  const { model, problems } = judge(filesOf(manySites(50)));
  expect(print(problems)).toBe('');
  expect(model!.sites).toHaveLength(50);
});

it('gives the same model, to the byte, whatever the order of files and keys', () => {
  const shuffled = new Map(
    [...own].reverse().map(([name, text]) => [name, stringify(reversed(parse(text)))]),
  );
  expect(JSON.stringify(judge(shuffled).model) === JSON.stringify(judge(own).model)).toBe(true);
});

it('survives keys that JavaScript knows', () => {
  for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const hosts = `  ${key}: { role: database, address: 203.0.113.9 }\n  node1:`;
    const { problems } = judge(
      new Map([...own, ['do.yaml', own.get('do.yaml')!.replace('  node1:', hosts)]]),
    );
    expect(
      problems.every(({ code }) => code === 'wrong-form'),
      print(problems),
    ).toBe(true);
  }
});

it('tells mistakes of every file though others cannot be read at all', () => {
  const files = new Map([...own, ['sxb.yaml', '{'], ['platform.yaml', '[']]);
  files.set('dc.yaml', own.get('dc.yaml')!.replace('hypervisors: 3', 'hypervisors: 1'));
  const said = judge(files).problems.map(({ file, code }) => `${file} ${code}`);
  expect(said).toEqual([
    'sites/dc.yaml hypervisors-few',
    'sites/platform.yaml yaml-missing-char',
    'sites/sxb.yaml yaml-missing-char',
  ]);
});

describe('what cannot be read is one line that says what to do', () => {
  let folder = '';
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'fredu-load-')), 'sites');
    mkdirSync(folder);
    for (const [name, text] of own) writeFileSync(join(folder, name), text);
  });
  afterEach(() => {
    chmodSync(folder, 0o700);
    rmSync(join(folder, '..'), { recursive: true });
  });
  const loaded = () => {
    try {
      return load(folder);
    } catch (error) {
      expect(error).toBeInstanceOf(CannotLook);
      return (error as Error).message;
    }
  };

  it('a folder that is not there', () => {
    rmSync(folder, { recursive: true });
    expect(loaded()).toBe('cannot read sites: it does not exist');
    mkdirSync(folder);
  });
  it('a file in the place of the folder', () => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');
    expect(loaded()).toMatch(/^cannot read sites: a part of the path is a file, not a folder/);
  });
  it('no platform.yaml', () => {
    rmSync(join(folder, 'platform.yaml'));
    expect(loaded()).toBe(
      'cannot read sites/platform.yaml: it does not exist; it holds what all sites share',
    );
  });
  it('no site', () => {
    for (const name of own.keys()) if (name !== 'platform.yaml') rmSync(join(folder, name));
    expect(loaded()).toBe('no site in sites/: each site is a file beside platform.yaml, such as lyn.yaml');
  });
  it('a folder that is named like a site', () => {
    mkdirSync(join(folder, 'lyn.yaml'));
    expect(loaded()).toBe('cannot read sites/lyn.yaml: it is a folder, not a file');
  });
  it('a link that leads nowhere', () => {
    symlinkSync('nowhere', join(folder, 'lyn.yaml'));
    expect(loaded()).toBe('cannot read sites/lyn.yaml: it does not exist');
  });
  it('a file that is somebody else’s', () => {
    const error = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    expect(cannot('read', 'sites/sxb.yaml', error).message).toMatch(
      /^cannot read sites\/sxb.yaml: you have no permission/,
    );
  });
  it.each(['pipe', 'device'])('a %s, for which nobody waits', (kind) => {
    const path = join(folder, 'lyn.yaml');
    if (kind === 'pipe') execFileSync('mkfifo', [path]);
    else symlinkSync('/dev/zero', path);
    expect(loaded()).toMatch(/^cannot read sites\/lyn.yaml: it is no regular file/);
  });
  it('more files than anybody has sites', () => {
    for (let number = 0; number < 101; number += 1) writeFileSync(join(folder, `s${number}.yaml`), '');
    expect(loaded()).toBe('sites/ has 105 files of sites; 101 are read');
  });
  it.each(['lyn.YAML', 'LYN.YML', 'lyn.yml', '.lyn.yaml'])('a file that looks like a site: %s', (name) => {
    writeFileSync(join(folder, name), '');
    const problems = (loaded() as Loaded).problems.map(({ code, file, fix }) => ({ code, file, fix }));
    const fix = 'rename it to lyn.yaml, or move it elsewhere where it is no site';
    expect(problems).toEqual([{ code: 'file-name', file: `sites/${name}`, fix }]);
  });
  it.each([
    ['30 MB of comments', '# so much to say\n'.repeat(1_900_000)],
    [
      '20,000 hosts',
      `hosts:\n${Array.from({ length: 20_000 }, (_, n) => `  h${n}: { role: worker, address: 10.0.0.1 }\n`).join('')}`,
    ],
  ])('%s, within a second', (_, text) => {
    writeFileSync(join(folder, 'lyn.yaml'), text);
    const start = performance.now();
    const { problems } = loaded() as Loaded;
    expect(performance.now() - start).toBeLessThan(1000);
    expect(problems.map(({ code }) => code)).toEqual(['file-size']);
  });
  it.each([
    [
      'UTF-16',
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(own.get('do.yaml')!, 'utf16le')]),
      'yaml-encoding',
    ],
    ['UTF-16 without a mark', Buffer.from(own.get('do.yaml')!, 'utf16le'), 'yaml-encoding'],
    ['Latin-1', Buffer.from('name: Orléans\n', 'latin1'), 'yaml-encoding'],
    ['line ends of CR alone', Buffer.from(own.get('do.yaml')!.replaceAll('\n', '\r')), 'line-ends'],
  ])('%s is named', (_, bytes, code) => {
    writeFileSync(join(folder, 'do.yaml'), bytes);
    expect((loaded() as Loaded).problems.map((problem) => problem.code)).toEqual([code]);
  });
  it('but what editors leave behind is passed over', () => {
    for (const name of ['.sxb.yaml.swp', 'sxb.yaml~', '.#dc.yaml', '._dc.yaml', 'README.md'])
      writeFileSync(join(folder, name), '{');
    expect(loaded()).toMatchObject({ problems: [] });
  });
});
