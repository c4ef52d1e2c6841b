import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { batched } from './batched.ts';

/** A reader whose statements end when the test says so. */
function reader() {
  const statements: { keys: string[]; end(error?: Error): void }[] = [];
  const read = batched((keys) => {
    const { promise, resolve, reject } = Promise.withResolvers<Map<string, string>>();
    const rows = new Map(keys.filter((key) => key !== 'none').map((key) => [key, `row ${key}`]));
    statements.push({ keys, end: (error) => (error ? reject(error) : resolve(rows)) });
    return promise;
  });
  return { read, statements };
}

describe('a reader by key', () => {
  it('reads what is asked for at once in one statement, each key once', async () => {
    const { read, statements } = reader();
    const answers = Promise.all(['a', 'b', 'a', 'none'].map(read));
    await turn();
    expect(statements.map(({ keys }) => keys)).toEqual([['a', 'b', 'none']]);
    statements[0]!.end();
    expect(await answers).toEqual(['row a', 'row b', 'row a', undefined]);
  });

  it('gathers while two statements are under way, and answers nobody from one that had begun before', async () => {
    const { read, statements } = reader();
    const answers = [read('a')];
    await turn();
    answers.push(read('a'));
    await turn();
    answers.push(read('a'), read('b'));
    await turn();
    expect(statements.map(({ keys }) => keys)).toEqual([['a'], ['a']]);
    statements[0]!.end();
    await turn();
    expect(statements.map(({ keys }) => keys)).toEqual([['a'], ['a'], ['a', 'b']]);
    for (const { end } of statements) end();
    expect(await Promise.all(answers)).toEqual(['row a', 'row a', 'row a', 'row b']);
  });

  it('tells those whose statement failed, and goes on', async () => {
    const { read, statements } = reader();
    const failing = [read('a'), read('b')].map((answer) => expect(answer).rejects.toThrow('lost'));
    await turn();
    statements[0]!.end(new Error('lost'));
    await Promise.all(failing);
    const answer = read('a');
    await turn();
    statements[1]!.end();
    expect(await answer).toBe('row a');
  });
});
