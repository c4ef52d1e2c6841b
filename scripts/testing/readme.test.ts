import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { threeSites } from './three-sites.ts';
import { trackedFiles } from './tracked.ts';

const root = join(import.meta.dirname, '../..');
const pages = ['README.md', 'CONTRIBUTING.md'].map(
  (name) => [name, readFileSync(join(root, name), 'utf8')] as const,
);
const tree = artefacts(threeSites());

it('shows excerpts as they are in the files that they name', () => {
  const blocks = pages.flatMap(([, text]) => [...text.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```/gm)]);
  expect(blocks.length).toBeGreaterThan(3);
  for (const [, path, excerpt] of blocks) {
    const text = path!.startsWith('dist/')
      ? tree.get(path!.slice(5))
      : readFileSync(join(root, path!), 'utf8');
    expect(text, path).toContain(excerpt);
  }
});

it('names commands that there are', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const [name, text] of pages) {
    for (const [, command] of text.matchAll(/npm run ([a-z:]+)/g))
      expect(Object.keys(scripts), name).toContain(command);
  }
});

it('lays out every folder that there is', async () => {
  const layout = /## Layout\n\n```text\n([\s\S]*?)```/.exec(pages[0]![1])![1]!;
  const listed = [...layout.matchAll(/^(\S+)\/ /gm)].map(([, folder]) => folder);
  const folders = new Set((await trackedFiles()).map((path) => path.split('/')[0]!));
  const known = ['.devcontainer', '.github', '.vscode']; // of services, described in CONTRIBUTING.md
  expect([...listed, ...known].sort()).toEqual([...folders].filter(isFolder).sort());
});
const isFolder = (name: string): boolean => statSync(join(root, name)).isDirectory();

it('names files that there are', () => {
  for (const [name, text] of pages) {
    for (const [, path] of text.matchAll(
      /[`(]((?:sites|constructs|charts|policies|scripts|docs|app)\/[\w./-]*|\.ci\/\w+|[A-Z]+(?:\.md)?)[`)]/g,
    )) {
      expect(existsSync(join(root, path!)), `${name}: ${path}`).toBe(true);
    }
  }
});
