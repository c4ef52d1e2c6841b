import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { clientTypes, GENERATED } from './client.ts';

it('are those of the routes', async () => {
  const stale = readFileSync(GENERATED, 'utf8') !== (await clientTypes());
  expect(stale, 'the pages know an older API; run `npm run client`').toBe(false);
});
