import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { only, replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { databaseLeases } from './database-leases.ts';

const model = threeSites();
const tree = only(artefacts(model), /cockroachdb|pgbouncer|platform|haproxy|openstack/);

const ZONES = 'platform/sql/zones.sql';
const messages = (from: string, to: string) =>
  databaseLeases.check(model, replaced(tree, ZONES, from, to)).map((each) => each.message);

it('holds for our own sites', () => {
  expect(databaseLeases.check(model, tree)).toEqual([]);
});

it('lets no lease rest on an arbiter', () => {
  expect(
    databaseLeases.check(
      model,
      replaced(tree, ZONES, '[[+region=sxb], [+region=dc]]', '[[+region=sxb], [+region=dc], [+region=do]]'),
    ),
  ).toEqual([
    {
      path: ZONES,
      text: 'ALTER RANGE default ',
      message: 'RANGE default: leases may rest on do, an arbiter',
      fix: 'take do out of lease_preferences',
    },
    {
      path: ZONES,
      text: 'ALTER RANGE default ',
      message: 'RANGE default: leases prefer sxb, dc, do; the platform says sxb, dc',
      fix: "lease_preferences = '[+region=sxb], [+region=dc]'",
    },
  ]);
});

it('takes "not on the arbiter" for what it is: any of the others, at random', () => {
  expect(messages('[[+region=sxb], [+region=dc]]', '[[-region=do]]')).toContain(
    'RANGE default: leases prefer -region=do; the platform says sxb, dc',
  );
});

it('keeps the order of the platform', () => {
  expect(messages('[[+region=sxb], [+region=dc]]', '[[+region=dc], [+region=sxb]]')).toEqual([
    'RANGE default: leases prefer dc, sxb; the platform says sxb, dc',
  ]);
});

it('wants a choice that is left after the loss of the first, and replicas where leases are to be', () => {
  expect(messages('[[+region=sxb], [+region=dc]]', '[[+region=sxb]]')).toContain(
    'RANGE default: 1 site is preferred; without it leases may go anywhere',
  );
  expect(messages('"+region=dc": 2', '"+region=do": 2')).toContain(
    'RANGE default: leases prefer dc, which holds no replica',
  );
});
