import type { Host, Model, Site } from '#sites/model.ts';
import { databaseNodes, hostsOf } from '#sites/questions.ts';
import type { Procedure, Step } from '#sites/schema/procedure.ts';
import { hasKubernetes, hasObjects } from '#sites/site-kinds.ts';
import { image } from '../images.ts';
import { OBJECT_STORE } from '../kubernetes/ceph/object-store-names.ts';
import { COCKROACHDB } from '../kubernetes/database/cockroachdb.ts';
import { RELEASES } from '../releases.ts';
import { certManager } from './cert-manager.ts';
import { cluster, databaseIsWhole, placesAtSites, siteIsWell, takesClients } from './maintenance.ts';
import { rookOperator } from './rook-operator.ts';

/** What has a procedure of its own; Calico and the Gateway API come with Kubespray. */
export const UPGRADED = [
  'kubespray',
  'kubernetes',
  'rook',
  'ceph',
  'cert-manager',
  'traefik',
  'cockroachdb',
] as const;
export type Upgraded = (typeof UPGRADED)[number];

export interface UpgradeProps {
  model: Pick<Model, 'sites'>;
  program: Upgraded;
  /** The release that the tree names, such as 1.35.4. */
  to: string;
  /** Where the tree stands, absolute. */
  tree: string;
  /** Where Kubespray stands at its tag, absolute. */
  kubespray: string;
}

/** A site is looked at before the next one begins: no disk of Ceph and no range of the database may still be catching up. */
const RECOVERY_SECONDS = 3600;
/** Kubespray drains, renews and waits for one node after the other. */
const CLUSTER_SECONDS = 4 * 3600;

/**
 * Brings one program to the release that the tree names: one site at a time, the site that comes first for leases last, and after each
 * everything must be well. It says nothing of the release before: a procedure that was cut goes on as the same one.
 */
export function upgradeProcedure(props: UpgradeProps): Procedure {
  const { model, program, to, tree } = props;
  const sites = model.sites.toReversed().filter(runs(program));
  const steps = [
    well(model, 'before', 'An upgrade takes away what it has to lose nothing: one copy at a time.'),
    ...(program === 'cockroachdb' ? [holdFinalization()] : []),
    ...sites.flatMap((site) => [
      ...WAVES[program]({ ...props, site }),
      well(model, site.code, 'The next site may go only when nothing is missing.'),
    ]),
  ];
  return {
    id: `upgrade-${program}`,
    title: `Bring ${program} to ${to}`,
    when: `Once the tree names ${to} and was judged; \`npm run upgrade\` says from which releases it may be reached.`,
    places: { ...placesAtSites({ model, tree }, steps), ...chartPlaces(steps, model.sites) },
    steps,
  };
}

/** CockroachDB's last step is apart: until it is taken, every node may go back to the release before. */
export function finalizeProcedure({
  model,
  to,
  tree,
}: Omit<UpgradeProps, 'program' | 'kubespray'>): Procedure {
  const series = to.split('.').slice(0, 2).join('.');
  const steps: Step[] = [
    well(model, 'before', 'What is missing now would not be told from what the migrations break.'),
    {
      id: 'finalize',
      title: `Let the database become ${series}`,
      why: 'Until then it keeps to what the release before understands; afterwards no node can go back.',
      person: `As root of the database: SET CLUSTER SETTING version = '${series}'; and wait until SHOW CLUSTER SETTING version says ${series}.`,
      until: model.sites.flatMap(databaseIsWhole),
      timeoutSeconds: RECOVERY_SECONDS,
      undo: { why: 'There is no way back but a restore of a backup.', do: [] },
    },
  ];
  return {
    id: 'finalize-cockroachdb',
    title: `Finalize CockroachDB ${series}`,
    when: 'Days after every node runs it, when nobody wants to go back.',
    places: placesAtSites({ model, tree }, steps),
    steps,
  };
}

const holdFinalization = (): Step => ({
  id: 'hold-finalization',
  title: 'Keep the way back open',
  why: 'By itself the database is finalized when the last node has come back, and then no node can go back.',
  // The setting needs no release, where cluster.preserve_downgrade_option needs the one before.
  // https://www.cockroachlabs.com/docs/v26.2/upgrade-cockroach-version#disable-auto-finalization
  person: 'As root of the database: SET CLUSTER SETTING cluster.auto_upgrade.enabled = false;',
  until: [],
  timeoutSeconds: 60,
  undo: { why: 'It may stay so: each upgrade is then finalized when somebody says it.', do: [] },
});

const well = (model: Pick<Model, 'sites'>, id: string, why: string): Step => ({
  id: `well-${id}`,
  title: id === 'before' ? 'See that everything is well' : `Wait until everything is well after ${id}`,
  why,
  until: model.sites.flatMap((site) => siteIsWell(model, site)).filter(firstOf),
  timeoutSeconds: id === 'before' ? 60 : RECOVERY_SECONDS,
  undo: { why: 'Nothing was changed.', do: [] },
});
const firstOf = <T>(each: T, index: number, all: T[]): boolean =>
  all.findIndex((other) => JSON.stringify(other) === JSON.stringify(each)) === index;

const runs =
  (program: Upgraded) =>
  (site: Site): boolean =>
    program === 'cockroachdb'
      ? databaseNodes(site).length > 0
      : ['rook', 'ceph'].includes(program)
        ? hasObjects(site)
        : hasKubernetes(site);

type Wave = (props: UpgradeProps & { site: Site }) => Step[];
const WAVES: Record<Upgraded, Wave> = {
  kubespray: clusterSteps,
  kubernetes: clusterSteps,
  rook: ({ site }) => ofChart(rookOperator({ site: site.code }), site),
  'cert-manager': ({ site }) => ofChart(certManager({ site: site.code }), site),
  ceph,
  traefik: ({ site }) => [rolled(site, 'traefik', 'daemonset/traefik', image('traefik'))],
  cockroachdb: (props) =>
    props.site.kubernetes
      ? [rolled(props.site, COCKROACHDB, `statefulset/${COCKROACHDB}`, image('cockroachdb'))]
      : databaseNodes(props.site).map((host) => rented(props, host)),
};

function clusterSteps({ site, tree, kubespray, to, program }: UpgradeProps & { site: Site }): Step[] {
  const controlPlane = hostsOf(site, 'control-plane')[0]!;
  const release = RELEASES.kubernetes;
  const [major, minor] = release.split('.');
  const versions = {
    in: cluster(site),
    command: ['get', 'nodes', '--output=jsonpath={.items[*].status.nodeInfo.kubeletVersion}'],
  };
  return [
    {
      id: `from-${site.code}`,
      title: `See that ${site.code} runs a release that may go to ${release}`,
      why: 'No minor release of Kubernetes may be left out.',
      until: [{ ...versions, matches: [`^(v${major}\\.(${Number(minor) - 1}|${minor})\\.\\d+ ?)+$`] }],
      timeoutSeconds: 60,
      undo: { why: 'Nothing was changed.', do: [] },
    },
    {
      id: `snapshot-${site.code}`,
      title: `Take a snapshot of etcd at ${site.code}`,
      why: 'A cluster does not go back to an older release; it is made again from this.',
      do: { in: controlPlane.name, command: ['systemctl', 'start', 'fredu-etcd-backup.service'] },
      until: [],
      timeoutSeconds: 600,
      undo: { why: 'A snapshot does no harm.', do: [] },
    },
    {
      id: `nodes-${site.code}`,
      title: `Upgrade the nodes of ${site.code}, one after the other`,
      why: `Kubespray${program === 'kubespray' ? ` ${to}` : ''} drains each node, renews it and takes it back before it goes on.`,
      do: {
        in: 'here',
        command: [
          'env',
          `--chdir=${kubespray}`,
          'ansible-playbook',
          `--inventory=${tree}/${site.code}/inventory/kubespray/hosts.yaml`,
          '--become',
          '--extra-vars=serial=1',
          'upgrade-cluster.yml',
        ],
      },
      until: [{ ...versions, matches: [`^(v${release.replaceAll('.', '\\.')} ?)+$`] }],
      timeoutSeconds: CLUSTER_SECONDS,
      undo: {
        why: `Kubernetes has no way back: a cluster that is lost is made again from the snapshot of ${controlPlane.name}.`,
        do: [],
      },
    },
  ];
}

/** Ceph's operator replaces one daemon after the other once the object names another image. */
function ceph({ site, to }: UpgradeProps & { site: Site }): Step[] {
  const { namespace } = OBJECT_STORE;
  const patch = { spec: { cephVersion: { image: image('ceph') } } };
  return [
    {
      id: `daemons-${site.code}`,
      title: `Let Rook renew the daemons of Ceph at ${site.code}`,
      why: 'It stops one only where the others hold everything, and waits until the copies are whole.',
      do: {
        in: cluster(site),
        command: [
          `--namespace=${namespace}`,
          'patch',
          `cephcluster/${namespace}`,
          '--type=merge',
          `--patch=${JSON.stringify(patch)}`,
        ],
      },
      until: [
        {
          in: `ceph@${site.code}`,
          command: ['ceph', 'versions', '--format=json'],
          matches: [`"overall":\\{"ceph version ${to.replaceAll('.', '\\.')} [^"]*":\\d+\\}`],
        },
      ],
      timeoutSeconds: 2 * RECOVERY_SECONDS,
      undo: { why: 'Ceph does not go back to an older major release; ask its makers first.', do: [] },
    },
  ];
}

const rolled = (site: Site, namespace: string, workload: string, reference: string): Step => ({
  id: `roll-${site.code}`,
  title: `Roll ${workload} of ${site.code} to the image of the tree`,
  why: 'Pods go one after the other, each when the one before is ready.',
  do: {
    in: cluster(site),
    command: [`--namespace=${namespace}`, 'set', 'image', workload, `${workload.split('/')[1]}=${reference}`],
  },
  until: [
    {
      in: cluster(site),
      command: [`--namespace=${namespace}`, 'rollout', 'status', workload, '--timeout=10s'],
    },
  ],
  timeoutSeconds: RECOVERY_SECONDS,
  undo: {
    why: 'The release before it, as long as nothing was finalized.',
    do: [
      {
        in: cluster(site),
        command: [`--namespace=${namespace}`, 'rollout', 'undo', workload],
      },
    ],
  },
});

const rented = ({ site, to }: UpgradeProps & { site: Site }, host: Host): Step => ({
  id: `node-${host.name}`,
  title: `Renew the node of the database on ${host.name}`,
  why: 'Its unit drains the node before it stops; the other nodes hold every range meanwhile.',
  person: `npm run secrets -- play ${site.code} -- --limit ${host.name} --extra-vars cockroach_sha256=… (of ${to}, from the publisher's page of releases)`,
  until: [
    {
      in: host.name,
      command: ['/usr/local/bin/cockroach', 'version', '--build-tag'],
      matches: [`^v${to.replaceAll('.', '\\.')}\\s*$`],
    },
    takesClients(host),
  ],
  timeoutSeconds: RECOVERY_SECONDS,
  undo: { why: 'The same playbook of the tree before it, as long as nothing was finalized.', do: [] },
});

/** The steps by which a chart comes to a site, named by it. */
const ofChart = (plan: Procedure, site: Site): Step[] =>
  plan.steps.map((step) => ({
    ...moved(step, site),
    id: `${step.id}-${site.code}`,
    title: `${step.title} (${site.code})`,
  }));
const PLACE = /^(cluster|helm)$/;
const moved = (step: Step, { code }: Site): Step =>
  JSON.parse(JSON.stringify(step), (key, value: unknown) =>
    key === 'in' && typeof value === 'string' && PLACE.test(value) ? `${value}@${code}` : value,
  ) as Step;

/** Where the chart's own steps run something. */
function chartPlaces(steps: readonly Step[], sites: readonly Site[]): Procedure['places'] {
  const used = JSON.stringify(steps);
  const namespace = used.includes('rook-ceph-operator') ? OBJECT_STORE.namespace : 'cert-manager';
  return Object.fromEntries(
    sites.flatMap(({ code }) =>
      Object.entries({
        [`cluster@${code}`]: ['kubectl', `--context=${code}`, `--namespace=${namespace}`],
        [`helm@${code}`]: ['helm', `--kube-context=${code}`, `--namespace=${namespace}`],
      })
        .filter(([place]) => used.includes(`"in":"${place}"`))
        .map(([place, prefix]) => [place, { site: code, prefix }] as const),
    ),
  );
}
