import { identities } from '#constructs/platform/certificates.ts';
import type { Model } from '#sites/model.ts';
import { CannotLook } from '../main.ts';
import type { Store } from '../secrets/store.ts';
import { AUTHORITIES } from '../secrets/store.ts';
import {
  type Authorities,
  MOVES,
  type Move,
  moved,
  readAuthorities,
  treeOf,
  trusted,
} from './authorities.ts';
import { folderOf } from './folder.ts';
import { AUTHORITY_NAME, filesIn, issueAll, lacks, sitesOf } from './issue.ts';
import { day, partsOf, placeInWords, plan, type Row, stateInWords } from './plan.ts';
import { read } from './x509.ts';

/** What the verbs of `npm run certs` work with. */
export interface Context {
  model: Model;
  store: Store;
  now: Date;
  out: (text: string) => void;
  json?: boolean;
}

const DAY = 86_400_000;
/** A certificate lasts a year and never longer than its authority: with less than that left, the authority is to be replaced. */
const AUTHORITY_EARLY_DAYS = 395;

/** What is missing, ends soon, or says something else than the table. @returns 0 where nothing is to be done */
export async function showPlan({ model, store, now, out, json }: Context): Promise<number> {
  const { authorities, unmade, rows, bundles } = await lacks(model, store, now);
  const old = ending(authorities, now);
  const bad = rows.filter(({ state }) => state.is !== 'good');
  const wrong = bad.length + unmade.length + bundles.length;
  if (json) {
    out(`${JSON.stringify({ unmade, ending: old?.toISOString(), rows, bundles }, null, 2)}\n`);
  } else {
    out(table(rows));
    for (const each of unmade) out(`missing   ${each}\n`);
    for (const { place, file, what } of bundles) out(`${what.padEnd(9)} ${file}, ${placeInWords(place)}\n`);
    if (old) out(`ends      the database’s authority ends ${day(old)}: npm run certs -- rotate\n`);
    out(wrong === 0 ? conclusion(rows) : `${wrong} to mend: npm run certs -- issue\n`);
  }
  return wrong > 0 || old ? 1 : 0;
}

/** The same of a folder that a person has. */
export function showFolder(root: string, { model, now, out, json }: Omit<Context, 'store'>): number {
  const folder = folderOf(root, identities(model));
  const rows = plan(identities(model), folder.files, { trusted: folder.authorities, now });
  const bad = rows.filter(({ state }) => state.is !== 'good');
  const ended = folder.authorities.map(read).filter(({ notAfter }) => notAfter <= now);
  if (json)
    out(
      `${JSON.stringify({ rows, spare: folder.spare, authorities: folder.authorities.length }, null, 2)}\n`,
    );
  else {
    out(table(rows));
    if (folder.authorities.length === 0)
      out('missing   no authority is in the folder: who signed them is not known\n');
    for (const { commonName, notAfter } of ended)
      out(`expired   the authority ${commonName} ended ${day(notAfter)}\n`);
    for (const each of folder.spare) out(`spare     ${each} is for nobody of certificates.yaml\n`);
    out(bad.length === 0 ? conclusion(rows) : `${bad.length} of ${rows.length} are not as they should be\n`);
  }
  return bad.length + ended.length > 0 || folder.authorities.length === 0 ? 1 : 0;
}

/** Makes what is missing. @param renewed identities that get a new key in any case */
export async function issueMissing(
  { model, store, now, out, json }: Context,
  { dry = false, renewed = [] }: { dry?: boolean; renewed?: readonly string[] } = {},
): Promise<number> {
  for (const id of renewed) known(model, id);
  const { trees, what } = await issueAll(model, store, { now, renewed });
  if (!dry) await store.write(trees, { now });
  if (json) out(`${JSON.stringify({ issued: what, written: !dry }, null, 2)}\n`);
  else {
    for (const line of what) out(`${line}\n`);
    if (what.length === 0) out('nothing is missing, ends soon or is wrong\n');
    else if (dry) out(`${what.length} would be written to ${store.folder}/; nothing was\n`);
    else
      out(
        `${what.length} written to ${store.folder}/; npm run deploy, or npm run secrets -- put, brings them there\n`,
      );
  }
  return 0;
}

/** Which authorities of the database there are, or a move of a rotation. */
export async function authority({ store, now, out }: Context, move?: string): Promise<number> {
  const authorities = await readAuthorities(store);
  if (move !== undefined) {
    if (!MOVES.includes(move as Move))
      throw new CannotLook(`there is no move ${move}; a rotation makes ${MOVES.join(', ')}`);
    authorities.database = await moved(authorities.database, move as Move, { name: AUTHORITY_NAME, now });
    await store.write(new Map([[AUTHORITIES, treeOf(authorities)]]), { now });
  }
  for (const role of ['current', 'next', 'previous'] as const) {
    const pair = authorities.database[role];
    if (!pair) continue;
    const { notAfter, serial } = read(pair.certificate);
    out(`${role.padEnd(9)} until ${day(notAfter)}, serial ${serial}\n`);
  }
  return 0;
}

/** A certificate as PEM: of an identity, or `authority` for all that are trusted. */
export async function show({ model, store, out }: Context, id: string): Promise<number> {
  if (id === 'authority') {
    out(trusted(await readAuthorities(store)).join(''));
    return 0;
  }
  const { places } = known(model, id);
  const [place] = places;
  const text = filesIn(await sitesOf(model, store))(place!, partsOf(place!).certificate!);
  if (text === undefined)
    throw new CannotLook(`${id} has no certificate yet; \`npm run certs -- issue\` makes it`);
  out(text);
  return 0;
}

/** An identity by its name. @throws CannotLook for nobody */
export function known(model: Model, id: string) {
  const all = identities(model);
  const found = all.find((each) => each.id === id);
  if (!found)
    throw new CannotLook(`there is no identity ${id}; there are ${all.map((each) => each.id).join(', ')}`);
  return found;
}

function ending({ database: { current, next, previous } }: Authorities, now: Date): Date | undefined {
  if (!current || next || previous) return undefined;
  const { notAfter } = read(current.certificate);
  return notAfter.getTime() - now.getTime() < AUTHORITY_EARLY_DAYS * DAY ? notAfter : undefined;
}

const table = (rows: readonly Row[]): string => {
  const width = Math.max(0, ...rows.map(({ identity }) => identity.length));
  return rows
    .map(
      ({ identity, place, state }) =>
        `${state.is.padEnd(9)} ${identity.padEnd(width)}  ${placeInWords(place)}: ${stateInWords(state)}\n`,
    )
    .join('');
};
function conclusion(rows: readonly Row[]): string {
  const ends = rows.flatMap(({ state }) => (state.is === 'good' ? [state.until.getTime()] : []));
  return `${rows.length} good; the first ends ${day(new Date(Math.min(...ends)))}\n`;
}
