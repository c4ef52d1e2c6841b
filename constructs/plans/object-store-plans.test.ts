import { expect, it } from 'vitest';
import { example } from '#scripts/testing/example-sites.ts';
import { cloudOf, roomOf } from '#scripts/testing/sites-of.ts';
import type { Model } from '#sites/model.ts';
import type { Procedure } from '#sites/schema/procedure.ts';
import type { ObjectsSite } from '#sites/site-kinds.ts';
import { objectStorePlans } from './object-store-plans.ts';

const model = example();
const [lyn, par] = [roomOf(model, 'lyn'), cloudOf(model, 'par')];
const everyPlan = plansOf(model, par);
function plansOf({ domain, objects, sites }: Model, site: ObjectsSite): Procedure[] {
  return objectStorePlans({ domain, objects: objects!, site, sites });
}
const plan = (of: Model, site: ObjectsSite, id: string): Procedure =>
  plansOf(of, site).find((each) => each.id === `object-store-${id}`)!;
const ids = ({ steps }: Procedure) => steps.map(({ id }) => id);
const step = (of: Procedure, id: string) => of.steps.find((each) => each.id === id)!;

it('promotes in one period: fence and role are committed together, after Rook stopped pulling', () => {
  const promote = plan(model, par, 'promote');
  expect(ids(promote)).toEqual(['close', 'detach', 'fence', 'take', 'take-commit', 'write-down']);
  const commits = promote.steps.filter((each) => JSON.stringify(each.do ?? {}).includes('--commit'));
  expect(commits.map(({ id }) => id)).toEqual(['take-commit']);
  expect(step(promote, 'fence').do).toMatchObject({
    set: [
      { at: ['zones', { name: 'par' }, 'read_only'], to: false },
      { at: ['zones', { name: 'lyn' }, 'read_only'], to: true },
    ],
  });
});

it('names realm, zone group and zone in every command: nothing of Ceph is taken for default', () => {
  const commands = everyPlan.flatMap(
    ({ steps }) => JSON.stringify(steps).match(/\["radosgw-admin"[^\]]*\]/g) ?? [],
  );
  expect(commands.length).toBeGreaterThan(10);
  for (const command of commands)
    expect(command).toMatch(/"--rgw-realm=example","--rgw-zonegroup=example","--rgw-zone=(lyn|par)"/);
});

it('needs no key of the object store: no plan has one to show', () => {
  expect(JSON.stringify(everyPlan)).not.toMatch(/access-key|--secret/);
});

it('brings a site back behind a closed way in, and opens it when its zone follows', () => {
  const back = ids(plan(model, par, 'return'));
  expect(back).toEqual([
    'close',
    'disks',
    'follow-par',
    'read-only',
    'read-only-commit',
    'restart',
    'open',
    'copied',
  ]);
});

it('hands over only what is copied, and says on both sides whom to follow', () => {
  const handover = plan(model, par, 'handover');
  expect(ids(handover)).toEqual([
    'near',
    'read-only',
    'read-only-commit',
    'copied',
    'detach',
    'take',
    'take-commit',
    'followed',
    'follow-lyn',
    'write-down',
  ]);
  expect(step(handover, 'read-only').do).toMatchObject({ in: 'ceph@lyn' });
  expect(step(handover, 'take').do).toMatchObject({ in: 'ceph@par' });
});

it('lets a third zone follow the new first one', () => {
  const osl = {
    ...par,
    code: 'osl',
    objects: { ...par.objects, zone: 'osl', endpoint: 'https://s3.osl.example.org' },
  };
  const three = {
    ...model,
    sites: [...model.sites, osl],
    objects: { realm: 'example', primary: lyn, secondaries: [par, osl] },
  };
  const promote = plan(three, par, 'promote');
  expect(ids(promote)).toEqual([
    'close',
    'detach',
    'fence',
    'take',
    'take-commit',
    'follow-osl',
    'write-down',
  ]);
  expect(step(promote, 'follow-osl').do).toMatchObject({
    in: 'kubectl@osl',
    command: expect.arrayContaining(['--patch={"spec":{"pull":{"endpoint":"https://s3.par.example.org"}}}']),
  });
  expect(ids(plan(three, par, 'handover')).filter((id) => id.startsWith('follow-'))).toEqual([
    'follow-lyn',
    'follow-osl',
  ]);
});

it('says how a way in is closed where it is made of hosts, and where it is a load balancer', () => {
  expect(step(plan(model, par, 'promote'), 'close').person).toContain('switch its edge hosts off');
  expect(step(plan(model, par, 'return'), 'close').person).toContain('disable the load balancer of the app');
});

it('has places for what it uses, and no more', () => {
  for (const { places, steps } of everyPlan) {
    const used = new Set([...JSON.stringify(steps).matchAll(/"in":"([^"]+)"/g)].map(([, place]) => place));
    expect(Object.keys(places).sort()).toEqual([...used].sort());
  }
});

it('says of every step why, and how to go back or why not', () => {
  for (const each of everyPlan.flatMap(({ steps }) => steps)) {
    expect(each.why.length, each.id).toBeGreaterThan(15);
    expect(each.undo.why.length, each.id).toBeGreaterThan(5);
  }
});
