import { both, withPort } from '#sites/address.ts';
import type { Model, Site } from '#sites/model.ts';
import { FLOWS } from '#sites/traffic/flows.ts';
import type { Finding, Policy } from '../law.ts';
import { type Data, objects, type Workload, workloads } from '../reading/objects.ts';
import { sitesReached, targetsDialled } from '../reading/parties.ts';
import { listOf, yamlOf } from '../reading/texts.ts';

/** Pods that are scraped and that no workload of the tree makes: Rook makes them of a kind of the tree, Kubespray always. */
const MADE_BY_OTHERS = new Map<string, string | undefined>([
  ['rook-ceph/ceph-mgr', 'CephCluster'],
  ['rook-ceph/ceph-exporter', 'CephCluster'],
  ['kube-system/kube-dns', undefined],
]);
/** The name of the port on which a pod of ours tells of itself and serves nobody. */
const OWN_PORT = 'metrics';

export const scrapeTargets: Policy = {
  id: 'scrape-targets',
  title: 'every target of Prometheus is something of the model or the tree, and whatever exports is a target',
  why: 'A target that does not exist is an alert for ever, or a job without targets that nobody misses. An exporter that nobody asks costs memory and looks as if somebody watched.',
  check(model, tree) {
    return model.sites
      .filter(({ kubernetes }) => kubernetes)
      .flatMap((site) => {
        const path = `${site.code}/kubernetes/monitoring/configmap-prometheus.yaml`;
        const text = tree.get(path);
        if (text === undefined) return [];
        const jobs: Data[] = listOf(yamlOf(yamlOf(text)?.data?.['prometheus.yaml'])?.scrape_configs);
        const own = workloads(tree).filter((each) => each.site === site.code);
        const kinds = new Set(
          objects(tree)
            .filter((each) => each.site === site.code)
            .map(({ kind }) => kind),
        );
        const reached = askable(model, site);
        return [
          ...jobs.flatMap((job) =>
            job.kubernetes_sd_configs ? found(job, own, kinds) : dialled(job, reached),
          ),
          ...leftOut(model, jobs, reached),
          ...unasked(jobs, own),
        ].map((finding) => ({ path, ...finding }));
      });
  },
};
type Fact = Omit<Finding, 'path'> & { path?: string };

/** The first label that a rule reads. */
const sourceOf = (rule: Data): string => String(listOf(rule?.source_labels)[0] ?? '');

/** What a job of pods looks for: their label, and the name or the number of their port. */
function wanted(job: Data): { namespaces: string[]; app?: string; port?: string } {
  const rules: Data[] = job.relabel_configs ?? [];
  const label = rules.find((rule) => /_pod_label_/.test(sourceOf(rule)));
  const named = rules.find((rule) => /_container_port_name$/.test(sourceOf(rule)));
  const numbered = rules.find(({ target_label }) => target_label === '__address__')?.replacement;
  return {
    namespaces: job.kubernetes_sd_configs.flatMap((each: Data) => each.namespaces?.names ?? []),
    app: label?.regex,
    port: named?.regex ?? numbered?.split(':').at(-1),
  };
}

function found(job: Data, own: Workload[], kinds: ReadonlySet<string>): Fact[] {
  const { namespaces, app, port } = wanted(job);
  const is = (workload: Workload): boolean =>
    namespaces.includes(workload.namespace) &&
    workload.labels['app.kubernetes.io/name'] === app &&
    portsOf(workload).some(({ name, containerPort }) => [name, String(containerPort)].includes(port));
  const byOthers = namespaces
    .map((namespace) => `${namespace}/${app}`)
    .find((each) => MADE_BY_OTHERS.has(each));
  if (byOthers) {
    const kind = MADE_BY_OTHERS.get(byOthers);
    if (!kind || kinds.has(kind)) return [];
  } else if (own.some(is)) return [];
  return [
    {
      message: `job ${job.job_name} looks for pods ${app} with port ${port} in ${namespaces.join(', ')}, and nothing makes any`,
      text: job.job_name,
      fix: 'name the label and the port as the pods have them, or remove the job',
    },
  ];
}

/** What flows let Prometheus of a site ask, as `ADDRESS:PORT`. */
const askable = (model: Model, site: Site): Set<string> =>
  new Set(
    FLOWS.filter(({ from }) => from.kind === 'pods' && from.app === 'prometheus').flatMap((flow) =>
      sitesReached(flow, model, site).flatMap((to) =>
        targetsDialled(flow.to, site, to).flatMap((address) =>
          flow.ports.map(({ port, nodePort }) => withPort(address, to === site ? port : (nodePort ?? port))),
        ),
      ),
    ),
  );

const addressesOf = (job: Data): string[] =>
  listOf(job.static_configs)
    .flatMap((each: Data) => listOf(each?.targets))
    .map(String);
/** A probe's address is its question. */
const isProbe = (job: Data): boolean => job.metrics_path === '/probe';

/** Addresses of a job, each of which a flow of the table must lead to. */
function dialled(job: Data, reached: ReadonlySet<string>): Fact[] {
  if (isProbe(job)) return [];
  const targets = addressesOf(job);
  if (targets.length === 0)
    return [{ message: `job ${job.job_name} has no target`, text: job.job_name, fix: 'remove the job' }];
  return targets
    .filter((target) => !reached.has(target))
    .map((target) => ({
      message: `job ${job.job_name} dials ${target}, to which no flow of the table leads`,
      text: target,
      fix: 'take an address of the model, and name the port in the table of flows',
    }));
}

const portOf = (target: string): string => target.split(':').at(-1)!;

/** Whether a job asks for what hosts tell at that port; one slip among its targets does not make it so. */
function mostlyAt(job: Data, port: string): boolean {
  const all = addressesOf(job);
  return 2 * all.filter((each) => portOf(each) === port).length > all.length;
}

/** Who answers at an address: a host at all of its own, a balancer at those of both families. */
const answererAt = (model: Model): Map<string, string> =>
  new Map(
    model.sites.flatMap(({ code, hosts, edge }) =>
      [
        ...hosts.map(({ name, address, public: open }) => [name, [...both(address), ...both(open)]] as const),
        ...(edge?.kind === 'octavia'
          ? (['app', 'api', 'database'] as const).map(
              (each) => [`${code}-${each}`, both(edge[each].address)] as const,
            )
          : []),
      ].flatMap(([name, addresses]) => addresses.map((each) => [each, name] as const)),
    ),
  );

/** Hosts and balancers beside those that a job asks, which have the same to tell and are not asked, at whichever of their addresses. */
function leftOut(model: Model, jobs: Data[], reached: ReadonlySet<string>): Fact[] {
  const answerers = answererAt(model);
  const tellerOf = (target: string): string => {
    const address = target.slice(0, target.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1');
    return `${answerers.get(address) ?? address}:${portOf(target)}`;
  };
  const asked = jobs.filter((job) => job.static_configs && !isProbe(job));
  const told = new Set(asked.flatMap(addressesOf).map(tellerOf));
  const found = new Map<string, Fact>();
  for (const target of reached) {
    const teller = tellerOf(target);
    const job = asked.find((each) => mostlyAt(each, portOf(target)));
    if (!job || told.has(teller) || found.has(teller)) continue;
    found.set(teller, {
      message: `job ${job.job_name} does not ask ${teller}, which tells the same as those that it asks`,
      text: job.job_name,
      fix: `add ${target} to its targets`,
    });
  }
  return [...found.values()];
}

/** Pods that have a port for telling of themselves, on the pod network or on that of their host. */
function unasked(jobs: Data[], own: Workload[]): Fact[] {
  const asked = jobs
    .filter((job) => job.kubernetes_sd_configs)
    .map(wanted)
    .flatMap(({ namespaces, app, port }) => namespaces.map((namespace) => `${namespace}/${app}:${port}`));
  const ports = new Set<string>(jobs.flatMap(addressesOf).map(portOf));
  return own.flatMap((workload) =>
    portsOf(workload)
      .filter(({ name }) => name === OWN_PORT)
      .filter(({ containerPort }) =>
        workload.pod.hostNetwork
          ? !ports.has(String(containerPort))
          : !asked.includes(`${workload.namespace}/${workload.labels['app.kubernetes.io/name']}:${OWN_PORT}`),
      )
      .map(() => ({
        path: workload.path,
        message: `${workload.kind.toLowerCase()} ${workload.namespace}/${workload.name} exports metrics that no job asks for`,
        text: OWN_PORT,
        fix: 'add a job for it to Prometheus, or export nothing',
      })),
  );
}

const portsOf = ({ containers }: Workload): Data[] => containers.flatMap(({ ports = [] }) => ports);
