import { Ajv2020 } from 'ajv/dist/2020.js';
import type { LightMyRequestResponse } from 'fastify';

interface Answer {
  content?: Record<string, { schema?: object }>;
  headers?: object;
}
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Answer> }>>;
  components?: object;
}

/** Headers by which an answer tells something of itself. */
const TELLING = [
  'etag',
  'location',
  'retry-after',
  'idempotency-replayed',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
];

/** Holds each answer against the OpenAPI document: its status, its headers, its media type, and every field. */
export function documented(document: Document) {
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats: FORMATS });
  ajv.addSchema({ $id: 'openapi', components: document.components ?? {} });
  const templates = Object.keys(document.paths).map((path) => ({
    path,
    // `/courses/mine` is meant before `/courses/{id}`.
    parameters: path.split('{').length,
    pattern: new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`),
  }));
  templates.sort((one, other) => one.parameters - other.parameters);

  return (request: { method: string; url: string }, response: LightMyRequestResponse): void => {
    const url = request.url.split('?')[0]!;
    const method = request.method.toLowerCase();
    const path = templates.find((each) => each.pattern.test(url) && document.paths[each.path]![method])?.path;
    if (!path) return;
    const what = `${request.method} ${path} answered ${response.statusCode}`;
    const answer = document.paths[path]![method]!.responses[response.statusCode];
    if (!answer) throw new Error(`${what}, which is not documented: ${response.body}`);
    const untold = TELLING.filter((name) => name in response.headers && !(name in (answer.headers ?? {})));
    if (untold.length > 0)
      throw new Error(`${what} with headers that are not documented: ${untold.join(', ')}`);
    const type = String(response.headers['content-type'] ?? '').split(';')[0]!;
    if (!answer.content) return;
    const known = answer.content[type] ?? answer.content['*/*'];
    if (!known)
      throw new Error(`${what} as ${type}; documented are ${Object.keys(answer.content).join(', ')}`);
    if (!known.schema || !/json/.test(type)) return;
    const schema = JSON.parse(
      JSON.stringify(known.schema).replaceAll('"#/components', '"openapi#/components'),
    );
    const { $id: _, ...anonymous } = schema;
    if (!ajv.validate(anonymous, response.json())) {
      throw new Error(
        `${what} with a body that is not documented: ${ajv.errorsText()}\n${response.body.slice(0, 1000)}`,
      );
    }
  };
}

const FORMATS = {
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  date: /^\d{4}-\d\d-\d\d$/,
  email: /^[^\s@]+@[^\s@]+$/,
  uri: /^[a-z]+:\S+$/,
  'uri-reference': /^\S+$/,
};
