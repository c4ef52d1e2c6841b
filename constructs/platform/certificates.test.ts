import { describe, expect, it } from 'vitest';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { certificates, identities } from './certificates.ts';

const model = threeSites();
const table = identities(model);
const of = (id: string) => table.find((each) => each.id === id)!;

it('knows nodes, poolers and users, each once', () => {
  expect(table.map((each) => each.id)).toEqual([
    'sxb/cockroachdb-node',
    'dc/cockroachdb-node',
    'do/do-node1',
    'do/do-node2',
    'do/do-node3',
    'sxb/pgbouncer',
    'dc/pgbouncer',
    'sxb/prometheus',
    'dc/prometheus',
    'root',
    'education',
    'migrations',
    'backup',
    'monitoring',
  ]);
});

describe('a node', () => {
  it('is named by everything that dials it: its site, other sites in both families, the balancer, the services', () => {
    const node = of('sxb/cockroachdb-node');
    for (const address of [
      '10.10.0.22',
      '2001:db8:10:2::22',
      '192.0.2.22',
      '10.10.0.10',
      '2001:db8:10:2::10',
      '::1',
    ])
      expect(node.addresses).toContain(address);
    for (const name of [
      'sxb-worker2',
      'worker2.sxb.fredu.fr',
      'cockroachdb.cockroachdb.svc',
      'cockroachdb-public.cockroachdb.svc',
    ])
      expect(node.names).toContain(name);
  });
  it('says `node`, as CockroachDB demands, and is a client of other nodes too', () => {
    for (const node of table.filter((each) => each.commonName === 'node'))
      expect(node.usages).toEqual(['server', 'client']);
  });
  it('has a key of its own on a rented host', () => {
    expect(of('do/do-node2').places).toEqual([
      {
        site: 'do',
        host: 'do-node2',
        folder: '/etc/cockroachdb/certs',
        files: ['ca.crt', 'node.crt', 'node.key'],
      },
    ]);
  });
});

it("keeps root's certificate at the one site that sets the cluster up", () => {
  expect(of('root').places).toMatchObject([{ site: 'sxb', namespace: 'cockroachdb' }]);
});

it('gives users no name to be dialled by, and the pooler no right to sign in', () => {
  expect(of('education')).toMatchObject({ usages: ['client'], names: [], addresses: [] });
  expect(of('dc/pgbouncer').usages).toEqual(['server']);
});

it('tells where the authority alone is needed: at edges, which only ask', () => {
  expect(certificates(model)).toContain(`authority:
  name: fredu database
  places:
    - site: sxb
      host: sxb-edge1
      folder: /etc/haproxy
      files:
        - database-ca.crt
    - site: sxb
      host: sxb-edge2
`);
});

it('writes names and never a key', () => {
  const text = certificates(model);
  expect(text).not.toMatch(/BEGIN|PRIVATE/);
  expect(text).toContain('secret: cockroachdb-client-education');
});
