import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** A span as OTLP has it in JSON. */
export interface ToldSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  attributes: { key: string; value: Record<string, unknown> }[];
  status: { code: number };
}
interface ExportRequest {
  resourceSpans: { resource: Pick<ToldSpan, 'attributes'>; scopeSpans: { spans: ToldSpan[] }[] }[];
}

/** A collector on this machine that keeps what it receives; for tests. @see https://opentelemetry.io/docs/specs/otlp/#otlphttp */
export async function collector() {
  const received: ExportRequest[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const json = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    const known = request.method === 'POST' && request.url === '/v1/traces';
    if (known) received.push(JSON.parse(String(json)));
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' }).end('{}');
  });
  const url = await listening(server);
  return {
    url,
    get spans(): ToldSpan[] {
      return received.flatMap((each) =>
        each.resourceSpans.flatMap((of) => of.scopeSpans.flatMap((scope) => scope.spans)),
      );
    },
    named(name: string | RegExp): ToldSpan[] {
      return this.spans.filter((span) =>
        typeof name === 'string' ? span.name === name : name.test(span.name),
      );
    },
    attributes: (span: Pick<ToldSpan, 'attributes'>): Record<string, unknown> =>
      Object.fromEntries(span.attributes.map(({ key, value }) => [key, plain(value)])),
    resource(): Record<string, unknown> {
      return this.attributes(received[0]!.resourceSpans[0]!.resource);
    },
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}
export type Collector = Awaited<ReturnType<typeof collector>>;

function plain(value: Record<string, unknown>): unknown {
  const [only] = Object.values(value);
  const { values } = (value.arrayValue ?? {}) as { values?: Record<string, unknown>[] };
  return values ? values.map(plain) : only;
}

/** Listens on a port of this machine that is free. */
export async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
