import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { plans } from '#policies/plans/plans.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { imageTag } from '../images.ts';
import { RELEASES } from '../releases.ts';
import { finalizeProcedure, UPGRADED, type Upgraded, upgradeProcedure } from './upgrade.ts';

const WHERE = { tree: '/srv/tree', kubespray: '/srv/kubespray' };
const TO: Record<Upgraded, string> = {
  kubespray: RELEASES.kubespray,
  kubernetes: RELEASES.kubernetes,
  rook: imageTag('rook').slice(1),
  ceph: imageTag('ceph').slice(1),
  'cert-manager': RELEASES.certManager,
  traefik: imageTag('traefik').slice(1),
  cockroachdb: imageTag('cockroachdb').slice(1),
};
const of = (program: Upgraded, model = threeSites()) =>
  upgradeProcedure({ ...WHERE, model, program, to: TO[program] });
const ids = (program: Upgraded) => of(program).steps.map(({ id }) => id);

describe.each([
  ['our sites', threeSites()],
  ['a room and a cloud', example()],
])('the procedures of %s', (_, model) => {
  it.each(UPGRADED)('are complete for %s', (program) => {
    const procedure = of(program, model);
    const path = `${model.sites[0]!.code}/plans/${procedure.id}.yaml`;
    expect(plans.check(model, new Map([[path, stringify(procedure)]]))).toEqual([]);
  });
  it('are complete for the finalization', () => {
    const procedure = finalizeProcedure({ model, to: TO.cockroachdb, tree: '/srv/tree' });
    const path = `${model.sites[0]!.code}/plans/${procedure.id}.yaml`;
    expect(plans.check(model, new Map([[path, stringify(procedure)]]))).toEqual([]);
  });
});

it('one site at a time, the first choice for leases last, and everything well between', () => {
  expect(ids('traefik')).toEqual(['well-before', 'roll-dc', 'well-dc', 'roll-sxb', 'well-sxb']);
  const database = ids('cockroachdb');
  expect(database.slice(0, 2)).toEqual(['well-before', 'hold-finalization']);
  expect(database.slice(-2)).toEqual(['roll-sxb', 'well-sxb']);
  expect(database).toContain('node-do-node1');
  expect(JSON.stringify(of('cockroachdb'))).not.toContain('SET CLUSTER SETTING version');
});

it('takes the snapshot of etcd before the nodes of its cluster', () => {
  const steps = ids('kubernetes');
  for (const site of ['dc', 'sxb'])
    expect(steps.indexOf(`snapshot-${site}`)).toBe(steps.indexOf(`nodes-${site}`) - 1);
});

it('begins only from a minor release that may go to this one', () => {
  const from = of('kubernetes').steps.find(({ id }) => id === 'from-dc')!.until[0]!.matches![0]!;
  const [major, minor] = RELEASES.kubernetes.split('.').map(Number);
  const all = (...releases: string[]) => new RegExp(from).test(releases.join(' '));
  expect(all(`v${major}.${minor! - 1}.2`, `v${major}.${minor}.1`)).toBe(true);
  expect(all(`v${major}.${minor! - 2}.2`, `v${major}.${minor}.1`)).toBe(false);
});
