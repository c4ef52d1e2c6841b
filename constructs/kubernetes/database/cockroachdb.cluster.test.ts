import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinList } from '#constructs/cockroachdb-node.ts';
import { sqlFiles } from '#constructs/platform/sql/files.ts';
import { labBinaries, labMissing } from '#scripts/lib/lab/kubernetes-binaries.ts';
import { run } from '#scripts/lib/run.ts';
import { ROOT } from '#scripts/lib/sites.ts';
import { type Cluster, startCluster } from '#scripts/testing/lab/kubernetes.ts';
import { roomOf } from '#scripts/testing/sites-of.ts';
import { THREE_SITES, threeSites } from '#scripts/testing/three-sites.ts';
import { Memcached } from '../education/memcached.ts';
import { Pgbouncer } from '../education/pgbouncer.ts';
import { Namespace } from '../namespace.ts';
import { PriorityClasses } from '../priority-classes.ts';
import { COCKROACHDB, Cockroachdb, PRIVILEGED_BECAUSE } from './cockroachdb.ts';
import { CockroachdbSetup } from './cockroachdb-setup.ts';

/** The database's objects on a real API server, with real admission, controllers and scheduler; its pods are played. */
const model = threeSites();
const site = roomOf(model, 'sxb');
const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
new PriorityClasses(chart, 'priority-classes');
new Namespace(chart, 'education', { name: 'education' });
new Namespace(chart, 'cockroachdb', { name: COCKROACHDB, level: 'privileged', why: PRIVILEGED_BECAUSE });
new Cockroachdb(chart, 'nodes', { site, join: joinList(model, site), hasBackups: true });
new CockroachdbSetup(chart, 'setup', { files: sqlFiles(model) });
new Pgbouncer(chart, 'pgbouncer', {
  site,
  database: model.database.name,
  user: 'education',
  name: 'pgbouncer',
});
new Memcached(chart, 'memcached');
const objects = chart.toJson();
const ROLLED_OUT = ['rollout', 'status', '-n', 'cockroachdb', 'statefulset/cockroachdb', '--timeout=120s'];
const folder = mkdtempSync(join(tmpdir(), 'cockroachdb-cluster-'));
afterAll(() => rmSync(folder, { recursive: true }));

const missing = labMissing();
if (missing && process.env.FREDU_REQUIRE === 'all') throw new Error(missing);

describe.skipIf(missing !== undefined)('the database on a real API server', () => {
  let cluster: Cluster;
  let first: { code: number; stdout: string; stderr: string };
  const json = async (...args: string[]) =>
    JSON.parse((await cluster.kubectl('get', ...args, '-o', 'json')).stdout);
  const places = async (namespace: string, app: string): Promise<Record<string, string>> => {
    const { items } = await json('pods', '-n', namespace, '-l', `app.kubernetes.io/name=${app}`);
    return Object.fromEntries(
      items.map((pod: { metadata: { name: string }; spec: { nodeName: string } }) => [
        pod.metadata.name,
        pod.spec.nodeName,
      ]),
    );
  };
  /** A command of ours as a person has it: kubectl on the PATH, and a context that is called as the site. */
  const maintenance = async (verb: 'drain' | 'undrain', ...words: string[]) => {
    const config = join(folder, 'kubeconfig');
    copyFileSync(cluster.kubeconfig, config);
    const env = { KUBECONFIG: config, PATH: `${await labBinaries()}:${process.env.PATH}` };
    await run(['kubectl', 'config', 'rename-context', 'lab', 'sxb'], { env });
    return run(
      [
        process.execPath,
        join(ROOT, `scripts/${verb}.ts`),
        ...['sxb-worker3', '--yes', '--sites', THREE_SITES, '--state', folder, ...words],
      ],
      { cwd: ROOT, env, timeoutSeconds: 200 },
    );
  };
  beforeAll(async () => {
    cluster = await startCluster(site);
    first = await cluster.apply(objects, '--server-side');
    for (const set of [
      '-n cockroachdb statefulset/cockroachdb',
      '-n education statefulset/memcached',
      '-n education deployment/pgbouncer',
    ])
      await cluster.kubectl('rollout', 'status', ...set.split(' '), '--timeout=120s');
  });
  afterAll(() => cluster?.stop());

  it('takes every object without an error or a warning', () => {
    expect(first).toMatchObject({ code: 0, stderr: '' });
  });

  it('finds nothing to change the second time', async () => {
    const versions = async () =>
      (await json('statefulset,deployment,service,configmap,pdb,job', '-A')).items
        .filter((each: { metadata: { namespace: string } }) =>
          ['cockroachdb', 'education'].includes(each.metadata.namespace),
        )
        .map(
          (each: { kind: string; metadata: { name: string; generation?: number } }) =>
            `${each.kind} ${each.metadata.name} ${each.metadata.generation ?? ''}`,
        );
    const before = await versions();
    expect(await cluster.apply(objects, '--server-side')).toMatchObject({ code: 0, stderr: '' });
    expect(await versions()).toEqual(before);
  });

  it('puts each node on the worker that has its volume', async () => {
    expect(await places('cockroachdb', 'cockroachdb')).toEqual({
      'cockroachdb-0': 'sxb-worker1',
      'cockroachdb-1': 'sxb-worker2',
      'cockroachdb-2': 'sxb-worker3',
    });
  });

  it('spreads poolers and caches over two workers each', async () => {
    for (const app of ['pgbouncer', 'memcached']) {
      const on = Object.values(await places('education', app));
      expect(on).toHaveLength(2);
      expect(new Set(on).size).toBe(2);
    }
  });

  it('lets the setup run to its end', async () => {
    const done = await cluster.kubectl(
      'wait',
      '-n',
      'cockroachdb',
      '--for=condition=complete',
      'job',
      '--all',
      '--timeout=60s',
    );
    expect(done.code).toBe(0);
  });

  it('brings a node back to its own worker after a drain, and lets only one go at a time', async () => {
    const drain = (host: string) =>
      cluster.kubectl(
        'drain',
        host,
        '--ignore-daemonsets',
        '--delete-emptydir-data',
        '--force',
        '--timeout=60s',
        '--pod-selector=app.kubernetes.io/name=cockroachdb',
      );
    expect((await drain('sxb-worker2')).code).toBe(0);
    // Its volume is there and nowhere else, so it waits for its worker; and while it waits, no second node may go.
    const second = await cluster.kubectl(
      'drain',
      'sxb-worker3',
      '--ignore-daemonsets',
      '--delete-emptydir-data',
      '--force',
      '--timeout=8s',
      '--pod-selector=app.kubernetes.io/name=cockroachdb',
    );
    expect(second.code).not.toBe(0);
    expect(second.stderr).toContain('disruption budget');
    for (const host of ['sxb-worker2', 'sxb-worker3']) await cluster.kubectl('uncordon', host);
    await cluster.kubectl(...ROLLED_OUT);
    expect((await places('cockroachdb', 'cockroachdb'))['cockroachdb-1']).toBe('sxb-worker2');
  });

  it('empties a worker and takes it back by the commands of maintenance, and evicts nobody a budget keeps', async () => {
    const isOut = async () => Boolean((await json('node/sxb-worker3')).spec.unschedulable);
    const left = async () =>
      (await json('pods', '-A', '--field-selector=spec.nodeName=sxb-worker3')).items.map(
        (pod: { metadata: { name: string } }) => pod.metadata.name,
      );
    expect(await left()).toContain('cockroachdb-2');
    expect(await maintenance('drain', '--only', 'out-worker3', '--accept', 'dc')).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/\ndone\n$/),
    });
    expect([await isOut(), await left()]).toEqual([true, []]);
    expect(await maintenance('undrain', '--only', 'back-worker3')).toMatchObject({
      code: 0,
      stderr: 'done\n',
    });
    expect(await isOut()).toBe(false);
    await cluster.kubectl(...ROLLED_OUT);
    expect(await left()).toContain('cockroachdb-2');
  });

  it('takes a larger disk, as the page of CockroachdbDiskFilling says', async () => {
    const larger = structuredClone(model);
    roomOf(larger, 'sxb').database!.volume.sizeBytes = 640 * 2 ** 30;
    const grown = new Chart(new App(), 'grown', { disableResourceNameHashes: true });
    const site = roomOf(larger, 'sxb');
    new Cockroachdb(grown, 'nodes', { site, join: joinList(larger, site), hasBackups: true });
    const before = await json('statefulset/cockroachdb', '-n', 'cockroachdb');
    expect(await cluster.apply(grown.toJson(), '--server-side')).toMatchObject({ code: 0, stderr: '' });
    const { items } = await json('pv');
    expect(
      items.map(({ spec }: { spec: { capacity: { storage: string } } }) => spec.capacity.storage),
    ).toEqual(['640Gi', '640Gi', '640Gi']);
    const after = await json('statefulset/cockroachdb', '-n', 'cockroachdb');
    expect(after.metadata.generation).toBe(before.metadata.generation);
    const { items: claims } = await json('pvc', '-n', 'cockroachdb');
    expect(claims.map(({ status }: { status: { phase: string } }) => status.phase)).toEqual([
      'Bound',
      'Bound',
      'Bound',
    ]);
  });
});
