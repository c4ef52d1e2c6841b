/**
 * What projects say of each other's releases, read on the pages named beside each row; laws and `npm run upgrade` read it. A pair without a
 * row is unknown, not supported. A new release begins here: read the page, add the row.
 */

/** A program whose release is named once in the project and upgraded by a procedure. */
export type Program =
  | 'kubespray'
  | 'kubernetes'
  | 'calico'
  | 'rook'
  | 'ceph'
  | 'cockroachdb'
  | 'traefik'
  | 'cert-manager'
  | 'gateway-api';

/** A release series of one program runs with these releases of another. */
export interface Support {
  program: Program;
  /** Such as 1.20: every release that begins with it. */
  series: string;
  needs: Program;
  least: string;
  /** The first that is not supported. @default none is named */
  below?: string;
  source: string;
}

const KUBESPRAY = (tag: string) =>
  `https://github.com/kubernetes-sigs/kubespray/blob/${tag}/roles/kubespray_defaults/vars/main/checksums.yml`;
const ROOK = (series: string) =>
  `https://rook.io/docs/rook/v${series}/Getting-Started/Prerequisites/prerequisites/`;
const ROOK_CEPH = (series: string) => `https://rook.io/docs/rook/v${series}/Upgrade/ceph-upgrade/`;
const CALICO = (series: string) =>
  `https://docs.tigera.io/calico/${series}/getting-started/kubernetes/requirements`;
const CERT_MANAGER = 'https://cert-manager.io/docs/releases/';

type Row = [program: Program, series: string, needs: Program, least: string, below: string, source: string];
/** An empty `below` is none. */
const ROWS: readonly Row[] = [
  // Kubespray has a checksum for each release that it can install, and installs no other.
  ['kubespray', '2.29', 'kubernetes', '1.31.0', '1.33.8', KUBESPRAY('v2.29.1')],
  ['kubespray', '2.30', 'kubernetes', '1.32.0', '1.34.4', KUBESPRAY('v2.30.0')],
  ['kubespray', '2.31', 'kubernetes', '1.33.0', '1.35.5', KUBESPRAY('v2.31.0')],
  ['kubespray', '2.29', 'calico', '3.28.0', '3.30.6', KUBESPRAY('v2.29.1')],
  ['kubespray', '2.30', 'calico', '3.28.0', '3.30.7', KUBESPRAY('v2.30.0')],
  ['kubespray', '2.31', 'calico', '3.29.0', '3.31.6', KUBESPRAY('v2.31.0')],
  ['calico', '3.31', 'kubernetes', '1.32.0', '1.36.0', CALICO('3.31')],
  ['calico', '3.32', 'kubernetes', '1.34.0', '1.37.0', CALICO('3.32')],
  ['rook', '1.18', 'kubernetes', '1.29.0', '1.35.0', ROOK('1.18')],
  ['rook', '1.19', 'kubernetes', '1.30.0', '1.36.0', ROOK('1.19')],
  ['rook', '1.20', 'kubernetes', '1.31.0', '1.37.0', ROOK('1.20')],
  ['rook', '1.18', 'ceph', '18.2.0', '21.0.0', ROOK_CEPH('1.18')],
  ['rook', '1.19', 'ceph', '19.2.0', '21.0.0', ROOK_CEPH('1.19')],
  ['rook', '1.20', 'ceph', '19.2.0', '21.0.0', ROOK_CEPH('1.20')],
  ['cert-manager', '1.19', 'kubernetes', '1.31.0', '1.36.0', CERT_MANAGER],
  ['cert-manager', '1.20', 'kubernetes', '1.32.0', '1.36.0', CERT_MANAGER],
  ['cert-manager', '1.21', 'kubernetes', '1.33.0', '1.37.0', CERT_MANAGER],
  [
    'cockroachdb',
    '26.2',
    'kubernetes',
    '1.18.0',
    '',
    'https://www.cockroachlabs.com/docs/v26.2/orchestrate-cockroachdb-with-kubernetes',
  ],
  [
    'traefik',
    '3.7',
    'kubernetes',
    '1.25.0',
    '',
    'https://github.com/traefik/traefik-helm-chart/blob/v41.3.0/traefik/Chart.yaml',
  ],
  [
    'traefik',
    '3.7',
    'gateway-api',
    '1.5.0',
    '1.6.0',
    'https://doc.traefik.io/traefik/v3.7/reference/install-configuration/providers/kubernetes/kubernetes-gateway/',
  ],
];
export const SUPPORT: readonly Support[] = ROWS.map(([program, series, needs, least, below, source]) => ({
  program,
  series,
  needs,
  least,
  source,
  ...(below && { below }),
}));

/** How far one step of a program may go, and who says so. */
export interface Stride {
  /** Of which number of a release a step counts. */
  part: 'major' | 'minor';
  /** Steps of that number at once. @default any, within the same major release */
  most?: number;
  source: string;
}
export const STRIDES: Record<Exclude<Program, 'cockroachdb' | 'calico' | 'gateway-api'>, Stride> = {
  kubespray: {
    part: 'minor',
    most: 1,
    source: 'https://github.com/kubernetes-sigs/kubespray/blob/v2.31.0/docs/operations/upgrades.md',
  },
  kubernetes: {
    part: 'minor',
    most: 1,
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-upgrade/',
  },
  rook: { part: 'minor', most: 1, source: 'https://rook.io/docs/rook/v1.20/Upgrade/rook-upgrade/' },
  // Rook names each major release that a Ceph of its may have, and shows the step from one to the next.
  ceph: { part: 'major', most: 1, source: 'https://rook.io/docs/rook/v1.20/Upgrade/ceph-upgrade/' },
  'cert-manager': { part: 'minor', most: 1, source: 'https://cert-manager.io/docs/installation/upgrade/' },
  traefik: { part: 'minor', source: 'https://doc.traefik.io/traefik/v3.7/migrate/v3/' },
};

/**
 * Major releases of CockroachDB in their order. From a regular one a step goes to the next, or over an innovation release to the next
 * regular one; from an innovation release only to the next.
 * @see https://www.cockroachlabs.com/docs/v26.2/upgrade-cockroach-version#compatible-versions
 * @see https://www.cockroachlabs.com/docs/releases/
 */
export const COCKROACHDB_SERIES: readonly { series: string; innovation?: true }[] = [
  { series: '24.3' },
  { series: '25.1', innovation: true },
  { series: '25.2' },
  { series: '25.3', innovation: true },
  { series: '25.4' },
  { series: '26.1', innovation: true },
  { series: '26.2' },
  { series: '26.3', innovation: true },
];

/** Whether a release is of a series: 1.20.6 of 1.20, and not of 1.2. */
export const isOf = (release: string, series: string): boolean => `${release}.`.startsWith(`${series}.`);
/** Less than 0 where a is older, NaN where one of them is no release. */
export function compareReleases(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
const numbers = (release: string): number[] => release.split(/[.+-]/).map(Number);

/** Rows that this set of releases does not keep. */
export const unsupportedPairs = (releases: ReadonlyMap<Program, string>): Support[] =>
  SUPPORT.filter(({ program, series, needs, least, below }) => {
    const [own, other] = [releases.get(program), releases.get(needs)];
    if (own === undefined || other === undefined || !isOf(own, series)) return false;
    return !(
      compareReleases(other, least) >= 0 &&
      (below === undefined || compareReleases(other, below) < 0)
    );
  });
/** A range in words: `1.33.0 to below 1.37.0`. */
export const rangeOf = ({ least, below }: Pick<Support, 'least' | 'below'>): string =>
  below === undefined ? `${least} or later` : `${least} to below ${below}`;
