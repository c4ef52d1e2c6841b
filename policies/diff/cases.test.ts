import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CHANGED_SITES, REFERENCE } from '#scripts/testing/changed-sites-examples.ts';
import { EDITED_TREES } from '#scripts/testing/edited-tree-examples.ts';
import { OPENED_WAYS } from '#scripts/testing/opened-way-examples.ts';
import { exitOf, report, text } from './index.ts';

/** What a reviewer reads of each change, as it stands in git: `npx vitest run policies/diff/cases -u` writes it again. */
const CASES = join(import.meta.dirname, 'cases');

const PAIRS = [...CHANGED_SITES, ...EDITED_TREES, ...OPENED_WAYS];

it.each(PAIRS)('$name', async ({ name, before, after }) => {
  const made = report(before?.() ?? REFERENCE, after(), { before: 'before', after: 'after' }, []);
  // Digests follow every word of a page: what they are is no news.
  const said = `${text(made, { groupsMax: 12 })}\nexit ${exitOf(made)}\n`.replaceAll(
    /\b[0-9a-f]{10,16}\b/g,
    '<digest>',
  );
  await expect(said).toMatchFileSnapshot(join(CASES, `${name}.txt`));
});

it('keeps a text of every case and of no other', () => {
  expect(readdirSync(CASES).sort()).toEqual(PAIRS.map(({ name }) => `${name}.txt`).sort());
});
