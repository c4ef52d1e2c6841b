import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { POLICIES } from '../index.ts';
import { DECLINED } from '../named/declined.ts';
import { CHECKS, NAMED } from '../named/packs.ts';
import { covers, WAIVERS } from '../named/waivers.ts';
import { judge, namedChecks } from './named-checks.ts';

const model = threeSites();
const tree = artefacts(model);
const names = NAMED.flatMap(({ checks }) => checks.map(({ id }) => id));

it('our own sites keep it', () => {
  expect(namedChecks.check(model, tree)).toEqual([]);
});

it('has at least 220 named checks, each under one name of its source', () => {
  expect(names.length).toBeGreaterThanOrEqual(220);
  expect(new Set(names).size).toBe(names.length);
  for (const { source, checks } of NAMED)
    for (const { id } of checks) expect(id.startsWith(`${source}/`), id).toBe(true);
});

it('says of every check what to avoid, what to write and why', () => {
  for (const { checks } of NAMED)
    for (const { id, title, avoid, fix, why } of checks) {
      expect(title.length, id).toBeGreaterThan(10);
      expect(avoid.length, id).toBeGreaterThan(3);
      expect(fix.length, id).toBeGreaterThan(3);
      expect(why.length, id).toBeGreaterThan(15);
    }
});

it('has at most ten waivers, each of a check that is there, with a reason and a day', () => {
  expect(WAIVERS.length).toBeLessThanOrEqual(10);
  for (const { check, reason, since } of WAIVERS) {
    expect(CHECKS.map(({ id }) => id)).toContain(check);
    expect(reason.length, check).toBeGreaterThan(20);
    expect(since, check).toMatch(/^20\d\d-\d\d-\d\d$/);
  }
});

it('declines no check that it asks, and names in its place a law or a check that there is', () => {
  expect(DECLINED.filter(({ check }) => names.includes(check))).toEqual([]);
  const known = [...names, ...POLICIES.map(({ id }) => id)];
  const instead = DECLINED.flatMap((each) => each.instead?.split(', ') ?? []);
  expect(instead.filter((id) => !known.includes(id))).toEqual([]);
});

it('names the check, the object and the fix', () => {
  const path = 'sxb/kubernetes/education/deployment-education-api.yaml';
  const changed = edited(tree, path, (object) => Object.assign(object.spec.template.spec, { hostPID: true }));
  expect(namedChecks.check(model, changed)).toEqual([
    {
      check: 'kube-linter/host-pid',
      path,
      message: "Deployment/education/education-api sees the node's processes",
      fix: 'leave out hostPID',
    },
  ]);
});

it('needs every waiver on the reference platform', () => {
  const found = judge(model, tree, []);
  const needed = WAIVERS.filter(({ check, object }) =>
    found.some((each) => each.check === check && covers(object, each.message.split(' ')[0]!)),
  );
  expect(needed).toEqual(WAIVERS);
});

it('says when a waiver is not needed any more', () => {
  const path = 'kubernetes/cockroachdb/statefulset-cockroachdb.yaml';
  const better = ['sxb', 'dc'].reduce(
    (sum, site) => edited(sum, `${site}/${path}`, (object) => delete object.spec.template.spec.hostNetwork),
    tree as ReadonlyMap<string, string>,
  );
  expect(namedChecks.check(model, better).map(({ message }) => message)).toEqual([
    'the waiver of kube-linter/host-network for StatefulSet/cockroachdb/cockroachdb allows nothing: the object is better than that',
  ]);
});

it('says when a waiver is of a check that nobody knows', () => {
  const waiver = {
    check: 'kube-linter/host-dip',
    object: 'Job/a/b',
    reason: 'a word of it',
    since: '2026-01-01',
  };
  expect(judge(model, tree, [...WAIVERS, waiver]).map(({ message }) => message)).toEqual([
    'the waiver for Job/a/b names kube-linter/host-dip, which is no named check',
  ]);
});
