import { describe, expect, it } from 'vitest';
import { openstack } from '#charts/openstack.ts';
import { inStack } from '#scripts/testing/edited-tree.ts';
import { cloud, dualCloud, example } from '#scripts/testing/example-sites.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Model } from '#sites/model.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { securityGroups } from './security-groups.ts';

const treeOf = (model: Model): Tree =>
  new Map(
    model.sites.flatMap((site) =>
      openstack(model, site).map(([path, text]): [string, string] => [`${site.code}/${path}`, text]),
    ),
  );
const model = threeSites();
const tree = treeOf(model);
const messages = (changed: Tree, of = model) =>
  securityGroups.check(of, changed).map(({ message }) => message);
const rules = (change: (rules: Record<string, Data>) => void) =>
  messages(inStack(tree, 'dc', (all) => change(all.networking_secgroup_rule_v2)));

describe('our own data centre', () => {
  it('keeps it', () => {
    expect(messages(tree)).toEqual([]);
  });

  const all: Record<string, Data> = JSON.parse(tree.get('dc/openstack/cdk.tf.json')!).resource
    .openstack_networking_secgroup_rule_v2;

  it('needs each of its rules', () => {
    const names = Object.keys(all);
    const gone = names.filter((_, index) => index % 20 === 0);
    expect(names.length).toBeGreaterThan(150);
    for (const name of gone)
      expect(
        rules((each) => {
          delete each[name];
        }).length,
        name,
      ).toBeGreaterThan(0);
  });

  it('admits not one port more, not one address more', () => {
    const [name, rule] = Object.entries(all).find(([each]) => each.includes('in-tcp-26258-from-192-0-2-21'))!;
    const wider = rules((each) => {
      each[name].port_range_max = 26259;
    });
    expect(wider).toEqual([
      'sxb-worker1 (192.0.2.21) to dc-worker1 (10.20.0.21), tcp 26259: admitted and not in the table of flows',
      'sxb-worker1 (192.0.2.21) to dc-worker2 (10.20.0.22), tcp 26259: admitted and not in the table of flows',
      'sxb-worker1 (192.0.2.21) to dc-worker3 (10.20.0.23), tcp 26259: admitted and not in the table of flows',
    ]);
    expect(
      rules((each) => {
        each[name] = { ...rule, remote_ip_prefix: '192.0.2.0/27' };
      })[0],
    ).toContain('the app of sxb (192.0.2.10) to dc-worker1 (10.20.0.21), tcp 26258: admitted');
  });

  it('says the balancers by their network, not by their address', () => {
    expect(
      rules((each) => {
        each['group_worker-rule_in-tcp-30443-from-10-20-1-0-24'].remote_ip_prefix = '10.20.1.10/32';
      }).filter((message) => message.includes('an amphora')),
    ).toEqual([
      expect.stringContaining('an amphora (10.20.1.13) to dc-worker1 (10.20.0.21), tcp 30443: in the table'),
      expect.stringContaining('dc-worker2'),
      expect.stringContaining('dc-worker3'),
    ]);
  });

  it('has no rule twice, and none that a wider one covers', () => {
    const one = 'group_worker-rule_in-icmp-from-bastion';
    expect(
      rules((each) => {
        each.again = each[one];
      }),
    ).toEqual([
      `the rule ${one} admits nothing that is in the table and that no other rule admits`,
      'the rule again admits nothing that is in the table and that no other rule admits',
    ]);
  });

  it('needs both ends: what may leave and not enter is refused, and the reverse', () => {
    expect(
      rules((each) => {
        delete each['group_bastion-rule_out-tcp-22-to-worker'];
      }),
    ).toHaveLength(3);
  });
});

describe('other worlds', () => {
  it.each<[string, Model]>([
    ['an OpenStack with both families', dualCloud()],
    [
      'two OpenStacks',
      example(({ sites }) => {
        sites.mar = cloud(4);
      }),
    ],
    [
      'an arbiter in an OpenStack',
      example(({ sites }) => {
        const nic = sites.nic!;
        nic.openstack = { region: 'one', externalNetwork: 'public', image: 'debian-12', hypervisors: 3 };
        nic.sizes = { database: { cpus: 4, memory: '16Gi', flavor: 'medium' } };
      }),
    ],
    [
      'no object store and no announcement',
      example(({ platform, sites }) => {
        delete platform.objects;
        for (const site of Object.values(sites)) delete site.objects;
      }),
    ],
  ])('%s', (_, world) => {
    const made = treeOf(world);
    expect(made.size).toBeGreaterThan(0);
    expect(messages(made, world)).toEqual([]);
  });

  it('rules of one family admit nothing of the other', () => {
    const world = dualCloud();
    const changed = inStack(treeOf(world), 'par', (all) => {
      for (const rule of Object.values<Data>(all.networking_secgroup_rule_v2))
        if (rule.ethertype === 'IPv6') rule.ethertype = 'IPv4';
    });
    expect(messages(changed, world).filter((message) => message.includes('(2001:')).length).toBeGreaterThan(
      100,
    );
  });
});
