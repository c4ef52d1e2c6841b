import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customDefinitions } from '#scripts/lib/lab/definitions.ts';
import { labMissing } from '#scripts/lib/lab/kubernetes-binaries.ts';
import { type Cluster, startCluster } from '#scripts/testing/lab/kubernetes.ts';
import { standIns } from '#scripts/testing/lab/stand-ins.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { workers } from '#sites/questions.ts';
import { type KubernetesObject, kubernetes } from './kubernetes.ts';

/** The whole tree of each site on a real API server, with workers of the declared size; its pods are played. */
const model = threeSites();
const sites = model.sites.filter((site) => site.kubernetes);
const missing = labMissing();
if (missing && process.env.FREDU_REQUIRE === 'all') throw new Error(missing);

// biome-ignore lint/suspicious/noExplicitAny: what a server answers is read as data
type Data = any;

/** As `kubectl apply` of the folders would meet them: the cluster's own objects first. */
const rank = ({ metadata }: KubernetesObject): string => metadata.namespace ?? '';

/** As kubectl tells apart kinds that two groups have. */
const fullKind = ({ kind, apiVersion }: KubernetesObject): string => {
  const [group, version] = apiVersion.split('/');
  return version ? `${kind}.${version}.${group}` : kind;
};

describe.skipIf(missing !== undefined).each(sites)('the tree of $code on a real API server', (site) => {
  const objects = kubernetes(model, site).toSorted((a, b) =>
    rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0,
  );
  let cluster: Cluster;
  const get = async (...args: string[]): Promise<Data[]> =>
    JSON.parse((await cluster.kubectl('get', ...args, '-A', '-o', 'json')).stdout).items;
  /** Waits until nothing moves any more; what waits for a worker that is gone, for its volume is there, is not waited for. */
  const settled = async ({ isWhole = true } = {}) => {
    for (const kind of ['deployment', 'statefulset', 'daemonset']) {
      const all = (await get(kind)).filter(({ spec }) => isWhole || !spec.volumeClaimTemplates?.length);
      for (const { metadata } of all)
        await cluster.kubectl(
          '-n',
          metadata.namespace,
          'rollout',
          'status',
          `${kind}/${metadata.name}`,
          '--timeout=60s',
        );
    }
  };
  /** Pods without a worker, but for those that wait for the one that has their volume. */
  const waiting = async (): Promise<string[]> => {
    const claims = new Map(
      (await get('pvc')).map(({ metadata, spec }) => [
        `${metadata.namespace}/${metadata.name}`,
        spec.volumeName,
      ]),
    );
    return (await get('pods'))
      .filter(({ status, metadata, spec }) => {
        const bound = (spec.volumes ?? []).some((volume: Data) =>
          claims.get(`${metadata.namespace}/${volume.persistentVolumeClaim?.claimName}`),
        );
        return status.phase === 'Pending' && !bound;
      })
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  };

  beforeAll(async () => {
    cluster = await startCluster(site);
    const defined = await cluster.apply(customDefinitions(), '--server-side');
    if (defined.code !== 0) throw new Error(defined.stderr);
    await cluster.kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s');
  });
  afterAll(() => cluster?.stop());

  it('is taken without an error or a warning, and everything finds room', async () => {
    expect(await cluster.apply(objects, '--server-side')).toMatchObject({ code: 0, stderr: '' });
    expect(await cluster.apply(standIns(objects), '--server-side')).toMatchObject({ code: 0 });
    await settled();
    expect(await waiting()).toEqual([]);
    const short = (await get('deployment,statefulset,daemonset'))
      .filter(({ kind, spec, status }) =>
        kind === 'DaemonSet'
          ? status.numberReady !== status.desiredNumberScheduled
          : (status.readyReplicas ?? 0) !== spec.replicas,
      )
      .map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
    expect(short).toEqual([]);
  });

  it('finds nothing to change the second time', async () => {
    // Whatever a server would write: all of an object but what it keeps for itself.
    const kinds = [...new Set(objects.map(fullKind))].join(',');
    const written = async () =>
      (await get(kinds)).map(({ metadata, status, ...rest }) => {
        const { resourceVersion, managedFields, ...named } = metadata;
        return { ...rest, metadata: named };
      });
    const before = await written();
    expect(before.length).toBeGreaterThanOrEqual(objects.length);
    expect(await cluster.apply(objects, '--server-side')).toMatchObject({ code: 0, stderr: '' });
    expect(await written()).toEqual(before);
  });

  it('finds room for everything, and for the app at its largest, when a worker is taken away', async () => {
    const [lost] = workers(site);
    const drained = await cluster.kubectl(
      'drain',
      lost!.name,
      '--ignore-daemonsets',
      '--delete-emptydir-data',
      '--timeout=180s',
    );
    expect(drained.code, drained.stderr).toBe(0);
    for (const app of ['api', 'web'] as const) {
      const max = model.app[app].max;
      await cluster.kubectl('-n', 'education', 'scale', `deployment/education-${app}`, `--replicas=${max}`);
    }
    await settled({ isWhole: false });
    expect(await waiting()).toEqual([]);
    for (const app of ['api', 'web'] as const) {
      const [deployment] = (await get('deployment')).filter(
        ({ metadata }) => metadata.name === `education-${app}`,
      );
      expect(deployment.status.readyReplicas).toBe(model.app[app].max);
    }
  });
});
