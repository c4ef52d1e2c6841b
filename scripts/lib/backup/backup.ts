import { resolve } from 'node:path';
import { backupDrill, backupNow, backupRestore, backupVerify } from '#constructs/plans/backup.ts';
import { BACKUPS } from '#constructs/platform/sql/backups.ts';
import { nearest } from '#sites/load/near.ts';
import { CannotLook, options } from '../main.ts';
import { CONDUCTED, conduct } from '../procedure/conduct.ts';
import { run } from '../run.ts';
import { loadModel, SITES } from '../sites.ts';
import { isFresh, standing, standingText } from './standing.ts';

const OPTIONS = {
  ...CONDUCTED,
  ...SITES,
  tree: { type: 'string', default: 'dist' },
  full: { type: 'boolean' },
  at: { type: 'string' },
} as const;
const ACTS = ['list', 'now', 'verify', 'drill', 'restore'] as const;
type Act = (typeof ACTS)[number];
const ASKED_SECONDS = 30;

/**
 * Lists backups, takes, reads, tries and restores them.
 * @param args @default those of the process
 * @returns the exit code @throws CannotLook for an act or a moment that is none
 */
export async function backup(usage: string, args?: readonly string[]): Promise<number> {
  const { values, positionals } = options(usage, OPTIONS, { words: true, ...(args && { args }) });
  const [word, ...more] = positionals;
  if (word === undefined || more.length > 0) throw new CannotLook(`say one of ${ACTS.join(', ')}\n${usage}`);
  const act = actCalled(word);
  if (values.full && act !== 'now') throw new CannotLook('--full goes with now');
  if (values.at !== undefined && act !== 'restore') throw new CannotLook('--at goes with restore');
  const at = values.at === undefined ? undefined : momentOf(values.at);
  const model = loadModel(values.sites, { json: values.json });
  if (!model) return 1;
  const props = { model, tree: resolve(values.tree) };
  if (act === 'list') return list(props, values.json ?? false);
  const procedure = {
    now: () => backupNow({ ...props, full: values.full ?? false }),
    verify: () => backupVerify(props),
    drill: () => backupDrill(props),
    restore: () => backupRestore({ ...props, ...(at && { at }) }),
  }[act]();
  if (procedure.steps.length === 0)
    throw new CannotLook('this platform has neither a cluster nor an object store');
  return conduct(procedure, {
    site: model.sites[0]!.code,
    what: `npm run backup -- ${act}${values.full ? ' --full' : ''}${at ? ` --at ${values.at}` : ''}`,
    values,
  });
}

async function list(
  { model, tree }: { model: Parameters<typeof standing>[0] & { objects?: unknown }; tree: string },
  json: boolean,
): Promise<number> {
  const now = Date.now();
  const all = await standing(model, tree, (command) => run(command, { timeoutSeconds: ASKED_SECONDS }));
  if (json) process.stdout.write(`${JSON.stringify({ at: new Date(now).toISOString(), etcd: all })}\n`);
  else {
    process.stdout.write(standingText(all, now));
    if (model.objects)
      process.stdout.write(
        `of the database: npm run status says how old the newest is; as its root, SHOW BACKUPS IN 'external://${BACKUPS}' lists all\n`,
      );
  }
  if (all.length > 0 && all.every(({ unanswered }) => unanswered !== undefined)) return 2;
  return all.every((each) => isFresh(each, now)) ? 0 : 1;
}

function actCalled(word: string): Act {
  if ((ACTS as readonly string[]).includes(word)) return word as Act;
  const near = nearest(word, [...ACTS]);
  throw new CannotLook(
    `there is no ${word}; ${near ? `did you mean ${near}?` : `there are ${ACTS.join(', ')}`}`,
  );
}

/** A moment as the database takes it, in UTC. @throws CannotLook for one that is none, or is to come */
function momentOf(text: string): string {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z$/.test(text) ? new Date(text) : undefined;
  if (!at || Number.isNaN(at.getTime()))
    throw new CannotLook(`--at ${text} is no moment; write it in UTC, such as 2026-12-01T08:30:00Z`);
  if (at.getTime() > Date.now()) throw new CannotLook(`--at ${text} is to come`);
  return at.toISOString().slice(0, 19).replace('T', ' ');
}
