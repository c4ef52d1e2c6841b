import { API } from '#shared/contract.ts';
import { canonical } from '#sites/address.ts';
import type { Model } from '#sites/model.ts';
import { type Answer, asker, errorOf, resolving } from '../asking.ts';
import { type Account, proveAuthor } from './author.ts';
import { ANY, announcedWays, rightAddresses, type Way, waysOf } from './ways.ts';

export interface LookOptions {
  sites: readonly string[];
  /** The address of a name server. @default those of the machine */
  names?: string | undefined;
  /** Whether names are looked up at all: before the records are there they cannot be. */
  isByName: boolean;
  /** Certificates of authorities, as PEM. @default those that Node trusts */
  authorities?: string | undefined;
  account?: Account | undefined;
  /** Milliseconds since 1970. */
  now: number;
  /** Where people ask. @default 443 */
  port?: number;
}
/** One thing that was looked at. */
export interface Seen {
  site: string;
  about: string;
  state: 'good' | 'note' | 'wrong';
  text: string;
}

/** Milliseconds; a person would have gone by then. */
const PATIENCE = 10_000;
/** Days that a certificate lasts at least: cert-manager renews 30 days before the end. @see https://cert-manager.io/docs/usage/certificate/#renewal */
const DAYS_LEFT_MIN = 14;
/** What says that a machine has no way out in a family, and nothing of the other end. */
const NO_WAY = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/** Looks at the platform as the world does: each public name of these sites, in each family, then somebody who works there. */
export async function lookFromOutside(model: Model, options: LookOptions): Promise<Seen[]> {
  const ways = waysOf(model, options.sites);
  const names = options.isByName ? await namesSeen(model, ways, options) : [];
  const all = [...ways, ...announcedWays(model)];
  const answers = await Promise.all(all.map((way) => waySeen(way, options)));
  const people: Seen[] = [];
  // By the name that sessions are for, at each site; one after the other, for the account has one draft.
  for (const way of ways) if (isApp(way, model)) people.push(await personSeen(way, options));
  return [...names, ...answers, ...people];
}

async function namesSeen(model: Model, ways: readonly Way[], { names }: LookOptions): Promise<Seen[]> {
  const resolve = resolving(names);
  const asked = new Map(ways.map((way) => [`${way.name} ${way.family}`, way]));
  return Promise.all(
    [...asked.values()].map(async ({ site, name, family }): Promise<Seen> => {
      const right = rightAddresses(model, name, family).map((each) => canonical(each));
      const seen = { site: name === model.domain ? ANY : site, about: `name ${name} ${family}` };
      try {
        const found = (await resolve(name, family)).map((each) => canonical(each));
        const wrong = found.filter((each) => !right.includes(each));
        return wrong.length === 0
          ? { ...seen, state: 'good', text: found.join(', ') }
          : {
              ...seen,
              state: 'wrong',
              text: `leads to ${wrong.join(', ')}; it should to ${right.join(' or ')}`,
            };
      } catch (error) {
        return {
          ...seen,
          state: 'wrong',
          text: `${(error as Error).message}: it should lead to ${right.join(' or ')}`,
        };
      }
    }),
  );
}

/** What is asked of each part: the pages and the API behind them; of the store anything, for nobody is signed in there. */
const PATHS: Record<Way['part'], string[]> = {
  education: ['/', `${API.basePath}/v1/courses?limit=1`],
  'object-store': ['/'],
};

async function waySeen(way: Way, options: LookOptions): Promise<Seen> {
  const { site, name, family, address, part } = way;
  const seen = { site, about: `https ${name} ${family}` };
  try {
    const answers: Answer[] = [];
    for (const path of PATHS[part]) answers.push(await askWay(way, options)({ path }));
    const bad = answers.findIndex(({ status }) => status >= 400);
    if (bad >= 0)
      return {
        ...seen,
        state: 'wrong',
        text: `${PATHS[part][bad]} at ${address} answers ${answers[bad]!.status}`,
      };
    const days = Math.floor((answers[0]!.validTo.getTime() - options.now) / 86_400_000);
    return days < DAYS_LEFT_MIN
      ? {
          ...seen,
          state: 'wrong',
          text: `answers, but its certificate ends in ${days} days: nobody renews it`,
        }
      : {
          ...seen,
          state: 'good',
          text: `${answers.map(({ status }) => status).join(', ')}; certificate for ${days} days`,
        };
  } catch (error) {
    const code = errorOf(error);
    return NO_WAY.has(code)
      ? { ...seen, state: 'note', text: `not asked: this machine has no ${family} (${code})` }
      : { ...seen, state: 'wrong', text: `at ${address}: ${code}` };
  }
}

const isApp = ({ part, name }: Way, { domain }: Model): boolean => part === 'education' && name === domain;

async function personSeen(way: Way, options: LookOptions): Promise<Seen> {
  const seen = { site: way.site, about: `author ${way.family}` };
  if (!options.account)
    return {
      ...seen,
      state: 'note',
      text: 'not asked: FREDU_OUTSIDE_EMAIL and FREDU_OUTSIDE_PASSWORD name no account',
    };
  const ask = askWay(way, options);
  const origin = `https://${way.name}`;
  try {
    const proved = await proveAuthor(
      ({ path, headers, ...question }) =>
        ask({ ...question, path: `${API.basePath}/v1${path}`, headers: { origin, ...headers } }),
      options.account,
    );
    return { ...seen, state: 'good', text: proved.join(', ') };
  } catch (error) {
    const code = errorOf(error);
    return NO_WAY.has(code)
      ? { ...seen, state: 'note', text: `not asked: this machine has no ${way.family} (${code})` }
      : { ...seen, state: 'wrong', text: code };
  }
}

/** Asks at the address of one site, whatever name servers say. */
function askWay({ name, family, address }: Way, { authorities, port = 443 }: LookOptions) {
  const ask = asker(authorities ? { authorities } : {});
  return ({
    path,
    ...question
  }: {
    path: string;
    method?: string;
    headers?: Record<string, string>;
    body?: unknown;
  }) =>
    ask({ url: new URL(path, `https://${name}:${port}`), family, address, patience: PATIENCE, ...question });
}
