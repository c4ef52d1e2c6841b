import { Resolver } from 'node:dns/promises';
import { appendFileSync, readFileSync } from 'node:fs';
import { request } from 'node:https';

/**
 * What people do all the time, from where they are: `node probes.ts SETTINGS RESULTS`. Each asks in each family, every quarter of a
 * second, from another household in turn; names are asked of the name servers each time. A line a request goes to the results.
 */
export interface ProbeSettings {
  names: string;
  /** The file of the authority that the world trusts. */
  authority: string;
  targets: { probe: string; url: string }[];
  /** Addresses of one's own. */
  from: { ipv4: string; ipv6: string }[];
}
export interface Probed {
  /** Milliseconds since 1970 when it was asked. */
  at: number;
  probe: string;
  family: 'ipv4' | 'ipv6';
  milliseconds: number;
  /** Absent when there was no answer. */
  status?: number;
  /** Who says to have answered. */
  by?: string;
  error?: string;
}

const EVERY = 250;
/** A person waits longer; what was not there by then was a failure that they saw. */
const PATIENCE = 2000;
const isServed = ({ status }: Probed): boolean => status !== undefined && status < 400;

/** The longest time in which nobody was served, in seconds, of results in the order of their start. */
export function withoutService(results: readonly Probed[], from: number, to: number): number {
  let last = from;
  let longest = 0;
  for (const result of results) {
    if (!isServed(result)) continue;
    longest = Math.max(longest, result.at - last);
    last = Math.max(last, result.at);
  }
  return Math.max(longest, to - last) / 1000;
}
export { isServed };

if (import.meta.main) {
  const [settingsFile = '', resultsFile = ''] = process.argv.slice(2);
  const settings = JSON.parse(readFileSync(settingsFile, 'utf8')) as ProbeSettings;
  const ca = readFileSync(settings.authority);
  const resolver = new Resolver({ timeout: 1000, tries: 2 });
  resolver.setServers([settings.names]);
  let turn = 0;

  const ask = async (
    probe: string,
    url: URL,
    family: Probed['family'],
    localAddress: string,
  ): Promise<Probed> => {
    const at = Date.now();
    const own = (rest: Partial<Probed>): Probed => ({
      at,
      probe,
      family,
      milliseconds: Date.now() - at,
      ...rest,
    });
    try {
      const [host] = await (family === 'ipv4'
        ? resolver.resolve4(url.hostname)
        : resolver.resolve6(url.hostname));
      return await new Promise((resolve) => {
        const asked = request(
          {
            host,
            port: 443,
            path: `${url.pathname}${url.search}`,
            servername: url.hostname,
            headers: { host: url.hostname },
            localAddress,
            ca,
            agent: false,
          },
          (answer) => {
            answer.resume();
            answer.on('end', () => {
              clearTimeout(timer);
              const by = answer.headers['x-answered-by'] ?? answer.headers['x-fredu-site'];
              resolve(own({ status: answer.statusCode, ...(by ? { by: String(by) } : {}) }));
            });
          },
        );
        const timer = setTimeout(() => asked.destroy(new Error('no answer in time')), PATIENCE);
        asked.on('error', (error: NodeJS.ErrnoException) => {
          clearTimeout(timer);
          resolve(own({ error: error.code ?? error.message }));
        });
        asked.end();
      });
    } catch (error) {
      return own({ error: `name: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}` });
    }
  };

  setInterval(() => {
    const from = settings.from[turn % settings.from.length]!;
    turn += 1;
    for (const { probe, url } of settings.targets)
      for (const family of ['ipv4', 'ipv6'] as const)
        ask(probe, new URL(url), family, from[family]).then((result) =>
          appendFileSync(resultsFile, `${JSON.stringify(result)}\n`),
        );
  }, EVERY);
}
