import type { Finding, Policy, Tree } from '../law.ts';
import { balancers } from '../reading/database-balancers.ts';
import { advertisedHosts, hostOf, type Node, nodes } from '../reading/database-tree.ts';
import { type Data, ofKind, workloads } from '../reading/objects.ts';
import { listOf, yamlOf } from '../reading/texts.ts';

const CERTIFICATES = 'platform/certificates.yaml';

export const databaseNames: Policy = {
  id: 'database-names',
  title: 'every name and address by which a database node or a pooler is dialled stands in its certificate',
  why: 'Clients verify the name. An address that the certificate does not hold is refused like a forgery: by nodes of other sites after the next restart, by the pooler at once, by Prometheus when it is needed.',
  check(model, tree) {
    const table: Data = yamlOf(tree.get(CERTIFICATES) ?? '') ?? {};
    const identities = listOf(table.identities).filter(({ usages, places, names, addresses }) =>
      [usages, places, names, addresses].every(Array.isArray),
    );
    const servers = identities.filter((each) => each.usages.includes('server'));
    const held = (some: readonly Data[], places: (place: Data) => boolean): Set<string> =>
      new Set(
        some.filter((each) => each.places.some(places)).flatMap((each) => [...each.names, ...each.addresses]),
      );
    const atSite = Map.groupBy(
      servers.flatMap((each) =>
        [...new Set(each.places.map((place: Data) => place?.site))].map((site) => ({ site, each })),
      ),
      ({ site }) => site,
    );
    const heldAt = (site: string, places: (place: Data) => boolean) =>
      held(
        (atSite.get(site) ?? []).map(({ each }) => each),
        (place) => place?.site === site && places(place),
      );
    const ofNode = (node: Node) =>
      heldAt(node.site, (place) =>
        place.host ? place.host === node.host : place.secret === 'cockroachdb-node',
      );
    const ofSecret = (site: string, secret: string) => heldAt(site, (place) => place.secret === secret);
    const ofAny = held(servers, (place) => place?.host !== undefined || place?.secret === 'cockroachdb-node');
    const all = nodes(model, tree);
    const sites = [...new Set(all.map((node) => node.site))];
    const nodeAt = (site: string, address: string) =>
      all.find((node) => node.site === site && hostOf(node.flags.get('--sql-addr') ?? '') === address);
    const dialled: Dialled[] = [
      ...all.flatMap((node) => {
        const holds = ofNode(node);
        return advertisedHosts(node, sites).map((name) => ({
          path: node.path,
          text: name,
          by: 'another node',
          name,
          holds,
        }));
      }),
      ...balancers(tree).flatMap((balancer) => {
        const site = balancer.path.split('/')[0]!;
        return balancer.servers.map((address, index) => {
          const node = nodeAt(site, address);
          const name = balancer.names[index] ?? address;
          return {
            path: balancer.path,
            text: balancer.text,
            by: balancer.name,
            name,
            holds: node ? ofNode(node) : new Set<string>(),
          };
        });
      }),
      ...poolers(tree).map(({ site, ...rest }) => ({
        ...rest,
        by: 'the pooler',
        holds: ofSecret(site, 'cockroachdb-node'),
      })),
      ...commands(tree).map(({ site, ...rest }) => ({
        ...rest,
        by: 'a job',
        holds: ofSecret(site, 'cockroachdb-node'),
      })),
      ...clients(tree).map(({ site, ...rest }) => ({
        ...rest,
        by: 'the app',
        holds: ofSecret(site, 'pgbouncer-server'),
      })),
      ...scrapes(tree).map((each) => ({
        ...each,
        by: 'Prometheus',
        holds: ofAny,
      })),
    ];
    return dialled
      .filter(({ holds, name }) => !holds.has(name))
      .map(
        ({ path, text, by, name }): Finding => ({
          path,
          text,
          other: { path: CERTIFICATES },
          message: `${by} dials ${name}, which is in no certificate of what it dials`,
          fix: `add ${name} to the identity, or dial a name that is there`,
        }),
      );
  },
};

interface Dialled {
  path: string;
  text: string;
  by: string;
  name: string;
  /** What the certificate of the server holds. */
  holds: Set<string>;
}
type At = Pick<Dialled, 'path' | 'text' | 'name'> & { site: string };

const poolers = (tree: Tree): At[] =>
  ofKind(tree, 'ConfigMap').flatMap(({ path, site, object }) => {
    const ini: string = object.data?.['pgbouncer.ini'] ?? '';
    return [...ini.matchAll(/\bhost=(\S+)/g)].map(([text, name = '']) => ({ path, site, text, name }));
  });

/** `--host=NAME:PORT` in the scripts of the database's own namespace. */
const commands = (tree: Tree): At[] =>
  workloads(tree)
    .filter((each) => each.namespace === 'cockroachdb')
    .flatMap(({ path, site, containers, starters }) =>
      [...starters, ...containers].flatMap((container) =>
        [...(container.command ?? []).join('\n').matchAll(/\bhost=([\w.-]+:\d+)/g)].map(
          ([text, endpoint = '']) => ({ path, site, text, name: hostOf(endpoint) }),
        ),
      ),
    );

/** Connection URLs of the app. */
const clients = (tree: Tree): At[] =>
  workloads(tree)
    .filter((each) => each.namespace === 'education')
    .flatMap(({ path, site, containers }) =>
      containers.flatMap((container) =>
        (container.env ?? []).flatMap(({ value = '' }: Data) => {
          const endpoint = /^postgres(?:ql)?:\/\/[^@]*@([^/?]+:6432)/.exec(value)?.[1];
          return endpoint ? [{ path, site, text: value, name: hostOf(endpoint) }] : [];
        }),
      ),
    );

/** Targets of the jobs that read the database's own metrics. */
const scrapes = (tree: Tree): Pick<Dialled, 'path' | 'text' | 'name'>[] =>
  ofKind(tree, 'ConfigMap').flatMap(({ path, object }) =>
    Object.entries<string>(object.data ?? {})
      .filter(([key, text]) => /^prometheus.*\.ya?ml$/.test(key) && text.includes('_status/vars'))
      .flatMap(([, text]) =>
        listOf(yamlOf(text)?.scrape_configs).filter((job: Data) => job?.metrics_path === '/_status/vars'),
      )
      .flatMap((job: Data) => listOf(job.static_configs).flatMap((each: Data) => listOf(each?.targets)))
      .filter((target: Data) => typeof target === 'string')
      .map((target: string) => ({ path, text: target, name: hostOf(target) })),
  );
