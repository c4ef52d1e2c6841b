import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outcome, run } from '../lib/run.ts';
import { ROOT } from '../lib/sites.ts';
import { THREE_SITES } from './three-sites.ts';

/** A twin of one test, in a folder of its own, with its command as a person types it. */
export function ownTwin({ timeoutSeconds }: { timeoutSeconds: number }) {
  const folder = mkdtempSync(join(tmpdir(), 'fredu-twin-'));
  const env = { FREDU_TWIN: join(folder, 'twin') };
  // What the test asks of the twin by itself is of the same one.
  process.env.FREDU_TWIN = env.FREDU_TWIN;
  const command = (...words: string[]): Promise<Outcome> =>
    run([process.execPath, join(ROOT, 'scripts/twin.ts'), ...words], { env, timeoutSeconds });
  const twin = (...words: string[]): Promise<Outcome> => command(...words, '--sites', THREE_SITES);
  return {
    folder,
    env,
    /** Its name in the list of processes and mounts, for what looks for remains. */
    pattern: join(folder, 'pattern'),
    command,
    twin,
    /** @throws Error with what it said, where it fails */
    async must(...words: string[]): Promise<string> {
      const { code, stdout, stderr } = await twin(...words);
      if (code !== 0) throw new Error(`twin ${words.join(' ')} ended with ${code}: ${stdout}${stderr}`);
      return stdout;
    },
    async end(): Promise<void> {
      await command('stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
