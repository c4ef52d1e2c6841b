import { afterAll, vi } from 'vitest';

/** Runs with every file of unit tests, which share a process: what one of them put in the place of something is gone before the next. */
afterAll(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});
