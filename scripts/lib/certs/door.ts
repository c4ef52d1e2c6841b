import { join, resolve } from 'node:path';
import { concealed } from '#sites/load/secrets.ts';
import type { Model } from '#sites/model.ts';
import type { Procedure } from '#sites/schema/procedure.ts';
import { lock } from '../lock.ts';
import { CannotLook, options } from '../main.ts';
import { carryOut, type Executor, undo } from '../procedure/carry-out.ts';
import { chosen } from '../procedure/chosen.ts';
import { sameClusters } from '../procedure/identity.ts';
import { Journal } from '../procedure/journal.ts';
import { plain } from '../procedure/plain.ts';
import { terminal, yes } from '../procedure/terminal.ts';
import type { Outcome } from '../run.ts';
import { OPTIONS, secrets, storeOf } from '../secrets/door.ts';
import { loadModel, SITES } from '../sites.ts';
import { authority, type Context, issueMissing, known, show, showFolder, showPlan } from './commands.ts';
import { rotation } from './rotation.ts';

const USAGE = `npm run certs -- plan [--folder FOLDER] | issue [IDENTITY…] | rotate | revoke IDENTITY… | show IDENTITY | authority
  [--sites FOLDER] [--secrets FOLDER] [--tree FOLDER] [--state FOLDER] [--dry-run] [--yes] [--json]
  [--from STEP | --only STEP…] [--undo] [--settle SECONDS]
  The certificates of the database's authority, and the authority of each cluster that a balancer of ours asks. plan says what is
  missing, ends soon or has other names than platform/certificates.yaml, also of a folder of yours; issue makes that, encrypted
  (npm run secrets); rotate replaces the authority while everything runs, step by step, and goes on where it was cut; revoke does
  so because a key may be known to others; show prints a certificate, or \`authority\` for those that are trusted.
  Exit: 0 clean, 1 problems, 2 could not look.`;

const OWN = {
  ...OPTIONS,
  folder: { type: 'string' },
  from: { type: 'string' },
  only: { type: 'string', multiple: true },
  undo: { type: 'boolean' },
  settle: { type: 'string' },
} as const;
/** Options that the steps of a procedure are given as well. */
const HANDED_ON = ['sites', 'secrets', 'tree', 'state'] as const;

/**
 * Does what the words after `npm run certs --` say.
 * @param loaded the model, where it was read before
 * @returns the exit code @throws CannotLook with one line
 */
export async function certs(
  args: readonly string[],
  { out, loaded }: { out: (text: string) => void; loaded?: Model },
): Promise<number> {
  const { values, positionals } = options(USAGE, OWN, { words: true, args });
  const [verb, ...words] = positionals;
  const model = loaded ?? loadModel(values.sites, { json: values.json });
  if (!model) return 1;
  const context: Context = {
    model,
    store: storeOf(values),
    now: new Date(),
    out,
    ...(values.json && { json: true }),
  };
  switch (verb) {
    case 'plan':
      return values.folder === undefined ? showPlan(context) : showFolder(resolve(values.folder), context);
    case 'issue':
      return issueMissing(context, { dry: values['dry-run'] ?? false, renewed: words });
    case 'show':
      if (words.length !== 1) throw new CannotLook(`name one identity, or authority\n${USAGE}`);
      return show(context, words[0]!);
    case 'authority':
      return authority(context, words[0]);
    case 'rotate':
    case 'revoke': {
      if (verb === 'revoke' && words.length === 0) throw new CannotLook(`name an identity\n${USAGE}`);
      for (const id of words) known(model, id);
      const settle = values.settle === undefined ? undefined : Number(values.settle);
      if (settle !== undefined && !(Number.isInteger(settle) && settle >= 1 && settle <= 86_400))
        throw new CannotLook(`--settle ${values.settle}: whole seconds from 1 to 86400 are expected`);
      const procedure = rotation({
        model,
        revoked: words,
        ...(settle !== undefined && { settleSeconds: settle }),
        options: HANDED_ON.flatMap((name) =>
          values[name] === undefined || values[name] === defaultOf(name) ? [] : [`--${name}`, values[name]],
        ),
      });
      return conduct(procedure, { model, values, what: `npm run certs -- ${[verb, ...words].join(' ')}` });
    }
    default:
      throw new CannotLook(`${verb === undefined ? 'say what to do' : `there is no ${verb}`}\n${USAGE}`);
  }
}
const defaultOf = (name: (typeof HANDED_ON)[number]): string | undefined =>
  ({ ...SITES, tree: OPTIONS.tree, state: OPTIONS.state, secrets: { default: undefined } })[name].default;

/** Carries a procedure of ours out: its commands of ours within this process, the others as programs. */
async function conduct(
  procedure: Procedure,
  {
    model,
    values,
    what,
  }: {
    model: Model;
    values: {
      state: string;
      'dry-run'?: boolean;
      yes?: boolean;
      json?: boolean;
      undo?: boolean;
      from?: string;
      only?: string[];
    };
    what: string;
  },
): Promise<number> {
  const steps = chosen(procedure, values);
  const folder = resolve(values.state);
  const journal = new Journal(join(folder, 'journal'), 'platform', procedure);
  if (values['dry-run']) {
    const shown = { ...procedure, steps };
    process.stdout.write(
      values.json ? `${JSON.stringify(shown, null, 2)}\n` : plain(shown, (id) => journal.state(id)),
    );
    return 0;
  }
  const unlock: (() => void)[] = [];
  try {
    for (const site of ['platform', ...model.sites.map(({ code }) => code)])
      unlock.push(lock(join(folder, 'locks', site), { what }));
    if (!values.json) process.stdout.write(plain({ ...procedure, steps }, (id) => journal.state(id)));
    const question = values.undo ? 'Take it back? [yes/no] ' : 'Carry it out? [yes/no] ';
    if (!values.yes && !(process.stdin.isTTY && (await yes(question)))) {
      process.stderr.write('nothing was done; --yes begins without asking\n');
      return 1;
    }
    const executor = within(terminal(values), model);
    for (const site of await sameClusters(procedure, folder, (command, how) => executor.run(command, how)))
      executor.say(`learnt which cluster is that of ${site}`);
    const result = values.undo
      ? await undo(procedure, executor, journal)
      : await carryOut(procedure, executor, { log: journal, steps });
    if (result.done && (values.undo || procedure.steps.every(({ id }) => journal.state(id) === 'done')))
      journal.close();
    process.stderr.write(
      result.done
        ? 'done\n'
        : `${concealed(`stopped at ${result.step.id}: ${result.reason}`)}\n  go on: ${what}\n  back:  ${what} --undo\n  what was done: ${journal.path}\n`,
    );
    return result.done ? 0 : 1;
  } finally {
    for (const each of unlock) each();
  }
}

/** Commands of ours need no process of their own: keys stay in this one. */
function within(executor: Executor, model: Model): Executor {
  const doors: Record<string, typeof certs> = { certs, secrets };
  return {
    ...executor,
    async run(command, how) {
      const [program, , , name = '', , ...words] = command;
      const door = program === 'npm' ? doors[name] : undefined;
      if (!door) return executor.run(command, how);
      const outcome: Outcome = { code: 0, stdout: '', stderr: '' };
      try {
        outcome.code = await door(words, { loaded: model, out: (text) => (outcome.stdout += text) });
      } catch (error) {
        if (!(error instanceof CannotLook)) throw error;
        return { ...outcome, code: 2, stderr: error.message };
      }
      return outcome;
    },
  };
}
