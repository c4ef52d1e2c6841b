import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { daemon } from './run.ts';
import { listFiles, writeTree } from './tree.ts';
import { VERSION } from './version.ts';

let out: string;
beforeEach(() => {
  out = join(fs.mkdtempSync(join(tmpdir(), 'fredu-tree-')), 'dist');
});
afterEach(() => fs.rmSync(join(out, '..'), { recursive: true, force: true }));

const none = (_place: string) => false;
const tree = (places: Record<string, Record<string, string>>) =>
  new Map(Object.entries(places).map(([place, files]) => [place, new Map(Object.entries(files))]));
const write = (places: Record<string, Record<string, string>>, keep = none) =>
  writeTree(out, tree(places), keep);
const visible = () => [...listFiles(out)].filter((path) => !path.startsWith('.fredu')).sort();

describe('a generated tree', () => {
  it('tells what was added, changed and removed', () => {
    write({ sxb: { 'a.yaml': '1', 'b/c.yaml': '2' } });
    const change = write({ sxb: { 'a.yaml': '9', 'd.yaml': '3' } }).get('sxb');
    expect(change).toEqual({ added: ['d.yaml'], changed: ['a.yaml'], removed: ['b/c.yaml'], edited: [] });
    expect(visible()).toEqual(['sxb/a.yaml', 'sxb/d.yaml']);
  });

  it('removes only what it made', () => {
    write({ sxb: { 'a.yaml': '1' } });
    fs.writeFileSync(join(out, 'sxb', 'notes.txt'), 'mine');
    fs.mkdirSync(join(out, 'other'));
    fs.writeFileSync(join(out, 'other', 'x'), 'mine too');
    write({ sxb: {} });
    expect(visible()).toEqual(['other/x', 'sxb/notes.txt']);
    expect(fs.readFileSync(join(out, 'sxb', 'notes.txt'), 'utf8')).toBe('mine');
  });

  it('removes a place that is made no more, but not one that was left out this time', () => {
    write({ sxb: { a: '1' }, lyn: { a: '1' } });
    write({ sxb: { a: '2' } }, (place) => place === 'lyn');
    expect(visible()).toEqual(['lyn/a', 'sxb/a']);
    write({ sxb: { a: '2' } });
    expect(visible()).toEqual(['sxb/a']);
  });

  it('states the release that made it, and knows what a release before that made', () => {
    write({ sxb: { a: '1' } });
    const path = join(out, '.fredu.json');
    const manifest = JSON.parse(fs.readFileSync(path, 'utf8'));
    expect(manifest).toEqual({ version: VERSION, made: { sxb: { a: expect.any(String) } } });
    fs.writeFileSync(path, JSON.stringify(manifest.made));
    expect(write({ sxb: { b: '1' } }).get('sxb')).toMatchObject({ added: ['b'], removed: ['a'] });
  });

  it('says which files were edited by hand', () => {
    write({ sxb: { a: '1', b: '1' } });
    fs.writeFileSync(join(out, 'sxb', 'a'), 'by hand');
    expect(write({ sxb: { a: '1', b: '1' } }).get('sxb')).toMatchObject({ changed: ['a'], edited: ['a'] });
  });

  it('leaves an unchanged file alone, to its time of change', () => {
    write({ sxb: { a: '1' } });
    const before = fs.statSync(join(out, 'sxb', 'a')).mtimeMs;
    write({ sxb: { a: '1', b: '2' } });
    expect(fs.statSync(join(out, 'sxb', 'a')).mtimeMs).toBe(before);
  });

  it('refuses to write while another run does, and takes over from one that was killed', () => {
    write({ sxb: { a: '1' } });
    fs.writeFileSync(join(out, '.fredu.lock'), String(process.pid));
    expect(() => write({ sxb: { a: '2' } })).toThrow(/another run \(process \d+\) is writing/);
    fs.writeFileSync(join(out, '.fredu.lock'), '999999999');
    write({ sxb: { a: '2' } });
    expect(fs.readFileSync(join(out, 'sxb', 'a'), 'utf8')).toBe('2');
  });

  it('says in one line what cannot be written', () => {
    fs.mkdirSync(join(out, '..'), { recursive: true });
    fs.writeFileSync(out, 'a file');
    expect(() => write({ sxb: { a: '1' } })).toThrow(
      /^cannot write .*dist: a file stands in its place; remove it/,
    );
  });
});

it('is whole after kill -9 at any moment', async () => {
  const first = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`d${i % 7}/f${i}`, 'first']));
  write({ sxb: first, dc: first });
  const script = join(out, '..', 'writer.ts');
  fs.writeFileSync(
    script,
    `import { writeTree } from ${JSON.stringify(join(import.meta.dirname, 'tree.ts'))};
     for (let round = 0; ; round += 1) {
       const files = new Map(Array.from({ length: 60 }, (_, i) => [\`d\${i % 7}/f\${i}\`, String(round)]));
       writeTree(${JSON.stringify(out)}, new Map([['sxb', files], ['dc', files]]), () => false);
     }`,
  );
  for (let kill = 0; kill < 12; kill += 1) {
    const writer = daemon([process.execPath, script], { log: join(out, '..', 'log') });
    await new Promise((resolve) => setTimeout(resolve, 150 + 23 * kill));
    process.kill(writer.pid, 'SIGKILL');
    await writer.stop();
    for (const place of ['sxb', 'dc']) expect(rounds(place)).toHaveLength(1);
  }
  write({ sxb: { a: '1' } });
  expect(visible()).toEqual(['sxb/a']);
  expect([...listFiles(out)].filter((path) => path.startsWith('.fredu'))).toEqual(['.fredu.json']);
});

/** The rounds that the files of a place come from; between its two renames a place stands in the retired folder. */
function rounds(place: string): string[] {
  const folder = [join(out, place), join(out, '.fredu.old', place)].find((path) => fs.existsSync(path))!;
  const files = [...listFiles(folder)];
  expect(files).toHaveLength(60);
  return [...new Set(files.map((path) => fs.readFileSync(join(folder, path), 'utf8')))];
}
