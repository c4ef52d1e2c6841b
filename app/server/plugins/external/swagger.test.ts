import { expect, it } from 'vitest';
import { foreignRequest } from '#server/problems/general.ts';
import { testApp } from '#server/testing/test-app.ts';
import { operationId } from './operation-id.ts';

interface Schema {
  $ref?: string;
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  [key: string]: unknown;
}
interface Operation {
  operationId: string;
  requestBody?: { content: Record<string, { schema: Schema }> };
  parameters?: { name: string; schema: Schema; example?: unknown; examples?: object }[];
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>;
}

const { app, cookieOf } = await testApp();
const document = app.swagger() as unknown as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};
const JSON_TYPE = 'application/json';

/** What says by itself which values it takes. */
const speaks = (schema: Schema) =>
  ['examples', 'enum', 'const', 'default'].some((key) => key in schema) ||
  ['null', 'boolean'].includes(schema.type ?? '');

/** The places of a schema that nobody can guess a value of. */
function bare(schema: Schema, at: string): string[] {
  if (schema.$ref) return bare(document.components.schemas[schema.$ref.split('/').at(-1)!]!, at);
  if (speaks(schema)) return [];
  if (schema.properties)
    return Object.entries(schema.properties).flatMap(([name, each]) => bare(each, `${at}.${name}`));
  if (schema.items) return bare(schema.items, `${at}[]`);
  if (schema.anyOf) return schema.anyOf.flatMap((each) => bare(each, at));
  return schema.type === 'object' ? [] : [at];
}

it('gives an example of everything that is sent and answered as JSON', () => {
  const found = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { requestBody, parameters = [], responses }]) => {
      const body = requestBody?.content[JSON_TYPE];
      const answers = Object.entries(responses).filter(([status]) => Number(status) < 300);
      return [
        ...(body ? bare(body.schema, 'body') : []),
        ...parameters
          .filter((each) => !('example' in each || 'examples' in each))
          .flatMap(({ name, schema }) => bare(schema, name)),
        ...answers.flatMap(([status, { content }]) =>
          content?.[JSON_TYPE] ? bare(content[JSON_TYPE].schema, status) : [],
        ),
      ].map((place) => `${method} ${path}: ${place}`);
    }),
  );
  expect(found).toEqual([]);
  expect(Object.keys(document.paths).length).toBeGreaterThan(50);
});

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    route: `${method} ${path}`,
    method,
    ...operation,
  })),
);

it('names each operation, and no two alike', () => {
  const names = operations.map(({ operationId }) => operationId);
  expect(names.filter((name) => !/^(get|post|put|patch|delete)([A-Z][a-z]+)+$/.test(name))).toEqual([]);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  // Clients are made of these: a name stays as long as its address.
  expect(names).toEqual(
    expect.arrayContaining([
      'getCourses',
      'getCourse',
      'getCourseThreads',
      'getCourseRevision',
      'patchAdminPerson',
      'putCourseSectionProgress',
      'postCoursesInvitationsAcceptance',
      'deleteSession',
      'deleteSessions',
    ]),
  );
});

it('says what each answer is', () => {
  const unsaid = operations.flatMap(({ route, responses }) =>
    Object.entries(responses)
      .filter(([, { description }]) => !description || description === 'Default Response')
      .map(([status]) => `${route}: ${status}`),
  );
  expect(unsaid).toEqual([]);
});

it('says of each change that another site cannot make it, as the API does', async () => {
  const untold = operations
    .filter(({ method }) => method !== 'get')
    .filter(({ responses }) => !/`Origin`/.test(responses[403]?.description ?? ''))
    .map(({ route }) => route);
  expect(untold).toEqual([]);
  const { info, components } = app.swagger() as unknown as {
    info: { description: string };
    components: { securitySchemes: { session: { description: string } } };
  };
  for (const { description } of [info, components.securitySchemes.session])
    expect(description).toMatch(/Sec-Fetch-Site.*same-origin.*none.*Origin/s);
  const { cookie } = await cookieOf('student');
  const change = async (headers: Record<string, string>) => {
    const { statusCode, body } = await app.inject({ method: 'DELETE', url: '/api/v1/me/erasure', headers });
    return [statusCode, statusCode === 403 ? (JSON.parse(body) as { type: string }).type : ''];
  };
  const refused = [403, `/problems/${foreignRequest({}).kind.name}`];
  expect(await change({ cookie, 'sec-fetch-site': 'cross-site' })).toEqual(refused);
  expect(await change({ cookie, 'sec-fetch-site': 'same-site' })).toEqual(refused);
  expect(await change({ cookie })).toEqual(refused);
  expect(await change({ cookie, origin: 'https://elsewhere.example' })).toEqual(refused);
  expect(await change({ cookie, 'sec-fetch-site': 'same-origin' })).toEqual([204, '']);
  expect(await change({ cookie, 'sec-fetch-site': 'none' })).toEqual([204, '']);
  expect(await change({ cookie, origin: 'http://localhost', host: 'localhost' })).toEqual([204, '']);
});

it.each([
  ['GET', '/api/v1/courses/{id}/threads', 'getCourseThreads'],
  ['GET', '/api/v1/site-pages/{name}', 'getSitePage'],
  // As builders name files: a digest of letters, dashes too.
  ['GET', '/assets/reading--Dk_zA-.js', 'getAssetsReadingDk_zAJs'],
])('names %s %s', (method, path, name) => {
  expect(operationId(method, path)).toBe(name);
});
