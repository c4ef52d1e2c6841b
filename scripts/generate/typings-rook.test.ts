import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../lib/sites.ts';
import { rookTypings } from './typings-rook.ts';

it('is what stands in constructs/kubernetes/ceph/rook.gen.ts: run `npm run typings:rook` after a change of the schemas', async () => {
  expect(readFileSync(join(ROOT, 'constructs/kubernetes/ceph/rook.gen.ts'), 'utf8')).toBe(
    await rookTypings(),
  );
});
