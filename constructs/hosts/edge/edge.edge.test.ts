import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { type Promised, promises } from '#constructs/plans/promises.ts';
import { type Lab, type LabHost, startLab, until } from '#scripts/lib/lab/netns.ts';
import { find } from '#scripts/lib/programs.ts';
import { makeCertificate } from '#scripts/testing/certificates.ts';
import type { Probed } from '#scripts/testing/lab/probe.ts';
import { cloudOf, roomOf } from '#scripts/testing/sites-of.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { both, prefixLength } from '#sites/address.ts';
import type { HaproxyEdge } from '#sites/model.ts';
import { hostsOf, workers } from '#sites/questions.ts';

/**
 * The two edges of a room as they run: the generated files of both, unchanged and at their places, read by real HAProxy, Keepalived,
 * bird and nftables, behind the generated front firewall. Around them stand workers, a control plane and clients in both families.
 */
const PROGRAMS = ['haproxy', 'keepalived', 'bird', 'nft', 'nginx', 'curl', 'openssl', 'ip', 'unshare'];
const missing = [
  ...(process.getuid?.() === 0 ? [] : ['root']),
  ...PROGRAMS.filter((program) => !find(program)),
];
const isRequired = process.env.FREDU_REQUIRE === 'all';

const model = threeSites();
const site = roomOf(model, 'sxb');
const edge = site.edge as HaproxyEdge;
const tree = artefacts(model, site.code);
const promised = Object.fromEntries(promises({ model, site }).map(({ id, seconds }) => [id, seconds]));
const APP = { ipv4: edge.app.address.ipv4!, ipv6: edge.app.address.ipv6! };

const work = mkdtempSync(join(tmpdir(), 'fredu-edges-'));
let lab: Lab;
let front: LabHost;
let client: LabHost;
let inside: LabHost;
let neighbour: LabHost;
const measured: string[] = [];
const edges = new Map<string, LabHost>();
const farms = new Map<string, LabHost>();

/** The generated files below a folder of the site's tree, by their paths on the host. */
const filesBelow = (folder: string): Map<string, string> =>
  new Map(
    [...tree]
      .filter(([path]) => path.startsWith(`${site.code}/${folder}/`))
      .map(([path, text]) => [path.slice(`${site.code}/${folder}/`.length), text]),
  );

const withLength = (addresses: string[], network: string[]): string[] =>
  addresses.map(
    (address) =>
      `${address}/${prefixLength(network.find((each) => each.includes(':') === address.includes(':'))!)}`,
  );
const onNodes = (addresses: string[]) => withLength(addresses, both(site.networks.nodes));
const onPublic = (addresses: string[]) => withLength(addresses, both(site.networks.public));

/** Those who ask all the time take turns: one alone would be a flood. */
const ASKERS = {
  ipv4: Array.from({ length: 10 }, (_, index) => `203.0.113.${200 + index}`),
  ipv6: Array.from({ length: 10 }, (_, index) => `2001:db8:e:${index}::10`),
};
const MACHINE = workers(cloudOf(model, 'dc'))[0]!.public.ipv4!;
const WORLD = {
  front: ['203.0.113.129/25', '2001:db8:c::1/64', '2001:db8:d::1/64'],
  client: [
    '203.0.113.130/25',
    '203.0.113.131/25',
    '2001:db8:c::10/64',
    '2001:db8:c::11/64',
    '2001:db8:d::10/64',
    // A worker of the other site, as the world sees it: see `machinesAtApp`.
    `${MACHINE}/32`,
  ],
};

beforeAll(async () => {
  if (missing.length > 0) return;
  lab = await startLab(work);
  await authorities();
  await Promise.all([
    startFront(),
    startClient(),
    startInside(),
    startNeighbour(),
    ...workers(site).map(({ name }) => startWorker(name)),
    ...hostsOf(site, 'edge').map(({ name }) => startEdge(name)),
  ]);
  await until(
    'both addresses are held and served',
    async () => {
      const probes = await probe(300, APP.ipv4, APP.ipv6);
      return probes.every(({ served }) => served > 0) && (await master('api')) !== undefined;
    },
    40,
  );
});
afterAll(async () => {
  await lab?.stop();
  if (measured.length > 0) process.stdout.write(`${measured.join('\n')}\n`);
  rmSync(work, { recursive: true, force: true });
});

/** A certificate for everything here, by an authority of its own. */
async function authorities(): Promise<void> {
  const names = [
    'DNS:kubernetes.default.svc',
    'DNS:cockroachdb',
    ...workers(site).flatMap(({ fqdn, address }) => [`DNS:${fqdn}`, `IP:${address.ipv4}`]),
  ];
  await makeCertificate('node', { key: join(work, 'key.pem'), certificate: join(work, 'ca.pem') }, { names });
}

async function startFront(): Promise<void> {
  front = await lab.host('front', filesBelow('front-firewall/firewall1'));
  await lab.plug(front, 'eth0', 'world', WORLD.front);
  await lab.plug(front, 'eth1', 'public', [
    ...onPublic(both(edge.gateway)),
    ...workers(site).map(({ public: outer }) => `${outer.ipv4}/32`),
  ]);
  await lab.plug(front, 'eth2', 'nodes', onNodes(['10.10.0.1', '2001:db8:10:2::1']));
  await front.sh(`sysctl -qe -p /etc/sysctl.d/60-fredu-front.conf; nft -f /etc/nftables.conf
ip route add ${MACHINE}/32 via 203.0.113.130
ip -6 route add 2001:db8:e::/48 via 2001:db8:c::10`);
  await front.start('bird', 'bird -f -c /etc/bird/bird.conf -s /run/bird/bird.ctl -P /run/bird/bird.pid');
}

async function startClient(): Promise<void> {
  client = await lab.host('client');
  await lab.plug(client, 'eth0', 'world', WORLD.client);
  await client.sh(`ip route add default via 203.0.113.129; ip -6 route add default via 2001:db8:c::1
${[...ASKERS.ipv4, ...ASKERS.ipv6].map((address) => `ip address add ${address} dev eth0`).join('\n')}`);
}

/** The control plane and the bastion: hosts of the inner network that differ by address alone. */
async function startInside(): Promise<void> {
  const hosts = [...hostsOf(site, 'control-plane'), ...hostsOf(site, 'bastion')];
  inside = await lab.host(
    'inside',
    new Map([
      [
        'etc/nginx/nginx.conf',
        nginx([
          `listen 6443 ssl; listen [::]:6443 ssl; ${TLS} location / { return 200 "api $remote_addr\\n"; }`,
        ]),
      ],
    ]),
  );
  await lab.plug(inside, 'eth0', 'nodes', onNodes(hosts.flatMap(({ address }) => both(address))));
  await inside.sh(
    `mkdir -p /run/tls; cp ${work}/ca.pem ${work}/key.pem /run/tls/; ip route add default via 10.10.0.1`,
  );
  await inside.start('nginx', "nginx -g 'daemon off;'");
}

async function startNeighbour(): Promise<void> {
  neighbour = await lab.host('neighbour');
  await lab.plug(neighbour, 'eth0', 'public', onPublic(['192.0.2.77', '2001:db8:10:1::77']));
}

/** Traefik's ports, answering with the client's address as PROXY v2 says it, and a database that is well. */
async function startWorker(name: string): Promise<void> {
  const { address } = site.hosts.find((host) => host.name === name)!;
  const host = await lab.host(
    name,
    new Map([
      [
        'etc/nginx/nginx.conf',
        nginx([
          'listen 30080 proxy_protocol; location / { return 200 "$proxy_protocol_addr $proxy_protocol_server_addr\\n"; }',
          'listen 30443 proxy_protocol; location / { return 200 "$proxy_protocol_addr $proxy_protocol_server_addr\\n"; }',
          'listen 30082; location /ping { return 200 "OK"; }',
          `listen 8080 ssl; ${TLS} location /health { return 200 "{}"; }`,
        ]),
      ],
    ]),
  );
  farms.set(name, host);
  await lab.plug(host, 'eth0', 'nodes', onNodes(both(address)));
  await host.sh(
    `mkdir -p /run/tls; cp ${work}/ca.pem ${work}/key.pem /run/tls/; ip route add default via 10.10.0.1; ip -6 route add default via 2001:db8:10:2::1`,
  );
  await host.start('nginx', "nginx -g 'daemon off;'");
}
const TLS = 'ssl_certificate /run/tls/ca.pem; ssl_certificate_key /run/tls/key.pem;';
const nginx = (servers: string[]): string => `pid /run/nginx.pid;
error_log stderr warn;
worker_processes 1;
events { worker_connections 4096; }
http { access_log off;
${servers.map((server) => `  server { ${server} }\n`).join('')}}
`;

async function startEdge(name: string): Promise<void> {
  const { address, public: outer } = site.hosts.find((host) => host.name === name)!;
  const host = await lab.host(name, filesBelow(`hosts/${name}`));
  edges.set(name, host);
  await host.sh(`sysctl -qe -p /etc/sysctl.d/60-fredu-edge.conf
systemd-sysusers /etc/sysusers.d/keepalived-script.conf
systemd-tmpfiles --create /etc/tmpfiles.d/fredu-edge.conf
install -m 644 ${work}/ca.pem /etc/haproxy/database-ca.crt
install -m 644 ${work}/ca.pem /etc/haproxy/kubernetes-ca.crt
nft -f /etc/nftables.conf`);
  await lab.plug(host, 'eth0', 'public', onPublic(both(outer)));
  await lab.plug(host, 'eth1', 'nodes', onNodes(both(address)));
  await host.sh(
    `ip route add default via ${edge.gateway.ipv4}; ip -6 route add default via ${edge.gateway.ipv6}`,
  );
  await serve(host);
  await host.start('bird', 'bird -f -c /etc/bird/bird.conf -s /run/bird/bird.ctl -P /run/bird/bird.pid');
  await host.start(
    'keepalived',
    'keepalived --dont-fork --log-console --log-detail -f /etc/keepalived/keepalived.conf -p /run/keepalived.pid -r /run/vrrp.pid',
  );
}
const serve = (host: LabHost) =>
  host.start('haproxy', 'haproxy -W -db -n 4000 -f /etc/haproxy/haproxy.cfg -p /run/haproxy.pid');

/** Made by a probe that asks. */
const BEGUN = join(work, 'begun');
/** Asks again and again for a time, and says how long nobody was served. */
async function probe(milliseconds: number, ...addresses: string[]): Promise<Probed[]> {
  const targets = addresses.flatMap((address) => [
    address,
    '80',
    ASKERS[address.includes(':') ? 'ipv6' : 'ipv4'].join(','),
  ]);
  const script = join(import.meta.dirname, '../../../scripts/testing/lab/probe.ts');
  const { code, stdout, stderr } = await client.run(
    [process.execPath, script, String(milliseconds), BEGUN, ...targets],
    Math.ceil(milliseconds / 1000) + 30,
  );
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** The edge that holds an address now, if there is exactly one. */
async function master(name: 'app' | 'api'): Promise<string | undefined> {
  const address = edge[name].address.ipv4!;
  const held = await Promise.all(
    [...edges].map(async ([key, host]) => {
      const { stdout } = await host.run(['ip', '-4', '-brief', 'address']);
      return stdout.includes(`${address}/`) ? [key] : [];
    }),
  );
  const holders = held.flat();
  return holders.length === 1 ? holders[0] : undefined;
}
const edgeOf = (name: string): LabHost => edges.get(name)!;
const isBack = (name: 'app' | 'api') =>
  until(
    `${edge[name].master.name} has its address back`,
    async () => (await master(name)) === edge[name].master.name,
    promised.return! + 10,
  );

/** What a failure costs clients of both families, watched while it happens. */
async function outage(
  id: Promised['id'],
  milliseconds: number,
  cause: () => Promise<unknown>,
): Promise<number> {
  rmSync(BEGUN, { force: true });
  const watching = probe(milliseconds, APP.ipv4, APP.ipv6);
  await until('the probe asks', async () => existsSync(BEGUN));
  await cause();
  const seconds = Math.max(...(await watching).map(({ longestMilliseconds }) => longestMilliseconds)) / 1000;
  measured.push(`${id}: nobody served for ${seconds.toFixed(2)} s, promised ${promised[id]} s`);
  return seconds;
}
/** A probe that is asked only every 20 ms, and waits for an answer, sees a little more than there is. */
const SEEN = 0.35;

/** Three hundred connections as fast as they go, and the answers to them. */
const flood = (from: string, target: string): string =>
  `for i in $(seq 15); do curl --silent --max-time 2 --interface ${from} --no-keepalive $(for j in $(seq 20); do printf 'http://${target}/ -H Connection:close -o /dev/null -w %%{http_code}\\\\n '; done) || true; done`;

const suite = missing.length === 0 || isRequired ? describe : describe.skip;
suite(`the edges of a room${missing.length > 0 ? ` – skipped: there is no ${missing.join(', ')}` : ''}`, () => {
  it('has what it needs', () => expect(missing).toEqual([]));

  it('serve both families, and the backend sees the client', async () => {
    const curl = (from: string, to: string) =>
      client.sh(`curl --silent --max-time 3 --interface ${from} http://${to}:80/`);
    expect(await curl('203.0.113.130', APP.ipv4)).toBe(`203.0.113.130 ${APP.ipv4}\n`);
    expect(await curl('2001:db8:c::10', `[${APP.ipv6}]`)).toBe(`2001:db8:c::10 ${APP.ipv6}\n`);
  });

  it('serve the service addresses, which the front firewall learns from the edge that holds them', async () => {
    const [v4, v6] = both(model.anycast);
    await until('the announcements have arrived', async () => {
      const routes = await front.sh('ip route; ip -6 route');
      return routes.includes(v4!) && routes.includes(v6!);
    });
    expect(await client.sh(`curl --silent --max-time 3 http://${v4}/`)).toContain(v4);
    expect(await client.sh(`curl --silent --max-time 3 http://[${v6}]/`)).toContain(v6);
    // A machine that others use may have stalled, and the other edge taken over.
    await until('the front firewall knows the edge that holds them', async () => {
      const name = await master('app');
      const holder = site.hosts.find((host) => host.name === name);
      const route = await front.sh(`ip route show ${v4}`);
      return holder !== undefined && route.includes(`via ${holder.public.ipv4} `);
    });
  });

  it('let the bastion and the cluster reach the API, and nobody else', async () => {
    const api = `https://${edge.api.address.ipv4}:6443/`;
    const [bastion] = hostsOf(site, 'bastion');
    expect(
      await inside.sh(`curl --silent --insecure --max-time 3 --interface ${bastion!.address.ipv4} ${api}`),
    ).toMatch(/^api /);
    const { code } = await client.run(['curl', '--silent', '--insecure', '--max-time', '2', api]);
    expect(code).not.toBe(0);
  });

  it('speak from their own addresses, whatever they hold', async () => {
    await isBack('app');
    for (const { name, public: own } of hostsOf(site, 'edge')) {
      const held = await edges.get(name)!.sh('ip address show');
      expect(name === edge.app.master.name).toBe(held.includes(`${APP.ipv6}/`));
      for (const [to, from] of [
        ['203.0.113.130', own.ipv4],
        ['2001:db8:c::10', own.ipv6],
      ])
        expect(await edges.get(name)!.sh(`ip route get ${to}`)).toMatch(new RegExp(`src ${from}\\s`));
    }
  });

  it('show a neighbour nothing but the app', async () => {
    const [first] = hostsOf(site, 'edge');
    const code = async (address: string, port: number) =>
      (await neighbour.run(['timeout', '1', 'bash', '-c', `</dev/tcp/${address}/${port}`])).code;
    const DROPPED = 124;
    const ports = [22, 179, 6443, 8404, 8405, 8406, 9100, 10000, 26257];
    const doors = ports.flatMap((port) =>
      [...both(first!.public), ...both(edge.app.address)].map((address) => ({ address, port })),
    );
    const codes = await Promise.all(doors.map(({ address, port }) => code(address, port)));
    expect(doors.filter((_, index) => codes[index] !== DROPPED)).toEqual([]);
    expect(await code(APP.ipv4, 80)).toBe(0);
  });

  it.each([
    ['IPv4', '203.0.113.131', '203.0.113.130', APP.ipv4],
    ['IPv6', '2001:db8:c::11', '2001:db8:d::10', `[${APP.ipv6}]`],
  ])('refuse the flood of one client while another is served: %s', async (_, flooder, other, target) => {
    await client.run(['bash', '-c', flood(flooder, target)], 60);
    const again = await client.run([
      'curl',
      '--silent',
      '--max-time',
      '2',
      '--interface',
      flooder,
      `http://${target}/`,
    ]);
    expect(again.code).not.toBe(0);
    expect(await client.sh(`curl --silent --max-time 3 --interface ${other} http://${target}/`)).toContain(
      other,
    );
  });

  it('count a household of IPv6 as one client, on both edges', async () => {
    // ::11 flooded; ::10 is of the same /64.
    const { code } = await client.run([
      'curl',
      '--silent',
      '--max-time',
      '2',
      '--interface',
      '2001:db8:c::10',
      `http://[${APP.ipv6}]/`,
    ]);
    expect(code).not.toBe(0);
    const [other] = edge.app.backups;
    const table = await edgeOf(other!.name).sh(
      "echo 'show table clients-ipv6' | socat stdio /run/haproxy/admin.sock",
    );
    expect(table).toContain('2001:db8:c::');
    // Asking too often would be a flood of its own.
    const isServed = async (from: string, target: string) => {
      await sleep(1000);
      return (
        (await client.run(['curl', '--silent', '--max-time', '2', '--interface', from, `http://${target}/`]))
          .code === 0
      );
    };
    await until('the flood is forgotten', () => isServed('2001:db8:c::10', `[${APP.ipv6}]`), 40);
    await until('the flood is forgotten', () => isServed('203.0.113.131', APP.ipv4), 40);
  });

  it('count no machine of ours, which opens as many connections and is served', async () => {
    const { stdout } = await client.run(['bash', '-c', flood(MACHINE, APP.ipv4)], 60);
    expect(stdout.trim().split(/\s+/)).toEqual(Array(300).fill('200'));
    const [other] = edge.app.backups;
    const table = await edgeOf(other!.name).sh(
      "echo 'show table clients-ipv4' | socat stdio /run/haproxy/admin.sock",
    );
    expect(table).not.toContain(MACHINE);
  });

  it('keep their promise when HAProxy dies, and when it is back', async () => {
    const own = edgeOf(edge.app.master.name);
    const lost = await outage('process', 5000, () => own.sh('pkill -KILL -x haproxy'));
    expect(lost).toBeLessThan(promised.process! + SEEN);
    expect(await master('app')).toBe(edge.app.backups[0]!.name);
    await serve(own);
    await isBack('app');
  });

  it('keep it the other way round, for the address of the API', async () => {
    const own = edgeOf(edge.api.master.name);
    await own.sh('pkill -KILL -x haproxy');
    await until(
      'the other edge holds the address',
      async () => (await master('api')) === edge.api.backups[0]!.name,
      promised.process! + SEEN,
    );
    await serve(own);
    await isBack('api');
  });

  it('keep it when a cable is cut without a word', async () => {
    const own = edgeOf(edge.app.master.name);
    const lost = await outage('link', 3000, () => lab.cut(own, 'eth0'));
    expect(lost).toBeLessThan(promised.link! + SEEN);
    const healed = await outage('link', 3000, () => lab.mend(own, 'eth0', 'public'));
    expect(healed).toBeLessThan(promised.link! + SEEN);
    await isBack('app');
  });

  it('are drained before maintenance, and taken back', async () => {
    const own = edgeOf(edge.app.master.name);
    const lost = await outage('drain', 6000, () => own.sh('/usr/local/sbin/fredu-drain'));
    expect(lost).toBeLessThan(promised.drain! + SEEN);
    expect(await master('app')).toBe(edge.app.backups[0]!.name);
    const other = site.hosts.find(({ name }) => name === edge.app.backups[0]!.name)!;
    await until('the announcement has moved', async () =>
      (await front.sh(`ip route show ${model.anycast.ipv4}`)).includes(`via ${other.public.ipv4}`),
    );
    await own.sh('/usr/local/sbin/fredu-undrain');
    await isBack('app');
  });

  it('go on when a worker is lost', async () => {
    const [name] = farms.keys();
    const lost = await outage('worker', 4000, () => farms.get(name!)!.powerOff());
    expect(lost).toBeLessThan(promised.worker!);
    expect((await probe(1000, APP.ipv4))[0]!.served).toBeGreaterThan(0);
  });

  it('keep their promise when an edge is lost', async () => {
    const lost = await outage('host', 3000, () => edgeOf(edge.app.master.name).powerOff());
    expect(lost).toBeLessThan(promised.host! + SEEN);
    edges.delete(edge.app.master.name);
    expect(await master('app')).toBe(edge.app.backups[0]!.name);
  });
});
