import { App } from 'cdktf';
import { expect, it } from 'vitest';
import { OpenstackStack } from '#constructs/openstack/stack.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { hasOpenstack } from '#sites/site-kinds.ts';
import { stackText } from './openstack.ts';

const model = threeSites();
const site = model.sites.find(hasOpenstack)!;

/** Keys in one order, comments of the library left out. */
function same(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(same);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== '//');
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, same(each)]),
  );
}

it('writes what the library itself would write, less its comments', () => {
  const stack = new OpenstackStack(new App(), site.code, { model, site });
  stack.prepareStack();
  expect(same(JSON.parse(stackText(stack)))).toEqual(same(stack.toTerraform()));
});

it('leaves no token unresolved, and names no path', () => {
  const text = stackText(new OpenstackStack(new App(), site.code, { model, site }));
  expect(text).not.toContain('TfToken');
  expect(text).not.toMatch(/"\/(home|root|tmp|usr)\//);
});
