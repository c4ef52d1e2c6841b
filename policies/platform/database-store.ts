import type { Finding, Policy, Tree } from '../law.ts';
import { nodeSet, nodes } from '../reading/database-tree.ts';
import { type Data, ofKind } from '../reading/objects.ts';

const FILE_SYSTEMS = ['ext4', 'xfs'];

export const databaseStore: Policy = {
  id: 'database-store',
  title: 'every database node stores on a disk of its own host, kept when its pod goes, shared with nobody',
  why: 'CockroachDB keeps copies itself. On a network file system or on Ceph a slow neighbour stalls it, copies are copied again, and one fault takes several nodes. A volume that is deleted with its claim takes a replica with it.',
  check(model, tree) {
    const sites = [...new Set(nodes(model, tree).map((node) => node.site))];
    return [...sites.flatMap((site) => volumes(tree, site)), ...mounts(model, tree)];
  },
};

function volumes(tree: Tree, site: string): Finding[] {
  const set = nodeSet(tree, site);
  if (!set) return [];
  const at = (path: string, text: string, message: string, fix: string): Finding => ({
    path,
    text,
    message,
    fix,
  });
  const [claim] = set.object.spec.volumeClaimTemplates ?? [];
  const name = claim?.spec.storageClassName;
  const storage = ofKind(tree, 'StorageClass').find((each) => each.site === site && each.name === name);
  if (storage?.object.provisioner !== 'kubernetes.io/no-provisioner')
    return [
      at(
        set.path,
        'storageClassName',
        `the nodes of ${site} store in class ${name}, which ${storage ? `is made by ${storage.object.provisioner}` : 'is not in the tree'}`,
        'use local volumes: provisioner kubernetes.io/no-provisioner',
      ),
    ];
  const found = ofKind(tree, 'PersistentVolume').filter(
    (each) => each.site === site && each.object.spec.storageClassName === name,
  );
  const ceph = ofKind(tree, 'CephCluster').filter((each) => each.site === site);
  const homes = found.map(({ object }) => home(object));
  return [
    ...(found.length === set.object.spec.replicas
      ? []
      : [
          at(
            set.path,
            'replicas',
            `${site} has ${found.length} volumes for ${set.object.spec.replicas} nodes`,
            'make one volume for each worker',
          ),
        ]),
    ...found.flatMap(({ path, name: volume, object }, index): Finding[] => {
      const device = object.spec.local?.path;
      const owner = ceph.find((each) =>
        JSON.stringify(each.object.spec.storage ?? {}).includes(`"${device}"`),
      );
      return [
        ...(device
          ? []
          : [
              at(path, 'spec', `${volume} is no local volume`, 'give spec.local.path the disk of the worker'),
            ]),
        ...(homes[index] !== undefined && homes.indexOf(homes[index]) === index
          ? []
          : [
              at(
                path,
                'nodeAffinity',
                `${volume} does not belong to a worker of its own`,
                'bind it to one worker by nodeAffinity',
              ),
            ]),
        ...(object.spec.persistentVolumeReclaimPolicy === 'Retain'
          ? []
          : [
              at(
                path,
                'persistentVolumeReclaimPolicy',
                `${volume} goes with its claim`,
                'persistentVolumeReclaimPolicy: Retain',
              ),
            ]),
        ...(owner
          ? [
              {
                ...at(path, device, `${device} is also a disk of Ceph`, 'give each a disk of its own'),
                other: { path: owner.path, text: device },
              },
            ]
          : []),
      ];
    }),
  ];
}

/** The one worker that can mount a volume. */
function home(volume: Data): string | undefined {
  const [term, ...more] = volume.spec.nodeAffinity?.required.nodeSelectorTerms ?? [];
  const host = term?.matchExpressions?.find((each: Data) => each.key === 'kubernetes.io/hostname');
  return more.length === 0 && host?.operator === 'In' && host.values.length === 1
    ? host.values[0]
    : undefined;
}

/** On hosts without Kubernetes the folder of the store is the mount of a disk. */
const mounts = (model: Parameters<Policy['check']>[0], tree: Tree): Finding[] =>
  nodes(model, tree)
    .filter((node) => node.path.endsWith('.service'))
    .flatMap((node): Finding[] => {
      const folder = /path=([^,]+)/.exec(node.flags.get('--store') ?? '')?.[1] ?? '';
      const path = node.path.replace(
        /cockroachdb\.service$/,
        `${folder.slice(1).replaceAll('/', '-')}.mount`,
      );
      const text = tree.get(path) ?? '';
      const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1] ?? '';
      if (
        value('Where') === folder &&
        value('What').startsWith('/dev/') &&
        FILE_SYSTEMS.includes(value('Type'))
      )
        return [];
      return [
        {
          path: node.path,
          text: '--store',
          other: { path },
          message: `${node.host} stores in ${folder}, which is not the mount of a disk with ${FILE_SYSTEMS.join(' or ')}`,
          fix: 'mount the disk there',
        },
      ];
    });
