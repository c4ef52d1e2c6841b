import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { artefacts } from '#charts/artefacts.ts';
import { openstack } from '#charts/openstack.ts';
import type { ProviderSchema } from '#constructs/openstack/provider/generate.ts';
import schema from '#policies/reading/schemas/openstack.json' with { type: 'json' };
import { model } from '#sites/derive.ts';
import { read } from '#sites/load/load.ts';
import { siteOf } from '#sites/questions.ts';
import { goTool, goToolMissing, OPENTOFU } from './lib/lab/go-tool.ts';
import { daemon, run } from './lib/run.ts';
import { isAlive, text } from './testing/lab/deploying.ts';
import { type StandIn, standIn } from './testing/lab/stand-in-provider.ts';
import { THREE_SITES, threeSites } from './testing/three-sites.ts';

/** `npm run deploy` before a real OpenTofu, whose provider has no cloud behind it; its state is in a file. */
const missing = goToolMissing(OPENTOFU);
if (missing && process.env.FREDU_REQUIRE === 'all') throw new Error(missing);
const BUILDING_MILLISECONDS = 1_500_000;

/** The stack of dc with a host less, and its disks with it. */
function withoutWorker3(): string {
  const files = [...read(THREE_SITES)].map(([name, content]) => [
    name.replace(/\.yaml$/, ''),
    parse(content),
  ]);
  const { platform, ...sites } = Object.fromEntries(files);
  delete sites.dc.hosts.worker3;
  const fewer = model({ platform, sites });
  return openstack(fewer, siteOf(fewer, 'dc'))[0]![1];
}

interface State {
  resources: { type: string; name: string; mode: string }[];
}

describe.skipIf(missing !== undefined)('the OpenStack of dc', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deploy-openstack-'));
  let provider: StandIn;
  let env: Record<string, string>;
  const stack = join(folder, 'tree/dc/openstack/cdk.tf.json');
  beforeAll(async () => {
    const program = await goTool(OPENTOFU);
    provider = await standIn(schema as unknown as ProviderSchema, folder);
    writeFileSync(join(folder, 'none.tofurc'), '');
    env = {
      ...provider.env,
      PATH: [dirname(program), process.env.PATH].join(delimiter),
      TF_CLI_CONFIG_FILE: join(folder, 'none.tofurc'),
    };
    for (const [path, content] of artefacts(threeSites(), 'dc')) {
      mkdirSync(dirname(join(folder, 'tree', path)), { recursive: true });
      writeFileSync(join(folder, 'tree', path), content);
    }
  }, BUILDING_MILLISECONDS);
  afterAll(() => {
    provider?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A folder for `.fredu`, where the first day's backend is a file. */
  function stateFolder(name: string): string {
    const work = join(folder, name, 'openstack/dc');
    mkdirSync(work, { recursive: true });
    const local = { terraform: { backend: { local: { path: 'terraform.tfstate' } } } };
    writeFileSync(join(work, 'backend_override.tf.json'), JSON.stringify(local));
    return join(folder, name);
  }
  const command = (state: string, ...more: string[]) =>
    [
      process.execPath,
      join(import.meta.dirname, 'deploy.ts'),
      'dc',
      ...['--only', 'openstack', '--tree', join(folder, 'tree'), '--state', state, ...more],
    ] as const;
  const deploy = (state: string, ...more: string[]) =>
    run(command(state, ...more), { env, timeoutSeconds: 300 });
  const stateOf = (state: string): State =>
    JSON.parse(readFileSync(join(state, 'openstack/dc/terraform.tfstate'), 'utf8'));
  const wanted = () =>
    Object.entries(JSON.parse(readFileSync(stack, 'utf8')).resource as Record<string, object>)
      .flatMap(([type, all]) => Object.keys(all).map((name) => `${type}.${name}`))
      .sort();
  const made = (state: string) =>
    stateOf(state)
      .resources.filter(({ mode }) => mode === 'managed')
      .map(({ type, name }) => `${type}.${name}`)
      .sort();

  it('is shown, made, as it should be the second time, and made again after the command was killed', async () => {
    const state = stateFolder('killed');
    const shown = await deploy(state, '--dry-run');
    expect(shown.code, shown.stdout + shown.stderr).toBe(0);
    expect(shown.stdout).toContain(`${wanted().length} added\n`);
    expect(shown.stdout).toContain('+   openstack_compute_instance_v2.host_worker1_instance\n');
    expect(shown.stdout).toContain('apply       Apply the plan that was shown');

    const cut = daemon(command(state, '--yes'), { log: join(folder, 'cut.log'), env });
    const journal = join(state, 'journal/dc-openstack.jsonl');
    await expect
      .poll(() => text(journal), { timeout: 120_000, interval: 20 })
      .toContain('"step":"apply","event":"started"');
    process.kill(cut.pid, 'SIGKILL');
    await expect.poll(() => isAlive(cut.pid), { timeout: 10_000 }).toBe(false);

    const again = await deploy(state, '--yes');
    expect(again.code, again.stdout + again.stderr).toBe(0);
    expect(again.stdout).toContain('Keep a copy of the state: done before');
    expect(made(state)).toEqual(wanted());
    const second = await deploy(state, '--yes');
    expect(second).toMatchObject({ code: 0, stdout: 'OpenStack is as the tree says\n' });
  });

  it('tells what a change loses, does it for who agrees, and goes back', async () => {
    const state = stateFolder('changed');
    const first = await deploy(state, '--yes');
    expect(first.code, first.stdout + first.stderr).toBe(0);
    const before = readFileSync(stack, 'utf8');
    writeFileSync(stack, withoutWorker3());
    try {
      const refused = await deploy(state, '--yes');
      expect(refused.code, refused.stderr).toBe(1);
      expect(refused.stderr).toMatch(
        /this loses data[\s\S]*openstack_blockstorage_volume_v3\.host_worker3_ceph, destroyed/,
      );
      expect(made(state)).toContain('openstack_blockstorage_volume_v3.host_worker3_ceph');
      const done = await deploy(state, '--yes', '--lose-data');
      expect(done.code, done.stdout + done.stderr).toBe(0);
      expect(made(state)).toEqual(wanted());
      const back = await deploy(state, '--yes', '--back');
      expect(back.code, back.stdout + back.stderr).toBe(0);
      expect(made(state)).toContain('openstack_blockstorage_volume_v3.host_worker3_ceph');
    } finally {
      writeFileSync(stack, before);
    }
  });

  it('says in one line what OpenTofu refuses', async () => {
    const state = stateFolder('refused');
    const before = readFileSync(stack, 'utf8');
    writeFileSync(stack, before.replace('"size": ', '"sice": '));
    try {
      const { code, stderr } = await deploy(state, '--yes');
      expect(code).toBe(2);
      expect(stderr).toMatch(/^error: tofu \w+ of dc: .*sice.*\n$/);
    } finally {
      writeFileSync(stack, before);
    }
  });
});
