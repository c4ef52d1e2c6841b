import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { only, replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Model } from '#sites/model.ts';
import { survives } from './survives.ts';

const model = threeSites();
const tree = artefacts(model);
const ZONES = 'platform/sql/zones.sql';
const promising = (...promises: Model['survives']): Model => ({ ...model, survives: promises });

it('holds for our own sites, which promise any host and any site', () => {
  expect(model.survives).toEqual(['any-host', 'any-site']);
  expect(survives.check(model, tree)).toEqual([]);
});

it('tells the smallest case in words, and what would mend it', () => {
  expect(survives.check(promising('any-site', 'any-site-and-a-host'), tree)).toEqual([
    {
      path: ZONES,
      text: 'ALTER DATABASE fredu ',
      message:
        'any-site-and-a-host is promised, and losing sxb while dc-worker1 is down or drained stops writes to 2/3 of the ranges and with that app read, app write, sign-in (and 17 cases like it)',
      fix: 'survive: site-and-host in database: 9 replicas of each range (4 more than now, so 80 % more disk), no more hosts, and writes wait for one round trip to another site (about 10 ms over 1,000 km), as they do whenever a site may be lost; or promise less: survives: [any-site]',
    },
  ]);
});

it('judges the rendered text: voters that crowd one site', () => {
  const crowded = replaced(
    tree,
    ZONES,
    /"\+region=sxb": 2, "\+region=dc": 2/g,
    '"+region=sxb": 3, "+region=dc": 1',
  );
  const [finding] = survives.check(promising('any-host', 'any-site'), crowded);
  expect(finding).toMatchObject({
    path: ZONES,
    message:
      'any-site is promised, and losing sxb stops writes to every range and with that app read, app write, sign-in',
  });
});

it('asks for files as well: a zone of one site is lost with it', () => {
  const alone = only(tree, /^(?!dc\/kubernetes\/rook-ceph\/)/);
  expect(survives.check(promising('any-site'), alone)).toMatchObject([
    { message: 'any-site is promised, and losing sxb stops file read: the zone sxb is gone with sxb' },
  ]);
});

it('asks for hosts: the app needs more than one edge of the only site that has a way in', () => {
  const single = only(tree, /^(?!dc\/openstack\/|sxb\/hosts\/sxb-edge2\/)/);
  expect(survives.check(promising('any-host'), single)[0]?.message).toMatch(
    /^any-host is promised, and losing sxb-edge1 stops app read, app write, sign-in, file read: .*no edge balances any more/,
  );
});
