import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { objectsOf, readSiteTree, type SiteTree, Trees } from './site-tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'trees-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function made(text: string): SiteTree {
  const out = mkdtempSync(join(folder, 'dist-'));
  mkdirSync(join(out, 'lyn/kubernetes/cluster'), { recursive: true });
  writeFileSync(join(out, 'lyn/kubernetes/cluster/namespace-a.yaml'), text);
  return readSiteTree(out, 'lyn');
}
const namespace = (label: string) =>
  `apiVersion: v1\nkind: Namespace\nmetadata: { name: a, labels: { a: ${label} } }\n`;
const [first, second, third] = [made(namespace('one')), made(namespace('two')), made(namespace('three'))];

it('leads back to the tree that was whole before, and to the same one when the way back is cut', () => {
  const trees = new Trees(mkdtempSync(join(folder, 'state-')), 'lyn');
  expect(() => trees.before()).toThrow(/no tree of lyn that was deployed before is kept/);
  trees.begin(first, 'begun');
  trees.done(first);
  expect(() => trees.before()).toThrow(/no tree of lyn/);
  trees.begin(second, 'begun'); // and stopped
  expect(trees.before().digest).toBe(first.digest);
  trees.begin(first, 'back'); // and cut
  expect(trees.before()).toEqual(first);
  trees.done(first);
  trees.begin(third, 'begun');
  trees.done(third);
  expect(trees.before().digest).toBe(first.digest);
});

it('keeps ten trees, the last ones', () => {
  const state = mkdtempSync(join(folder, 'state-'));
  const trees = new Trees(state, 'lyn');
  const all = Array.from({ length: 13 }, (_, index) => made(namespace(`n${index}`)));
  for (const each of all) {
    trees.begin(each, 'begun');
    trees.done(each);
  }
  const kept = readdirSync(join(state, 'trees/lyn')).filter((name) => name.endsWith('.json.gz'));
  expect(kept.sort()).toEqual(
    all
      .slice(3)
      .map(({ digest }) => `${digest}.json.gz`)
      .sort(),
  );
});

it('names the file that says no object, the site that is not there, the folder that is not there', () => {
  expect(() => objectsOf(made('kind: Namespace\n'))).toThrow(
    /lyn\/kubernetes\/cluster\/namespace-a\.yaml says no object/,
  );
  expect(() => readSiteTree(join(folder, 'nowhere'), 'lyn')).toThrow(/there is no tree at .*npm run synth/);
  expect(() => readSiteTree(join(folder, readdirSync(folder)[0]!), 'lym')).toThrow(/did you mean lyn\?/);
});
