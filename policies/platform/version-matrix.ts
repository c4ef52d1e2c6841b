import type { Finding, Policy, Tree } from '../law.ts';
import { type Inventory, inventories } from '../reading/kubespray-tree.ts';
import { procedureFiles } from '../reading/object-store-tree.ts';
import { type Data, ofKind, workloads } from '../reading/objects.ts';
import { stacks } from '../reading/openstack-tree.ts';
import kubespray from '../reading/schemas/kubespray.json' with { type: 'json' };
import { compareReleases, type Program, rangeOf, unsupportedPairs } from '../reading/support.ts';
import { listOf } from '../reading/texts.ts';

/** A release of one program, and where the tree names it. */
interface Found {
  program: string;
  release: string;
  site: string;
  path: string;
  text: string;
}

export const versionMatrix: Policy = {
  id: 'version-matrix',
  title:
    'every program is of the series that the files of the tree are written for, and of one release at all sites',
  why: 'Avoid: a release that the others of the tree were not tried with, and two releases of one program at two sites. Prefer: one release everywhere, of a series that somebody has read the notes of. Rationale: an operator that does not know its Kubernetes starts, watches and does the wrong thing; sites that follow each other’s data have to understand each other.',
  check(_model, tree) {
    const found = releases(tree);
    return [...found.flatMap(outside), ...apart(found), ...unsupported(found)];
  },
};

/**
 * By program: the series that the files of the tree are written in, and that its tests ran; where to read before it is widened. They are
 * no statement of the projects about each other; those are in `policies/reading/support.ts`.
 */
const RANGES: Record<string, { least: string; below: string; source: string }> = {
  kubespray: {
    least: '2.31.0',
    below: '2.32.0',
    source: 'https://github.com/kubernetes-sigs/kubespray/blob/v2.31.0/README.md',
  },
  calico: {
    least: '3.31.0',
    below: '3.32.0',
    source: 'https://github.com/kubernetes-sigs/kubespray/blob/v2.31.0/README.md',
  },
  'gateway-api': {
    least: '1.5.0',
    below: '1.6.0',
    source: 'https://github.com/kubernetes-sigs/gateway-api/releases/tag/v1.5.1',
  },
  kubernetes: {
    least: '1.33.0',
    below: '1.36.0',
    source: 'https://github.com/kubernetes-sigs/kubespray/blob/v2.31.0/README.md',
  },
  rook: {
    least: '1.19.0',
    below: '1.21.0',
    source: 'https://rook.io/docs/rook/v1.20/Getting-Started/Prerequisites/prerequisites/',
  },
  ceph: { least: '19.2.0', below: '21.0.0', source: 'https://rook.io/docs/rook/v1.20/Upgrade/ceph-upgrade/' },
  traefik: {
    least: '3.6.0',
    below: '4.0.0',
    source:
      'https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-gateway/',
  },
  'cert-manager': { least: '1.19.0', below: '1.22.0', source: 'https://cert-manager.io/docs/releases/' },
  cockroachdb: {
    least: '25.4.0',
    below: '26.3.0',
    source: 'https://www.cockroachlabs.com/docs/releases/release-support-policy',
  },
  'kube-state-metrics': {
    least: '2.16.0',
    below: '3.0.0',
    source: 'https://github.com/kubernetes/kube-state-metrics#compatibility-matrix',
  },
  'kubelet-csr-approver': {
    least: '1.2.0',
    below: '2.0.0',
    source: 'https://github.com/postfinance/kubelet-csr-approver',
  },
  prometheus: {
    least: '3.5.0',
    below: '4.0.0',
    source: 'https://prometheus.io/docs/introduction/release-cycle/',
  },
  alertmanager: {
    least: '0.28.0',
    below: '0.40.0',
    source: 'https://github.com/prometheus/alertmanager/releases',
  },
  grafana: {
    least: '12.0.0',
    below: '13.0.0',
    source: 'https://grafana.com/docs/grafana/latest/upgrade-guide/when-to-upgrade/',
  },
  pgbouncer: { least: '1.24.0', below: '2.0.0', source: 'https://www.pgbouncer.org/changelog.html' },
  'openstack-provider': {
    least: '3.4.0',
    below: '4.0.0',
    source: 'https://registry.terraform.io/providers/terraform-provider-openstack/openstack/3.4.0',
  },
};
const IMAGES: [image: RegExp, program: string][] = [
  [/\/cockroachdb\/cockroach$/, 'cockroachdb'],
  [/\/library\/traefik$/, 'traefik'],
  [/\/ceph\/ceph$/, 'ceph'],
  [/\/rook\/ceph$/, 'rook'],
  [/\/kube-state-metrics$/, 'kube-state-metrics'],
  [/\/prom\/prometheus$/, 'prometheus'],
  [/\/prom\/alertmanager$/, 'alertmanager'],
  [/\/grafana$/, 'grafana'],
  [/\/pgbouncer$/, 'pgbouncer'],
];

function releases(tree: Tree): Found[] {
  const images = [
    ...workloads(tree).flatMap(({ site, path, containers, starters }) =>
      [...containers, ...starters].map((each: Data) => ({ site, path, image: String(each.image) })),
    ),
    ...ofKind(tree, 'CephCluster').map(({ site, path, object }) => ({
      site,
      path,
      image: String(object.spec?.cephVersion?.image),
    })),
  ].flatMap(({ site, path, image }): Found[] => {
    const [, name, release] = /^(.+?):v?(\d+(?:\.\d+)+)/.exec(image) ?? [];
    const program = IMAGES.find(([pattern]) => pattern.test(name ?? ''))?.[1];
    return program && release ? [{ program, release, site, path, text: image }] : [];
  });
  const nodes = inventories(tree).flatMap(({ site, cluster, paths }) => [
    {
      program: 'kubernetes',
      release: String(cluster.kube_version),
      site,
      path: paths.cluster,
      text: 'kube_version',
    },
    {
      program: 'kubelet-csr-approver',
      release: String(cluster.kubelet_csr_approver_chart_version),
      site,
      path: paths.cluster,
      text: 'kubelet_csr_approver_chart_version',
    },
  ]);
  const charts = procedureFiles(tree).flatMap(({ path, plan }) =>
    listOf(plan?.steps).flatMap((step: Data): Found[] => {
      const command = listOf(step.do?.command).map(String);
      const release = command.map((each) => /^--version=v?(\S+)$/.exec(each)?.[1]).find(Boolean);
      const program = { 'rook-operator': 'rook', 'cert-manager': 'cert-manager' }[String(plan.id)];
      return release && program ? [{ program, release, site: path.split('/')[0]!, path, text: release }] : [];
    }),
  );
  const providers = stacks(tree).map(({ site, path, whole }) => {
    const release = String(whole.terraform?.required_providers?.openstack?.version ?? '').replace(
      /^[=~> ]+/,
      '',
    );
    return { program: 'openstack-provider', release, site, path, text: release };
  });
  return [
    ...images,
    ...nodes,
    ...inventories(tree).flatMap((each) => installed(tree, each)),
    ...charts,
    ...providers,
  ];
}

/** Kubespray, and what it brings of itself in the release that is known as data. */
function installed(tree: Tree, { site, paths, cluster }: Inventory): Found[] {
  const [text, release] = /Kubespray v(\d+(?:\.\d+)+)/.exec(tree.get(paths.hosts) ?? '') ?? [];
  if (text === undefined || release === undefined) return [];
  const at = { site, path: paths.hosts, text };
  const brings = release === kubespray.release ? kubespray.installs : undefined;
  const bring = (program: Program, key: 'calico_version' | 'gateway_api_version'): Found[] => {
    const own = cluster[key] === undefined ? undefined : String(cluster[key]);
    const version = own ?? brings?.[key];
    return version === undefined
      ? []
      : [{ ...at, program, release: version, ...(own && { path: paths.cluster, text: key }) }];
  };
  return [
    { ...at, program: 'kubespray', release },
    ...bring('calico', 'calico_version'),
    ...bring('gateway-api', 'gateway_api_version'),
  ];
}

function outside({ program, release, site, path, text }: Found): Finding[] {
  const { least, below, source } = RANGES[program]!;
  if (compareReleases(release, least) >= 0 && compareReleases(release, below) < 0) return [];
  return [
    {
      path,
      text,
      message: `${site} runs ${program} ${release}; the files of the tree are written for ${least} to below ${below}`,
      fix: `take a release of that series, or read ${source} and widen it`,
    },
  ];
}

/** Pairs that a project has said it does not support, site by site. */
function unsupported(found: Found[]): Finding[] {
  const atSites = Map.groupBy(found, ({ site }) => site);
  return [...atSites].flatMap(([site, here]) => {
    const of = (program: string) => here.find((each) => each.program === program);
    const releases = new Map(here.map(({ program, release }) => [program as Program, release]));
    return unsupportedPairs(releases).map((pair): Finding => {
      const [own, other] = [of(pair.program)!, of(pair.needs)!];
      return {
        path: own.path,
        text: own.text,
        other: { path: other.path, text: other.text },
        message: `${pair.program} ${own.release} of ${site} is supported with ${pair.needs} ${rangeOf(pair)}, and that of the site is ${other.release}`,
        fix: `take a pair that the project supports (${pair.source}); npm run upgrade says which`,
      };
    });
  });
}

/** One program, one release: sites that follow each other's data upgrade together. */
const apart = (found: Found[]): Finding[] =>
  [...Map.groupBy(found, ({ program }) => program).values()].flatMap(([first, ...more]) =>
    more
      .filter(({ release }) => release !== first!.release)
      .slice(0, 1)
      .map(({ program, release, site, path, text }) => ({
        path,
        text,
        other: { path: first!.path, text: first!.text },
        message: `${site} runs ${program} ${release}, and ${first!.site} ${first!.release}`,
        fix: 'one release everywhere',
      })),
  );
