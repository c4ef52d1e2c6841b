import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../lib/sites.ts';
import { ASKING, MAKERS } from './all.ts';

/** Programs that stand among the makers and make nothing that is kept in git without a person's hand. */
const BY_HAND = [
  'scripts/generate/all.ts',
  'scripts/generate/cdktf.ts',
  'scripts/generate/replacements.ts',
  'scripts/generate/schemas-custom.ts',
];

it('knows every maker of scripts/generate/ and app/generate/', () => {
  const programs = ['scripts/generate', 'app/generate'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .map((name) => `${folder}/${name}`)
      .filter((path) => readFileSync(join(ROOT, path), 'utf8').includes('if (import.meta.main)')),
  );
  const known = [...MAKERS, ...ASKING].map(({ command: [program] }) => program);
  expect([...known, ...BY_HAND].sort()).toEqual(programs.filter((path) => !path.endsWith('.test.ts')).sort());
});

it('names what each writes', () => {
  const written = [...MAKERS, ...ASKING].flatMap(({ writes }) => writes);
  expect(written.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
