import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
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

function firstDifference(kept: string, text: string): string | undefined {
  if (kept === text) return undefined;
  const [before, after] = [kept.split('\n'), text.split('\n')];
  const index = after.findIndex((line, at) => line !== before[at]);
  return `${index + 1}\n  - ${before[index] ?? ''}\n  + ${after[index] ?? ''}`;
}
