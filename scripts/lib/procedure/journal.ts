import { createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Procedure } from '#sites/schema/procedure.ts';
import { makeFolder } from '../folder.ts';
import { CannotLook, cannot } from '../main.ts';
import type { Log } from './carry-out.ts';

/** One line of a journal. The first one says which procedure it is, step by step; the others what happened when. */
type Line =
  | { at: string; begins: string; steps: Record<string, string> }
  | { at: string; step: string; event: 'started' | 'done' | 'undone' | 'failed'; reason?: string };

/**
 * What the runs of one procedure came to, a line for each event, on disk before the next thing happens: a run that was killed
 * goes on where it stopped.
 */
export class Journal implements Log {
  readonly path: string;
  readonly #states = new Map<string, 'started' | 'done'>();
  #begun = false;
  /** Whether the file is of another version, which this run puts aside. */
  #isOther = false;
  readonly #procedure: Procedure;

  /**
   * @param anew whether the journal of another version is put aside instead of refused, when this run first writes
   * @throws CannotLook for a journal that cannot be read, or that is of another version of the procedure
   */
  constructor(folder: string, site: string, procedure: Procedure, { anew = false }: { anew?: boolean } = {}) {
    this.path = join(folder, `${site}-${procedure.id}.jsonl`);
    this.#procedure = procedure;
    for (const line of linesOf(this.path)) {
      if ('begins' in line) {
        const differing = differences(line.steps, digests(procedure));
        if (differing.length > 0 && anew) {
          this.#isOther = true;
          return;
        }
        refuseOther(this.path, differing);
        this.#begun = true;
      } else if (line.event === 'undone') this.#states.delete(line.step);
      else if (line.event === 'done') this.#states.set(line.step, 'done');
      else if (line.event === 'started') this.#states.set(line.step, 'started');
    }
  }

  /** Whether an earlier run is unfinished. */
  get isBegun(): boolean {
    return this.#begun;
  }

  state(step: string): 'started' | 'done' | undefined {
    return this.#states.get(step);
  }

  write(event: 'started' | 'done' | 'undone' | 'failed', step: string, reason?: string): void {
    const at = new Date().toISOString();
    if (this.#isOther) this.close();
    this.#isOther = false;
    if (!this.#begun) this.#append({ at, begins: this.#procedure.id, steps: digests(this.#procedure) });
    this.#begun = true;
    this.#append({ at, step, event, ...(reason === undefined ? {} : { reason }) });
    if (event === 'undone') this.#states.delete(step);
    else if (event !== 'failed') this.#states.set(step, event);
  }

  /** Puts the journal of a run that is over aside, under the moment of its end. */
  close(): void {
    if (!existsSync(this.path)) return;
    renameSync(
      this.path,
      this.path.replace(/\.jsonl$/, `.${new Date().toISOString().replaceAll(':', '')}.jsonl`),
    );
    this.#begun = false;
    this.#states.clear();
  }

  #append(line: Line): void {
    try {
      makeFolder(dirname(this.path));
      const file = openSync(this.path, 'a', 0o600);
      try {
        appendFileSync(file, `${JSON.stringify(line)}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    } catch (error) {
      throw cannot('write', this.path, error);
    }
  }
}

function linesOf(path: string): Line[] {
  if (!existsSync(path)) return [];
  const texts = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return texts.flatMap((text, index): Line[] => {
    let line: unknown;
    try {
      line = JSON.parse(text);
    } catch {
      if (index === texts.length - 1) return []; // cut in the middle of a line
      throw refused(`${path}:${index + 1}`, 'is no JSON');
    }
    if (!isLine(line)) throw refused(`${path}:${index + 1}`, 'is of another program');
    return [line];
  });
}

const refused = (where: string, what: string): CannotLook =>
  new CannotLook(`${where}: this line of the journal ${what}; mend it, or move the file away to begin again`);
function isLine(value: unknown): value is Line {
  if (typeof value !== 'object' || value === null) return false;
  const { begins, steps, step, event } = value as Record<string, unknown>;
  return typeof begins === 'string'
    ? typeof steps === 'object' && steps !== null
    : typeof step === 'string' && typeof event === 'string';
}

const digests = ({ steps, places }: Procedure): Record<string, string> =>
  Object.fromEntries([['places', hash(places)], ...steps.map((step) => [step.id, hash(step)])]);
const hash = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

function differences(before: Record<string, string>, now: Record<string, string>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
    (step) => before[step] !== now[step],
  );
}

function refuseOther(path: string, differing: readonly string[]): void {
  if (differing.length === 0) return;
  throw new CannotLook(
    `${path} is the journal of an unfinished run of another version: ${differing.join(', ')} differ; finish or undo it with the tree of that run, or move the file away to begin again`,
  );
}
