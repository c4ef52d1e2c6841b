import { it } from 'vitest';
import { find } from '../lib/programs.ts';

/** Where a program comes from that Debian has too old. */
const FROM: Record<string, string> = { go: 'from go.dev/dl: Kubernetes 1.35 needs 1.25' };

/**
 * A test that asks a real program about generated files. Without the program it is skipped and says what to install;
 * with `FREDU_REQUIRE=all` (as in `.ci/run`) a missing program is a failure.
 */
export function itJudged(
  program: string,
  name: string,
  test: () => void | Promise<void>,
  timeoutMilliseconds?: number,
): void {
  const missing = `${program} is not installed (${FROM[program] ?? 'its package stands in .ci/packages'})`;
  if (find(program)) it(name, test, timeoutMilliseconds);
  else if (process.env.FREDU_REQUIRE === 'all') it(name, () => Promise.reject(new Error(missing)));
  else it.skip(`${name} – skipped: ${missing}`);
}
