import { expect, it } from 'vitest';
import type { Database } from './database.ts';
import { transaction } from './transaction.ts';

/** A database whose first transactions end with these errors. */
const failing = (...codes: string[]): Database =>
  ({
    transaction: () => ({
      async execute(body: (transaction: object) => Promise<unknown>) {
        const result = await body({});
        const code = codes.shift();
        if (code) throw Object.assign(new Error(code), { code });
        return result;
      },
    }),
  }) as never;

it('runs its body again after a conflict, and after nothing else', async () => {
  let runs = 0;
  const run = async () => ++runs;
  expect(await transaction(failing('40001', '40P01'), run)).toBe(3);
  runs = 0;
  await expect(transaction(failing('23505', '40001'), run)).rejects.toThrow('23505');
  expect(runs).toBe(1);
});

it('has for its result what comes back from JSON as it went in', async () => {
  const result = { id: 'a', tags: ['b', null], by: { count: 1 } };
  expect(await transaction(failing(), async () => result)).toEqual(JSON.parse(JSON.stringify(result)));
  expect(await transaction(failing(), async () => undefined)).toBeUndefined();
  // @ts-expect-error: a repeated request would get its text
  await transaction(failing(), async () => ({ at: new Date() }));
  // @ts-expect-error: a repeated request would get null
  await transaction(failing(), async () => (Math.abs(1) > 2 ? { id: 'a' } : undefined));
  // @ts-expect-error: a repeated request would get an empty object
  await transaction(failing(), async () => new Map([['a', 1]]));
});
