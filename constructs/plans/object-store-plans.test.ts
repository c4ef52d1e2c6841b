import { expect, it } from 'vitest';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { type Model, type Site, siteOf } from '#sites/model.ts';
import type { Plan } from '#sites/schema/plan.ts';
import { objectStorePlans } from './object-store-plans.ts';

const model = threeSites();
const [sxb, dc] = [siteOf(model, 'sxb'), siteOf(model, 'dc')];
const plan = (of: Model, site: Site, id: string): Plan =>
  objectStorePlans({ model: of, site }).find((each) => each.id === `object-store-${id}`)!;
const ids = ({ steps }: Plan) => steps.map(({ id }) => id);
const step = (of: Plan, id: string) => of.steps.find((each) => each.id === id)!;

it('promotes in one period: fence and role are committed together, after Rook stopped pulling', () => {
  const promote = plan(model, dc, 'promote');
  expect(ids(promote)).toEqual(['close', 'detach', 'fence', 'take', 'take-commit', 'write-down']);
  const commits = promote.steps.filter((each) => JSON.stringify(each.do ?? {}).includes('--commit'));
  expect(commits.map(({ id }) => id)).toEqual(['take-commit']);
  expect(step(promote, 'fence').do).toMatchObject({
    set: [
      { at: ['zones', { name: 'dc' }, 'read_only'], to: false },
      { at: ['zones', { name: 'sxb' }, 'read_only'], to: true },
    ],
  });
});

it('names realm, zone group and zone in every command: nothing of Ceph is taken for default', () => {
  const commands = objectStorePlans({ model, site: dc }).flatMap(
    ({ steps }) => JSON.stringify(steps).match(/\["radosgw-admin"[^\]]*\]/g) ?? [],
  );
  expect(commands.length).toBeGreaterThan(10);
  for (const command of commands)
    expect(command).toMatch(/"--rgw-realm=fredu","--rgw-zonegroup=fredu","--rgw-zone=(sxb|dc)"/);
});

it('needs no key of the object store: no plan has one to show', () => {
  expect(JSON.stringify(objectStorePlans({ model, site: dc }))).not.toMatch(/access-key|--secret/);
});

it('brings a site back behind a closed way in, and opens it when its zone follows', () => {
  const back = ids(plan(model, dc, 'return'));
  expect(back).toEqual([
    'close',
    'disks',
    'follow-dc',
    'read-only',
    'read-only-commit',
    'restart',
    'open',
    'copied',
  ]);
});

it('hands over only what is copied, and says on both sides whom to follow', () => {
  const handover = plan(model, dc, 'handover');
  expect(ids(handover)).toEqual([
    'near',
    'read-only',
    'read-only-commit',
    'copied',
    'detach',
    'take',
    'take-commit',
    'followed',
    'follow-sxb',
    'write-down',
  ]);
  expect(step(handover, 'read-only').do).toMatchObject({ in: 'ceph@sxb' });
  expect(step(handover, 'take').do).toMatchObject({ in: 'ceph@dc' });
});

it('lets a third zone follow the new first one', () => {
  const lyn = {
    ...dc,
    code: 'lyn',
    objects: { ...dc.objects!, zone: 'lyn', endpoint: 'https://s3.lyn.fredu.fr' },
  };
  const three = {
    ...model,
    sites: [...model.sites, lyn],
    objects: { realm: 'fredu', primary: sxb, secondaries: [dc, lyn] },
  };
  const promote = plan(three, dc, 'promote');
  expect(ids(promote)).toEqual([
    'close',
    'detach',
    'fence',
    'take',
    'take-commit',
    'follow-lyn',
    'write-down',
  ]);
  expect(step(promote, 'follow-lyn').do).toMatchObject({
    in: 'kubectl@lyn',
    command: expect.arrayContaining(['--patch={"spec":{"pull":{"endpoint":"https://s3.dc.fredu.fr"}}}']),
  });
  expect(ids(plan(three, dc, 'handover')).filter((id) => id.startsWith('follow-'))).toEqual([
    'follow-sxb',
    'follow-lyn',
  ]);
});

it('says how a way in is closed where it is made of hosts, and where it is a load balancer', () => {
  expect(step(plan(model, dc, 'promote'), 'close').person).toContain('switch its edge hosts off');
  expect(step(plan(model, dc, 'return'), 'close').person).toContain('disable the load balancer of the app');
});

it('has places for what it uses, and no more', () => {
  for (const { places, steps } of objectStorePlans({ model, site: dc })) {
    const used = new Set([...JSON.stringify(steps).matchAll(/"in":"([^"]+)"/g)].map(([, place]) => place));
    expect(Object.keys(places).sort()).toEqual([...used].sort());
  }
});

it('says of every step why, and how to go back or why not', () => {
  for (const each of objectStorePlans({ model, site: dc }).flatMap(({ steps }) => steps)) {
    expect(each.why.length, each.id).toBeGreaterThan(15);
    expect(each.undo.why.length, each.id).toBeGreaterThan(5);
  }
});
