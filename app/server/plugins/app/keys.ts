import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fp from 'fastify-plugin';
import type { Keys } from '#server/security/second-factor.ts';
import type { Settings } from '#server/settings.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** What secrets in the database are sealed by; none, where the platform has no key: then nothing is kept that needs one. */
    keys: Keys;
  }
}

/** Keys that do not stand in the database: as set, or beside an embedded one a file of its own, made at the first start. */
export const keys = fp(
  async (app) => {
    app.decorate('keys', app.settings.keys ?? (await embeddedKeys(app.settings)));
  },
  { name: 'keys' },
);

async function embeddedKeys({ database, dataDir }: Settings): Promise<Keys> {
  if (!('folder' in database)) return [];
  const path = join(dataDir, 'key');
  await mkdir(dataDir, { recursive: true });
  // Of two first starts at once one writes it.
  await writeFile(path, `${randomBytes(32).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  return [(await readFile(path, 'utf8')).trim()];
}
