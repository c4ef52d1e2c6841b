import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { type Lab, type LabHost, startLab } from '#scripts/lib/lab/netns.ts';
import { makeCertificate } from '#scripts/testing/certificates.ts';
import { type Ceph, startCeph, until } from '#scripts/testing/lab/ceph.ts';
import { type Ingress, ingressFiles, ingressMissing, startIngress } from '#scripts/testing/lab/ingress.ts';
import type { Many } from '#scripts/testing/lab/s3-many.ts';
import { cloudOf, roomOf } from '#scripts/testing/sites-of.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { HaproxyEdge } from '#sites/model.ts';
import { hostsOf, workers } from '#sites/questions.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { clientLimit } from '../ingress/traefik-config.ts';

/**
 * A zone that copies many small files from another one with everything in between that could count it: the generated HAProxy of an
 * edge, Traefik itself with its generated files, and a real gateway of Ceph behind. The one that copies is a host of its own,
 * with the address that a worker of its site has in the world.
 */
const missing = ingressMissing('radosgw', 'haproxy', 'nft');
const isRequired = process.env.FREDU_REQUIRE === 'all';

const model = threeSites();
const [sxb, dc] = [roomOf(model, 'sxb'), cloudOf(model, 'dc')];
const edge = hostsOf(sxb, 'edge')[0]!;
const worker = workers(sxb)[0]!.address.ipv4!;
const app = (sxb.edge as HaproxyEdge).app.address.ipv4!;
const copier = workers(dc)[0]!.public.ipv4!;
const endpoint = sxb.objects!.endpoint;
/** Where the gateways listen; an API server knows no slices on loopback. */
const GATEWAYS = { sxb: `198.18.7.3:${PORTS.objectGateway}`, dc: `${copier}:${PORTS.objectGateway}` };
const REALM = model.objects!.realm;
const SYSTEM = { access: 'SYSTEMKEY', secret: 'systemsecret' };
const APP = { access: 'APPKEY', secret: 'appsecret' };
const FILES = 300;

const work = mkdtempSync(join(tmpdir(), 'fredu-copy-'));
let lab: Lab;
let here: LabHost;
let there: LabHost;
let ingress: Ingress;
const zones: Ceph[] = [];

const words = ({ access, secret }: typeof APP) => [`--access-key=${access}`, `--secret=${secret}`];
const admin = (zone: Ceph, ...command: string[]) =>
  zone.must(
    'radosgw-admin',
    ...command,
    `--rgw-realm=${REALM}`,
    `--rgw-zonegroup=${REALM}`,
    `--rgw-zone=${zone.name}`,
  );

beforeAll(async () => {
  if (missing.length > 0) return;
  lab = await startLab(work);
  const haproxy = artefacts(model, 'sxb').get(`sxb/hosts/${edge.name}/etc/haproxy/haproxy.cfg`)!;
  here = await lab.host(
    'sxb',
    new Map([
      ...ingressFiles({ model, site: sxb }),
      ['etc/haproxy/haproxy.cfg', haproxy],
      ['etc/hosts', '127.0.0.1 localhost\n'],
    ]),
  );
  there = await lab.host('dc');
  await lab.plug(here, 'eth0', 'world', [`${app}/32`]);
  await lab.plug(there, 'eth0', 'world', [`${copier}/32`]);
  await here.sh(`for each in ${worker} ${edge.address.ipv4} 198.18.7.3; do ip address add $each/32 dev lo; done
sysctl -qw net.ipv4.ip_nonlocal_bind=1 net.ipv6.ip_nonlocal_bind=1
ip route add ${copier} dev eth0
nft 'add table ip ports; add chain ip ports out { type nat hook output priority -100; }'
${[PORTS.traefikWeb, PORTS.traefikWebsecure, PORTS.traefikPing]
  .map(
    ({ port, nodePort }) =>
      `nft add rule ip ports out ip daddr ${worker} tcp dport ${nodePort} dnat to ${worker}:${port}`,
  )
  .join('\n')}`);
  await there.sh(`ip route add ${app} dev eth0`);
  const [zone, other] = await Promise.all([
    startZone('sxb', here, 25_000),
    startZone('dc', there, 25_100),
    startFront(),
  ]);
  zones.push(zone, other);
  await zone.must('radosgw-admin', 'realm', 'create', `--rgw-realm=${REALM}`, '--default');
  const group = ['zonegroup', 'create', `--rgw-realm=${REALM}`, `--rgw-zonegroup=${REALM}`, '--master'];
  await zone.must('radosgw-admin', ...group, `--endpoints=${endpoint}`);
  await admin(zone, 'zone', 'create', '--master', `--endpoints=${endpoint}`, ...words(SYSTEM));
  await admin(zone, 'user', 'create', '--uid=system', '--display-name=system', '--system', ...words(SYSTEM));
  await admin(zone, 'user', 'create', '--uid=education', '--display-name=education', ...words(APP));
  await admin(zone, 'period', 'update', '--commit');
  await zone.startGateway();
  const isServed = async () => (await other.run(['curl', '--silent', '--insecure', endpoint])).code === 0;
  await until('the way in is open', isServed);
  // The other zone finds the first one by its public name, as everything of its site does.
  await other.must(
    'radosgw-admin',
    'realm',
    'pull',
    `--rgw-realm=${REALM}`,
    `--url=${endpoint}`,
    ...words(SYSTEM),
  );
  await admin(other, 'zone', 'create', `--endpoints=http://${GATEWAYS.dc}`, ...words(SYSTEM));
  await admin(other, 'period', 'update', '--commit');
  await other.startGateway();
}, 1_800_000);
afterAll(async () => {
  await Promise.all(zones.map((zone) => zone.stop()));
  await ingress?.stop();
  await lab?.stop();
  rmSync(work, { recursive: true, force: true });
});

async function startFront(): Promise<void> {
  await makeCertificate('unused', {
    key: join(work, 'unused.key'),
    certificate: join(work, 'unused.crt'),
  });
  const behind = { api: '198.18.7.1', web: '198.18.7.2', gateway: '198.18.7.3' };
  ingress = await startIngress({ model, site: sxb, host: here, work, behind });
  await here.sh(`for each in database kubernetes; do cp ${work}/unused.crt /etc/haproxy/$each-ca.crt; done`);
  await here.start('haproxy', 'haproxy -W -db -n 4000 -f /etc/haproxy/haproxy.cfg -p /run/haproxy.pid');
}

/** A cluster in the network of a host, for which the name of the store leads to the app's address. */
function startZone(name: 'sxb' | 'dc', host: LabHost, firstPort: number): Promise<Ceph> {
  const names = `127.0.0.1 localhost\n${app} ${new URL(endpoint).hostname}\n`;
  const script = `printf '${names}' >"${join(work, `${name}-names`)}"; mount --bind "${join(work, `${name}-names`)}" /etc/hosts; exec "$@"`;
  const within = [...host.inNetwork, 'unshare', '--mount', 'sh', '-ec', script, 'sh'];
  return startCeph({
    name,
    realm: REALM,
    folder: join(work, `ceph-${name}`),
    firstPort,
    within,
    gatewayAt: GATEWAYS[name],
  });
}

/** Asks a gateway itself, on its own host. */
async function many(host: LabHost, gateway: string, method: Many['method'], paths: string[], bytes = 0) {
  const all: Many = { endpoint: `http://${gateway}`, keys: APP, region: REALM, bytes, method, paths };
  const script = join(import.meta.dirname, '../../../scripts/testing/lab/s3-many.ts');
  const { code, stdout, stderr } = await host.run([process.execPath, script, JSON.stringify(all)], 300);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, number>;
}

interface Access {
  StartUTC: string;
  DownstreamStatus: number;
  ClientHost: string;
  RequestHost: string;
  entryPointName: string;
}
const accesses = (): Access[] => ingress.log().filter((line) => line.RequestHost?.startsWith('s3.'));

/** How many of these requests a bucket of tokens would have refused, with as many tokens at most and so many more a second. */
function refusedBy({ burst, perInstance }: { burst: number; perInstance: number }, times: number[]): number {
  let [tokens, last, refused] = [burst, times[0] ?? 0, 0];
  for (const time of times) {
    tokens = Math.min(burst, tokens + ((time - last) / 1000) * perInstance);
    last = time;
    if (tokens >= 1) tokens -= 1;
    else refused += 1;
  }
  return refused;
}

const suite = missing.length === 0 || isRequired ? describe : describe.skip;
suite(`a zone that copies through the way in${missing.length > 0 ? ` – skipped: there is no ${missing.join(', ')}` : ''}`, () => {
  it('has what it needs', () => expect(missing).toEqual([]));

  it('is not counted: many small files arrive, though it asks for more than a person may', async () => {
    const paths = Array.from({ length: FILES }, (_, index) => `/education/file-${index}`);
    expect(await many(here, GATEWAYS.sxb, 'PUT', ['/education'])).toEqual({ 200: 1 });
    const has = async (wanted: string[]) =>
      (await many(there, GATEWAYS.dc, 'GET', wanted))[200] === wanted.length;
    await until('the bucket is there', () => has(['/education']));
    expect(await many(here, GATEWAYS.sxb, 'PUT', paths, 2048)).toEqual({ 200: FILES });
    const start = Date.now();
    await until('all are there', () => has(paths), 180);
    const copied = accesses().filter(({ ClientHost }) => ClientHost === copier);
    const times = copied.map(({ StartUTC }) => Date.parse(StartUTC)).sort((a, b) => a - b);
    const limit = clientLimit({ site: sxb, requestsPerSecond: model.limits.requestsPerSecond });
    const refused = refusedBy(limit, times);
    console.log(
      `${FILES} files were there ${((Date.now() - start) / 1000).toFixed(1)} s after the last was written; of ${copied.length} requests the limit for people would have refused ${refused}`,
    );
    expect(refused).toBeGreaterThan(0);
    const statuses = Map.groupBy(copied, ({ DownstreamStatus }) => DownstreamStatus);
    expect([...statuses.keys()].filter((status) => status === 429 || status >= 500)).toEqual([]);
    expect(new Set(copied.map(({ entryPointName }) => entryPointName))).toEqual(new Set(['objects']));
    const errors = JSON.parse(await zones[1]!.must('radosgw-admin', 'sync', 'error', 'list'));
    expect(errors.flatMap(({ entries }: { entries: unknown[] }) => entries)).toEqual([]);
  });
});
