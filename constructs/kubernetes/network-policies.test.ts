import { App, Chart } from 'cdk8s';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Site } from '#sites/model.ts';
import { NetworkPolicies } from './network-policies.ts';

const model = threeSites();
const [sxb, dc] = ['sxb', 'dc'].map((code) => model.sites.find((site) => site.code === code)!) as [
  Site,
  Site,
];
// biome-ignore lint/suspicious/noExplicitAny: rendered objects are read as data
type Data = any;
const render = (site: Site, namespaces: string[]): Map<string, Data> => {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  new NetworkPolicies(chart, { model, site, namespaces });
  return new Map(
    chart.toJson().map(({ metadata, spec }: Data) => [`${metadata.namespace}/${metadata.name}`, spec]),
  );
};

it('denies everything in each namespace, then lets every pod ask for names', () => {
  const policies = render(dc, ['traefik']);
  expect([...policies.keys()]).toEqual(['traefik/default-deny', 'traefik/all-pods', 'traefik/traefik']);
  expect(policies.get('traefik/default-deny')).toEqual({
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
  });
  expect(stringify(policies.get('traefik/all-pods').egress[0])).toMatchInlineSnapshot(`
    "ports:
      - port: 53
        protocol: UDP
    to:
      - namespaceSelector:
          matchLabels:
            kubernetes.io/metadata.name: kube-system
        podSelector:
          matchLabels:
            k8s-app: kube-dns
      - ipBlock:
          cidr: 169.254.25.10/32
    "
  `);
});

it('makes no policy over pods that the site does not run', () => {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  const runs = (_namespace: string, app: string) => app === 'memcached';
  new NetworkPolicies(chart, { model, site: sxb, namespaces: ['education'], runs });
  expect(chart.toJson().map(({ metadata }: Data) => metadata.name)).toEqual([
    'default-deny',
    'all-pods',
    'memcached',
  ]);
});

it('makes no policy for namespaces that are not its own', () => {
  const namespaces = [...render(sxb, ['education']).keys()].map((key) => key.split('/')[0]);
  expect(new Set(namespaces)).toEqual(new Set(['education']));
});

it('lets the balancer in by its addresses, of both families where the site has both', () => {
  const from = (site: Site) =>
    render(site, ['traefik'])
      .get('traefik/traefik')
      .ingress[0].from.map(({ ipBlock }: Data) => ipBlock.cidr);
  expect(from(sxb)).toEqual(['10.10.0.4/32', '2001:db8:10:2::4/128', '10.10.0.5/32', '2001:db8:10:2::5/128']);
  expect(from(dc)).toEqual(['10.20.1.0/24']);
});

it('leads to services of others outside private networks and our own', () => {
  const rule = render(sxb, ['education'])
    .get('education/education-api')
    .egress.find(({ ports }: Data) => ports[0].port === 465);
  expect(rule.to.map(({ ipBlock }: Data) => ipBlock.cidr)).toEqual(['0.0.0.0/0', '::/0']);
  expect(rule.to[0].ipBlock.except).toEqual([
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.168.0.0/16',
    sxb.networks.public.ipv4,
    dc.networks.public.ipv4,
    model.sites.find(({ code }) => code === 'do')!.networks.nodes.ipv4,
  ]);
});

it('says nothing where there is nothing to say, for the API keeps no empty lists', () => {
  expect(render(sxb, ['education']).get('education/memcached')).not.toHaveProperty('egress');
});

it('dials pods of other sites at their node ports, and is dialled by their workers', () => {
  const prometheus = render(sxb, ['monitoring']).get('monitoring/prometheus');
  expect(prometheus.egress).toContainEqual({
    to: ['198.51.100.21/32', '198.51.100.22/32', '198.51.100.23/32'].map((cidr) => ({ ipBlock: { cidr } })),
    ports: [{ protocol: 'TCP', port: 30990 }],
  });
  expect(prometheus.ingress).toContainEqual({
    from: ['198.51.100.21/32', '198.51.100.22/32', '198.51.100.23/32'].map((cidr) => ({ ipBlock: { cidr } })),
    ports: [{ protocol: 'TCP', port: 9090 }],
  });
});
