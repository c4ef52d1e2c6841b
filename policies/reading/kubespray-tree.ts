import type { Tree } from '../law.ts';
import type { Data } from './objects.ts';
import { yamlOf } from './texts.ts';

/** What Kubespray is given for the cluster of a site. */
export interface Inventory {
  site: string;
  /** The files of the three parts. */
  paths: { all: string; cluster: string; hosts: string };
  /** Variables of all hosts, and those of the cluster. */
  all: Data;
  cluster: Data;
  /** Variables of each node, by its name, which is the node's name in the cluster as well. */
  nodes: Record<string, Data>;
  /** Names of those that pods run on. */
  workers: string[];
}

const known = new WeakMap<Tree, Inventory[]>();
/** Every inventory of the tree, read once for all laws. */
export function inventories(tree: Tree): Inventory[] {
  const found = known.get(tree) ?? readInventories(tree);
  known.set(tree, found);
  return found;
}

/** What is no mapping says nothing. */
const mapping = (said: Data): Data => (typeof said === 'object' && said !== null ? said : {});

const readInventories = (tree: Tree): Inventory[] =>
  [...tree.keys()].flatMap((path) => {
    const [, folder, site] =
      /^(([^/]+)\/inventory\/kubespray)\/group_vars\/all\/fredu\.yml$/.exec(path) ?? [];
    if (!folder || !site) return [];
    const paths = {
      all: path,
      cluster: `${folder}/group_vars/k8s_cluster/fredu.yml`,
      hosts: `${folder}/hosts.yaml`,
    };
    const read = (at: string): Data => mapping(yamlOf(tree.get(at) ?? ''));
    const { hosts, children } = mapping(read(paths.hosts).all);
    const nodes = Object.fromEntries(
      Object.entries(mapping(hosts)).map(([name, said]) => [name, mapping(said)]),
    );
    const workers = Object.keys(children?.kube_node?.hosts ?? {});
    return [{ site, paths, all: read(paths.all), cluster: read(paths.cluster), nodes, workers }];
  });
