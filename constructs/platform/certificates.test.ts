import { describe, expect, it } from 'vitest';
import { example } from '#scripts/testing/example-sites.ts';
import { certificates, identities } from './certificates.ts';

const model = example();
const table = identities(model);
const of = (id: string) => table.find((each) => each.id === id)!;

it('knows nodes, poolers and users, each once', () => {
  expect(table.map((each) => each.id)).toEqual([
    'lyn/cockroachdb-node',
    'par/cockroachdb-node',
    'nic/nic-node1',
    'nic/nic-node2',
    'nic/nic-node3',
    'lyn/pgbouncer',
    'par/pgbouncer',
    'lyn/prometheus',
    'par/prometheus',
    'root',
    'education',
    'migrations',
    'backup',
    'monitoring',
  ]);
});

describe('a node', () => {
  it('is named by everything that dials it: its site, other sites in both families, the balancer, the services', () => {
    const node = of('lyn/cockroachdb-node');
    for (const address of [
      '10.1.0.22',
      '2001:db8:1:2::16',
      '198.18.1.22',
      '10.1.0.100',
      '2001:db8:1:2::64',
      '::1',
    ])
      expect(node.addresses).toContain(address);
    for (const name of [
      'lyn-worker2',
      'worker2.lyn.example.org',
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
    expect(of('nic/nic-node2').places).toEqual([
      {
        site: 'nic',
        host: 'nic-node2',
        folder: '/etc/cockroachdb/certs',
        files: ['ca.crt', 'node.crt', 'node.key'],
      },
    ]);
  });
});

it("keeps root's certificate at the one site that sets the cluster up", () => {
  expect(of('root').places).toMatchObject([{ site: 'lyn', namespace: 'cockroachdb' }]);
});

it('gives users no name to be dialled by, and the pooler no right to sign in', () => {
  expect(of('education')).toMatchObject({ usages: ['client'], names: [], addresses: [] });
  expect(of('par/pgbouncer').usages).toEqual(['server']);
});

it('tells where the authority alone is needed: at edges, which only ask', () => {
  expect(certificates(model)).toContain(`authority:
  name: fredu database
  places:
    - site: lyn
      host: lyn-edge1
      folder: /etc/haproxy
      files:
        - database-ca.crt
    - site: lyn
      host: lyn-edge2
`);
});

it('writes names and never a key', () => {
  const text = certificates(model);
  expect(text).not.toMatch(/BEGIN|PRIVATE/);
  expect(text).toContain('secret: cockroachdb-client-education');
});
