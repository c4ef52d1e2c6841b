import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { plans } from '#charts/plans.ts';
import { siteOf } from '#sites/questions.ts';
import { plain } from './lib/procedure/plain.ts';
import { readProcedure } from './lib/procedure/read.ts';
import { threeSites } from './testing/three-sites.ts';

const folder = mkdtempSync(join(tmpdir(), 'procedure-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (text: string): string => {
  const path = join(folder, 'one.yaml');
  writeFileSync(path, text);
  return path;
};

const model = threeSites();
const all = plans(model, siteOf(model, 'dc')).filter(([path]) => path.endsWith('.yaml'));

it.each(all)('shows %s before anything is done', async (path, text) => {
  const { procedure } = readProcedure(file(text));
  await expect(plain(procedure)).toMatchFileSnapshot(
    `transcripts/${path.replace(/^plans\/|\.yaml$/g, '')}.txt`,
  );
});

it.each([
  ['no YAML', 'a: [', /one\.yaml: /],
  ['a list', '- a', /is no procedure: the file must be object/],
  [
    'a step without a way back',
    all[0]![1].replace(/\n +undo:[\s\S]*/, '\n'),
    /must have required property 'undo'/,
  ],
])('refuses %s in one line', (_, text, message) => {
  expect(() => readProcedure(file(text))).toThrow(message);
});
