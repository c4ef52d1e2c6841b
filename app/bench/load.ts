import autocannon from 'autocannon';

/** What a load found. Times are in milliseconds. */
export interface Measured {
  perSecond: number;
  p50: number;
  p95: number;
  p99: number;
  /** Answers that were none, or no success. */
  failed: number;
}

/** Asks as fast as the app answers, or so many times a second, each connection one request after the other. */
export async function load(options: {
  url: string;
  seconds: number;
  connections: number;
  perSecond?: number;
  requests: { method: string; path: string; headers?: Record<string, string>; body?: string }[];
}): Promise<Measured> {
  const { url, seconds, connections, perSecond, requests } = options;
  const times: number[] = [];
  let failed = 0;
  const running = autocannon({
    url,
    duration: seconds,
    connections,
    overallRate: perSecond,
    requests,
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
