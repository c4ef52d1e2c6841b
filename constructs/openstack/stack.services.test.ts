import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { openstack } from '#charts/openstack.ts';
import schema from '#policies/reading/schemas/openstack.json' with { type: 'json' };
import { goTool, goToolMissing, OPENTOFU } from '#scripts/lib/lab/go-tool.ts';
import { type Outcome, run } from '#scripts/lib/run.ts';
import { dualCloud, example } from '#scripts/testing/example-sites.ts';
import { type StandIn, standIn } from '#scripts/testing/lab/stand-in-provider.ts';
import { THREE_SITES } from '#scripts/testing/three-sites.ts';
import { model } from '#sites/derive.ts';
import { read } from '#sites/load/load.ts';
import type { Model } from '#sites/model.ts';
import { siteOf } from '#sites/questions.ts';
import type { Input } from '#sites/schema/schema.ts';
import type { ProviderSchema } from './provider/generate.ts';
import { userData } from './user-data.ts';

/**
 * The stack before a real OpenTofu, whose provider has the real one's schema and no cloud: types, references, order and life
 * cycles are judged; which values a cloud takes is not. Only the backend is another here, a file.
 */
const missing = goToolMissing(OPENTOFU);
if (missing && process.env.FREDU_REQUIRE === 'all') throw new Error(missing);
const BUILDING_MILLISECONDS = 1_500_000;

const folder = mkdtempSync(join(tmpdir(), 'fredu-tofu-'));
let program: string;
let provider: StandIn;

interface Block {
  [key: string]: Block;
}
/** Our own platform after a change of its files. */
function ours(change: (input: Input) => void = () => {}): Model {
  const files = [...read(THREE_SITES)].map(([name, text]) => [name.replace(/\.yaml$/, ''), parse(text)]);
  const { platform, ...sites } = Object.fromEntries(files);
  change({ platform, sites });
  return model({ platform, sites });
}
const own = ours();
const stackOf = (of: Model, site: string): Block => {
  const [[, text] = ['', '']] = openstack(of, siteOf(of, site));
  const stack = JSON.parse(text);
  stack.terraform.backend = { local: { path: 'terraform.tfstate' } };
  return stack;
};

/** The example in an OpenStack that keeps names itself and has local disks, and announces nothing. */
const elsewhere = (): Model =>
  example(({ platform, sites }) => {
    platform.dns = { servers: { ns1: '203.0.113.53', ns2: '198.51.100.53' } };
    Object.assign(sites.par!.openstack!, { designate: true, nameServers: ['ns1.cloud.example.net'] });
    sites.par!.database!.volume.store = 'local';
  });
/** The example with its arbiter in an OpenStack. */
const arbiter = (): Model =>
  example(({ sites }) => {
    sites.nic!.openstack = { region: 'one', externalNetwork: 'public', image: 'debian-12', hypervisors: 3 };
    sites.nic!.sizes = { database: { cpus: 4, memory: '16Gi', flavor: 'medium' } };
  });

/** A folder with a stack, as the person who applies it has it. */
class Workshop {
  readonly path: string;
  constructor(name: string, stack: object) {
    this.path = join(folder, name);
    mkdirSync(this.path, { recursive: true });
    this.put(stack);
  }
  put(stack: object): void {
    writeFileSync(join(this.path, 'cdk.tf.json'), JSON.stringify(stack, null, 2));
  }
  async tofu(...args: string[]): Promise<Outcome> {
    return run([program, ...args], {
      cwd: this.path,
      env: { ...provider.env, TF_CLI_CONFIG_FILE: join(folder, 'none.tofurc'), TF_IN_AUTOMATION: '1' },
      timeoutSeconds: 120,
    });
  }
  async done(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.tofu(...args, '-no-color');
    expect(code, stdout.slice(-2000) + stderr.slice(0, 2000)).toBe(0);
    return stdout;
  }
  /** What would be done, as `update host_worker1_instance`. */
  async changes(...args: string[]): Promise<string[]> {
    await this.done('plan', '-out=plan', ...args);
    const { resource_changes = [] } = JSON.parse(await this.done('show', '-json', 'plan')) as {
      resource_changes?: { name: string; change: { actions: string[] } }[];
    };
    return resource_changes
      .map(({ name, change }) => `${change.actions.join(' and ')} ${name}`)
      .filter((each) => !each.startsWith('no-op'));
  }
}

describe.skipIf(missing !== undefined)('OpenTofu', () => {
  beforeAll(async () => {
    program = await goTool(OPENTOFU);
    provider = await standIn(schema as unknown as ProviderSchema, folder);
    writeFileSync(join(folder, 'none.tofurc'), '');
  }, BUILDING_MILLISECONDS);
  afterAll(() => {
    provider?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each<[string, Model, string]>([
    ['our data centre', own, 'dc'],
    ['both families', dualCloud(), 'par'],
    ['names in Designate, a disk that comes with the flavor, no announcement', elsewhere(), 'par'],
    ['an arbiter', arbiter(), 'nic'],
  ])('finds %s valid, and all of it can be made in one order', async (name, world, site) => {
    const shop = new Workshop(name.replaceAll(/\W/g, '-'), stackOf(world, site));
    await shop.done('init');
    expect(JSON.parse(await shop.done('validate', '-json'))).toMatchObject({
      valid: true,
      error_count: 0,
      warning_count: 0,
    });
    await shop.done('apply', '-auto-approve');
    expect(await shop.changes()).toEqual([]);
  });

  it.each<[string, (resource: Block) => void, RegExp]>([
    [
      'a key that the provider does not know',
      ({ openstack_lb_pool_v2: pools }) => {
        Object.assign(pools!['balancer_api_api-pool']!, { proxy: 'v2' });
      },
      /Extraneous JSON object property.*"proxy"/,
    ],
    [
      'a key that is missing',
      ({ openstack_lb_member_v2: members }) => {
        delete members!['balancer_api_api-cp1']!.address;
      },
      /Missing required argument.*"address"/,
    ],
    [
      'a value of another type',
      ({ openstack_lb_monitor_v2: monitors }) => {
        Object.assign(monitors!['balancer_api_api-monitor']!, { delay: 'two' });
      },
      /Incorrect attribute value type.*"delay"/,
    ],
    [
      'a reference to nothing',
      ({ openstack_networking_port_v2: ports }) => {
        delete ports!.host_cp1_port;
      },
      /Reference to undeclared resource.*host_cp1_port/,
    ],
    [
      'a circle',
      ({ openstack_networking_secgroup_v2: groups }) => {
        for (const [one, other] of [
          ['bastion', 'worker'],
          ['worker', 'bastion'],
        ])
          Object.assign(groups![`group_${one}`]!, {
            description: `\${openstack_networking_secgroup_v2.group_${other}.id}`,
          });
      },
      /Cycle: .*group_bastion/,
    ],
  ])('refuses %s', async (name, change, expected) => {
    const stack = stackOf(own, 'dc');
    change(stack.resource!);
    const shop = new Workshop(name.replaceAll(' ', '-'), stack);
    await shop.tofu('init');
    const { code, stdout } = await shop.tofu('validate', '-json');
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { summary: string; detail: string }[] };
    expect(code).toBe(1);
    expect(diagnostics.map(({ summary, detail }) => `${summary} ${detail}`).join('\n')).toMatch(expected);
  });

  describe('with the data centre made', () => {
    let shop: Workshop;
    const before = stackOf(own, 'dc');
    beforeAll(async () => {
      shop = new Workshop('made', before);
      await shop.done('init');
      await shop.done('apply', '-auto-approve');
    });
    /** What another platform would change. */
    const changesOf = async (change: (input: Input) => void) => {
      shop.put(stackOf(ours(change), 'dc'));
      const changes = await shop.changes();
      shop.put(before);
      return changes;
    };

    it('gives hosts their first words as they were meant, with the ids of their disks in them', async () => {
      const { values } = JSON.parse(await shop.done('show', '-json')) as {
        values: { root_module: { resources: { name: string; values: Record<string, string> }[] } };
      };
      const { resources } = values.root_module;
      const site = siteOf(own, 'dc');
      for (const host of site.hosts) {
        const disks = resources
          .filter(({ name }) => name.startsWith(`host_${host.key}_`) && /_(cockroachdb|ceph)$/.test(name))
          .map(({ name, values: { id } }) => ({
            device: `/dev/disk/by-id/virtio-${name.split('_').at(-1)}`,
            // Instead of an expression, what it is to become.
            volumeId: `"${id}"`,
          }))
          .sort((a, b) => (a.device > b.device ? -1 : 1));
        const expected = userData({ model: own, site, host, disks }).replaceAll(
          /\$\{substr\("([^"]+)", 0, 20\)\}/g,
          (_, id: string) => id.slice(0, 20),
        );
        const instance = resources.find(({ name }) => name === `host_${host.key}_instance`)!;
        expect(instance.values.user_data, host.name).toBe(expected);
      }
    });

    it('withdraws the announcement by one change', async () => {
      expect(await shop.changes('-var=announce=false')).toEqual(['update routing_speaker']);
    });

    it('changes no host for another image, another administrator, a hypervisor less', async () => {
      expect(
        await changesOf(({ platform, sites }) => {
          sites.dc!.openstack!.image = 'debian-13';
          platform.administrators.keys.push(`ssh-ed25519 ${'A'.repeat(68)} somebody@fredu.fr`);
        }),
      ).toEqual([]);
      expect(
        await changesOf(({ sites }) => {
          sites.dc!.openstack!.hypervisors = 2;
        }),
      ).toEqual(['update host_control-plane-group', 'update host_worker-group']);
    });

    it('makes one more worker and changes only what names all workers', async () => {
      const changes = await changesOf(({ sites }) => {
        sites.dc!.hosts.worker4 = { role: 'worker', address: '10.20.0.24', public: '198.51.100.24' };
      });
      expect(
        changes.filter((each) => each.includes('worker4')).every((each) => each.startsWith('create')),
      ).toBe(true);
      expect(changes.filter((each) => !each.startsWith('create')).sort()).toEqual([
        'update balancer_api_api-listener',
        'update balancer_api_metrics-listener',
        'update balancer_app_metrics-listener',
        'update balancer_database_database-listener',
        'update balancer_database_metrics-listener',
        'update host_worker-group',
      ]);
    });

    it('recreates one host from another image when it is asked to, and no other', async () => {
      expect(await shop.changes('-replace=openstack_blockstorage_volume_v3.host_worker1_boot')).toEqual([
        'delete and create host_worker1_boot',
        'update host_worker1_instance', // the provider itself recreates it, which a stand-in does not know
      ]);
      // A disk that is kept must be forgotten first; the file of the state is put back for the other tests.
      const state = join(shop.path, 'terraform.tfstate');
      const kept = readFileSync(state);
      await shop.done('state', 'rm', 'openstack_blockstorage_volume_v3.host_cp1_boot');
      expect(await shop.changes()).toEqual(['create host_cp1_boot', 'update host_cp1_instance']);
      writeFileSync(state, kept);
    });

    it('protects nothing that the file does not name any more, as its manual says', async () => {
      const changes = await changesOf(({ sites }) => {
        delete sites.dc!.hosts.worker3;
      });
      expect(changes).toContain('delete host_worker3_ceph');
    });

    it('destroys nothing that holds data and is in the file', async () => {
      const { code, stdout } = await shop.tofu('plan', '-destroy', '-json');
      expect(code).toBe(1);
      const refused = [...stdout.matchAll(/Resource instance (openstack_[\w.-]+) has prevent_destroy set/g)];
      const count = Object.values(before.resource!).flatMap((all) =>
        Object.values(all).filter(({ lifecycle }) => lifecycle?.prevent_destroy),
      ).length;
      expect(count).toBe(6 + 3 + 6); // data volumes, disks of etcd, floating addresses
      expect(new Set(refused.map(([, name]) => name)).size).toBe(count);
    });
  });
});
