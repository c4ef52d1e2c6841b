import type { Finding, Policy, Tree } from '../law.ts';
import { below } from '../reading/folders.ts';
import { amount, type Data, ofKind, workloads } from '../reading/objects.ts';

/** Of the system disk: images, logs and scratch space need the rest. */
const SHARE_MAX = 0.5;

export const historyKept: Policy = {
  id: 'history-kept',
  title:
    'what promises days of history keeps it on a volume, in a folder that its worker has and has room for',
  why: 'An emptyDir ends with its pod: one update of all workers moves both observers within an hour, and budgets over three days are judged by what is left. A local volume whose folder nobody makes holds its pod back for ever, and one larger than the disk fills the worker.',
  check(model, tree) {
    return [
      ...promised(tree),
      ...folders(
        model.sites.flatMap(({ hosts }) => hosts),
        tree,
      ),
    ];
  },
};

/** Programs that say for how long they keep something, and what they keep it on. */
const promised = (tree: Tree): Finding[] =>
  workloads(tree).flatMap((workload) =>
    workload.containers.flatMap((container: Data): Finding[] => {
      const args: string[] = container.args ?? [];
      const days = args.find((arg) => arg.startsWith('--storage.tsdb.retention.time='));
      const path = args.find((arg) => arg.startsWith('--storage.tsdb.path='))?.split('=')[1];
      if (!days) return [];
      const mount = (container.volumeMounts ?? []).find((each: Data) => each.mountPath === path)?.name;
      const claims: Data[] = workload.object.spec.volumeClaimTemplates ?? [];
      if (claims.some(({ metadata }) => metadata?.name === mount)) return [];
      return [
        {
          path: workload.path,
          text: days,
          message: `${workload.kind.toLowerCase()} ${workload.namespace}/${workload.name} promises ${days.split('=')[1]} of history, on a volume that ends with its pod`,
          fix: `make ${mount ?? path} a claim of its template, or promise nothing`,
        },
      ];
    }),
  );

interface Disk {
  name: string;
  site: string;
  diskBytes: number;
}
function folders(hosts: Disk[], tree: Tree): Finding[] {
  const local = ofKind(tree, 'PersistentVolume').filter(
    ({ object }) => object.spec?.local?.path && !object.spec.local.path.startsWith('/dev/'),
  );
  const on = ({ object }: Data): string =>
    object.spec.nodeAffinity?.required?.nodeSelectorTerms?.[0]?.matchExpressions?.[0]?.values?.[0];
  const unmade = local.flatMap((volume): Finding[] => {
    const host = on(volume);
    const folder: string = volume.object.spec.local.path;
    const made = below(tree, `${volume.site}/hosts/${host}/etc/tmpfiles.d`).some(([, text]) =>
      text.includes(`d ${folder} `),
    );
    if (made) return [];
    return [
      {
        path: volume.path,
        text: folder,
        message: `volume ${volume.name} leads to ${folder} of ${host}, which nothing makes there`,
        fix: `make it by a file in ${volume.site}/hosts/${host}/etc/tmpfiles.d/`,
      },
    ];
  });
  const full = hosts.flatMap((host): Finding[] => {
    const own = local.filter((volume) => volume.site === host.site && on(volume) === host.name);
    const bytes = own.reduce((sum, { object }) => sum + amount(object.spec.capacity?.storage), 0);
    if (own.length === 0 || bytes <= host.diskBytes * SHARE_MAX) return [];
    return [
      {
        path: own[0]!.path,
        text: 'storage',
        message: `volumes of ${bytes / 2 ** 30} GiB lie on the system disk of ${host.name}, which has ${host.diskBytes / 2 ** 30}`,
        fix: 'give the worker a larger `disk`, or keep less',
      },
    ];
  });
  return [...unmade, ...full];
}
