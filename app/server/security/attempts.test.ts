import { afterAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../testing/database.ts';
import { countAttempt } from './attempts.ts';

const database = await testDatabase();
afterAll(() => database.close());
const { db } = database.open;

const TEN = { max: 10, minutes: 15 };
/** Whether so many tries are allowed. */
const tried = (who: string, times?: number): Promise<boolean> =>
  countAttempt(db, 'knock', who, { ...TEN, ...(times === undefined ? {} : { times }) }).then(
    () => true,
    () => false,
  );

describe('tries', () => {
  it('are counted, each of several at the same time, up to the allowance', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => tried('ines')));
    expect(all.filter(Boolean)).toHaveLength(10);
    expect(await tried('camille')).toBe(true);
  });

  it('of a list are counted all or not at all, by one statement', async () => {
    database.statements.length = 0;
    expect(await tried('a list', 8)).toBe(true);
    expect(database.statements).toHaveLength(1);
    expect(await tried('a list', 3)).toBe(false);
    // What was refused took nothing of what is left.
    expect(await tried('a list', 2)).toBe(true);
    expect(await tried('a list')).toBe(false);
    expect(await tried('a longer list', 11)).toBe(false);
  });

  it('are counted again when their time is over, and those who came too often are told when', async () => {
    expect(await tried('hugo', 10)).toBe(true);
    await expect(countAttempt(db, 'knock', 'hugo', TEN)).rejects.toMatchObject({
      statusCode: 429,
      headers: { 'retry-after': expect.stringMatching(/^(8\d\d|900)$/) },
    });
    await db
      .updateTable('attempts')
      .set({ until_at: new Date(0) })
      .execute();
    expect([await tried('hugo', 10), await tried('hugo')]).toEqual([true, false]);
  });
});
