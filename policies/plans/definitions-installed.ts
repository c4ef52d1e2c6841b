import type { Finding, Policy, Tree } from '../law.ts';
import { below } from '../reading/folders.ts';
import { inventories } from '../reading/kubespray-tree.ts';
import { objects } from '../reading/objects.ts';
import custom from '../reading/schemas/custom-resources.json' with { type: 'json' };
import kubernetes from '../reading/schemas/kubernetes.json' with { type: 'json' };
import kubespray from '../reading/schemas/kubespray.json' with { type: 'json' };
import { listOf, yamlOf } from '../reading/texts.ts';

export const definitionsInstalled: Policy = {
  id: 'definitions-installed',
  title:
    'something at each site installs the definitions of its custom resources, once, in the release that the tree is judged by',
  why: 'An object is refused by the API server whose definitions are of another release than those it was written for: one field that came later, and the whole application stops. What Kubespray installs is for Kubespray to choose, and it may be years behind.',
  check(_model, tree) {
    return [...kinds(tree), ...versions(tree)];
  },
};

/** Whose definitions are of these groups, and who may install them: a chart of that name, or Kubespray by its variables. */
const PROJECTS = [
  { groups: ['ceph.rook.io', 'objectbucket.io'], project: 'rook/rook', chart: 'rook-ceph' },
  {
    groups: ['cert-manager.io', 'acme.cert-manager.io'],
    project: 'cert-manager/cert-manager',
    chart: 'cert-manager',
    // Its definitions are a template: `cert_manager_version` changes images and labels only.
    kubespray: { enabled: 'cert_manager_enabled', version: 'cert_manager_version', fixed: true },
  },
  {
    groups: ['gateway.networking.k8s.io'],
    project: 'kubernetes-sigs/gateway-api',
    kubespray: { enabled: 'gateway_api_enabled', version: 'gateway_api_version' },
  },
];
type Project = (typeof PROJECTS)[number];

/** The release that the tree is judged by. */
const judged = ({ project }: Project): string =>
  custom.sources
    .map(({ url }) => url)
    .find((url) => url.includes(`/${project}/`))
    ?.match(/\/v?(\d+\.\d+\.\d+)\//)?.[1] ?? '';

interface Installer {
  path: string;
  text: string;
  who: string;
  release: string;
}
function installers(tree: Tree, site: string, { chart, kubespray: by }: Project): Installer[] {
  const plans = below(tree, `${site}/plans`)
    .filter(([, text]) => chart && text.includes(chart))
    .flatMap(([path, text]) =>
      listOf(yamlOf(text)?.steps).flatMap(({ do: action }): Installer[] => {
        const command: string[] = action?.command ?? [];
        if (action?.in !== 'helm' || command[0] !== 'upgrade' || command[1] !== chart) return [];
        const release = command.join(' ').match(/(?:--version=|-)v?(\d+\.\d+\.\d+)(?:\.tgz)?(?: |$)/)?.[1];
        return [{ path, text: `${chart}`, who: `the chart ${chart}`, release: release ?? 'no release' }];
      }),
    );
  const brought = inventories(tree)
    .filter((each) => by && each.site === site && each.cluster[by.enabled] === true)
    .map(({ paths, cluster }): Installer => {
      const own = (kubespray.installs as Record<string, string>)[by!.version]!;
      const release = 'fixed' in by! ? own : `${cluster[by!.version] ?? own}`;
      return { path: paths.cluster, text: by!.enabled, who: `Kubespray ${kubespray.release}`, release };
    });
  return [...plans, ...brought];
}

function kinds(tree: Tree): Finding[] {
  const used = new Map<string, { path: string; kind: string; site: string; project: Project }>();
  for (const { path, site, kind, object } of objects(tree)) {
    const group = `${object?.apiVersion ?? ''}`.split('/')[0]!;
    const project = PROJECTS.find(({ groups }) => groups.includes(group));
    if (project && !used.has(`${site} ${project.project}`))
      used.set(`${site} ${project.project}`, { path, kind, site, project });
  }
  return [...used.values()].flatMap(({ path, kind, site, project }): Finding[] => {
    const [one, two] = installers(tree, site, project);
    const wanted = judged(project);
    if (!one)
      return [
        {
          path,
          text: `kind: ${kind}`,
          message: `nothing at ${site} installs the definition of ${kind}`,
          fix: 'install it by a plan or by Kubespray, or leave the object out',
        },
      ];
    if (two)
      return [
        {
          ...two,
          other: one,
          message: `${one.who} and ${two.who} both install the definition of ${kind} at ${site}`,
          fix: 'leave it to one of them',
        },
      ];
    if (one.release === wanted) return [];
    return [
      {
        path: one.path,
        text: one.text,
        other: { path, text: `kind: ${kind}` },
        message: `${one.who} installs ${one.release} of ${project.project} at ${site}; the tree is judged by ${wanted}`,
        fix: 'npm run schemas:custom with the definitions of that release, or install the other one',
      },
    ];
  });
}

/** What an inventory says of versions is what its release installs, and schemas of that Kubernetes are at hand. */
const versions = (tree: Tree): Finding[] =>
  inventories(tree).flatMap(({ paths, cluster, all }): Finding[] => {
    const said = { ...all, ...cluster };
    const minor = `${said.kube_version ?? kubespray.installs.kube_version}`.split('.').slice(0, 2).join('.');
    const release = /Kubespray v(\S+?);/.exec(tree.get(paths.hosts) ?? '')?.[1];
    const at = (path: string, text: string, message: string, fix: string) => ({ path, text, message, fix });
    return [
      ...Object.entries(kubespray.installs)
        .filter(
          ([name, own]) =>
            name in said && name !== 'kubelet_csr_approver_chart_version' && said[name] !== own,
        )
        .map(([name, own]) =>
          at(
            paths.cluster,
            name,
            `${name} is ${said[name]}; Kubespray ${kubespray.release} is made for ${own}`,
            'leave it out, or look its release up in the checksums of Kubespray',
          ),
        ),
      ...(kubernetes.releases.includes(minor)
        ? []
        : [
            at(
              paths.cluster,
              'kube_version',
              `no schemas of Kubernetes ${minor}`,
              'npm run schemas:kubernetes',
            ),
          ]),
      ...(release === undefined || release === kubespray.release
        ? []
        : [
            at(
              paths.hosts,
              release,
              `the inventory is for Kubespray ${release}; what it installs is known of ${kubespray.release}`,
              'renew policies/reading/schemas/kubespray.json',
            ),
          ]),
    ];
  });
