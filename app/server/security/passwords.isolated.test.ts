import { availableParallelism } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Refusal } from '#shared/problem.ts';
import { hashPassword, passwordFits } from './passwords.ts';

const seen = vi.hoisted(() => ({ running: 0, most: 0, begun: 0 }));
vi.mock('@node-rs/argon2', async (original) => {
  const real = await original<typeof import('@node-rs/argon2')>();
  const counted =
    <Given extends unknown[], Result>(work: (...given: Given) => Promise<Result>) =>
    async (...given: Given) => {
      seen.begun += 1;
      seen.running += 1;
      seen.most = Math.max(seen.most, seen.running);
      return work(...given).finally(() => {
        seen.running -= 1;
      });
    };
  return { ...real, hash: counted(real.hash), verify: counted(real.verify) };
});
beforeEach(() => Object.assign(seen, { most: 0, begun: 0 }));

const PASSWORD = 'trois chats verts';
const known = await hashPassword(PASSWORD);
const AT_ONCE = Math.max(1, availableParallelism() - 1);
/** How often the event loop goes round until the work is done: not once for work that is done on it. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let isDone = false;
  void work.finally(() => {
    isDone = true;
  });
  let turns = 0;
  for (; !isDone; turns++) await nextTurn();
  return turns;
}

describe('a password', () => {
  it('is kept as argon2id, of 19 MiB and two passes, and another time as something else', async () => {
    expect(known).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await hashPassword(PASSWORD)).not.toBe(known);
  });

  it.each([
    ['hashed', () => hashPassword(PASSWORD)],
    ['compared', () => passwordFits(PASSWORD, known)],
    ['compared with none', () => passwordFits(PASSWORD, null)],
  ])('leaves the event loop to others while it is %s', async (_what, work) => {
    expect(await turnsDuring(work())).toBeGreaterThan(10);
  });

  it('is the same however a keyboard composed its letters, and no other', async () => {
    const composed = await hashPassword('trois é verts');
    expect(await passwordFits('trois e\u0301 verts', composed)).toBe(true);
    expect(await passwordFits('trois e verts', composed)).toBe(false);
    expect(await passwordFits('nobody has this password', null)).toBe(false);
  });
});

describe('many passwords at once', () => {
  const asked = (count: number) =>
    Promise.allSettled(
      Array.from({ length: count }, (_, at) =>
        at % 2 ? hashPassword(PASSWORD) : passwordFits(PASSWORD, known),
      ),
    );
  it('leave a processor to others, and are all done', async () => {
    const answers = await asked(AT_ONCE + 10);
    expect(answers.every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(seen).toMatchObject({ most: AT_ONCE, begun: AT_ONCE + 10, running: 0 });
  });

  it('are refused beyond the hundred that wait, and cost nothing then', async () => {
    const answers = await asked(AT_ONCE + 103);
    const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? answer.reason : []));
    expect(refused.map(({ kind }: Refusal) => kind.name)).toEqual(['busy', 'busy', 'busy']);
    expect(seen).toMatchObject({ most: AT_ONCE, begun: AT_ONCE + 100 });
  });
});
