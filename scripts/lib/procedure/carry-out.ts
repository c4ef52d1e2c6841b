import type { Action, Gate, Procedure, Selector, Step } from '#sites/schema/procedure.ts';
import type { Command, Outcome } from '../run.ts';

/** What a command ended with; `isHopeless`: a gate that asks it again will never hold. */
export type Answer = Outcome & { isHopeless?: boolean };

/** What a procedure is carried out with: real programs, or ones of a test. */
export interface Executor {
  run(command: Command, options: { input?: string; timeoutSeconds: number }): Promise<Answer>;
  /** Asks a person to do what the step says; false where they decline. */
  ask(step: Step): Promise<boolean>;
  wait(milliseconds: number): Promise<void>;
  now(): number;
  say(line: string): void;
}

/** What earlier runs came to, and where this one writes each step down before and after it. */
export interface Log {
  /** `started` where a run ended in the middle of the step. */
  state(step: string): 'started' | 'done' | undefined;
  write(event: 'started' | 'done' | 'undone' | 'failed', step: string, reason?: string): void;
}

/** How far a procedure came. */
export type Result = { done: true } | { done: false; step: Step; reason: string };

/** How often a gate is looked at again. */
const AGAIN_MILLISECONDS = 1000;

const NO_LOG: Log = { state: () => undefined, write: () => {} };

/**
 * Carries a procedure out, step by step, or the chosen ones of its steps; stops at the first that fails, is declined, or whose
 * gates do not hold in time. A step that the log has as done is not repeated; one in whose middle a run ended is repeated, unless its
 * gates hold already; a person is asked again.
 */
export async function carryOut(
  procedure: Procedure,
  executor: Executor,
  { log = NO_LOG, steps = procedure.steps }: { log?: Log; steps?: readonly Step[] } = {},
): Promise<Result> {
  for (const step of steps) {
    const at = `${procedure.steps.indexOf(step) + 1}/${procedure.steps.length} ${step.title}`;
    const state = log.state(step.id);
    // Whoever declined a step did not do it, though its gates hold: a site that is silent is not yet fenced.
    const mayBeDone = state === 'started' && !step.person;
    if (state === 'done' || (mayBeDone && (await isDone(procedure, step, executor)))) {
      executor.say(`${at}: done before`);
      if (state === 'started') log.write('done', step.id);
      continue;
    }
    executor.say(at);
    log.write('started', step.id);
    const reason = await problemOf(procedure, step, executor);
    if (reason) {
      log.write('failed', step.id, reason);
      return { done: false, step, reason };
    }
    log.write('done', step.id);
  }
  return { done: true };
}

/** What kept a step from being done, or nothing. */
async function problemOf(procedure: Procedure, step: Step, executor: Executor): Promise<Problem> {
  if (step.person && !(await executor.ask(step))) return 'declined';
  const end = executor.now() + step.timeoutSeconds * 1000;
  const failed = step.do && (await act(procedure, step.do, executor, step.timeoutSeconds));
  if (failed) return failed;
  for (const gate of step.until) {
    const missed = await hold(procedure, gate, executor, end);
    if (missed)
      return missed.isHopeless ? missed.reason : `not so after ${step.timeoutSeconds} s: ${missed.reason}`;
  }
  return undefined;
}

/** Whether all gates of a step hold now; never, where it has none: nothing says then how far it came. */
async function isDone(procedure: Procedure, step: Step, executor: Executor): Promise<boolean> {
  for (const gate of step.until) {
    if (await judge(procedure, gate, executor, step.timeoutSeconds)) return false;
  }
  return step.until.length > 0;
}

/** Takes back what the log has as done or started, the last step first; stops at the first way back that fails. */
export async function undo(procedure: Procedure, executor: Executor, log: Log): Promise<Result> {
  for (const step of procedure.steps.toReversed()) {
    if (!log.state(step.id)) continue;
    executor.say(`back: ${step.title}. ${step.undo.why}`);
    for (const action of step.undo.do) {
      const reason = await act(procedure, action, executor, step.timeoutSeconds);
      if (reason) {
        log.write('failed', step.id, reason);
        return { done: false, step, reason };
      }
    }
    log.write('undone', step.id);
  }
  return { done: true };
}

/** What is wrong, or nothing. */
type Problem = string | undefined;

async function act(
  procedure: Procedure,
  action: Action,
  executor: Executor,
  timeoutSeconds: number,
): Promise<Problem> {
  const run = (command: string[], input?: string) =>
    executor.run(inPlace(procedure, action.in, command), { input, timeoutSeconds });
  if ('command' in action) return failure(action.command, await run(action.command, action.input));
  const read = await run(action.read);
  if (read.code !== 0) return failure(action.read, read);
  const value = JSON.parse(read.stdout);
  for (const { at, to } of action.set) set(value, at, to);
  return failure(action.write, await run(action.write, JSON.stringify(value)));
}
const failure = (command: string[], { code, stderr, stdout }: Outcome): Problem =>
  code === 0
    ? undefined
    : `${command.join(' ')} ended with ${code}: ${(stderr || stdout).trim().split('\n').at(-1)}`;

interface Missed {
  reason: string;
  isHopeless: boolean;
}
async function hold(
  procedure: Procedure,
  gate: Gate,
  executor: Executor,
  end: number,
): Promise<Missed | undefined> {
  for (;;) {
    const problem = await judge(
      procedure,
      gate,
      executor,
      Math.max(5, Math.ceil((end - executor.now()) / 1000)),
    );
    if (!problem) return undefined;
    if (problem.isHopeless || executor.now() >= end) return problem;
    await executor.wait(AGAIN_MILLISECONDS);
  }
}

/** A gate looked at once. */
async function judge(
  procedure: Procedure,
  gate: Gate,
  executor: Executor,
  timeoutSeconds: number,
): Promise<Missed | undefined> {
  const run = (place: string, command: string[]) =>
    executor.run(inPlace(procedure, place, command), { timeoutSeconds });
  const outcome = await run(gate.in, gate.command);
  const reason = await problemWith(outcome, gate, run);
  return reason === undefined ? undefined : { reason, isHopeless: outcome.isHopeless ?? false };
}

async function problemWith(
  outcome: Outcome,
  gate: Gate,
  run: (place: string, command: string[]) => Promise<Outcome>,
): Promise<Problem> {
  const shown = gate.command.join(' ');
  if (gate.fails) return outcome.code === 0 ? `${shown} succeeds` : undefined;
  if (outcome.code !== 0) return failure(gate.command, outcome);
  const text = outcome.stdout;
  for (const pattern of gate.matches ?? [])
    if (!new RegExp(pattern).test(text)) return `${shown} does not say ${pattern}`;
  for (const pattern of gate.rejects ?? [])
    if (new RegExp(pattern).test(text)) return `${shown} says ${pattern}`;
  for (const { at, is } of gate.json ?? []) {
    const value = get(JSON.parse(text), at);
    if (asText(value) !== asText(is)) return `${shown}: ${path(at)} is ${asText(value)}, not ${asText(is)}`;
  }
  if (gate.sameAs) {
    const other = await run(gate.sameAs.in, gate.sameAs.command);
    if (other.code !== 0) return failure(gate.sameAs.command, other);
    if (other.stdout.trim() !== text.trim())
      return `${shown} differs between ${gate.in} and ${gate.sameAs.in}`;
  }
  return undefined;
}

/** @throws when the procedure has no such place: it was never checked */
function inPlace(procedure: Procedure, place: string, command: string[]): Command {
  const known = procedure.places[place];
  if (!known) throw new Error(`procedure ${procedure.id} has no place ${place}`);
  return [...known.prefix, ...command] as [string, ...string[]];
}

// biome-ignore lint/suspicious/noExplicitAny: what programs print is data of any shape
type Data = any;

/** The value at a place, nothing where there is none. */
export function get(value: Data, at: Selector): Data {
  return at.reduce((inner: Data, step) => inner?.[keyOf(inner, step)], value);
}
/** Changes the value at a place. @throws when nothing stands there: a change of nothing would pass for one */
function set(value: Data, at: Selector, to: unknown): void {
  const holder = get(value, at.slice(0, -1));
  const last = at.at(-1)!;
  const key = holder === undefined ? undefined : keyOf(holder, last);
  if (key === undefined || holder[key] === undefined) throw new Error(`nothing stands at ${path(at)}`);
  holder[key] = to;
}
function keyOf(holder: Data, step: Selector[number]): string | number {
  if (typeof step !== 'object') return step;
  if (!Array.isArray(holder)) return -1;
  return holder.findIndex((each) =>
    Object.entries(step).every(([key, value]) => asText(each?.[key]) === value),
  );
}
/** Ceph writes `true` with and without quotes, depending on its release. */
const asText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? 'absent');
const path = (at: Selector): string =>
  at
    .map((step) =>
      typeof step === 'object'
        ? `[${Object.entries(step)
            .map(([key, value]) => `${key}=${value}`)
            .join(',')}]`
        : `.${step}`,
    )
    .join('')
    .replace(/^\./, '');
