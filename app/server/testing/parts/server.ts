import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { API, VARIABLES } from '#shared/contract.ts';
import { type Daemon, daemon } from '../../../../scripts/lib/run.ts';
import { until } from './programs.ts';

/** The app in a process of its own, as it is deployed, so that it can be killed. */
export interface Server {
  url: string;
  /** Ends it as the lack of memory or of power does: nothing of it runs any more. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

let started = 0;

/** Starts the app on a port of this machine; `variables` say over which parts, and what is embedded has its data in the folder. */
export async function startServer(folder: string, variables: Record<string, string> = {}): Promise<Server> {
  const log = join(folder, `server-${++started}.log`);
  const env = {
    [VARIABLES.port]: '0',
    // Each client is known by its own address, as behind the ingress.
    [VARIABLES.publicUrl]: 'http://localhost',
    // One person asks in a test for what a class does in an hour.
    [VARIABLES.changesPerMinute]: '1000000',
    ...variables,
  };
  const main = JSON.stringify(join(import.meta.dirname, '../../main.ts'));
  const program = `
    const { closeOnSignals, start } = await import(${main});
    const starting = start({ dataDir: ${JSON.stringify(join(folder, 'app'))}, metricsPort: 0 });
    closeOnSignals(starting);
    console.log((await starting).url);`;
  const running: Daemon = daemon([process.execPath, '--input-type=module', '--eval', program], { log, env });
  const said = () => /^(http:\/\/localhost:\d+)$/m.exec(readFileSync(log, 'utf8'))?.[1];
  await until('the server listens', () => said() !== undefined);
  const url = said()!;
  await until('the server is ready', async () => (await fetch(url + API.readyPath)).ok);
  return {
    url,
    async kill() {
      process.kill(running.pid, 'SIGKILL');
      await running.stop();
    },
    stop: () => running.stop(),
  };
}
