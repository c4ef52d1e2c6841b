import { PORTS } from '#sites/traffic/ports.ts';
import type { Tree } from '../../../law.ts';
import { below } from '../../../reading/folders.ts';
import { listeners } from '../../../reading/listeners.ts';
import { ofKind, workloads } from '../../../reading/objects.ts';
import { listOf } from '../../../reading/texts.ts';
import { ANY_OTHER, places } from './places.ts';

/** What Kubespray lets listen on the hosts of a cluster. @see https://kubernetes.io/docs/reference/networking/ports-and-protocols/ */
const CLUSTER: Record<string, number[]> = {
  worker: [PORTS.kubelet],
  control_plane: [PORTS.etcd.port, PORTS.etcd.end, PORTS.kubernetesApi, PORTS.kubelet],
};

const known = new WeakMap<Tree, Map<string, number[]>>();
/** TCP ports on which something listens, by the name of a host or of pods as the tree says; nothing is known of balancers. */
export function listening(tree: Tree): Map<string, number[]> {
  const found = known.get(tree) ?? read(tree);
  known.set(tree, found);
  return found;
}

function read(tree: Tree): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { code, hosts, pods } of places(tree)) {
    const made = workloads(tree).filter(({ site }) => site === code);
    const onHosts = made
      .filter(({ pod }) => pod.hostNetwork)
      .flatMap(({ containers }) =>
        containers.flatMap(({ ports }) => listOf(ports).map((each) => each.containerPort)),
      );
    const nodePorts = ofKind(tree, 'Service')
      .filter(({ site }) => site === code)
      .flatMap(({ object }) => listOf(object.spec?.ports).flatMap(({ nodePort }) => nodePort ?? []));
    for (const { name, role } of hosts) {
      if (role === 'balancer') continue;
      const folder = `${code}/hosts/${name}/`;
      const own = below(tree, folder)
        .flatMap(([path, text]) => listeners(path, path.slice(folder.length), text))
        .flatMap(({ protocol, port }) => (protocol === 'tcp' && port !== undefined ? [port] : []));
      const ofCluster = CLUSTER[role] ?? [];
      const worker = role === 'worker' ? [...onHosts, ...nodePorts] : [];
      found.set(`${code} ${name}`, sorted([...own, ...ofCluster, ...worker]));
    }
    for (const { name, namespace, app } of pods) {
      if (app === ANY_OTHER) continue;
      const own = made.filter(
        (each) => each.namespace === namespace && each.labels['app.kubernetes.io/name'] === app,
      );
      found.set(
        `${code} ${name}`,
        sorted(
          own.flatMap(({ containers }) =>
            containers.flatMap(({ ports }) => listOf(ports).map((each) => each.containerPort)),
          ),
        ),
      );
    }
  }
  return found;
}
const sorted = (ports: unknown[]): number[] =>
  [...new Set(ports.filter((each): each is number => typeof each === 'number'))].sort((a, b) => a - b);
