import { expect, it } from 'vitest';
import { REFERENCE } from '#scripts/testing/changed-sites-examples.ts';
import { report } from '../report.ts';
import { markdown } from './markdown.ts';

const names = { before: 'before', after: 'after' };
const edited = (change: (path: string, text: string) => string) =>
  new Map([...REFERENCE].map(([path, text]) => [path, change(path, text)]));

it('keeps what a change means whole, and says how much of the details it cut', () => {
  // Every object says something of its own: no two of them are one line.
  const after = edited((path, text) =>
    path.includes('/kubernetes/')
      ? text.replace('  labels:', `  labels:\n    own: ${path.length}-${path}`)
      : text,
  );
  const made = report(REFERENCE, after, names, []);
  const said = markdown(made);
  expect(said.length).toBeGreaterThan(60_000);
  expect(said.length).toBeLessThan(65_536);
  expect(said).toMatch(/… \d+ of \d+ groups of changes do not fit into a comment/);
  expect(said.trimEnd().endsWith('</details>')).toBe(true);
  expect(markdown(made, { charactersMax: Number.POSITIVE_INFINITY }).length).toBeGreaterThan(65_536);
});

it('cuts what it means as well where even that does not fit', () => {
  const after = edited((path, text) => (path.endsWith('.zone') ? text.replaceAll(/^[^@$].*$/gm, '') : text));
  const said = markdown(report(REFERENCE, after, names, []), { charactersMax: 1300 });
  expect(said.length).toBeLessThan(1300);
  expect(said).toContain('the rest does not fit into a comment');
});

it('lets nothing in a file speak for it: no markup, no mention, no end of a block', () => {
  const path = [...REFERENCE.keys()].find((each) => each.endsWith('/cockroachdb.service'))!;
  const evil = '<img src=x> @everybody ```\n# heading \u001b[31m\u202e';
  const said = markdown(
    report(REFERENCE, new Map([...REFERENCE, [path, evil]]), { before: '`a`', after: 'b' }, []),
  );
  expect(said).not.toContain('\u001b');
  expect(said).not.toContain('\u202e');
  const outside = said.replaceAll(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '');
  expect(outside).not.toContain('@everybody');
  expect(outside).not.toContain('<img');
});
