import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { artefacts } from '#charts/artefacts.ts';
import { type Data, listOf } from '#policies/reading/texts.ts';
import { bare } from './lib/deploy/differences.ts';
import { labMissing } from './lib/lab/kubernetes-binaries.ts';
import { daemon, run } from './lib/run.ts';
import { ROOT } from './lib/sites.ts';
import { type DeployLab, deployLab, isAlive, scratch, text, written } from './testing/lab/deploying.ts';
import { threeSites } from './testing/three-sites.ts';

/** A deployment that is killed, on a real API server; then a whole site in the place of what was there. */
const missing = labMissing();
if (missing && process.env.FREDU_REQUIRE === 'all') throw new Error(missing);

/** What a server keeps of every object of these kinds but what it makes up by itself. */
async function snapshot({ cluster }: DeployLab, kinds: readonly string[]): Promise<Data[]> {
  const { stdout } = await cluster.kubectl('get', kinds.join(','), '-A', '-o', 'json');
  return listOf(JSON.parse(stdout).items).map((item) => {
    const { metadata, ...rest } = bare(item);
    const { uid: _, creationTimestamp: __, ...named } = metadata;
    return { ...rest, metadata: named };
  });
}

/** Small enough to be carried out twenty times; in each variant one object is new, one is gone and the others differ. */
function smallTree(variant: number): string {
  const object = (apiVersion: string, kind: string, name: string, namespace?: string, more: object = {}) => {
    const metadata = { name, ...(namespace ? { namespace } : {}), labels: { variant: `v${variant}` } };
    return [
      `dc/kubernetes/${namespace ?? 'cluster'}/${kind.toLowerCase()}-${name}.yaml`,
      stringify({ apiVersion, kind, metadata, ...more }),
    ] as const;
  };
  const pods = { matchLabels: { app: 'one' } };
  const template = {
    metadata: { labels: { app: 'one' } },
    spec: { containers: [{ name: 'one', image: 'one' }] },
  };
  const namespaces = ['cockroachdb', 'education', 'rook-ceph'];
  return written(
    new Map([
      ...namespaces.map((name) => object('v1', 'Namespace', name)),
      ...namespaces.map((name) =>
        object('v1', 'ConfigMap', 'settings', name, { data: { variant: `v${variant}` } }),
      ),
      ...namespaces.map((name) => object('v1', 'ConfigMap', `only-v${variant}`, name, { data: {} })),
      ...namespaces.map((name) =>
        object('apps/v1', 'Deployment', 'one', name, { spec: { replicas: 1, selector: pods, template } }),
      ),
    ]),
  );
}

describe.skipIf(missing !== undefined)('a small tree, killed', () => {
  let dc: DeployLab;
  beforeAll(async () => {
    dc = await deployLab('dc');
  });
  afterAll(() => dc?.stop());
  const KINDS = ['namespaces', 'configmaps', 'deployments'];
  const args = (variant: number) => dc.command('dc', smallTree(variant), '--yes');
  const seen = async (variant: number) => {
    const text = JSON.stringify(await snapshot(dc, KINDS));
    return text
      .replaceAll(new RegExp(`\\bv${variant}\\b`, 'g'), 'v<n>')
      .replaceAll(/\\?"(tree|since)\\?":\\?"[^"]*"/g, '');
  };

  it('goes on after kill -9 at each of 20 moments, and ends as an undisturbed run does', async () => {
    const undisturbed = await run(args(100), { cwd: ROOT });
    expect(undisturbed, undisturbed.stderr).toMatchObject({ code: 0 });
    const wanted = await seen(100);
    const journal = join(dc.state, 'journal/dc-deploy.jsonl');
    const lines = () => Math.max(0, text(journal).split('\n').length - 1);
    const logs = scratch('logs');
    let seed = 7;
    let cut = 0;
    for (let moment = 0; moment < 20; moment += 1) {
      const variant = 101 + moment;
      const command = args(variant);
      const victim = daemon(command, { log: join(logs, `${moment}.log`), detached: true });
      // After so many of the 13 lines of a whole run, and a moment more.
      seed = (seed * 48_271) % 2_147_483_647;
      const at = 1 + Math.floor((moment * 12) / 19);
      while (lines() < at && isAlive(victim.pid)) await new Promise((resolve) => setTimeout(resolve, 2));
      await new Promise((resolve) => setTimeout(resolve, seed % 60));
      if (isAlive(victim.pid)) process.kill(victim.pid, 'SIGKILL');
      await victim.stop();
      if (lines() > 0) cut += 1;
      const resumed = await run(command, { cwd: ROOT });
      expect(resumed.code, `moment ${moment}: ${resumed.stdout}${resumed.stderr}`).toBe(0);
      expect(await seen(variant), `moment ${moment}`).toBe(wanted);
      expect(readdirSync(join(dc.state, 'locks'))).toEqual([]);
      expect(lines()).toBe(0);
    }
    expect(cut).toBeGreaterThan(12);
  });

  it('then takes the whole tree of dc in all waves, and prunes what was there', async () => {
    const tree = written(artefacts(threeSites(), 'dc'));
    const whole = await dc.deploy(tree, '--yes');
    expect(whole, whole.stdout + whole.stderr).toMatchObject({ code: 0 });
    expect((await dc.cluster.kubectl('get', 'configmap', 'settings', '-n', 'education')).stderr).toMatch(
      /not found/,
    );
    const again = await dc.deploy(tree, '--yes');
    expect(again.stderr, again.stdout).toMatch(/^nothing to change/); // pods that were moved may not be ready yet
  });
});
