import type { Model, Site } from '#sites/model.ts';
import { hostsOf } from '#sites/questions.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { differences, firstWord, type Plain, placeholders, short } from '../reading/alike.ts';
import { objects, type Rendered } from '../reading/objects.ts';

export const clustersAlike: Policy = {
  id: 'clusters-alike',
  title: 'an object that two clusters have is the same in both, but for what the sites are',
  why: 'Avoid: a limit, a rule or a file that one cluster has in another way than its neighbour. Prefer: one object for all sites, in which names, addresses and families are the site’s. Rationale: users and their data move from one site to the other when one is lost; where the other behaves in its own way, that is found out then.',
  check(model, tree) {
    // A site with an object store and one without have other dashboards, rules and rights: each is compared with its like.
    const clusters = model.sites.filter((site) => site.kubernetes);
    const groups = [...Map.groupBy(clusters, ({ objects }) => objects !== undefined).values()];
    return groups.flatMap((sites) => compared(model, tree, sites));
  },
};

function compared(model: Model, tree: Tree, [first, ...more]: Site[]): Finding[] {
  if (!first || more.length === 0) return [];
  const plain = placeholders(model);
  const known = byIdentity(tree, first, plain);
  return more.flatMap((site) => {
    const own = byIdentity(tree, site, plain);
    const pair: Pair = { model, sites: [first, site], plain };
    return [...new Set([...known.keys(), ...own.keys()])].flatMap((identity) =>
      judge(tree, identity, known.get(identity), own.get(identity), pair),
    );
  });
}

interface Pair {
  model: Model;
  sites: [Site, Site];
  plain: Plain;
}

/** By kind, namespace and name; Jobs have a name that follows from what they do. */
const byIdentity = (tree: Tree, site: Site, plain: Plain): Map<string, Rendered> =>
  new Map(
    objects(tree)
      .filter((each) => each.site === site.code)
      .map((each) => [
        `${each.kind} ${plain(each.namespace)} ${plain(each.name).replace(/-[0-9a-f]{10}$/, '')}`,
        each,
      ]),
  );

function judge(
  tree: Tree,
  identity: string,
  one: Rendered | undefined,
  other: Rendered | undefined,
  pair: Pair,
): Finding[] {
  const { sites, plain } = pair;
  if (!one || !other) {
    if (meant(pair, identity)) return [];
    const [has, path] = one ? [sites[0], one.path] : [sites[1], other!.path];
    const message = `${identity.replace('  ', ' ')} is at ${has.code}, and ${(one ? sites[1] : sites[0]).code} has none`;
    return [{ path, message, fix: 'give both sites one: npm run synth' }];
  }
  if (tree.get(one.path) === tree.get(other.path)) return [];
  const differing = differences(one.object, other.object, plain).filter(
    ({ at, a, b }) => !meant(pair, `${one.kind} ${at}`, JSON.stringify([a, b])),
  );
  return differing.slice(0, 3).map(({ at, a, b }) => ({
    path: other.path,
    text: firstWord(b),
    other: { path: one.path, text: firstWord(a) },
    message: `${one.kind} ${one.name} differs at ${sites[0].code} and ${sites[1].code} in ${at.slice(1)}: ${short(a)} and ${short(b)}`,
    fix: 'make both alike: npm run synth',
  }));
}
/** What may differ, and what at the two sites must differ then. */
function meant({ model, sites: [a, b] }: Pair, at: string, said = ''): boolean {
  return MEANT.some(
    ({ where, what, by }) =>
      where.test(at) && (what === undefined || what.test(said)) && by(a, model) !== by(b, model),
  );
}
/** Two values in which nothing but numbers differs. */
const NUMBERS_ONLY = {
  test(said: string): boolean {
    const [a, b] = (said === '' ? [] : JSON.parse(said)).map((value: unknown) =>
      JSON.stringify(value)?.replaceAll(/\d+/g, '#'),
    );
    return a !== undefined && a === b;
  },
};
type Trait = (site: Site, model: Model) => string;
const families: Trait = ({ kubernetes, networks }) =>
  [kubernetes?.families, Object.keys(networks.public)].join(' ');
const balancer: Trait = ({ edge }) => String(edge?.kind);
/** The first of the lease preference sets the database up; one zone of the object store takes writes. */
const duty: Trait = (site, { database, objects }) =>
  `${database.leases[0] === site} ${!site.objects} ${objects?.primary === site}`;
const hosts: Trait = (site) => String([...new Set(site.hosts.map(({ role }) => role))]);
/** How many workers and control planes a site has: budgets, pools and limits follow from it, and sentences that count them. */
const counts: Trait = (site) =>
  (['worker', 'control-plane'] as const).map((role) => hostsOf(site, role).length).join(' ');
/** How much it stores, and by how many gateways. */
const store: Trait = ({ database, objects }) =>
  [database?.volume.sizeBytes, objects?.volume.sizeBytes, objects?.gateways].join(' ');
/** Whom its hosts and pods ask for names. */
const resolvers: Trait = ({ kubernetes }) => String(kubernetes?.resolvers);
const anything: Trait = ({ code }) => code;

const MEANT: { where: RegExp; what?: Pick<RegExp, 'test'>; by: Trait }[] = [
  { where: /\.ipFamil|\.dualStack$|nginx\.conf\[\]$|egress\[\]\.to\[\]$|\[probe-ipv[46]\]/, by: families },
  {
    where: /\.data\.edge\.json\.|\.rules\[(Edge|Octavia)|scrape_configs\[(haproxy|octavia)\]$/,
    by: balancer,
  },
  { where: /^NetworkPolicy \.spec\.egress\[\]\.ports\[\]/, by: balancer },
  // Which of them there are, `named-inhibitions` judges.
  { where: /\.inhibit_rules\[\]/, by: balancer },
  { where: /\.inhibit_rules\[\]$/, what: /CephSync|ObserverAlive/, by: duty },
  { where: /scrape_configs\[node\]\.static_configs\[\]$/, by: hosts },
  { where: /scrape_configs\[probe-names\]/, by: resolvers },
  // Another number, not another word.
  {
    where:
      /\.claimRef\.name$|\.(replicas|minAvailable)$|\.pgbouncer\.ini\[\]$|requests-per-second$|\.rateLimit\.average$/,
    what: NUMBERS_ONLY,
    by: counts,
  },
  { where: /\.rules\[KubeApiDown\]\./, what: NUMBERS_ONLY, by: counts },
  {
    where: /\.capacity\.storage$|\.requests\.storage$|^CephObjectStore \.spec\.gateway\.instances$/,
    what: NUMBERS_ONLY,
    by: store,
  },
  { where: /scrape_configs\[node\]\.static_configs\[\]\.|\.annotations\.impact$/, by: counts },
  { where: /\.rules\[CephSync|^CephObjectRealm \.spec\.pull$/, by: duty },
  { where: /\[cockroachdb-client-root\]$/, by: duty },
  // Another size, not another key.
  { where: /^ResourceQuota \.spec\.hard\./, what: /^\["[^"]+","[^"]+"\]$/, by: duty },
  {
    where:
      /^\w+ \S* \S*(cockroachdb-setup|cockroachdb-sql)|^(CephObjectStoreUser|ObjectBucketClaim) |^StorageClass {2}object-store/,
    by: duty,
  },
  // Digests of what a pod reads, and of what a Job does.
  { where: /\.annotations\.fredu\.fr\/config(uration)?$|^Job \.metadata\.name$/, by: anything },
];
