import { join, resolve } from 'node:path';
import { concealed } from '#sites/load/secrets.ts';
import type { Procedure, Step } from '#sites/schema/procedure.ts';
import { lock } from '../lock.ts';
import { CannotLook } from '../main.ts';
import { ROOT } from '../sites.ts';
import { carryOut, type Executor, type Result, undo } from './carry-out.ts';
import { chosen } from './chosen.ts';
import { sameClusters } from './identity.ts';
import { Journal } from './journal.ts';
import { plain } from './plain.ts';
import { terminal, yes } from './terminal.ts';

/** Options of every command that carries a procedure out. */
export const CONDUCTED = {
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean' },
  from: { type: 'string' },
  only: { type: 'string', multiple: true },
  undo: { type: 'boolean' },
  json: { type: 'boolean' },
  state: { type: 'string', default: join(ROOT, '.fredu') },
} as const;

export interface ConductProps {
  /** The name of its journal is made of this and of the procedure's own. */
  site: string;
  /** Sites at which nothing else may be carried out meanwhile. @default its own, and every site of its places */
  locked?: readonly string[];
  /** The command line that goes on with it. */
  what: string;
  values: {
    'dry-run'?: boolean;
    yes?: boolean;
    from?: string;
    only?: string[];
    undo?: boolean;
    json?: boolean;
    state: string;
  };
  /** Sites whose clusters may not answer when it begins: who they are is asked when they are first used. */
  away?: readonly string[];
  /** @default real programs; made only once a person has agreed */
  executor?: () => Executor;
}

/**
 * Carries a procedure out as a person asked for it: shows it, asks, refuses another cluster than the known one, writes the journal, and
 * says how to go on where it stops.
 * @returns the exit code
 * @throws CannotLook for a step that is not there, a lock, a journal of another procedure, another cluster
 */
export async function conduct(
  procedure: Procedure,
  {
    site,
    locked = sitesOf(site, procedure),
    what,
    values,
    away = [],
    executor = () => terminal(values),
  }: ConductProps,
): Promise<number> {
  const steps = chosen(procedure, values);
  const folder = resolve(values.state);
  const journal = new Journal(join(folder, 'journal'), site, procedure);
  const shown = { ...procedure, steps };
  const text = plain(shown, (id) => journal.state(id));
  if (values['dry-run']) {
    process.stdout.write(values.json ? `${JSON.stringify(shown, null, 2)}\n` : text);
    return 0;
  }
  const unlock: (() => void)[] = [];
  try {
    for (const each of locked) unlock.push(lock(join(folder, 'locks', each), { what }));
    if (!values.json) process.stdout.write(text);
    if (!values.yes && !(await agreed(values.undo ? 'Take it back?' : 'Carry it out?'))) {
      process.stderr.write('nothing was done; --yes begins without asking\n');
      return 1;
    }
    const real = executor();
    const by = knowingFirst(real, { procedure, away, folder });
    const asked = { places: placesOf(values.undo ? procedure.steps : steps, procedure) };
    for (const each of await sameClusters(without(asked, away), folder, (command, how) =>
      real.run(command, how),
    ))
      by.say(`learnt which cluster is that of ${each}`);
    const result = values.undo
      ? await undo(procedure, by, journal)
      : await carryOut(procedure, by, { log: journal, steps });
    if (result.done && (values.undo || procedure.steps.every(({ id }) => journal.state(id) === 'done')))
      journal.close();
    return conclude(result, { what, path: journal.path });
  } finally {
    for (const each of unlock) each();
  }
}

const sitesOf = (site: string, { places }: Procedure): string[] => [
  ...new Set([site, ...Object.values(places).flatMap((place) => place.site ?? [])]),
];
/** Where these steps run something: with `--only`, a site that is gone need not answer. */
const placesOf = (steps: readonly Step[], { places }: Procedure): Procedure['places'] => {
  const used = JSON.stringify(steps);
  return Object.fromEntries(
    Object.entries(places).filter(([place]) => used.includes(`"in":${JSON.stringify(place)}`)),
  );
};
const without = (
  { places }: Pick<Procedure, 'places'>,
  sites: readonly string[],
): Pick<Procedure, 'places'> => ({
  places: Object.fromEntries(Object.entries(places).filter(([, { site }]) => !site || !sites.includes(site))),
});
/** Asks a cluster that was away who it is before the first command that goes there; until it answers, commands fail as it does. */
function knowingFirst(
  real: Executor,
  { procedure, away, folder }: { procedure: Procedure; away: readonly string[]; folder: string },
): Executor {
  const open = new Map(
    away.map((site) => [site, Object.entries(procedure.places).filter(([, each]) => each.site === site)]),
  );
  return {
    ...real,
    async run(command, how) {
      for (const [site, places] of open) {
        if (!places.some(([, { prefix }]) => prefix.every((word, index) => command[index] === word)))
          continue;
        try {
          await sameClusters({ places: Object.fromEntries(places) }, folder, (asked, options) =>
            real.run(asked, options),
          );
        } catch (error) {
          if (!(error instanceof CannotLook)) throw error;
          return { code: 1, stdout: '', stderr: error.message };
        }
        open.delete(site);
      }
      return real.run(command, how);
    },
  };
}
const agreed = async (question: string): Promise<boolean> =>
  process.stdin.isTTY && (await yes(`${question} [yes/no] `));

/** The last lines of a run: what to do next. */
function conclude(result: Result, { what, path }: { what: string; path: string }): number {
  if (result.done) {
    process.stderr.write('done\n');
    return 0;
  }
  process.stderr.write(`${concealed(`stopped at ${result.step.id}: ${result.reason}`)}
  go on: ${what}
  back:  ${what} --undo
  what was done: ${path}
`);
  return 1;
}
