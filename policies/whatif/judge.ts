import { PODS } from './cluster.ts';
import { databaseState } from './database.ts';
import { type Entry, entryOf, type Facts } from './facts.ts';
import { type Local, localOf, type Step } from './local.ts';
import type { Part } from './parts.ts';
import { type Verdict, verdictsOf } from './verdicts.ts';
import type { World } from './world.ts';

/**
 * What happens, in order: in each step parts stop, and then time passes or does not. With `all` what heals by itself has healed,
 * and what lived on caches and on certificates that were not renewed has ended.
 */
export type Scenario = readonly { parts: readonly Part[]; heals: Step['heals'] }[];
/** The platform in one state: each service's verdict, and the facts that they follow from. */
export interface Judged extends Facts {
  /** In the order of `servicesOf`. */
  verdicts: readonly Verdict[];
  entry: Entry;
}

/** Every site in a state, with all of its pods; `Judged.locals` tells apart only what verdicts follow from. */
export const localsOf = (world: World, scenario: Scenario): Local[] =>
  world.sites.map((site) =>
    localOf(
      site,
      scenario.map(({ parts, heals }) => ({
        gone: parts.flatMap((part) => part.atoms.get(site.index) ?? []),
        heals,
      })),
    ),
  );

const ROLES = Object.values(PODS);
/** States and sites that are kept: a bound for the memory of platforms with many sites. */
const REMEMBERED = 20_000;

/** Judges states of one world, each that is alike in its facts once. */
export function judgeOf(world: World): (scenario: Scenario) => Judged {
  const locals = new Map<string, { local: Local; number: number }>();
  const numbers = new Map<string, number>();
  const states = new Map<string, Judged>();
  const partNumbers = new Map<Part, number>();
  const numberOf = (part: Part): number => {
    const known = partNumbers.get(part) ?? partNumbers.size;
    partNumbers.set(part, known);
    return known;
  };

  const localAt = (index: number, steps: Scenario) => {
    const touching = steps.map(({ parts, heals }) => ({
      parts: parts.filter((part) => part.atoms.has(index)),
      heals,
    }));
    const key = `${index}:${touching.map(({ parts, heals }) => `${parts.map(numberOf).join()}${heals[0]}`).join(';')}`;
    const known = locals.get(key);
    if (known) return known;
    const local = localOf(
      world.sites[index]!,
      touching.map(({ parts, heals }) => ({ gone: parts.flatMap((part) => part.atoms.get(index)!), heals })),
    );
    const signature = JSON.stringify({ ...local, pods: ROLES.map((name) => local.pods.get(name)) });
    const number = numbers.get(signature) ?? numbers.size;
    numbers.set(signature, number);
    const made = { local, number };
    if (locals.size >= REMEMBERED) locals.clear();
    locals.set(key, made);
    return made;
  };

  /** Sites that nothing happens to, for each sequence of times. */
  const whole = new Map<string, ReturnType<typeof localAt>[]>();
  const untouched = (pattern: string, scenario: Scenario) => {
    const nothing = scenario.map(({ heals }) => ({ parts: [], heals }));
    const all = whole.get(pattern) ?? world.sites.map(({ index }) => localAt(index, nothing));
    whole.set(pattern, all);
    return all;
  };

  return (scenario) => {
    const pattern = scenario.map(({ heals }) => heals[0]).join('');
    const touched: number[] = [];
    let [linked, global] = [false, false];
    for (const { parts } of scenario)
      for (const part of parts) {
        linked ||= part.links.length > 0;
        global ||= part.globals.length > 0;
        for (const index of part.atoms.keys()) if (!touched.includes(index)) touched.push(index);
      }
    touched.sort((a, b) => a - b);
    const here = untouched(pattern, scenario).slice();
    let key = pattern;
    for (const index of touched) {
      here[index] = localAt(index, scenario);
      key += `,${index}.${here[index].number}`;
    }
    // Most states cut no link and end nothing that is everybody's.
    const links = scenario.map((_, step) => (linked ? linksAfter(scenario, step) : []));
    const ended = global
      ? scenario
          .flatMap((step) => (step.heals === 'all' ? step.parts.flatMap((part) => part.globals) : []))
          .sort()
      : [];
    if (linked) key += `|${links.join(';')}`;
    if (global) key += `!${ended.join()}`;
    const known = states.get(key);
    if (known) return known;
    const made = judge(
      world,
      here.map(({ local }) => local),
      links.map((each) => new Set(each)),
      new Set(ended),
      scenario.map(({ heals }) => heals === 'all'),
    );
    // Neighbours in the order of states are alike, so what is forgotten is seldom asked for again.
    if (states.size >= REMEMBERED) states.clear();
    states.set(key, made);
    return made;
  };
}

/** Pairs of sites that have lost each other when a step is over. */
const linksAfter = (scenario: Scenario, step: number): string[] =>
  scenario
    .slice(0, step + 1)
    .flatMap(({ parts }) => parts.flatMap((part) => part.links.map(([a, b]) => `${a}-${b}`)))
    .sort();

function judge(
  world: World,
  locals: Local[],
  cuts: readonly ReadonlySet<string>[],
  ended: ReadonlySet<string>,
  heals: readonly boolean[],
): Judged {
  const alone = (site: number, step: number): boolean => locals[site]!.isolatedAfter[step]!;
  const reachAfter =
    (step: number) =>
    (a: number, b: number): boolean =>
      a === b ||
      !(cuts[step]!.has(`${Math.min(a, b)}-${Math.max(a, b)}`) || alone(a, step) || alone(b, step));
  const reach = reachAfter(heals.length - 1);
  const silent = ended.has('authority:database');
  const database = databaseState(
    world,
    silent
      ? locals.map((each) => ({
          ...each,
          nodes: 0,
          nodesAfter: each.nodesAfter.map((count, step) => (step ? 0 : count)),
        }))
      : locals,
    heals,
    reachAfter,
  );
  const beyond = world.sites.map(({ index }) =>
    database
      ? 1 - database.leases.reduce((sum, share, leader) => sum + (reach(index, leader) ? share : 0), 0)
      : 0,
  );
  const facts = { locals, reach, database, beyond, ended };
  const entry = entryOf(world, facts);
  return { ...facts, entry, verdicts: verdictsOf(world, { ...facts, entry }) };
}
