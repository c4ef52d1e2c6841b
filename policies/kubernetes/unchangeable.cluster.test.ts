import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { labMissing } from '#scripts/lib/lab/kubernetes-binaries.ts';
import { type Cluster, startCluster } from '#scripts/testing/lab/kubernetes.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { siteOf } from '#sites/questions.ts';
import { type Data, objects } from '../reading/objects.ts';
import { refusedChanges } from './unchangeable.ts';

const missing = labMissing();
if (missing && process.env.FREDU_REQUIRE === 'all') throw new Error(missing);

const model = threeSites();
const site = siteOf(model, 'sxb');
const tree = new Map([...artefacts(model)].filter(([path]) => path.startsWith('sxb/kubernetes/')));
/** One of a kind, and changes of it: those that the API takes and those that it refuses. */
const CHANGES: [kind: string, what: string, change: (object: Data) => void][] = [
  [
    'StatefulSet',
    'a claim',
    ({ spec }) => {
      spec.volumeClaimTemplates[0].spec.resources.requests.storage = '640Gi';
    },
  ],
  [
    'StatefulSet',
    'its service',
    ({ spec }) => {
      spec.serviceName = 'other';
    },
  ],
  [
    'StatefulSet',
    'its order',
    ({ spec }) => {
      spec.podManagementPolicy = 'OrderedReady';
    },
  ],
  [
    'StatefulSet',
    'replicas',
    ({ spec }) => {
      spec.replicas = 2;
    },
  ],
  [
    'StatefulSet',
    'the wait',
    ({ spec }) => {
      spec.minReadySeconds = 30;
    },
  ],
  [
    'Deployment',
    'replicas',
    ({ spec }) => {
      spec.replicas = 1;
    },
  ],
  [
    'Deployment',
    'whose pods',
    ({ spec }) => {
      other(spec.selector.matchLabels);
      other(spec.template.metadata.labels);
    },
  ],
  [
    'DaemonSet',
    'whose pods',
    ({ spec }) => {
      other(spec.selector.matchLabels);
      other(spec.template.metadata.labels);
    },
  ],
  [
    'Job',
    'what it runs',
    ({ spec }) => {
      spec.template.spec.containers[0].image = 'example.org/other:1';
    },
  ],
  [
    'Job',
    'its deadline',
    ({ spec }) => {
      spec.activeDeadlineSeconds = 100;
    },
  ],
  [
    'PersistentVolume',
    'its size',
    ({ spec }) => {
      spec.capacity.storage = '640Gi';
    },
  ],
  [
    'PersistentVolume',
    'its disk',
    ({ spec }) => {
      spec.local.path = '/dev/other';
    },
  ],
  [
    'PersistentVolume',
    'its worker',
    ({ spec }) => {
      spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].values = ['sxb-worker9'];
    },
  ],
  [
    'StorageClass',
    'when it binds',
    (object) => {
      object.volumeBindingMode = 'Immediate';
    },
  ],
  [
    'StorageClass',
    'who makes it',
    (object) => {
      object.provisioner = 'example.org/other';
    },
  ],
  [
    'StorageClass',
    'what stays',
    (object) => {
      object.reclaimPolicy = 'Delete';
    },
  ],
  [
    'StorageClass',
    'growing',
    (object) => {
      object.allowVolumeExpansion = true;
    },
  ],
  [
    'PriorityClass',
    'its number',
    (object) => {
      object.value += 1;
    },
  ],
  [
    'PriorityClass',
    'its words',
    (object) => {
      object.description = 'other';
    },
  ],
  [
    'RoleBinding',
    'its role',
    ({ roleRef }) => {
      roleRef.name = 'other';
    },
  ],
  [
    'ClusterRoleBinding',
    'its role',
    ({ roleRef }) => {
      roleRef.name = 'other';
    },
  ],
  [
    'ResourceQuota',
    'its scopes',
    ({ spec }) => {
      spec.scopes = ['NotTerminating'];
    },
  ],
  [
    'ResourceQuota',
    'its numbers',
    ({ spec }) => {
      spec.hard.pods = '99';
    },
  ],
  [
    'IngressClass',
    'whose it is',
    ({ spec }) => {
      spec.controller = 'example.org/other';
    },
  ],
  [
    'Service',
    'an address',
    ({ spec }) => {
      spec.clusterIP = spec.clusterIP === 'None' ? '10.10.16.200' : 'None';
    },
  ],
  [
    'PodDisruptionBudget',
    'whose pods',
    ({ spec }) => {
      other(spec.selector.matchLabels);
    },
  ],
  [
    'HorizontalPodAutoscaler',
    'its bounds',
    ({ spec }) => {
      spec.maxReplicas += 1;
    },
  ],
  [
    'NetworkPolicy',
    'whose pods',
    ({ spec }) => {
      spec.podSelector = { matchLabels: { other: 'other' } };
    },
  ],
];
const other = (labels: Data) => {
  labels.other = 'other';
};

describe.skipIf(missing !== undefined)('what an API server refuses to change', () => {
  let cluster: Cluster;
  const all = objects(tree).filter(
    ({ object }) => !/rook|cert-manager|gateway\.networking|objectbucket/.test(object.apiVersion),
  );
  beforeAll(async () => {
    cluster = await startCluster(site);
    const first = (kind: string) => all.filter((each) => (each.kind === kind) === (kind === 'Namespace'));
    await cluster.apply(
      first('Namespace').map(({ object }) => object),
      '--server-side',
    );
    const rest = all.filter(({ kind }) => kind !== 'Namespace').map(({ object }) => object);
    expect(await cluster.apply(rest, '--server-side')).toMatchObject({ code: 0 });
  });
  afterAll(() => cluster?.stop());

  it.each(CHANGES)('%s: %s', async (kind, _what, change) => {
    const { path, object } = all.find((each) => each.kind === kind)!;
    const changed = structuredClone(object);
    change(changed);
    const said = await cluster.apply([changed], '--server-side', '--dry-run=server', '--force-conflicts');
    const refused = refusedChanges(tree, new Map([[path, JSON.stringify(changed)]]));
    expect({ refused: refused.length > 0, stderr: said.stderr }).toEqual({
      refused: said.code !== 0,
      stderr:
        said.code === 0
          ? expect.any(String)
          : expect.stringMatching(/immutable|[Ff]orbidden|may not change|cannot change/),
    });
  });
});
