import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listFiles } from '#scripts/lib/tree.ts';
import { load } from '#sites/load/load.ts';
import { artefacts } from './artefacts.ts';

const sites = join(import.meta.dirname, '../sites');
const golden = join(import.meta.dirname, 'golden');
const made = artefacts(load(sites).model!);

it('makes exactly the files that are kept in git', () => {
  const kept = [...listFiles(golden)].filter((path) => !path.startsWith('.'));
  expect(
    [...made.keys()].filter((path) => !kept.includes(path)),
    'made, not kept: npm run golden',
  ).toEqual([]);
  expect(
    kept.filter((path) => !made.has(path)),
    'kept, made no more: npm run golden',
  ).toEqual([]);
});

it('makes them with the same bytes', () => {
  const different = [...made].flatMap(([path, text]) => {
    const line = firstDifference(readFileSync(join(golden, path), 'utf8'), text);
    return line ? [`${path}:${line}`] : [];
  });
  expect(different, 'npm run golden, and say in the commit why each one moved').toEqual([]);
});

describe('each file is drawn, composed and judged in one room, which its path names', () => {
  const root = join(import.meta.dirname, '..');
  const rooms = Map.groupBy(listFiles(golden), roomOf);
  const laws = readFileSync(join(root, 'policies/index.ts'), 'utf8');

  it.each([...rooms.keys()].filter((room) => room !== undefined).sort())('%s', (room) => {
    expect(existsSync(join(root, 'constructs', room)), `constructs/${room}/ draws it`).toBe(true);
    expect(existsSync(join(root, 'charts', `${room}.ts`)), `charts/${room}.ts composes it`).toBe(true);
    expect(laws, `policies/${room}/ judges it`).toContain(`from './${room}/`);
    expect(readFileSync(join(root, 'docs/architecture.md'), 'utf8')).toContain(`constructs/${room}/`);
  });

  it('and there is no room of another name', () => {
    const folders = readdirSync(join(root, 'constructs'), { withFileTypes: true });
    const drawing = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const composing = readdirSync(join(root, 'charts'))
      .filter((name) => /^[\w-]+\.ts$/.test(name) && name !== 'artefacts.ts')
      .map((name) => name.replace('.ts', ''));
    // What a fork does not have – a cloud, a front firewall – its tree has no files of.
    for (const room of rooms.keys()) expect(room === undefined || drawing.includes(room), room).toBe(true);
    expect(composing.sort()).toEqual(drawing.sort());
  });
});

/** The room of a file of the tree; none of what `synth` remembers beside it. */
function roomOf(path: string): string | undefined {
  const [place = '', room = ''] = path.split('/');
  if (path.startsWith('.')) return undefined;
  if (place === 'platform') return place;
  return SAID_ELSEWHERE[room] ?? room;
}
/** What providers and people are given by a name of its own. */
const SAID_ELSEWHERE: Record<string, string> = { 'cloud-init': 'hosts', 'before-the-first-time.md': 'plans' };

function firstDifference(kept: string, text: string): string | undefined {
  if (kept === text) return undefined;
  const [before, after] = [kept.split('\n'), text.split('\n')];
  const index = after.findIndex((line, at) => line !== before[at]);
  return `${index + 1}\n  - ${before[index] ?? ''}\n  + ${after[index] ?? ''}`;
}
