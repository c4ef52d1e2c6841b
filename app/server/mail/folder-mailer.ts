import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeptLetter, Letter, Mailer } from './mailer.ts';

/** How many letters the page shows. */
const SHOWN = 50;

/** Puts letters into a folder instead of sending them, for one's own machine. */
export function folderMailer(folder: string): Mailer {
  return {
    async send(letter: Letter) {
      await mkdir(folder, { recursive: true });
      const at = new Date().toISOString();
      const id = `${at.replace(/[:.]/g, '-')}-${randomUUID()}`;
      const unfinished = join(folder, `${id}.part`);
      await writeFile(unfinished, JSON.stringify({ id, at, ...letter } satisfies KeptLetter, null, 2));
      await rename(unfinished, join(folder, `${id}.json`));
    },
    async kept() {
      const names = await readdir(folder).catch(() => []);
      const newest = names
        .filter((name) => name.endsWith('.json'))
        .sort()
        .reverse()
        .slice(0, SHOWN);
      return Promise.all(
        newest.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as KeptLetter),
      );
    },
    async close() {},
  };
}
