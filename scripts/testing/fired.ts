import { basename } from 'node:path';
import { afterAll, beforeAll, expect, type RunnerTestSuite } from 'vitest';
import type { Policy } from '#policies/law.ts';

/**
 * Runs before every file of unit tests: the tests of a law are of use only where it fires, so a file of them in which it found nothing fails. A
 * law that cannot find anything, or that nobody ever showed a broken tree, is seen by no other test.
 */

/** `policies/<room>/<law>.test.ts` */
const OF_LAW = /\/policies\/[\w-]+\/[\w-]+\.test\.ts$/;
let law: Policy | undefined;
let judged: Policy['check'];
let hasFired = false;

beforeAll(async () => {
  const { testPath = '' } = expect.getState();
  if (!OF_LAW.test(testPath)) return;
  const exported: Record<string, unknown> = await import(testPath.replace(/\.test\.ts$/, '.ts')).catch(
    () => ({}),
  );
  law = Object.values(exported).find((each): each is Policy => isLaw(each, basename(testPath, '.test.ts')));
  if (!law) return;
  judged = law.check;
  const check = law.check.bind(law);
  law.check = (model, tree) => {
    const found = check(model, tree);
    hasFired ||= found.length > 0;
    return found;
  };
});

// biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern which fixtures a hook wants
afterAll(({}, suite) => {
  if (!law) return;
  law.check = judged;
  // Who runs one test of a file asks nothing of the others.
  if (isPart(suite)) return;
  expect(hasFired, `${law.id} found nothing in any test of its own: show it a tree that breaks it`).toBe(
    true,
  );
});

const isPart = ({ tasks }: Pick<RunnerTestSuite, 'tasks'>): boolean =>
  tasks.some((task) => task.mode === 'skip' || ('tasks' in task && isPart(task)));
const isLaw = (value: unknown, id: string): boolean =>
  typeof value === 'object' && value !== null && 'check' in value && 'id' in value && value.id === id;
