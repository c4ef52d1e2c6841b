import { KUBERNETES_AUTHORITY } from '#constructs/hosts/edge/haproxy.ts';
import {
  authorityPlaces,
  type CertificatePlace,
  type Identity,
  identities,
} from '#constructs/platform/certificates.ts';
import type { Model } from '#sites/model.ts';
import { hostsOf } from '#sites/questions.ts';
import { filePath, secretPath } from '../secrets/site-secrets.ts';
import type { Tree } from '../secrets/sops-file.ts';
import { AUTHORITIES, type Store, setAt, valueAt } from '../secrets/store.ts';
import {
  type Authorities,
  clusterSites,
  readAuthorities,
  treeOf,
  trusted,
  withMissing,
} from './authorities.ts';
import { type Files, partsOf, plan, type Row, stateInWords } from './plan.ts';
import { issue, type Pair } from './x509.ts';

/** As `certificates.yaml` names it. */
export const AUTHORITY_NAME = 'fredu database';

/** Where a file of a place stands in the file of its site. */
const placePath = (place: CertificatePlace, file: string): string[] =>
  'secret' in place
    ? secretPath({ namespace: place.namespace, name: place.secret }, file)
    : filePath({ host: place.host, path: `${place.folder}/${file}` });

/** The values of every site, opened. */
export async function sitesOf(model: Model, store: Store): Promise<Map<string, Tree>> {
  const trees = new Map<string, Tree>();
  for (const { code } of model.sites) trees.set(code, await store.read(code));
  return trees;
}
export const filesIn =
  (trees: ReadonlyMap<string, Tree>): Files =>
  (place, file) =>
    valueAt(trees.get(place.site) ?? {}, placePath(place, file));

/** An authority's certificate that is not, or no longer, where it is verified by. */
interface AuthorityRow {
  place: CertificatePlace;
  file: string;
  what: string;
}

/** All that a platform lacks in certificates. */
export interface Lacks {
  authorities: Authorities;
  /** Authorities that nobody has made yet. */
  unmade: string[];
  rows: Row[];
  /** Places of an authority alone. */
  bundles: AuthorityRow[];
}

/** Looks at every place of every identity. */
export async function lacks(model: Model, store: Store, now: Date): Promise<Lacks> {
  const authorities = await readAuthorities(store);
  const trees = await sitesOf(model, store);
  const all = trusted(authorities);
  const signer = authorities.database.current?.certificate;
  return {
    authorities,
    unmade: [
      ...(signer === undefined ? ['the database’s authority'] : []),
      ...clusterSites(model)
        .filter(({ code }) => !authorities.kubernetes[code])
        .map(({ code }) => `the authority of the cluster of ${code}`),
    ],
    rows: plan(identities(model), filesIn(trees), {
      trusted: all,
      ...(signer !== undefined && { signer }),
      now,
    }),
    bundles: bundlesOf(model, authorities).flatMap(({ place, file, text }): AuthorityRow[] => {
      const found = filesIn(trees)(place, file);
      if (text !== '' && found === text) return [];
      return [
        { place, file, what: found === undefined ? 'missing' : 'not the authorities that are trusted now' },
      ];
    }),
  };
}

/** What stands at each place of an authority alone: in the balancers of edges. */
function bundlesOf(
  model: Model,
  authorities: Authorities,
): { place: CertificatePlace; file: string; text: string }[] {
  const database = authorityPlaces(model).map((place) => ({
    place,
    file: partsOf(place).authority,
    text: trusted(authorities).join(''),
  }));
  const clusters = clusterSites(model).flatMap((site) =>
    hostsOf(site, 'edge').map((host) => {
      const at = KUBERNETES_AUTHORITY.lastIndexOf('/');
      const file = KUBERNETES_AUTHORITY.slice(at + 1);
      return {
        place: { site: site.code, host: host.name, folder: KUBERNETES_AUTHORITY.slice(0, at), files: [file] },
        file,
        text: authorities.kubernetes[site.code]?.certificate ?? '',
      };
    }),
  );
  return [...database, ...clusters];
}

/** What an issue changes, and the files after it. */
export interface Issued {
  trees: Map<string, Tree>;
  /** `sxb/cockroachdb-node: missing` */
  what: string[];
}

/**
 * Makes whatever is missing, ends soon or is wrong, and puts the trusted authorities beside every certificate. One identity has one
 * certificate, wherever it stands.
 * @param renewed identities that get a new key whatever their certificate says
 */
export async function issueAll(
  model: Model,
  store: Store,
  { now, renewed = [] }: { now: Date; renewed?: readonly string[] },
): Promise<Issued> {
  const { authorities, made } = await withMissing(await readAuthorities(store), {
    model,
    name: AUTHORITY_NAME,
    now,
  });
  const trees = await sitesOf(model, store);
  const by = authorities.database.current!;
  const rows = plan(identities(model), filesIn(trees), {
    trusted: trusted(authorities),
    signer: by.certificate,
    now,
  });
  const what = made.map((each) => `${each}: made`);
  const put = (place: CertificatePlace, file: string, text: string): boolean => {
    const path = placePath(place, file);
    const tree = trees.get(place.site)!;
    if (valueAt(tree, path) === text) return false;
    setAt(tree, path, text);
    return true;
  };
  for (const identity of identities(model)) {
    const own = rows.filter((row) => row.identity === identity.id);
    const pair = renewed.includes(identity.id) ? undefined : standing(identity, own, filesIn(trees));
    const pairNow = pair ?? (await issue(identity, { by, now }));
    const reason = renewed.includes(identity.id) ? 'asked for' : reasonOf(own);
    let changed = false;
    for (const place of identity.places) {
      const parts = partsOf(place);
      changed = put(place, parts.authority, trusted(authorities).join('')) || changed;
      changed = put(place, parts.certificate!, pairNow.certificate) || changed;
      changed = put(place, parts.key!, pairNow.key) || changed;
    }
    if (changed) what.push(`${identity.id}: ${reason}${pair ? '' : ', issued'}`);
  }
  for (const { place, file, text } of bundlesOf(model, authorities))
    if (put(place, file, text)) what.push(`${file} of ${'host' in place ? place.host : ''}: put beside`);
  trees.set(AUTHORITIES, treeOf(authorities));
  return { trees, what };
}

/** The certificate of an identity that goes on, where one of its places has a good one. */
function standing(identity: Identity, rows: readonly Row[], files: Files): Pair | undefined {
  const good = rows.find(({ state, place }) => {
    // A bundle of authorities is put beside it anew; it goes on.
    return state.is === 'good' || ('file' in state && state.file === partsOf(place).authority);
  });
  if (!good) return undefined;
  const parts = partsOf(good.place);
  const certificate = files(good.place, parts.certificate!);
  const key = files(good.place, parts.key!);
  return certificate && key && identity.id === good.identity ? { certificate, key } : undefined;
}
const reasonOf = (rows: readonly Row[]): string => {
  const bad = rows.find(({ state }) => state.is !== 'good');
  if (!bad) return 'alike at every place';
  return stateInWords(bad.state);
};
