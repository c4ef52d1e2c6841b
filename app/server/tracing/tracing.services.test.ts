import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { SMTPServer } from 'smtp-server';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildApp } from '../app.ts';
import { processCache } from '../cache/process-cache.ts';
import { openDatabase } from '../database/database.ts';
import type { Environment } from '../environment.ts';
import { DEMO_COURSES, DEMO_PASSWORD, DEMO_PEOPLE } from '../seed/courses.ts';
import { settingsOf } from '../settings.ts';
import { s3Store } from '../store/s3-store.ts';
import { type Collector, collector, listening } from '../testing/collector.ts';
import { testDatabase } from '../testing/database.ts';
import { openTracing } from './open-tracing.ts';
import { tracedCache } from './traced.ts';
import { tracingChoice } from './tracing.ts';

const database = await testDatabase();
afterAll(() => database.close());
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const traceparent = `00-${TRACE}-${CALLER}-01`;

/** The app over the test's database, and what it says to a collector. */
async function traced(environment: Environment = {}, to?: Collector) {
  const collected = to ?? (await collector());
  const failures: unknown[] = [];
  const settings = settingsOf(
    { OTEL_EXPORTER_OTLP_ENDPOINT: collected.url, ...environment },
    { database: { url: database.url }, port: 0 },
  );
  const tracing = (await openTracing(settings.tracing, (error) => failures.push(error)))!;
  const opened = await openDatabase(settings.database, { onStatement: tracing.statement });
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(line, _encoding, done) {
      lines.push(JSON.parse(String(line)));
      done();
    },
  });
  const app = await buildApp({ settings, database: opened, tracing, logger: { level: 'info', stream } });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const close = async () => {
    await app.close();
    await opened.close();
    await tracing.close();
  };
  return { app, url, lines, collected, failures, close };
}
const post = (url: string, body: object, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers },
    body: JSON.stringify(body),
  });

describe('without a collector', () => {
  it('loads nothing of the libraries', async () => {
    const main = JSON.stringify(join(import.meta.dirname, '../main.ts'));
    const program = `
      // prom-client itself looks at the names of the API, which do nothing.
      const { registerHooks } = await import('node:module');
      const loaded = [];
      registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
      const { start } = await import(${main});
      const { close } = await start({ port: 0, metricsPort: 0, environment: process.env });
      await close();
      process.stderr.write(JSON.stringify([loaded.length, loaded.filter((url) => /@opentelemetry.(?!api.)/.test(url)).length]), () => process.exit(0));`;
    const run = async (more: Environment) => {
      const { stderr } = await promisify(execFile)(
        process.execPath,
        ['--input-type=module', '--eval', program],
        { env: { PATH: process.env.PATH, DATABASE_URL: database.url, ...more } },
      );
      return JSON.parse(stderr) as [number, number];
    };
    const [all, ofTraces] = await run({});
    expect(all).toBeGreaterThan(100);
    expect(ofTraces).toBe(0);
    // The same look finds them where there is a collector.
    expect((await run({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }))[1]).toBeGreaterThan(10);
  });

  it.each([
    [{}, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_SDK_DISABLED: 'true' }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_TRACES_EXPORTER: 'none' }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/' }, 'http://c:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://c/otlp' }, 'https://c/otlp'],
  ])('reads %o as %s', (environment, url) => {
    expect(tracingChoice(environment, 'sxb')?.url).toBe(url);
  });

  it.each([
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' },
      'OTEL_EXPORTER_OTLP_ENDPOINT is no address of a collector; write http://localhost:4318',
    ],
    [
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      'OTEL_EXPORTER_OTLP_PROTOCOL is "grpc"; traces leave as http/json, which collectors take on port 4318',
    ],
    [{ OTEL_TRACES_SAMPLER: 'some' }, /^OTEL_TRACES_SAMPLER is "some"; there are always_on, /],
    [{ OTEL_TRACES_SAMPLER_ARG: '7' }, 'OTEL_TRACES_SAMPLER_ARG is "7"; a part of all traces is from 0 to 1'],
  ])('says in one line what is wrong with %o', (environment, message) => {
    const all = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', ...environment };
    expect(() => tracingChoice(all, undefined)).toThrow(message);
  });
});

describe('with a collector', () => {
  it('tells a request by its route, in the caller’s trace, with its statements and without a value', async () => {
    const { url, lines, collected, close } = await traced({ FREDU_SITE: 'sxb' });
    const { id } = DEMO_COURSES[0]!;
    const answer = await fetch(`${url}/api/v1/courses/${id}?hush=1`, { headers: { traceparent } });
    await fetch(`${url}/api/v1/courses/${id}`);
    await fetch(`${url}/readyz`);
    await close();
    const [request, other] = collected.named('GET /api/v1/courses/:id');
    expect(request).toMatchObject({ traceId: TRACE, parentSpanId: CALLER, kind: 2 });
    expect(collected.attributes(request!)).toEqual({
      'http.request.method': 'GET',
      'http.response.status_code': answer.status,
      'http.route': '/api/v1/courses/:id',
      'http.response.header.x-request-id': [answer.headers.get('x-request-id')],
      'network.protocol.version': '1.1',
      'url.scheme': 'http',
    });
    expect(other!.traceId).not.toBe(TRACE);
    // The one line of the log that has the request's id has the trace's.
    expect(lines.find((line) => line.reqId === answer.headers.get('x-request-id'))).toMatchObject({
      traceId: TRACE,
      msg: 'answered',
    });
    expect(collected.resource()).toMatchObject({ 'service.name': 'education-api', 'cloud.region': 'sxb' });
    expect(collected.named(/readyz/)).toEqual([]);
    expect(JSON.stringify(collected.spans)).not.toContain('hush');
  });

  it('keeps statements and letters in the trace of a request with a body', async () => {
    const letters: string[] = [];
    const relay = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, _session, done) {
        let text = '';
        stream.on('data', (chunk) => {
          text += chunk;
        });
        stream.on('end', () => {
          letters.push(text);
          done();
        });
      },
    });
    const port = await new Promise<number>((resolve) => {
      const server = relay.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    });
    onTestFinished(() => new Promise((resolve) => void relay.close(() => resolve())));
    const { app, url, collected, close } = await traced({ SMTP_URL: `smtp://127.0.0.1:${port}` });
    const { email } = DEMO_PEOPLE[0]!;
    const signed = await post(`${url}/api/v1/sessions`, { email, password: DEMO_PASSWORD }, { traceparent });
    expect(signed.status).toBe(201);
    const forgotten = `00-${TRACE.replace('0', '1')}-${CALLER}-01`;
    expect((await post(`${url}/api/v1/recoveries`, { email }, { traceparent: forgotten })).status).toBe(202);
    await app.settled();
    expect(letters).toHaveLength(1);
    await close();

    const [request] = collected.named('POST /api/v1/sessions');
    const statements = collected.spans.filter((span) => span.parentSpanId === request!.spanId);
    expect(statements.map((span) => span.name)).toContain('SELECT');
    expect(statements.map((span) => span.name)).toContain('INSERT');
    for (const statement of statements) {
      expect(statement.traceId).toBe(TRACE);
      const { 'db.system.name': system, 'db.query.text': text } = collected.attributes(statement);
      expect(system).toBe('postgresql');
      expect(text).toMatch(/\w/);
    }
    const [letter] = collected.named('smtp send');
    expect(letter!.traceId).toBe(TRACE.replace('0', '1'));
    const all = JSON.stringify(collected.spans);
    for (const secret of [email, DEMO_PASSWORD, signed.headers.get('set-cookie')!.split(/[=;]/)[1]!])
      expect(all).not.toContain(secret);
  });

  it('names the trace to the object store, and to the cache only that it was asked', async () => {
    const asked: Record<string, unknown>[] = [];
    const s3 = createServer((request, response) => {
      asked.push({ method: request.method, ...request.headers });
      response.writeHead(request.url!.includes('missing') ? 404 : 200, { 'content-length': 3 });
      response.end(request.method === 'HEAD' ? undefined : 'abc');
    });
    const endpoint = await listening(s3);
    onTestFinished(() => void s3.close());
    const collected = await collector();
    const choice = tracingChoice({ OTEL_EXPORTER_OTLP_ENDPOINT: collected.url }, undefined);
    const tracing = (await openTracing(choice, () => {}))!;
    const bucket = { endpoint, writeEndpoint: undefined, bucket: 'b', region: 'r' };
    const store = s3Store({ ...bucket, accessKey: 'AK', secretKey: 'hush' }, { tracing });
    const cache = tracedCache(processCache(), tracing);
    const request = tracing.serve('GET', { traceparent });
    await new Promise<void>((resolve, reject) => {
      request.within(() => {
        Promise.all([store.size('files/a'), store.size('missing'), cache.get('search:hush')]).then(
          ([size, none]) => {
            expect([size, none]).toEqual([3, undefined]);
            resolve();
          },
          reject,
        );
      });
    });
    request.end({ name: 'GET /x', attributes: {} });
    await store.close();
    await tracing.close();
    const heads = collected.named('S3 HeadObject');
    expect(heads.map((span) => collected.attributes(span)['http.response.status_code']).sort()).toEqual([
      200, 404,
    ]);
    for (const span of [...heads, ...collected.named('memcached get')]) expect(span.traceId).toBe(TRACE);
    expect(asked.map((each) => each.traceparent).sort()).toEqual(
      heads.map((span) => `00-${TRACE}-${span.spanId}-01`).sort(),
    );
    // A proxy that goes on with the trace must not break the signature.
    expect(asked[0]!.authorization).not.toContain('traceparent');
    expect(JSON.stringify(collected.spans)).not.toContain('hush');
  });

  it.each([
    ['always_off', '1', 0],
    ['traceidratio', '0', 0],
    ['parentbased_always_off', '1', 1],
    ['parentbased_traceidratio', '0', 1],
    ['always_on', '1', 2],
  ])('by the sampler %s of %s tells %i of a sampled trace and a new one', async (sampler, part, count) => {
    const { url, collected, close } = await traced({
      OTEL_TRACES_SAMPLER: sampler,
      OTEL_TRACES_SAMPLER_ARG: part,
    });
    await fetch(`${url}/api/v1/notices`, { headers: { traceparent } });
    await fetch(`${url}/api/v1/notices`);
    await close();
    expect(collected.named('GET /api/v1/notices')).toHaveLength(count);
  });

  it('marks what we failed at, and what does not exist with no name of its own', async () => {
    const { url, collected, close } = await traced();
    await fetch(`${url}/nothing/here-${Date.now()}`);
    await database.asOwner('alter table notices rename to notices_away');
    expect((await fetch(`${url}/api/v1/notices`)).status).toBe(500);
    await database.asOwner('alter table notices_away rename to notices');
    await close();
    const [failed] = collected.named('GET /api/v1/notices');
    expect(failed!.status.code).toBe(2);
    expect(collected.attributes(failed!)['error.type']).toBe('42P01');
    const statement = collected.spans.find(
      (span) => collected.attributes(span)['error.type'] === '42P01' && span !== failed,
    );
    expect(statement!.parentSpanId).toBe(failed!.spanId);
    expect(collected.named('GET')).toHaveLength(1);
  });

  it('answers as ever when the collector is away, says so once, and does not wait for it', async () => {
    const collected = await collector();
    await collected.close();
    const { url, failures, close } = await traced({}, collected);
    for (let times = 0; times < 600; times++) expect((await fetch(`${url}/api/v1/notices`)).status).toBe(200);
    const begun = performance.now();
    await close();
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(failures.length).toBeLessThanOrEqual(1);
  });
});
