import { join } from 'node:path';
import { createServer } from 'vite';
import { API, VARIABLES } from '#shared/contract.ts';
import { main, options } from './lib/main.ts';
import { daemon } from './lib/run.ts';
import { ROOT } from './lib/sites.ts';

const USAGE = `npm run dev

Serves the education app for work on it: pages that change in the browser as they are saved, on port 5173 or the next
free one, and an API that starts again when its files change, on port ${API.port}. Ctrl-C stops both.`;

await main(async () => {
  options(USAGE, {});
  const watched = [process.execPath, '--watch', join(ROOT, 'app/server/main.ts')] as const;
  const env = { [VARIABLES.port]: String(API.port) };
  const api = daemon(watched, { log: '/dev/stderr', env, detached: true });
  const pages = await createServer({ configFile: join(ROOT, 'app/web/vite.config.ts') });
  await pages.listen();
  pages.printUrls();
  const asked = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => asked.resolve());
  await asked.promise;
  await pages.close();
  await api.stop();
  return 0;
});
