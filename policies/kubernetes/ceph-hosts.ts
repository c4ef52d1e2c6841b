import type { Model } from '#sites/model.ts';
import { siteOf, workers } from '#sites/questions.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { zones } from '../reading/object-store-tree.ts';
import { type Data, ofKind, type Rendered } from '../reading/objects.ts';

export const cephHosts: Policy = {
  id: 'ceph-hosts',
  title:
    'Ceph uses the declared disk of each worker and no other, keeps its copies and monitors on different hosts, and encrypts what it sends',
  why: 'A cluster that takes every disk it sees takes the database’s one day. Two copies or two monitors on one host are lost together, and a pool with more copies than hosts is never complete.',
  check(model, tree) {
    return ofKind(tree, 'CephCluster').flatMap((cluster) => [
      ...disks(model, cluster),
      ...monitors(cluster),
      ...wire(cluster),
      ...pools(tree, cluster),
    ]);
  },
};

const nodesOf = ({ object }: Rendered): Data[] => object.spec.storage?.nodes ?? [];

function disks(model: Model, cluster: Rendered): Finding[] {
  const { path, site, object } = cluster;
  const { useAllNodes, useAllDevices } = object.spec.storage ?? {};
  const volume = siteOf(model, site).objects?.volume.device;
  const wanted = workers(siteOf(model, site)).map(({ name }) => `${name} ${volume}`);
  const named = nodesOf(cluster).flatMap(({ name, devices }) =>
    (devices ?? []).map((device: Data) => `${name} ${device.name ?? device.fullpath}`),
  );
  const [spare] = named.filter((each) => !wanted.includes(each));
  const [missing] = wanted.filter((each) => !named.includes(each));
  if (useAllNodes === false && useAllDevices === false && !spare && !missing) return [];
  const fact =
    useAllNodes !== false || useAllDevices !== false
      ? `Ceph of ${site} takes every ${useAllNodes === false ? 'disk' : 'node'} that it finds`
      : spare
        ? `Ceph of ${site} takes ${spare}, which the model does not give it`
        : `Ceph of ${site} does not take ${missing}`;
  return [{ path, text: 'storage', message: fact, fix: `name exactly ${wanted.join(', ')}` }];
}

function monitors(cluster: Rendered): Finding[] {
  const { count, allowMultiplePerNode } = cluster.object.spec.mon ?? {};
  const hosts = nodesOf(cluster).length;
  if (count % 2 === 1 && count >= 3 && count <= hosts && !allowMultiplePerNode) return [];
  return [
    {
      path: cluster.path,
      text: 'mon',
      message: `${count} monitors on ${hosts} hosts${allowMultiplePerNode ? ', several on one' : ''}: a majority must survive any host`,
      fix: 'have an odd number of monitors, three or more, each on a host of its own',
    },
  ];
}

function wire({ path, object }: Rendered): Finding[] {
  const { requireMsgr2, encryption } = object.spec.network?.connections ?? {};
  if (requireMsgr2 && encryption?.enabled) return [];
  return [
    {
      path,
      text: 'connections',
      message: 'daemons of Ceph talk in the clear',
      fix: 'set requireMsgr2 and encryption.enabled: it cannot be added to a cluster in use without a pause',
    },
  ];
}

function pools(tree: Tree, cluster: Rendered): Finding[] {
  const hosts = nodesOf(cluster).length;
  return zones(tree)
    .filter(({ site }) => site === cluster.site)
    .flatMap(({ zone }) =>
      ['metadataPool', 'dataPool'].flatMap((key): Finding[] => {
        const { failureDomain, replicated } = zone.object.spec[key] ?? {};
        const size = replicated?.size ?? 0;
        if (failureDomain === 'host' && size >= 3 && size <= hosts && replicated.requireSafeReplicaSize)
          return [];
        return [
          {
            path: zone.path,
            text: key,
            message: `${key} of ${zone.site}: ${size} copies, each on another ${failureDomain ?? 'disk'}, with ${hosts} hosts`,
            fix: `keep 3 copies on different hosts with requireSafeReplicaSize${hosts < 3 ? ', and give the site 3 workers' : ''}`,
          },
        ];
      }),
    );
}
