import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, type LabHost, startLab, until } from '#scripts/lib/lab/netns.ts';
import type { Asking, Outcome } from '#scripts/testing/lab/clients.ts';
import { type Ingress, ingressFiles, ingressMissing, startIngress } from '#scripts/testing/lab/ingress.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { API } from '#shared/contract.ts';
import { both } from '#sites/address.ts';
import { balancerSources, workers } from '#sites/questions.ts';
import { machinesAtApp } from '#sites/traffic/conversations.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { clientLimit, LEAVING } from './traefik-config.ts';

/**
 * Traefik itself, with the files that are generated for it and as its account with the generated roles, before a real API server
 * that has the routes and the definitions that are really installed. The host is a worker in a network namespace; behind
 * Traefik stand answers of nginx, before it clients who come through the balancer of the site. One thing is added to its
 * files: its own API, on loopback, which says what became of each route.
 */
const missing = ingressMissing('nginx');
const isRequired = process.env.FREDU_REQUIRE === 'all';

const model = threeSites();
const sites = model.sites.filter(({ kubernetes }) => kubernetes);
// biome-ignore lint/suspicious/noExplicitAny: what others answer is read as data
type Data = any;

/** Who answers where behind Traefik: API, pages, a gateway of the object store, and the Service before the gateways. */
const BEHIND = { api: '198.18.7.1', web: '198.18.7.2', gateway: '198.18.7.3', service: '198.18.7.4' };
const PERSON = { one: '203.0.113.130', other: '203.0.113.131', third: '203.0.113.132' };
const V6 = { one: '2001:db8:c::10', neighbour: '2001:db8:c::11', other: '2001:db8:d::10' };

const suite = missing.length === 0 || isRequired ? describe : describe.skip;
suite.each(sites)(
  `Traefik with the files of $code${missing.length > 0 ? ` – skipped: there is no ${missing.join(', ')}` : ''}`,
  (site) => {
    const work = mkdtempSync(join(tmpdir(), 'fredu-traefik-'));
    const own = workers(site)[0]!.address.ipv4!;
    const [balancer = ''] = balancerSources(site).map((each) => each.replace(/\.0\/\d+$/, '.7'));
    const store = new URL(site.objects!.endpoint).hostname;
    const limit = clientLimit({ site, requestsPerSecond: model.limits.requestsPerSecond });
    let lab: Lab;
    let worker: LabHost;
    let ingress: Ingress;

    beforeAll(async () => {
      if (missing.length > 0) return;
      lab = await startLab(work);
      worker = await lab.host(
        'worker',
        new Map([
          ...ingressFiles({ model, site }),
          ['etc/hosts', `127.0.0.1 localhost\n${BEHIND.service} rook-ceph-rgw-clients.rook-ceph.svc\n`],
          ['etc/nginx/nginx.conf', nginx()],
        ]),
      );
      const addresses = [own, balancer, ...Object.values(BEHIND), '198.18.7.99'];
      await worker.sh(addresses.map((each) => `ip address add ${each}/32 dev lo`).join('\n'));
      await worker.start('nginx', "nginx -g 'daemon off;'");
      ingress = await startIngress({ model, site, host: worker, work, behind: BEHIND });
    }, 1_800_000);
    afterAll(async () => {
      await ingress?.stop();
      await lab?.stop();
      rmSync(work, { recursive: true, force: true });
    });

    const get = async (kind: string, namespace: string): Promise<Data[]> =>
      JSON.parse((await ingress.cluster.kubectl('get', kind, '-n', namespace, '-o', 'json')).stdout).items;
    const isTrue = (all: Data[], type: string): boolean =>
      all.length > 0 &&
      all.every(({ status }) =>
        status?.conditions?.some((each: Data) => each.type === type && each.status === 'True'),
      );
    const asked = async (...askings: (Partial<Asking> & { name: string })[]): Promise<Outcome[]> => {
      const to = { address: own, port: PORTS.traefikWebsecure.port };
      const all = askings.map((each) => ({ to, balancer, ...each }));
      const script = join(import.meta.dirname, '../../../scripts/testing/lab/clients.ts');
      const { code, stdout, stderr } = await worker.run([process.execPath, script, JSON.stringify(all)], 120);
      if (code !== 0) throw new Error(stderr);
      return JSON.parse(stdout);
    };

    it('has what it needs', () => expect(missing).toEqual([]));

    it('is forbidden nothing, and has nothing to complain about', () => {
      // What it says at every start: that options exist which are set here, and that routes may not use each other's parts.
      const always = /^Cross-provider|^Traefik can reject some encoded characters/;
      const complaints = ingress
        .log()
        .filter(({ level, message }) => !['info', undefined].includes(level) && !always.test(message))
        .map(({ message }) => message);
      expect(complaints).toEqual([]);
      expect(worker.log('traefik')).not.toContain('forbidden');
    });

    it('serves every route of the Ingresses and of the Gateway, each on the entry point that is meant', async () => {
      const all = await ingress.routers('http');
      expect(all.filter(({ status }) => status !== 'enabled')).toEqual([]);
      const places = (provider: string) =>
        all
          .filter((each) => each.provider === provider)
          .map(({ rule, entryPoints }) => `${/Host\(["`]([^"`]+)/.exec(rule)?.[1]} on ${entryPoints.join()}`)
          .sort();
      const paths = ['/', API.basePath, ...API.pagePaths];
      const expected = [model.domain, site.domain].flatMap((each) => paths.map(() => `${each} on websecure`));
      expect(places('kubernetes')).toEqual([...expected, `${store} on objects`].sort());
      expect([...new Set(places('kubernetesgateway'))]).toEqual(
        [...new Set([...expected, `${store} on objects`])].sort(),
      );
      expect((await ingress.routers('tcp')).map(({ name, status }) => `${name} ${status}`)).toEqual([
        'object-store-machines@file enabled',
      ]);
    });

    it('accepts and programs the Gateway, its listeners and their routes', async () => {
      const [gateway] = await get('gateway', 'traefik');
      for (const type of ['Accepted', 'Programmed']) expect(isTrue([gateway], type)).toBe(true);
      for (const listener of gateway.status.listeners)
        for (const type of ['Accepted', 'Programmed', 'ResolvedRefs'])
          expect({ name: listener.name, [type]: isTrue([{ status: listener }], type) }).toEqual({
            name: listener.name,
            [type]: true,
          });
      expect(gateway.status.listeners).toHaveLength(3);
      for (const route of [
        ...(await get('httproute', 'education')),
        ...(await get('httproute', 'rook-ceph')),
      ])
        for (const type of ['Accepted', 'ResolvedRefs'])
          expect(
            isTrue(
              route.status.parents.map((status: Data) => ({ status })),
              type,
            ),
          ).toBe(true);
    });

    it('serves a redirect on port 80 and nothing else', async () => {
      const to = { address: own, port: PORTS.traefikWeb.port };
      for (const name of [model.domain, store, 'nobody.example']) {
        const [answer] = await asked({ name, to, plain: true, client: PERSON.one, path: '/a?b=c' });
        expect(answer!.statuses).toEqual({ 301: 1 });
        expect(answer!.headers[301]!.location).toBe(`https://${name}/a?b=c`);
      }
    });

    it('leads names and paths to who answers, by HTTPS of today, and says that it stays so', async () => {
      const client = PERSON.one;
      const [page, api, files] = await asked(
        { name: site.domain, client },
        { name: model.domain, client, path: '/api/courses' },
        { name: store, client, path: '/education/a' },
      );
      expect([page, api, files].map((answer) => JSON.parse(answer!.body).answered)).toEqual([
        'web',
        'api',
        'service',
      ]);
      for (const answer of [page, api, files]) {
        expect(answer!.headers[200]).toMatchObject({
          'strict-transport-security': 'max-age=63072000; includeSubDomains',
          'x-content-type-options': 'nosniff',
        });
        expect(answer!.headers[200]).not.toHaveProperty('server');
      }
      const old = { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' };
      const [before, unknown] = await asked(
        { name: site.domain, client, versions: old },
        { name: 'nobody.example', client },
      );
      expect([before!.statuses, before!.error]).toEqual([
        { 0: 1 },
        expect.stringContaining('protocol version'),
      ]);
      expect(unknown!.statuses).toEqual({ 0: 1 });
    });

    it('knows the client by what its balancer says, and believes nobody else', async () => {
      const forged = { 'x-forwarded-for': '192.0.2.66', 'x-real-ip': '192.0.2.66' };
      const seen = (answer: Outcome | undefined) => JSON.parse(answer!.body).forwardedFor;
      const [v4, v6] = await asked(
        { name: site.domain, client: PERSON.one, headers: forged },
        { name: site.domain, client: V6.one, headers: forged },
      );
      expect([seen(v4), seen(v6)]).toEqual([PERSON.one, V6.one]);
      const [stranger, liar] = await asked(
        { name: site.domain, balancer: '198.18.7.99' },
        { name: site.domain, balancer: '198.18.7.99', client: PERSON.other },
      );
      expect(seen(stranger)).toBe('198.18.7.99');
      expect(liar!.statuses[200] === undefined || seen(liar) === '198.18.7.99').toBe(true);
    });

    it('refuses a person who asks too much with 429, and nobody beside them', async () => {
      const times = 10 * limit.burst;
      const [greedy, other] = await asked(
        { name: site.domain, client: PERSON.other, times },
        { name: site.domain, client: PERSON.third },
      );
      expect(greedy!.statuses[429]).toBeGreaterThan(0);
      expect(greedy!.statuses[200]).toBeGreaterThanOrEqual(limit.burst);
      expect(greedy!.statuses[200]).toBeLessThanOrEqual(
        limit.burst + limit.perInstance * (greedy!.seconds + 1),
      );
      expect(greedy!.headers[429]).toHaveProperty('strict-transport-security');
      expect(other!.statuses).toEqual({ 200: 1 });
      // A household of IPv6 is one client; another one is not.
      const [first] = await asked({ name: site.domain, client: V6.one, times });
      const [neighbour, stranger] = await asked(
        { name: site.domain, client: V6.neighbour, times },
        { name: site.domain, client: V6.other },
      );
      expect(first!.statuses[429]).toBeGreaterThan(0);
      expect(neighbour!.statuses[429]).toBeGreaterThan(0);
      expect(stranger!.statuses).toEqual({ 200: 1 });
    });

    it('never refuses a machine of ours at the object store, from whichever of its addresses', async () => {
      const machines = machinesAtApp(model, site)
        .filter(({ family }) => both(workers(site)[0]!.address).length > 1 || family === 'ipv4')
        .map(({ text }) => text);
      expect(machines.length).toBeGreaterThan(8);
      const all = await asked(
        ...machines.map((client, index) => ({
          name: store,
          client,
          path: '/education/a',
          times: index === 0 ? 20 * limit.burst : limit.burst + 40,
        })),
      );
      expect(all.map(({ statuses }) => Object.keys(statuses))).toEqual(all.map(() => ['200']));
      // Past the rules for routes: straight to a gateway, which learns who it is.
      expect(JSON.parse(all[0]!.body)).toMatchObject({ answered: 'gateway', forwardedFor: machines[0] });
    });

    it('passes on what zones ask each other for, whatever is encoded in its path', async () => {
      const client = machinesAtApp(model, site)[0]?.text;
      const [answer] = await asked({
        name: store,
        client: client!,
        path: '/admin/metadata/bucket.instance/education%253Aid.1',
      });
      expect(answer!.statuses).toEqual({ 200: 1 });
    });

    it('refuses a stranger at the object store as anywhere, and a machine of ours that asks for pages', async () => {
      const times = 10 * limit.burst;
      const [stranger, machine] = await asked(
        { name: store, client: '203.0.113.77', path: '/education/a', times },
        { name: site.domain, client: machinesAtApp(model, site)[0]!.text, times },
      );
      expect(stranger!.statuses[429]).toBeGreaterThan(0);
      expect(machine!.statuses[429]).toBeGreaterThan(0);
    });

    it('takes large bodies, and no header or path that a backend could read otherwise', async () => {
      const client = '203.0.113.78';
      const [large, machine, long, slash, underscore] = await asked(
        { name: site.domain, client, path: '/api/files', method: 'POST', body: 20 << 20 },
        {
          name: store,
          client: machinesAtApp(model, site)[0]!.text,
          path: '/education/b',
          method: 'PUT',
          body: 64 << 20,
        },
        { name: site.domain, client, headers: { 'x-long': 'x'.repeat(70_000) } },
        { name: site.domain, client, path: '/api/a%2Fb' },
        { name: site.domain, client, headers: { x_underscored: 'yes', 'x.underscored': 'yes' } },
      );
      expect(large!.statuses).toEqual({ 200: 1 });
      expect(machine!.statuses).toEqual({ 200: 1 });
      expect(long!.statuses).toEqual({ 431: 1 });
      expect(slash!.statuses).toEqual({ 400: 1 });
      expect(JSON.parse(underscore!.body).underscored).toBe('');
    });

    it('leaves as configured: 503 at the check of the balancer while it still serves', async () => {
      const ping = async () =>
        (
          await worker.sh(
            `curl --silent --output /dev/null --write-out '%{http_code}' http://${own}:${PORTS.traefikPing.port}/ping || true`,
          )
        ).trim();
      expect(await ping()).toBe('200');
      await worker.sh('pkill -TERM -x traefik');
      await until('the check says 503', async () => (await ping()) === '503', LEAVING.acceptSeconds);
      const [page, files] = await asked(
        { name: site.domain, client: '203.0.113.79' },
        { name: store, client: machinesAtApp(model, site)[0]!.text, path: '/education/a' },
      );
      expect([page!.statuses, files!.statuses]).toEqual([{ 200: 1 }, { 200: 1 }]);
    });
  },
);

/** Each says who it is and what it learnt of the client. */
function nginx(): string {
  const servers = [
    ['api', BEHIND.api, PORTS.api],
    ['web', BEHIND.web, PORTS.web],
    ['gateway', BEHIND.gateway, PORTS.objectGateway],
    ['service', BEHIND.service, 80],
  ].map(
    ([name, address, port]) => `  upstream ${name} { server unix:/run/${name}.sock; keepalive 64; }
  server { listen ${address}:${port}; location / { proxy_pass http://${name}; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; proxy_set_header X-Forwarded-For $http_x_forwarded_for; } }
  server { listen unix:/run/${name}.sock backlog=4096; default_type application/json; location / { return 200 '{"answered":"${name}","forwardedFor":"$http_x_forwarded_for","underscored":"$http_x_underscored"}'; } }
`,
  );
  return `pid /run/nginx.pid;
error_log stderr warn;
worker_processes 1;
events { worker_connections 4096; }
http { access_log off; underscores_in_headers on; client_max_body_size 0; server_tokens off;
${servers.join('')}}
`;
}
