import * as http from 'node:http';
import type { Duplex } from 'node:stream';
import * as tls from 'node:tls';
import { PORTS } from '#sites/traffic/ports.ts';
import type { Cluster } from '../deploy/cluster.ts';

/** One row of an answer of Prometheus: its labels and its value. */
export interface Sample {
  labels: Record<string, string>;
  value: number;
}
/** Asks one thing, by its expression. @throws Error where it is not answered */
export type Query = (expression: string) => Promise<Sample[]>;

const ANSWER_MILLISECONDS = 10_000;
const PLACE = { namespace: 'monitoring', pod: 'prometheus-0', secret: 'prometheus-observer' };

/**
 * Leads to the Prometheus of a cluster through the API server, as `kubectl port-forward` does: no policy admits anybody but a bastion and
 * Grafana, and Prometheus answers only to a certificate, which is read from its own Secret into memory.
 */
export async function prometheusOf(cluster: Cluster): Promise<Query> {
  const { namespace, pod, secret } = PLACE;
  const { status, body } = await cluster.ask('GET', `/api/v1/namespaces/${namespace}/secrets/${secret}`);
  if (status !== 200)
    throw new Error(`the Secret ${namespace}/${secret} is not there or may not be read (${status})`);
  const file = (name: string) => Buffer.from(String(body.data?.[name] ?? ''), 'base64');
  return queryOver(() => cluster.forward(namespace, pod, PORTS.prometheus.port), {
    ca: file('ca.crt'),
    cert: file('tls.crt'),
    key: file('tls.key'),
  });
}

/** @param open a new connection to Prometheus */
export const queryOver =
  (open: () => Promise<Duplex>, identity: { ca: Buffer; cert: Buffer; key: Buffer }): Query =>
  async (expression) => {
    const raw = await open();
    // Whoever answers is known by the authority: the way leads to a pod, which has no name of its own.
    const socket = tls.connect({ socket: raw, ...identity, checkServerIdentity: () => undefined });
    try {
      return samplesOf(await asked(socket, `/api/v1/query?query=${encodeURIComponent(expression)}`));
    } finally {
      socket.destroy();
      raw.destroy();
    }
  };

function asked(socket: tls.TLSSocket, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('no answer in time')), ANSWER_MILLISECONDS);
    const end = (error: Error | undefined, text = '') => {
      clearTimeout(late);
      if (error) reject(error);
      else resolve(text);
    };
    socket.once('error', end);
    const request = http.get({ host: 'prometheus', path, createConnection: () => socket }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        end(response.statusCode === 200 ? undefined : new Error(`it answers ${response.statusCode}`), text);
      });
    });
    request.once('error', end);
  });
}

/** @see https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries */
function samplesOf(text: string): Sample[] {
  const { data } = JSON.parse(text) as {
    data: { result: { metric: Record<string, string>; value: [number, string] }[] };
  };
  return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}
