import type { Model } from '#sites/model.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { type Data, objects } from '../reading/objects.ts';
import { listOf, yamlOf } from '../reading/texts.ts';

const PATH = 'platform/certificates.yaml';

export const identitiesWhole: Policy = {
  id: 'identities-whole',
  title:
    'every identity of the database’s authority has its certificate, its key and the authority at a place that is there, and vouches for nobody else',
  why: 'Avoid: a certificate without its key, a Secret that nobody reads, a name of another service. Prefer: one identity a user or server, with the names by which it is dialled. Rationale: the authority is what the database believes; a name too many in a certificate is a way in, a file too few is a pod that waits for ever.',
  check(model, tree) {
    const table: Data = yamlOf(tree.get(PATH));
    if (!table) return [];
    const identities: Data[] = listOf(table.identities);
    const wrong = (text: string, message: string, fix: string): Finding => ({
      path: PATH,
      text,
      message,
      fix,
    });
    const ids = identities.map(({ id }) => String(id));
    return [
      ...ids
        .filter((id, index) => ids.indexOf(id) !== index)
        .map((id) => wrong(id, `two identities are called ${id}`, 'give each its own')),
      ...listOf(table.authority?.places).flatMap((place: Data) =>
        at(model, place)
          .concat(
            listOf(place.files).every((file: Data) => /\.crt$/.test(String(file)))
              ? []
              : ['more than its certificate'],
          )
          .map((what) =>
            wrong('authority', `the authority goes to ${what}`, 'its certificate, to hosts of ours'),
          ),
      ),
      ...identities.flatMap((each) =>
        judge(model, tree, each).map((what) =>
          wrong(`id: ${each.id}`, `${each.id} ${what}`, 'make the tree again with `npm run synth`'),
        ),
      ),
    ];
  },
};

/** Names that a certificate may hold: those of hosts, of Services and of the balancer. */
function judge(
  model: Model,
  tree: Tree,
  { id, commonName, usages, names, addresses, places }: Data,
): string[] {
  const site = model.sites.find(({ code }) => code === String(id).split('/')[0]);
  const services = new Set(
    objects(tree)
      .filter(({ kind, site: code }) => kind === 'Service' && (!site || code === site.code))
      .flatMap(({ name, namespace }) =>
        ['', '.svc', '.svc.cluster.local'].map((end) => `${name}.${namespace}${end}`),
      ),
  );
  // Within its own namespace a Service answers by its name alone.
  for (const place of listOf(places))
    for (const { kind, name, namespace } of objects(tree))
      if (kind === 'Service' && namespace === place.namespace) services.add(name);
  const hosts = new Set(model.sites.flatMap((each) => each.hosts.flatMap(({ name, fqdn }) => [name, fqdn])));
  const own = new Set([
    '127.0.0.1',
    '::1',
    ...model.sites.flatMap((each) => [
      ...each.hosts.flatMap(({ address, public: open }) => [
        ...Object.values(address),
        ...Object.values(open),
      ]),
      ...(each.edge
        ? [
            each.edge.app,
            each.edge.api,
            ...(each.edge.kind === 'octavia' ? [each.edge.database] : []),
          ].flatMap(({ address }) => Object.values(address))
        : []),
    ]),
  ]);
  const isServer = listOf(usages).includes('server');
  return [
    ...(typeof commonName === 'string' && /^[a-z][\w .-]*$/i.test(commonName) ? [] : ['is nobody']),
    ...(listOf(usages).length > 0 && listOf(usages).every((each: Data) => ['server', 'client'].includes(each))
      ? []
      : [`is for ${listOf(usages).join(', ') || 'nothing'}`]),
    ...(isServer || listOf(names).length === 0 ? [] : ['is no server and has names']),
    ...(isServer && listOf(names).length + listOf(addresses).length === 0
      ? ['is a server that nobody can dial']
      : []),
    ...listOf(names)
      .map(String)
      .filter(
        (name) => name !== 'localhost' && !hosts.has(name) && !services.has(name) && !pods(services, name),
      )
      .map((name) => `holds the name ${name}, which nobody of the tree has`),
    ...listOf(addresses)
      .map(String)
      .filter((address) => !own.has(address))
      .map((address) => `holds the address ${address}, which nobody of the platform has`),
    ...(String(id).endsWith('/cockroachdb-node') ? ofNodes(model, site, { usages, names, addresses }) : []),
    ...(listOf(places).length > 0 ? [] : ['goes nowhere']),
    ...listOf(places).flatMap((place: Data) => [
      ...at(model, place).map((what) => `goes to ${what}`),
      ...filesOf(place),
      ...read(tree, place),
    ]),
  ];
}
/** Nodes of a site share one identity: each is dialled by its name and by its full one, and dials others as a client. */
function ofNodes(
  { database }: Model,
  site: Model['sites'][number] | undefined,
  { usages, names, addresses }: Data,
): string[] {
  const nodes = database.nodes.filter((host) => host.site === site?.code);
  return [
    ...['server', 'client']
      .filter((usage) => !listOf(usages).includes(usage))
      .map((usage) => `is no ${usage}`),
    ...['localhost', ...nodes.flatMap(({ name, fqdn }) => [name, fqdn])]
      .filter((name) => !listOf(names).includes(name))
      .map((name) => `does not hold ${name}`),
    ...['127.0.0.1', '::1']
      .filter((address) => !listOf(addresses).includes(address))
      .map((address) => `does not hold ${address}, by which a person on the host dials it`),
  ];
}

/** `prometheus-0.prometheus.monitoring.svc`: a pod of a headless Service. */
const pods = (services: ReadonlySet<string>, name: string): boolean =>
  services.has(name.replace(/^[\w*-]+\./, ''));

const at = ({ sites }: Model, { site, host, namespace, secret, folder }: Data): string[] => {
  const where = sites.find(({ code }) => code === site);
  if (!where) return [`${String(site)}, which is no site`];
  if (host === undefined)
    return typeof secret === 'string' && typeof namespace === 'string' ? [] : ['no host and no Secret'];
  if (!where.hosts.some(({ name }) => name === host)) return [`${String(host)}, which is no host`];
  return typeof folder === 'string' && folder.startsWith('/etc/')
    ? []
    : [`${String(folder)} of ${String(host)}`];
};

/** A certificate, its key and who vouches for it. */
function filesOf({ files, secret, host }: Data): string[] {
  const all = listOf(files).map(String);
  const where = String(secret ?? host);
  const certificates = all.filter((file) => file.endsWith('.crt') && !/^(\w+-)?ca\.crt$/.test(file));
  const keys = all.filter((file) => file.endsWith('.key'));
  const pairs = certificates.every((file) => keys.includes(file.replace(/\.crt$/, '.key')));
  return certificates.length === 1 &&
    keys.length === 1 &&
    pairs &&
    all.some((file) => /^(\w+-)?ca\.crt$/.test(file))
    ? []
    : [
        `has ${all.join(', ') || 'no file'} at ${where}, where an authority, a certificate and its key belong`,
      ];
}

const MAKERS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob']);
/** A Secret that no pod mounts was forgotten, or is misspelt. */
function read(tree: Tree, { site, namespace, secret }: Data): string[] {
  if (typeof secret !== 'string') return [];
  const mounted = objects(tree).some(
    (each) =>
      each.site === site &&
      each.namespace === namespace &&
      MAKERS.has(each.kind) &&
      tree.get(each.path)?.includes(` ${secret}\n`),
  );
  return mounted ? [] : [`goes to the Secret ${namespace}/${secret} of ${site}, which nothing there reads`];
}
