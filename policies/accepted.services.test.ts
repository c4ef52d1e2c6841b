import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { apply, parseFixture } from '#scripts/testing/fixture.ts';
import { THREE_SITES } from '#scripts/testing/three-sites.ts';
import { judge, read } from '#sites/load/load.ts';
import { POLICIES } from './index.ts';

/** What the loader accepts and a law does not, because the words are right and the platform is not. */
const BROKEN: Record<string, string[]> = {
  'objects-one.txt': ['database-backups', 'survives'], // a second site could hold backups and files, and has no store
};
const folder = join(import.meta.dirname, '../sites/fixtures/accepted');
const own = read(THREE_SITES);

/** Every shape of platform that is said to be possible; judging all of them takes half a minute. */
it.each(readdirSync(folder))('keeps every law: %s', (name) => {
  const { model } = judge(apply(own, parseFixture(readFileSync(join(folder, name), 'utf8'))));
  const tree = artefacts(model!);
  // What a lab does not promise is a note of it.
  const laws = POLICIES.filter((policy) => !(model!.lab && policy.lab));
  const found = laws.flatMap((policy) =>
    policy.check(model!, tree).map(({ message }) => `${policy.id}: ${message}`),
  );
  const expected = BROKEN[name] ?? [];
  expect(found.filter((each) => !expected.includes(each.split(':')[0]!))).toEqual([]);
  for (const law of expected) expect(found.map((each) => each.split(':')[0])).toContain(law);
});
