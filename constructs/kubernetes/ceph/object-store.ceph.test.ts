import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { parse } from 'yaml';
import { plans } from '#charts/plans.ts';
import { failover } from '#scripts/lib/failover/failover.ts';
import { carryOut, type Executor } from '#scripts/lib/procedure/carry-out.ts';
import { find } from '#scripts/lib/programs.ts';
import { run } from '#scripts/lib/run.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { type Ceph, startCeph, until } from '#scripts/testing/lab/ceph.ts';
import { type Keys, s3 } from '#scripts/testing/lab/s3.ts';
import { roomOf } from '#scripts/testing/sites-of.ts';
import { THREE_SITES, threeSites } from '#scripts/testing/three-sites.ts';
import type { Model } from '#sites/model.ts';
import { siteOf } from '#sites/questions.ts';
import type { Procedure } from '#sites/schema/procedure.ts';
import { hasObjects } from '#sites/site-kinds.ts';
import { zoneExporterCaps, zoneExporterCommand } from './zone-exporter.ts';
import { zoneExporterScript } from './zone-exporter-script.ts';

/**
 * The plans of the tree, carried out on two real Ceph clusters: the same steps, commands and gates. What differs are the
 * places – a cluster on loopback instead of a pod of the other site – and Rook, which is played as its realm controller
 * reads: it pulls the realm whenever `spec.pull` is set and changes.
 */
const REALM = 'fredu';
const system: Keys = { access: 'SYSTEMKEY', secret: 'systemsecret' };
const app: Keys = { access: 'APPKEY', secret: 'appsecret' };
const folder = mkdtempSync(join(tmpdir(), 'fredu-ceph-'));
const sites: Record<string, Ceph> = {};
const files = new Map<string, Buffer>();
const started = Date.now();
const pulls: Record<string, string> = {};
const off = new Set<string>();
const silences = new Set<string>();
/** What the zone exporter of dc saw last, in seconds. */
let lagSeen = 0;

const before = threeSites();
const storeAt = (code: string) => before.sites.filter(hasObjects).find((site) => site.code === code)!;
/** The folder of sites in which a person wrote down who takes writes now. */
function writtenDown(code: string): string {
  const copy = join(folder, `sites-${code}`);
  cpSync(THREE_SITES, copy, { recursive: true });
  const platform = join(copy, 'platform.yaml');
  writeFileSync(platform, readFileSync(platform, 'utf8').replace('primary: sxb', `primary: ${code}`));
  return copy;
}
/** The door, as a person uses it; `--yes` for nobody is at a terminal. */
const door = (words: string[], persons: Record<string, () => Promise<void> | void> = {}, at = THREE_SITES) =>
  failover('usage', {
    args: [...words, '--yes', '--sites', at, '--state', join(folder, 'state')],
    executor: () => executor(persons),
  });
const plan = (model: Model, site: string, id: string): Procedure => {
  const text = plans(model, siteOf(model, site)).find(([path]) => path === `plans/${id}.yaml`)![1];
  return parse(text);
};

/** What the public names of the sites are here. */
const here = (text: string): string =>
  Object.values(sites).reduce(
    (result, { name, endpoint }) => result.replaceAll(siteOf(before, name).objects!.endpoint, endpoint),
    text,
  );

/** A pod of the plan is a cluster on loopback; a patch of the realm is what Rook makes of it. */
function executor(persons: Record<string, () => Promise<void> | void> = {}): Executor {
  return {
    async run(command, options) {
      const [program, context = '', , ...rest] = command;
      const others = beside(command);
      if (others) return { stderr: '', ...others };
      if (program !== 'kubectl') return (sites.sxb ?? sites.dc)!.run(command.map(here) as [string], options);
      const site = sites[context.replace('--context=', '')]!;
      const separator = rest.indexOf('--');
      if (rest[0] === 'exec') return site.run(rest.slice(separator + 3) as [string], options);
      return { code: 0, stderr: '', stdout: await rook(site, rest) };
    },
    async ask({ id }) {
      await persons[id]?.();
      return true;
    },
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    now: () => Date.now(),
    say: (line) => console.log(`+${seconds(started)} s  ${line}`),
  };
}

/** What stands beside the object store, and is played: who a cluster is, its observers, the database, the app. */
function beside(command: readonly string[]): { code: number; stdout: string } | undefined {
  const line = command.join(' ');
  const at = /--context=(\w+)/.exec(line)?.[1] ?? '';
  if (line.includes('get namespace kube-system')) return { code: off.has(at) ? 1 : 0, stdout: `uid-${at}` };
  if (line.includes('promtool'))
    return { code: 0, stdout: JSON.stringify([{ value: [0, String(lagSeen)] }]) };
  if (line.includes('amtool')) {
    if (line.includes(' add ')) silences.add(command.at(-1)!);
    if (line.includes(' expire ')) silences.clear();
    return { code: 0, stdout: [...silences].join('\n') };
  }
  if (line.includes('statefulset/cockroachdb')) return { code: 0, stdout: '{"status":{"readyReplicas":3}}' };
  return command[0] === 'ssh' || line.includes('--connect-to') ? { code: 0, stdout: '' } : undefined;
}

async function rook(site: Ceph, [verb, ...words]: string[]): Promise<string> {
  if (verb === 'get') return pulls[site.name] ?? '';
  if (verb === 'delete') {
    await site.stopGateway();
    await site.startGateway();
  }
  const patch = words.find((word) => word.startsWith('--patch='));
  if (verb !== 'patch' || !patch) return '';
  const endpoint: string = JSON.parse(patch.slice('--patch='.length)).spec.pull?.endpoint ?? '';
  const changed = endpoint !== (pulls[site.name] ?? '');
  pulls[site.name] = endpoint;
  if (endpoint && changed) await pull(site, here(endpoint));
  return '';
}
const pull = (site: Ceph, endpoint: string) =>
  site.must(
    'radosgw-admin',
    'realm',
    'pull',
    `--rgw-realm=${REALM}`,
    `--url=${endpoint}`,
    ...keyWords(system),
  );
const keyWords = ({ access, secret }: Keys): string[] => [`--access-key=${access}`, `--secret=${secret}`];
const admin = (site: Ceph, ...words: string[]) =>
  site.must(
    'radosgw-admin',
    ...words,
    `--rgw-realm=${REALM}`,
    `--rgw-zonegroup=${REALM}`,
    `--rgw-zone=${site.name}`,
  );

const seconds = (since: number): string => ((Date.now() - since) / 1000).toFixed(1);

const request = (site: string, method: 'GET' | 'PUT' | 'DELETE', path: string, body?: Buffer) =>
  s3(sites[site]!.endpoint, app, REALM, method, path, body && new Uint8Array(body));
/** A file of 1 MiB, remembered if the site took it. */
async function put(site: string, name: string): Promise<number> {
  const body = randomBytes(2 ** 20);
  const { status } = await request(site, 'PUT', `/education/${name}`, body);
  if (status === 200) files.set(name, body);
  return status;
}
const arrives = (site: string, name: string) =>
  until(`${name} at ${site}`, async () => {
    const { status, body } = await request(site, 'GET', `/education/${name}`);
    return status === 200 && body.equals(files.get(name)!);
  });
const writable = (site: string, name: string) =>
  until(`${site} takes ${name}`, async () => (await put(site, name)) === 200);
const refused = (site: string, name: string) =>
  until(`${site} refuses ${name}`, async () => (await put(site, name)) === 403);

/** One look of the zone exporter of a site, with the key and the words that it has in its pod. */
async function zones(code: string): Promise<Record<string, number>> {
  const site = sites[code]!;
  const files = { monitors: join(folder, `${code}-monitors`), key: join(folder, `${code}-key`) };
  writeFileSync(join(folder, 'zones.py'), zoneExporterScript);
  writeFileSync(files.monitors, site.monitors);
  const caps = Object.entries(zoneExporterCaps(storeAt(code))).flat();
  writeFileSync(
    files.key,
    await site.must('ceph', 'auth', 'get-or-create-key', 'client.zone-exporter', ...caps),
  );
  const look =
    'import sys; sys.path.insert(0, sys.argv[1]); import zones; zones.look(sys.argv[2:]); print(zones.page)';
  const command = zoneExporterCommand({ realm: REALM, site: storeAt(code) }, files);
  const { code: rc, stdout, stderr } = await run(['python3', '-c', look, folder, ...command]);
  expect(stderr).toBe('');
  expect(rc).toBe(0);
  const lines = stdout.split('\n').filter((line) => line.startsWith('object_store_'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}
const roles = (first: string, second: string) => ({
  [`object_store_zone_master{zone="${first}"}`]: 1,
  [`object_store_zone_read_only{zone="${first}"}`]: 0,
  [`object_store_zone_master{zone="${second}"}`]: 0,
  [`object_store_zone_read_only{zone="${second}"}`]: 1,
});
const DATA = '{kind="data",source="sxb"}';

const installed = find('radosgw') !== undefined;
beforeAll(async () => {
  if (!installed) return;
  const start = async (name: string, firstPort: number) => {
    sites[name] = await startCeph({ name, realm: REALM, folder: join(folder, name), firstPort });
  };
  await Promise.all([start('sxb', 23_000), start('dc', 23_100)]);
  const { sxb, dc } = sites as { sxb: Ceph; dc: Ceph };
  // As Rook makes the first zone …
  await sxb.must('radosgw-admin', 'realm', 'create', `--rgw-realm=${REALM}`, '--default');
  await sxb.must(
    'radosgw-admin',
    'zonegroup',
    'create',
    `--rgw-realm=${REALM}`,
    `--rgw-zonegroup=${REALM}`,
    `--endpoints=${sxb.endpoint}`,
    '--master',
  );
  await admin(sxb, 'zone', 'create', '--master', `--endpoints=${sxb.endpoint}`, ...keyWords(system));
  await admin(
    sxb,
    'user',
    'create',
    '--uid=system',
    '--display-name=system',
    '--system',
    ...keyWords(system),
  );
  await admin(sxb, 'user', 'create', '--uid=education', '--display-name=education', ...keyWords(app));
  await admin(sxb, 'period', 'update', '--commit');
  await sxb.startGateway();
  sxb.open();
  // … and the second.
  pulls.dc = roomOf(before, 'sxb').objects!.endpoint;
  await pull(dc, sxb.endpoint);
  await admin(dc, 'zone', 'create', `--endpoints=${dc.endpoint}`, ...keyWords(system));
  await admin(dc, 'period', 'update', '--commit');
  await dc.startGateway();
  dc.open();
  expect((await request('sxb', 'PUT', '/education')).status).toBe(200);
  expect(await put('sxb', 'first')).toBe(200);
}, 300_000);
afterAll(async () => {
  await Promise.all(Object.values(sites).map((site) => site.stop()));
  rmSync(folder, { recursive: true, force: true });
});

describe('the plans of the object store, on real Ceph', () => {
  itJudged(
    'radosgw',
    'read-only: the second zone takes no writes, and gets what the first one takes',
    async () => {
      await arrives('dc', 'first');
      expect(await put('dc', 'too-early')).toBe(200); // what Rook made takes writes
      expect(await carryOut(plan(before, 'dc', 'object-store-read-only'), executor())).toEqual({
        done: true,
      });
      await refused('dc', 'never');
      expect(await put('sxb', 'second')).toBe(200);
      await arrives('dc', 'second');
    },
  );

  itJudged(
    'radosgw',
    'zone exporter: both sites know who takes writes; lag is counted in seconds',
    async () => {
      expect(await zones('sxb')).toMatchObject(roles('sxb', 'dc'));
      expect(await zones('dc')).toMatchObject({
        ...roles('sxb', 'dc'),
        'object_store_sync_known{kind="metadata",source=""}': 1,
        'object_store_sync_lag_seconds{kind="metadata",source=""}': 0,
      });
      await until(
        'nothing is missing',
        async () => (await zones('dc'))[`object_store_sync_lag_seconds${DATA}`] === 0,
      );
      await sites.dc!.stopGateway();
      expect(await put('sxb', 'late')).toBe(200);
      await until('lag', async () => (await zones('dc'))[`object_store_sync_lag_seconds${DATA}`]! >= 3, 30);
      expect((await zones('dc'))[`object_store_sync_behind_shards${DATA}`]).toBeGreaterThan(0);
      await sites.dc!.startGateway();
      await arrives('dc', 'late');
      await until('no lag', async () => (await zones('dc'))[`object_store_sync_lag_seconds${DATA}`] === 0);
    },
  );

  itJudged(
    'radosgw',
    'failover --lost: refuses while the first site answers, and says what it would cost',
    async () => {
      expect(await door(['--lost', 'sxb', '--accept', 'unknown'])).toBe(1);
      expect(pulls.dc).toBe('https://s3.sxb.fredu.fr');
    },
  );

  itJudged(
    'radosgw',
    'failover --lost: stops, even forced, before anything is done while clients get in',
    async () => {
      const promote = plan(before, 'dc', 'object-store-promote');
      promote.steps[0]!.timeoutSeconds = 3;
      expect(await carryOut(promote, executor())).toMatchObject({ done: false, step: { id: 'close' } });
      expect(pulls.dc).toBe('https://s3.sxb.fredu.fr');
    },
  );

  itJudged(
    'radosgw',
    'failover --lost: the second site takes files and makes buckets after the first is lost; a loss is taken by name',
    async () => {
      const { sxb, dc } = sites as { sxb: Ceph; dc: Ceph };
      expect(await put('sxb', 'last')).toBe(200);
      await arrives('dc', 'last');
      await dc.stopGateway();
      expect(await put('sxb', 'not-copied')).toBe(200);
      await until('lag', async () => (await zones('dc'))[`object_store_sync_lag_seconds${DATA}`]! >= 1, 60);
      lagSeen = (await zones('dc'))[`object_store_sync_lag_seconds${DATA}`]!;
      await sxb.powerOff();
      off.add('sxb');
      await dc.startGateway();
      expect(await door(['--lost', 'sxb'])).toBe(1);
      expect(await door(['--lost', 'sxb', '--accept', '1'])).toBe(1);
      expect(pulls.dc).toBe('https://s3.sxb.fredu.fr');
      expect(await door(['--lost', 'sxb', '--accept', String(lagSeen + 60)])).toBe(0);
      expect([...silences]).toEqual(['site=sxb']);
      expect((await request('dc', 'GET', '/education/not-copied')).status).toBe(404);
      await writable('dc', 'while-away');
      expect((await request('dc', 'PUT', '/made-while-away')).status).toBe(200);
      for (const name of ['first', 'second', 'last']) await arrives('dc', name);
      const seen = await zones('dc');
      expect(seen).toMatchObject(roles('dc', 'sxb'));
      // What cannot be asked is not called caught up.
      expect(seen[`object_store_sync_known${DATA}`]).toBe(0);
      expect(seen).not.toHaveProperty([`object_store_sync_lag_seconds${DATA}`]);
    },
  );

  itJudged(
    'radosgw',
    'failover --return: the lost site comes back as a follower, and takes no write on the way',
    async () => {
      const { sxb } = sites as { sxb: Ceph };
      const persons = {
        // Kubernetes starts the gateways with the hosts, with the period that they knew.
        close: async () => {
          await sxb.powerOn();
          off.delete('sxb');
          await sxb.startGateway();
        },
        open: () => sxb.open(),
      };
      expect(await door(['--return', 'sxb'], persons, writtenDown('dc'))).toBe(0);
      expect([...silences]).toEqual([]);
      expect(await put('sxb', 'split-brain')).toBe(403);
      await arrives('sxb', 'while-away');
      expect((await request('sxb', 'GET', '/made-while-away')).status).toBe(200);
      expect(await put('dc', 'after-return')).toBe(200);
      await arrives('sxb', 'after-return');
      // What dc had not copied when sxb was lost.
      await arrives('dc', 'not-copied');
    },
  );

  itJudged(
    'radosgw',
    'failover --handover: writes go back to the first site, and nothing is missing anywhere',
    async () => {
      const start = Date.now();
      expect(await door(['--handover', 'sxb'], {}, writtenDown('dc'))).toBe(0);
      await writable('sxb', 'back-home');
      console.log(`sxb took writes again ${seconds(start)} s after the handover began`);
      await refused('dc', 'never');
      expect((await request('sxb', 'PUT', '/made-at-home')).status).toBe(200);
      await arrives('dc', 'back-home');
      await until('bucket at dc', async () => (await request('dc', 'GET', '/made-at-home')).status === 200);
      for (const site of ['sxb', 'dc']) for (const name of files.keys()) await arrives(site, name);
      expect(pulls).toEqual({ sxb: '', dc: 'https://s3.sxb.fredu.fr' });
    },
  );
});
