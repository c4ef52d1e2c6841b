import { expect, it, vi } from 'vitest';
import type { FileKeeper, KeptFile } from './kept-files.ts';
import { UploadQueue } from './queue.ts';
import type { SendingListener } from './upload.ts';

const course = { id: 'c1', title: 'Suites' };
const file = (name: string, bytes = 10) => new File([new Uint8Array(bytes)], name);

/** A queue that sends to nobody: each sending is told what to report. Another window may send the same, or be through with it. */
function world({ rows = [], other }: { rows?: KeptFile[]; other?: 'sends' | 'has sent' } = {}) {
  const sendings = new Map<string, SendingListener & { deeds: string[] }>();
  const line = { isUp: true };
  const clock = { now: 0 };
  const kept = new Map(rows.map((row) => [row.id, row]));
  const keeper: FileKeeper = {
    keep: async (row) => {
      kept.set(row.id, row);
      return row.size < 1000;
    },
    forget: async (id) => void kept.delete(id),
    all: async () => [...kept.values()],
  };
  let number = 0;
  const queue = new UploadQueue({
    send: (_to, { name }, listener) => {
      const deeds = ['start'];
      sendings.set(name, { ...listener, deeds });
      return {
        pause: () => void deeds.push('pause'),
        resume: () => void deeds.push('resume'),
        giveUp: () => void deeds.push('give up'),
      };
    },
    keeper,
    clock: () => clock.now,
    isOnline: () => line.isUp,
    alone: async (id, work) => {
      if (other === 'has sent') kept.delete(id);
      if (other !== 'sends') await work();
    },
    newId: () => `f${number++}`,
  });
  const states = () => queue.snapshot().map(({ name, state }) => `${name} ${state}`);
  const add = (...files: File[]) => queue.add({ course, personId: 'p1' }, files);
  return { queue, add, sendings, line, clock, kept, states };
}

it('sends three at once, and the next when one has arrived', () => {
  const { queue, add, sendings, states } = world();
  const arrived: string[] = [];
  queue.onArrival(({ name }) => arrived.push(name));
  add(file('a'), file('b'), file('c'), file('d'));
  expect(states()).toEqual(['a sending', 'b sending', 'c sending', 'd waiting']);
  sendings.get('b')!.done();
  expect(states()).toEqual(['a sending', 'b done', 'c sending', 'd sending']);
  expect(arrived).toEqual(['b']);
});

it('sends nothing of an empty file, and says what no browser shows', () => {
  const { queue, add, sendings } = world();
  add(file('vide.txt', 0), file('photo.HEIC'), file('film.mov'), file('notes.ass'));
  expect(queue.snapshot()[0]).toMatchObject({ state: 'refused', reason: expect.stringContaining('vide') });
  expect(sendings.has('vide.txt')).toBe(false);
  const advices = queue.snapshot().map(({ advice }) => advice ?? '');
  expect(advices[1]).toContain('JPEG');
  expect(advices[2]).toContain('MP4');
  expect(advices[3]).toContain('WebVTT');
});

it('tells how fast it goes, and that the server looks at what has arrived', () => {
  const { queue, add, sendings, clock } = world();
  add(file('a', 4000));
  for (const [at, sent] of [
    [0, 0],
    [1000, 1000],
    [2000, 2000],
  ] as const) {
    clock.now = at;
    sendings.get('a')!.sent(sent);
  }
  expect(queue.snapshot()[0]).toMatchObject({ state: 'sending', bytesPerSecond: 1000 });
  sendings.get('a')!.sent(4000);
  expect(queue.snapshot()[0]).toMatchObject({ state: 'checking' });
});

it('stands still without a network, and goes on when it is back', () => {
  const { queue, add, sendings, line, states } = world();
  add(file('a'));
  line.isUp = false;
  queue.lineChanged();
  expect(states()).toEqual(['a offline']);
  add(file('b'));
  expect(states()).toEqual(['a offline', 'b offline']);
  line.isUp = true;
  queue.lineChanged();
  expect(states()).toEqual(['a sending', 'b sending']);
  expect(sendings.get('a')!.deeds).toEqual(['start', 'pause', 'resume']);
});

it('takes a server that does not answer for a cut, and a refusal for one', () => {
  vi.useFakeTimers();
  const { add, queue, sendings, states } = world();
  add(file('a'), file('b'), file('c'));
  sendings.get('a')!.failed('cut', 'Rien.');
  sendings.get('b')!.failed('refused', 'Ce cours a déjà un fichier « b ».');
  sendings.get('c')!.failed('signed-out', 'Connectez-vous.');
  expect(states()).toEqual(['a offline', 'b refused', 'c paused']);
  vi.runAllTimers();
  vi.useRealTimers();
  expect(states()).toEqual(['a sending', 'b refused', 'c paused']);
  queue.resume(queue.snapshot()[2]!.id);
  expect(states()).toEqual(['a sending', 'b refused', 'c sending']);
});

it('pauses, resumes and gives up one without the others', async () => {
  const { queue, add, sendings, states, kept } = world();
  add(file('a'), file('b'));
  const [a, b] = queue.snapshot();
  queue.pause(a!.id);
  queue.giveUp(b!.id);
  expect(states()).toEqual(['a paused']);
  queue.resume(a!.id);
  expect(states()).toEqual(['a sending']);
  expect(sendings.get('a')!.deeds).toEqual(['start', 'pause', 'resume']);
  expect(sendings.get('b')!.deeds).toEqual(['start', 'give up']);
  await vi.waitFor(() => expect([...kept.keys()]).toEqual([a!.id]));
});

it('takes up what a closed window left behind, and asks for bytes that were too many to keep', async () => {
  const row = { personId: 'p1', course, size: 10 };
  const { queue, sendings, states } = world({
    rows: [
      { ...row, id: 'x', name: 'whole', file: file('whole') },
      { ...row, id: 'y', name: 'large' },
      { ...row, id: 'z', name: 'other', personId: 'p2', file: file('other') },
    ],
  });
  await queue.restore('p1');
  await vi.waitFor(() => expect(states()).toEqual(['large absent', 'whole sending']));
  queue.choose('y', file('another'));
  expect(queue.snapshot()[0]).toMatchObject({ state: 'absent', reason: expect.stringContaining('même') });
  queue.choose('y', file('large'));
  expect(states()).toEqual(['large sending', 'whole sending']);
  expect(sendings.has('other')).toBe(false);
});

it('leaves alone what another window sends', async () => {
  const row = { id: 'x', personId: 'p1', course, name: 'a', size: 10, file: file('a') };
  const { queue, sendings, states } = world({ rows: [row], other: 'sends' });
  await queue.restore('p1');
  expect([states(), sendings.size]).toEqual([[], 0]);
});

it('does not send again what arrives while the rows of closed windows are read', async () => {
  const { queue, add, sendings, states } = world();
  add(file('a'));
  const read = queue.restore('p1');
  sendings.get('a')!.done();
  await read;
  await new Promise((resolve) => setImmediate(resolve));
  expect(states()).toEqual(['a done']);
});

it('does not send again what another window has sent since its row was read', async () => {
  const row = { id: 'x', personId: 'p1', course, name: 'a', size: 10, file: file('a') };
  const { queue, sendings, states } = world({ rows: [row], other: 'has sent' });
  await queue.restore('p1');
  await new Promise((resolve) => setImmediate(resolve));
  expect([states(), sendings.size]).toEqual([[], 0]);
});

it('asks before the window closes only for what is not kept', async () => {
  const { queue, add } = world();
  add(file('small'));
  await vi.waitFor(() => expect(queue.wouldLose).toBe(false));
  add(file('large', 2000));
  await new Promise((resolve) => setImmediate(resolve));
  expect(queue.wouldLose).toBe(true);
});
