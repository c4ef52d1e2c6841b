import type { Model, Site } from '#sites/model.ts';
import { hasHaproxy } from '#sites/site-kinds.ts';
import { CannotLook } from '../main.ts';
import type { Tree } from '../secrets/sops-file.ts';
import { AUTHORITIES, type Store, valueAt } from '../secrets/store.ts';
import { makeAuthority, type Pair } from './x509.ts';

/**
 * The authority of the database. `next` and `previous` are there while a rotation lasts: either is trusted beside `current`, which
 * alone signs.
 */
export interface DatabaseAuthority {
  current?: Pair;
  next?: Pair;
  previous?: Pair;
}

/** All authorities of a platform, as their file keeps them. */
export interface Authorities {
  database: DatabaseAuthority;
  /** By site: what its API server's certificate is signed by. */
  kubernetes: Record<string, Pair>;
}

/** As subject of a cluster's authority, the name that kubeadm gives. @see https://github.com/kubernetes/kubernetes/blob/v1.35.4/cmd/kubeadm/app/phases/certs/certlist.go */
const CLUSTER = 'kubernetes';

/** Sites whose balancer asks the Kubernetes API by the cluster's authority, and so needs it before there is a cluster. */
export const clusterSites = ({ sites }: Pick<Model, 'sites'>): Site[] =>
  sites.filter((site) => site.kubernetes !== undefined && hasHaproxy(site));

/** @throws CannotLook where the file cannot be opened */
export async function readAuthorities(store: Store): Promise<Authorities> {
  const tree = await store.read(AUTHORITIES);
  const pair = (...path: string[]): Pair | undefined => {
    const certificate = valueAt(tree, [...path, 'certificate']);
    const key = valueAt(tree, [...path, 'key']);
    return certificate && key ? { certificate, key } : undefined;
  };
  const database: DatabaseAuthority = {};
  for (const role of ROLES) {
    const found = pair('database', role);
    if (found) database[role] = found;
  }
  const kubernetes: Authorities['kubernetes'] = {};
  for (const site of Object.keys((tree.kubernetes as Tree | undefined) ?? {})) {
    const found = pair('kubernetes', site);
    if (found) kubernetes[site] = found;
  }
  return { database, kubernetes };
}
const ROLES = ['current', 'next', 'previous'] as const;

/** As the file keeps them. */
export const treeOf = ({ database, kubernetes }: Authorities): Tree => ({
  database: Object.fromEntries(
    ROLES.flatMap((role) => (database[role] ? [[role, { ...database[role] }]] : [])),
  ),
  ...(Object.keys(kubernetes).length > 0
    ? {
        kubernetes: Object.fromEntries(Object.entries(kubernetes).map(([site, pair]) => [site, { ...pair }])),
      }
    : {}),
});

/** Every certificate that is trusted now, the signing one first: what stands in every `ca.crt`. */
export const trusted = ({ database: { current, next, previous } }: Pick<Authorities, 'database'>): string[] =>
  [current, next, previous].flatMap((pair) => (pair ? [pair.certificate] : []));

/** Authorities with those made that are missing: the database's, and that of each cluster behind a balancer of ours. */
export async function withMissing(
  authorities: Authorities,
  { model, name, now }: { model: Model; name: string; now: Date },
): Promise<{ authorities: Authorities; made: string[] }> {
  const made: string[] = [];
  const next = structuredClone(authorities);
  if (!next.database.current) {
    next.database.current = await makeAuthority(name, { now });
    made.push('the database’s authority');
  }
  for (const { code } of clusterSites(model))
    if (!next.kubernetes[code]) {
      next.kubernetes[code] = await makeAuthority(CLUSTER, { now });
      made.push(`the authority of the cluster of ${code}`);
    }
  return { authorities: next, made };
}

/** What a rotation does to the authority of the database, one move at a time; a move that is made already changes nothing. */
export type Move = 'next' | 'promote' | 'forget' | 'demote' | 'drop';
export const MOVES: readonly Move[] = ['next', 'promote', 'forget', 'demote', 'drop'];

/** @throws CannotLook for a move that is not possible now */
export async function moved(
  { current, next, previous }: DatabaseAuthority,
  move: Move,
  { name, now }: { name: string; now: Date },
): Promise<DatabaseAuthority> {
  if (!current)
    throw new CannotLook('there is no authority of the database yet; `npm run certs -- issue` makes it');
  switch (move) {
    case 'next':
      if (next) return { current, next };
      if (previous)
        throw new CannotLook('a rotation is under way: its old authority is still trusted; finish it first');
      return { current, next: await makeAuthority(name, { now }) };
    case 'promote':
      if (next) return { current: next, previous: current };
      if (previous) return { current, previous };
      throw new CannotLook(
        'no next authority is there that could sign; `npm run certs -- rotate` goes step by step',
      );
    case 'forget':
      if (next)
        throw new CannotLook(
          'the next authority signs nothing yet; `npm run certs -- rotate` goes step by step',
        );
      return { current };
    case 'demote':
      if (previous) return { current: previous, next: current };
      if (next) return { current, next };
      throw new CannotLook('the old authority is forgotten already; begin a new rotation instead');
    case 'drop':
      if (previous)
        throw new CannotLook(
          'the old authority signs nothing any more; take `promote` back first (`demote`)',
        );
      return { current };
  }
}
