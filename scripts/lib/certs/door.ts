import { resolve } from 'node:path';
import type { Model } from '#sites/model.ts';
import { CannotLook, options } from '../main.ts';
import type { Executor } from '../procedure/carry-out.ts';
import { conduct } from '../procedure/conduct.ts';
import { terminal } from '../procedure/terminal.ts';
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
      return conduct(procedure, {
        site: 'platform',
        locked: ['platform', ...model.sites.map(({ code }) => code)],
        what: `npm run certs -- ${[verb, ...words].join(' ')}`,
        values,
        executor: () => within(terminal(values), model),
      });
    }
    default:
      throw new CannotLook(`${verb === undefined ? 'say what to do' : `there is no ${verb}`}\n${USAGE}`);
  }
}
const defaultOf = (name: (typeof HANDED_ON)[number]): string | undefined =>
  ({ ...SITES, tree: OPTIONS.tree, state: OPTIONS.state, secrets: { default: undefined } })[name].default;

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
