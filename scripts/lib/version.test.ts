import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { VERSION as OF_APP } from '#server/version.ts';
import { ROOT } from './sites.ts';
import { VERSION } from './version.ts';

it('is one for the toolkit, the app and the typings: `npm version` of CONTRIBUTING.md raises them together', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const locked = ['', 'app', 'constructs/openstack/provider'].map((path) => packages[path].version);
  expect([OF_APP, ...locked]).toEqual([VERSION, VERSION, VERSION, VERSION]);
});
