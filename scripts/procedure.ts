import { join, resolve } from 'node:path';
import { concealed } from '#sites/load/secrets.ts';
import type { Procedure } from '#sites/schema/procedure.ts';
import { lock } from './lib/lock.ts';
import { CannotLook, main, options } from './lib/main.ts';
import { carryOut, type Result, undo } from './lib/procedure/carry-out.ts';
import { chosen } from './lib/procedure/chosen.ts';
import { sameClusters } from './lib/procedure/identity.ts';
import { Journal } from './lib/procedure/journal.ts';
import { plain } from './lib/procedure/plain.ts';
import { readProcedure } from './lib/procedure/read.ts';
import { terminal, yes } from './lib/procedure/terminal.ts';
import { ROOT } from './lib/sites.ts';

const USAGE = `npm run procedure -- FILE [--dry-run] [--yes] [--from STEP | --only STEP…] [--undo] [--json] [--state FOLDER]
  Carries out a procedure of the tree, such as dist/dc/plans/cert-manager.yaml, step by step: each waits for its gates.
  A run that was cut goes on where it stopped (journal in .fredu/journal/); --undo takes back what is done, last step first.
  --dry-run prints the steps and starts nothing; --yes begins without asking (steps for a person ask all the same).`;

/** Every site that the procedure touches, its own first. */
function sitesOf(site: string, { places }: Procedure): string[] {
  return [...new Set([site, ...Object.values(places).flatMap((place) => place.site ?? [])])];
}

if (import.meta.main) {
  await main(async () => {
    const { values, positionals } = options(
      USAGE,
      {
        'dry-run': { type: 'boolean' },
        yes: { type: 'boolean' },
        from: { type: 'string' },
        only: { type: 'string', multiple: true },
        undo: { type: 'boolean' },
        json: { type: 'boolean' },
        state: { type: 'string', default: join(ROOT, '.fredu') },
      },
      { words: true },
    );
    const [path, ...others] = positionals;
    if (path === undefined || others.length > 0)
      throw new CannotLook(`name one file of a procedure\n${USAGE}`);
    const { site, procedure } = readProcedure(path);
    const steps = chosen(procedure, values);
    const folder = resolve(values.state);
    const journal = new Journal(join(folder, 'journal'), site, procedure);
    if (values['dry-run']) {
      const shown = { ...procedure, steps };
      process.stdout.write(
        values.json ? `${JSON.stringify(shown, null, 2)}\n` : plain(shown, (id) => journal.state(id)),
      );
      return 0;
    }
    const what = `npm run procedure -- ${path}`;
    const unlock: (() => void)[] = [];
    try {
      for (const each of sitesOf(site, procedure)) unlock.push(lock(join(folder, 'locks', each), { what }));
      if (!values.json) process.stdout.write(plain({ ...procedure, steps }, (id) => journal.state(id)));
      if (!values.yes && !(await agreed(values.undo ? 'Take it back?' : 'Carry it out?'))) {
        process.stderr.write('nothing was done; --yes begins without asking\n');
        return 1;
      }
      const executor = terminal(values);
      for (const each of await sameClusters(procedure, folder, (command, how) => executor.run(command, how)))
        executor.say(`learnt which cluster is that of ${each}`);
      const result = values.undo
        ? await undo(procedure, executor, journal)
        : await carryOut(procedure, executor, { log: journal, steps });
      if (result.done && (values.undo || isWhole(procedure, journal))) journal.close();
      return conclude(result, { what, path: journal.path });
    } finally {
      for (const each of unlock) each();
    }
  });
}

async function agreed(question: string): Promise<boolean> {
  return process.stdin.isTTY && (await yes(`${question} [yes/no] `));
}
function isWhole({ steps }: Procedure, journal: Journal): boolean {
  return steps.every(({ id }) => journal.state(id) === 'done');
}

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
