import type { ObjectsSite } from '#sites/site-kinds.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import type { Executor } from '../procedure/carry-out.ts';
import type { Command } from '../run.ts';

/** What was written at a lost site and is nowhere else. */
export interface Loss {
  /** How far the last copy was behind when it was last seen, with the time since nobody looked; absent where nobody knows. */
  seconds?: number;
  words: string;
}

/** How long before the loss somebody may have seen it last: an outage that nobody acted on for longer is looked at by hand. */
const SEEN_WITHIN = '1d';
/** The exporter looks every minute, and what was written after its last look was seen by nobody. */
const LOOK_SECONDS = 60;
const LAG = 'object_store_sync_lag_seconds';

/**
 * How much the heir had not copied when it last could ask, by what its zone exporter told its Prometheus. The names of the files
 * are known to the lost site only: they come to light when it returns, by `--return`, which copies them.
 */
export async function lossAt(heir: ObjectsSite, lost: ObjectsSite, by: Executor): Promise<Loss> {
  const { code, stdout } = await by.run(query(heir, `max(last_over_time(${LAG}[${SEEN_WITHIN}]))`), {
    timeoutSeconds: 30,
  });
  const lag = code === 0 ? numberIn(stdout) : undefined;
  if (lag === undefined)
    return {
      words: `nobody knows what ${heir.code} had not copied: its Prometheus has not seen the object store within a day, or does not answer`,
    };
  const seconds = lag + LOOK_SECONDS;
  return {
    seconds,
    words: `${heir.code} was ${lag} s behind when it was last seen, and is looked at every ${LOOK_SECONDS} s: objects of the last ${seconds} s before the loss of ${lost.code} may be there only. Buckets and users made in that time, too. They are copied when it returns`,
  };
}

const query = (site: ObjectsSite, expression: string): Command => [
  'kubectl',
  `--context=${site.code}`,
  '--namespace=monitoring',
  'exec',
  'statefulset/prometheus',
  '--container=prometheus',
  '--',
  'promtool',
  'query',
  'instant',
  '--format=json',
  `http://localhost:${PORTS.prometheus.port}`,
  expression,
];

/** @see https://prometheus.io/docs/prometheus/latest/querying/api/#expression-query-result-formats */
function numberIn(text: string): number | undefined {
  try {
    const [first] = JSON.parse(text) as { value: [number, string] }[];
    const value = Math.ceil(Number(first?.value[1]));
    return Number.isFinite(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
