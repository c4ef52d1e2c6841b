import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { replaced, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { databaseBackups } from './database-backups.ts';

const model = threeSites();
const tree = artefacts(model, 'platform');
const PATH = 'platform/sql/backups.sql';
const messages = (of: Tree) => databaseBackups.check(model, of).map((each) => each.message);

it('holds for our own sites, and asks nothing where there is no object store', () => {
  expect(databaseBackups.check(model, tree)).toEqual([]);
  expect(databaseBackups.check({ ...model, objects: undefined }, new Map())).toEqual([]);
});

it('misses the schedule', () => {
  expect(databaseBackups.check(model, without(tree, PATH))).toEqual([
    { path: PATH, message: 'no backup is scheduled', fix: 'CREATE SCHEDULE … FOR BACKUP' },
  ]);
});

it('wants a full one each day, a smaller one each hour, and a metric of their age', () => {
  expect(messages(replaced(tree, PATH, "FULL BACKUP '30 1 * * *'", "FULL BACKUP '30 1 * * 0'"))).toEqual([
    'full backups run at "30 1 * * 0", not once a day',
  ]);
  expect(messages(replaced(tree, PATH, "RECURRING '30 * * * *'", "RECURRING '30 */6 * * *'"))).toEqual([
    'incremental backups run at "30 */6 * * *", not each hour',
  ]);
  expect(messages(replaced(tree, PATH, ', updates_cluster_last_backup_time_metric', ''))).toEqual([
    'no metric says when the last backup ended, so no alert can',
  ]);
});

it('reads where the connection leads in the end: a key, or a store that takes no writes', () => {
  expect(
    messages(replaced(tree, PATH, /(ALTER .*)AUTH=implicit/, '$1AUTH=specified&AWS_SECRET_ACCESS_KEY=x')),
  ).toEqual(['the connection backups holds AWS_SECRET_ACCESS_KEY']);
  expect(messages(replaced(tree, PATH, /(ALTER .*)s3\.sxb/, '$1s3.dc'))).toEqual([
    'backups go to https://s3.dc.fredu.fr; https://s3.sxb.fredu.fr takes writes',
  ]);
  expect(messages(replaced(tree, PATH, "'external://backups'", "'nodelocal://1/backups'"))).toEqual([
    'the schedule names its target by no connection of this file',
  ]);
});

it('wants a second store, for the first is lost with its site', () => {
  const alone = { ...model, objects: { ...model.objects!, secondaries: [] } };
  expect(databaseBackups.check(alone, tree).map((each) => each.message)).toEqual([
    'backups lie in sxb alone and are lost with it',
  ]);
  // Where nothing else could hold one, it is noted with the files of the sites, and no law is broken.
  const room = { ...alone, sites: alone.sites.filter(({ code }) => code === 'sxb') };
  expect(databaseBackups.check(room, tree)).toEqual([]);
});
