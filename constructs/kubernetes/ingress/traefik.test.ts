import { App, Chart } from 'cdk8s';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { balancerSeconds } from '#constructs/drain.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { cloudOf, roomOf } from '#scripts/testing/sites-of.ts';
import type { Site } from '#sites/model.ts';
import type { KubernetesSite } from '#sites/site-kinds.ts';
import { machinesAtApp } from '#sites/traffic/conversations.ts';
import { fronts } from './routes.ts';
import { Traefik } from './traefik.ts';
import { clientLimit, LEAVING, traefikDynamic, traefikStatic } from './traefik-config.ts';

const model = example();
const [lyn, par] = [roomOf(model, 'lyn'), cloudOf(model, 'par')];
// biome-ignore lint/suspicious/noExplicitAny: rendered objects are read as data
type Data = any;
const fixed = (site: Site): Data =>
  parse(traefikStatic({ site, fronts: fronts({ domain: model.domain, site }) }));
const props = <Kind extends Site>(site: Kind, of = model) => ({
  site,
  fronts: fronts({ domain: of.domain, site }),
  requestsPerSecond: of.limits.requestsPerSecond,
  machines: machinesAtApp(of, site),
});
const render = (site: KubernetesSite): Data[] => {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  new Traefik(chart, 'traefik', props(site));
  return chart.toJson();
};
const one = (site: KubernetesSite, kind: string, namespace?: string): Data =>
  render(site).find(
    (object) => object.kind === kind && (!namespace || object.metadata.namespace === namespace),
  );

it('gives a pod up that takes no connection, and asks the next one, behind the limit, which counts once', () => {
  const { entryPoints, serversTransport } = fixed(lyn);
  const { retry } = parse(traefikDynamic(props(lyn))).http.middlewares.retry;
  expect(entryPoints.websecure.http.middlewares).toEqual(['headers@file', 'limit@file', 'retry@file']);
  // By statuses of answers a form would be posted twice; and a page that asks one pod after the other is there within two seconds.
  expect(Object.keys(retry)).toEqual(['attempts']);
  expect(serversTransport.forwardingTimeouts.dialTimeout).toBe('500ms');
  expect(retry.attempts * 0.5).toBeLessThanOrEqual(2);
});

it('believes the balancer of its site alone, in both families, on the public entry points alone; itself on loopback', () => {
  const trusted = (site: Site) =>
    Object.entries<Data>(fixed(site).entryPoints).map(([name, entry]) => [
      name,
      entry.proxyProtocol?.trustedIPs,
    ]);
  expect(trusted(lyn)).toEqual([
    ['web', ['10.1.0.4', '2001:db8:1:2::4', '10.1.0.5', '2001:db8:1:2::5']],
    ['websecure', ['10.1.0.4', '2001:db8:1:2::4', '10.1.0.5', '2001:db8:1:2::5']],
    ['objects', ['127.0.0.1/32']],
    ['ping', undefined],
    ['metrics', undefined],
  ]);
  expect(trusted(par)[1]).toEqual(['websecure', ['10.2.1.0/24']]);
});

it('redirects for good to the public port and serves nothing else on port 80', () => {
  const { web, websecure } = fixed(lyn).entryPoints;
  expect(web.http.redirections.entryPoint).toEqual({ to: ':443', scheme: 'https', permanent: true });
  expect([web.asDefault, websecure.asDefault]).toEqual([undefined, true]);
  expect(fixed(lyn).api).toBeUndefined();
});

it('lets no encoded separator and no header under another name through', () => {
  for (const [name, { http }] of Object.entries<Data>(fixed(lyn).entryPoints)) {
    expect(Object.keys(http.encodedCharacters)).toHaveLength(7);
    // Zones ask each other for `bucket.instance/<name>%253A<id>`.
    expect(Object.values(http.encodedCharacters)).toEqual(Array(7).fill(name === 'objects'));
    expect(http.aliasHeadersStrategy).toBe('delete');
  }
});

it('divides the limit of a client by the instances, rounded up, and says what a client really gets', () => {
  expect(clientLimit(props(lyn))).toEqual({ instances: 3, perInstance: 20, total: 60, burst: 60 });
  const odd = { ...model, limits: { ...model.limits, requestsPerSecond: 100 } };
  expect(clientLimit(props(lyn, odd))).toEqual({
    instances: 3,
    perInstance: 34,
    total: 102,
    burst: 100,
  });
  const { limit } = parse(traefikDynamic(props(lyn))).http.middlewares;
  expect(limit.rateLimit).toEqual({
    average: 20,
    period: '1s',
    burst: 60,
    sourceCriterion: { ipStrategy: { ipv6Subnet: 64 } },
  });
  expect(one(lyn, 'ConfigMap').metadata.annotations).toEqual({
    'fredu.fr/requests-per-second':
      '60 of one client on one route: 3 instances x 20, 60 at once; machines of ours at the object store: no limit',
  });
});

it('leads machines of ours to the object store past the limit, from all their addresses, and nobody else', () => {
  const { tcp } = parse(traefikDynamic(props(par)));
  const { rule, ...router } = tcp.routers['object-store-machines'];
  expect(router).toEqual({ entryPoints: ['websecure'], service: 'objects', tls: { passthrough: true } });
  expect(rule).toMatch(/^HostSNI\(`s3\.par\.example\.org`\) && \(ClientIP\(`.*`\)\)$/);
  const spared = [...rule.matchAll(/ClientIP\(`([^`]+)`\)/g)].map((match) => match[1]);
  // Of the own site by both addresses, of another room by what the world sees, in both families; of an arbiter.
  for (const own of ['10.2.0.21', '198.18.2.21', '198.18.1.22', '2001:db8:1:2::16', '198.18.3.6'])
    expect(spared).toContain(own);
  for (const other of ['10.1.0.21', '198.18.2.9', '198.18.1.4']) expect(spared).not.toContain(other);
  expect(fixed(par).entryPoints.objects).toMatchObject({
    address: '127.0.0.1:8444',
    http: { middlewares: ['headers@file'], tls: {} },
  });
  const none = { ...par, objects: undefined };
  expect(parse(traefikDynamic(props(none)))).not.toHaveProperty('tcp');
  expect(fixed(none).entryPoints).not.toHaveProperty('objects');
});

it('serves until the balancers have noticed, and has the time to finish', () => {
  expect(LEAVING.acceptSeconds).toBeGreaterThan(balancerSeconds);
  const { terminationGracePeriodSeconds } = one(lyn, 'DaemonSet').spec.template.spec;
  expect(terminationGracePeriodSeconds).toBeGreaterThan(LEAVING.acceptSeconds + LEAVING.finishSeconds);
});

it('has node ports that keep the sender, in the families of its site', () => {
  const service = (site: KubernetesSite) => one(site, 'Service').spec;
  expect(service(lyn)).toMatchObject({
    type: 'NodePort',
    externalTrafficPolicy: 'Local',
    ipFamilyPolicy: 'RequireDualStack',
    ipFamilies: ['IPv4', 'IPv6'],
  });
  expect(service(par)).toMatchObject({ ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'] });
  expect(service(par).ports.map(({ name, port, nodePort }: Data) => [name, port, nodePort])).toEqual([
    ['web', 8000, 30080],
    ['websecure', 8443, 30443],
    ['ping', 8082, 30082],
  ]);
});

it('restarts when its start-up file changes, and not when the file it watches does', () => {
  const digest = (changed: typeof model) => {
    const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
    new Traefik(chart, 'traefik', props(lyn, changed));
    const set: Data = chart.toJson().find((object: Data) => object.kind === 'DaemonSet');
    return set.spec.template.metadata.annotations['fredu.fr/configuration'];
  };
  expect(digest(model)).toMatch(/^[0-9a-f]{16}$/);
  expect(digest({ ...model, limits: { ...model.limits, requestsPerSecond: 90 } })).toBe(digest(model));
  const moved = { ...lyn, domain: 'other.example.org' };
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  new Traefik(chart, 'traefik', props(moved));
  const set: Data = chart.toJson().find((object: Data) => object.kind === 'DaemonSet');
  expect(set.spec.template.metadata.annotations['fredu.fr/configuration']).not.toBe(digest(model));
});

it('may read secrets only where there are routes, and nothing of the whole cluster but its frame', () => {
  const roles = render(lyn).filter(({ kind }) => kind === 'Role');
  expect(roles.map(({ metadata }) => metadata.namespace)).toEqual(['traefik', 'education', 'rook-ceph']);
  expect(one(lyn, 'ClusterRole').rules.flatMap(({ resources }: Data) => resources)).toEqual([
    'namespaces',
    'nodes',
    'ingressclasses',
    'gatewayclasses',
    'gatewayclasses/status',
  ]);
  expect(one(lyn, 'DaemonSet').spec.template.spec.automountServiceAccountToken).toBe(true);
});
