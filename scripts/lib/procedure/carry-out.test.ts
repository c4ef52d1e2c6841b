import { expect, it } from 'vitest';
import type { Gate, Procedure, Step } from '#sites/schema/procedure.ts';
import { carryOut, type Executor, get } from './carry-out.ts';

const step = (more: Partial<Step>): Step => ({
  id: 'step',
  title: 'Do it',
  why: 'because',
  until: [],
  timeoutSeconds: 3,
  undo: { why: 'nothing', do: [] },
  ...more,
});
const procedure = (...steps: Partial<Step>[]): Procedure => ({
  id: 'procedure',
  title: 'Do',
  when: 'now',
  places: { here: { prefix: [] }, there: { site: 'sxb', prefix: ['ssh', 'sxb'] } },
  steps: steps.map(step),
});
/** A executor in which each command prints what is given for it, one after the other, the last again and again. */
function executor(prints: Record<string, (string | { code: number })[]>, more: Partial<Executor> = {}) {
  const log: string[] = [];
  let time = 0;
  const fake: Executor = {
    async run(command, { input }) {
      const words = command.join(' ');
      log.push(input === undefined ? words : `${words} < ${input}`);
      const queue = prints[words] ?? [''];
      const next = queue.length > 1 ? queue.shift()! : queue[0]!;
      return typeof next === 'string'
        ? { code: 0, stdout: next, stderr: '' }
        : { code: next.code, stdout: '', stderr: 'first\nlast words' };
    },
    ask: async () => true,
    wait: async (milliseconds) => {
      time += milliseconds;
    },
    now: () => time,
    say: (line) => log.push(`# ${line}`),
    ...more,
  };
  return { fake, log };
}
const gate = (command: string, more: Partial<Gate>): Gate => ({ in: 'here', command: [command], ...more });

it('runs each step in its place and waits for its gates', async () => {
  const { fake, log } = executor({ look: ['no', 'no', 'yes'] });
  const result = await carryOut(
    procedure(
      {
        do: { in: 'there', command: ['make', 'it'], input: 'x' },
        until: [gate('look', { matches: ['^yes$'] })],
      },
      { title: 'End' },
    ),
    fake,
  );
  expect(result).toEqual({ done: true });
  expect(log).toEqual(['# 1/2 Do it', 'ssh sxb make it < x', 'look', 'look', 'look', '# 2/2 End']);
});

it.each<[string, Partial<Gate>, (string | { code: number })[], string]>([
  ['a word that is not said', { matches: ['yes'] }, ['no'], 'look does not say yes'],
  ['a word that must not be said', { rejects: ['behind'] }, ['behind by 3'], 'look says behind'],
  ['a command that must fail', { fails: true }, ['fine'], 'look succeeds'],
  ['a command that fails', {}, [{ code: 7 }], 'look ended with 7: last words'],
  [
    'another value',
    { json: [{ at: ['a', { name: 'b' }, 'c'], is: true }] },
    ['{"a":[{"name":"b","c":"false"}]}'],
    'look: a[name=b].c is false, not true',
  ],
  [
    'no value',
    { json: [{ at: ['a', { name: 'x' }, 'c'], is: 1 }] },
    ['{"a":[]}'],
    'look: a[name=x].c is absent, not 1',
  ],
  [
    'two places that differ',
    { sameAs: { in: 'there', command: ['look'] } },
    ['p1'],
    'look differs between here and there',
  ],
])('stops at %s', async (_, more, prints, reason) => {
  const { fake } = executor({ look: prints, 'ssh sxb look': ['p2'] });
  const wanted = procedure({ until: [gate('look', more)] }, { title: 'never' });
  expect(await carryOut(wanted, fake)).toMatchObject({ done: false, reason: `not so after 3 s: ${reason}` });
});

it('waits no longer for a gate that says it will never hold', async () => {
  const { fake } = executor(
    {},
    { run: async () => ({ code: 1, stdout: '', stderr: 'the job failed', isHopeless: true }) },
  );
  const result = await carryOut(procedure({ until: [gate('look', {})] }), fake);
  expect(result).toMatchObject({ done: false, reason: 'look ended with 1: the job failed' });
  expect(fake.now()).toBe(0);
});

it('takes a value with quotes for the same without', async () => {
  const { fake } = executor({ look: ['{"on":"true","list":[]}'] });
  const json = [
    { at: ['on'], is: true },
    { at: ['list'], is: [] },
  ];
  expect(await carryOut(procedure({ until: [gate('look', { json })] }), fake)).toEqual({ done: true });
});

it('changes a value of what one command prints, and gives it to another', async () => {
  const { fake, log } = executor({ get: ['{"zones":[{"name":"a","on":"true"},{"name":"b","on":"true"}]}'] });
  const edit = {
    in: 'here',
    read: ['get'],
    set: [{ at: ['zones', { name: 'b' }, 'on'], to: false }],
    write: ['put'],
  };
  await carryOut(procedure({ do: edit }), fake);
  expect(log.at(-1)).toBe('put < {"zones":[{"name":"a","on":"true"},{"name":"b","on":false}]}');
});

it('refuses to change what is not there', async () => {
  const { fake } = executor({ get: ['{"zones":[]}'] });
  const edit = {
    in: 'here',
    read: ['get'],
    set: [{ at: ['zones', { name: 'b' }, 'on'], to: false }],
    write: ['put'],
  };
  await expect(carryOut(procedure({ do: edit }), fake)).rejects.toThrow('nothing stands at zones[name=b].on');
});

it('stops where a person declines, before anything is done', async () => {
  const { fake, log } = executor({}, { ask: async () => false });
  const wanted = procedure({ person: 'Switch it off.', do: { in: 'here', command: ['go'] } });
  expect(await carryOut(wanted, fake)).toMatchObject({ done: false, reason: 'declined' });
  expect(log).toEqual(['# 1/1 Do it']);
});

it('stops where a command fails, with its last words', async () => {
  const { fake } = executor({ go: [{ code: 2 }] });
  const wanted = procedure({ do: { in: 'here', command: ['go'] } });
  expect(await carryOut(wanted, fake)).toMatchObject({ done: false, reason: 'go ended with 2: last words' });
});

it('does not know a place that the procedure does not name', async () => {
  const { fake } = executor({});
  await expect(carryOut(procedure({ do: { in: 'nowhere', command: ['go'] } }), fake)).rejects.toThrow(
    'no place nowhere',
  );
});

it('reads by key, index and the values of an element', () => {
  const value = { a: [{ n: 'x', v: [1, 2] }] };
  expect(get(value, ['a', { n: 'x' }, 'v', 1])).toBe(2);
  expect(get(value, ['a', { n: 'y' }, 'v'])).toBeUndefined();
  expect(get(value, ['b', 'c'])).toBeUndefined();
});
