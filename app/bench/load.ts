import autocannon from 'autocannon';

/** One request of a load. */
export interface Asked {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** What a load found. Times are in milliseconds. */
export interface Measured {
  perSecond: number;
  p50: number;
  p95: number;
  p99: number;
  /** Answers that were none, or no success. */
  failed: number;
}

/** Different requests that one connection repeats; preparing thousands for each of a hundred would be measured too. */
const EACH_CONNECTION_MAX = 100;

/** Asks as fast as the app answers, or so many times a second; each connection one request after the other, in an order of its own. */
export async function load(options: {
  url: string;
  seconds: number;
  connections: number;
  perSecond?: number;
  requests: Asked[];
}): Promise<Measured> {
  const { url, seconds, connections, perSecond, requests } = options;
  const times: number[] = [];
  let failed = 0;
  const running = autocannon({
    url,
    duration: seconds,
    connections,
    overallRate: perSecond,
    setupClient: (client) => client.setRequests(shuffled(requests).slice(0, EACH_CONNECTION_MAX)),
  });
  running.on('response', (_client: unknown, status: number, _bytes: number, milliseconds: number) => {
    times.push(milliseconds);
    if (status >= 400) failed += 1;
  });
  const { errors, timeouts } = await running;
  times.sort((a, b) => a - b);
  const at = (part: number) =>
    times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? Number.NaN;
  return {
    perSecond: times.length / seconds,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    failed: failed + errors + timeouts,
  };
}

function shuffled(requests: Asked[]): (Asked & { method: string })[] {
  const drawn = requests.map((request) => ({ at: Math.random(), request }));
  return drawn.sort((a, b) => a.at - b.at).map(({ request }) => ({ method: 'GET', ...request }));
}
