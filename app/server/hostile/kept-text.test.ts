import ajvCompiler from '@fastify/ajv-compiler';
import { describe, expect, it } from 'vitest';
import { asTyped, typedAsKept } from '#server/schemas/kept-text.ts';
import { idsAsKept } from '../plugins/external/ajv.ts';
import { filled, operationsOf, schemaAt, textsOf, valid, withValue } from '../testing/operations.ts';
import { testApp } from '../testing/test-app.ts';

/** What people type passes one function: of every text that an operation takes, by the document. */
const { app, as, db } = await testApp();
const [student, teacher, administrator] = [
  await as('student'),
  await as('teacher'),
  await as('administrator'),
];
const compile = ajvCompiler()({}, {
  onCreate: (ajv: Parameters<typeof typedAsKept>[0]) => {
    idsAsKept(ajv);
    typedAsKept(ajv);
  },
  customOptions: { allErrors: true, coerceTypes: false },
} as never);

/** Texts that nobody writes in words of their own: ids, addresses, moments, secrets, codes, a cursor. */
const isWritten = (way: string[], { format, pattern }: { format?: string; pattern?: string }) =>
  !format && !pattern?.includes('{43}') && !/^(password|current|next|cursor|code)$/.test(way.at(-1)!);
const INVISIBLE = [
  '',
  ' ',
  '\n',
  '\u00a0',
  '\u200b',
  '\u2060',
  '\u00ad',
  '\u2800',
  '\u3164',
  '\u{e0041}',
  '\u202e',
  ' \u200b \u2066',
];
const E = 'e\u0301';

const found = operationsOf(app).flatMap((operation) =>
  (operation.body ? textsOf(operation.body) : []).flatMap((way) => {
    const schema = schemaAt(operation.body!, way)!;
    return isWritten(way, schema) ? [{ ...operation, way, schema, name: way.join('.') }] : [];
  }),
);

it('finds what people type', () => {
  expect(found.map(({ route, name }) => `${route} ${name}`)).toEqual(
    expect.arrayContaining([
      'POST /api/v1/people name',
      'PATCH /api/v1/me name',
      'PATCH /api/v1/me about',
      'POST /api/v1/courses tags.0',
      'PUT /api/v1/courses/{id}/sections sections.0.title',
      'POST /api/v1/courses/{id}/threads title',
      'POST /api/v1/threads/{id}/posts body',
      'POST /api/v1/admin/notices textFr',
    ]),
  );
});

it.each(found)('$name of $route is taken as it is kept', ({ body, way, schema }) => {
  const check = compile({ schema: body } as never) as (value: unknown) => boolean;
  /** What the route gets of it; undefined where it gets nothing. */
  const got = (typed: string) => {
    const value = withValue(valid(body!), way, typed);
    return check(value)
      ? way.reduce((part, name) => (part as Record<string, unknown>)[name], value)
      : undefined;
  };
  expect(got(`In${E}s`)).toBe('Inés');
  expect(got(' Inés \n')).toBe({ line: 'Inés', text: ' Inés', document: ' Inés \n' }[schema['x-typed']!]);
  expect(got('In\u202eés\u2066')).toBe('Inés');
  if (schema['x-typed'] === 'line') expect(got('In\u200bé\u00ads\u200f')).toBe('Inés');
  for (const nothing of INVISIBLE) {
    if (schema.minLength === 1) expect([nothing, got(nothing)]).toEqual([nothing, undefined]);
  }
});

it.each(found.filter(({ schema }) => schema.minLength === 1))(
  '$name of $route is refused where nothing of it is seen',
  async ({ method, path, body, way, name, caller }) => {
    const asking = caller === 'administrator' ? administrator : student;
    for (const nothing of ['\u200b', '\u2800']) {
      await db.deleteFrom('attempts').execute();
      const answer = await asking({
        method,
        url: filled(path),
        body: withValue(valid(body!), way, nothing) as object,
        headers: { 'if-match': '"1"' },
      });
      expect([answer.statusCode, answer.body]).toEqual([400, expect.stringContaining(`"body.${name}"`)]);
    }
  },
);

it('every parameter that is typed asks for it', () => {
  const parameters = operationsOf(app).flatMap(({ route, parameters }) =>
    parameters.flatMap((each) => {
      const { type, enum: words, format } = each.schema ?? {};
      const isText = each.in === 'query' && type === 'string' && !words && !format && each.name !== 'cursor';
      return isText ? [[`${route} ${each.name}`, each.schema!['x-typed']]] : [];
    }),
  );
  expect(parameters.length).toBeGreaterThan(3);
  expect(parameters.filter(([, typed]) => !typed)).toEqual([]);
});

it('no list is refused because something in it comes twice', () => {
  expect(JSON.stringify(app.swagger())).not.toContain('uniqueItems');
});

describe('what is kept', () => {
  it('of a name, however it comes', async () => {
    const change = (body: object, version: number) =>
      student({ method: 'PATCH', url: '/api/v1/me', body, headers: { 'if-match': `"${version}"` } });
    const { version } = (await student('/api/v1/me')).json();
    expect((await change({ name: ` In\u200b${E}s Benali\u202e ` }, version)).json().name).toBe('Inés Benali');
  });

  it('of tags, each once', async () => {
    const body = { title: 'a', summary: '', subject: 's', level: 'l', tags: [`${E}t${E}`, 'été ', 'hiver'] };
    const answer = await teacher({ method: 'POST', url: '/api/v1/courses', body });
    expect([answer.statusCode, answer.json().tags]).toEqual([201, ['été', 'hiver']]);
  });

  it('of a question: it finds what was typed otherwise', async () => {
    const subject = encodeURIComponent(' Mathématiques'.normalize('NFD'));
    expect((await student(`/api/v1/courses?subject=${subject}`)).json().items).not.toEqual([]);
  });
});

describe('asTyped', () => {
  it.each([
    ['  a\u200d ', 'line', 'a'],
    ['\u2067שלום\u2069', 'line', 'שלום'],
    ['👩\u200d🚀 ❤\ufe0f', 'line', '👩\u200d🚀 ❤\ufe0f'],
    ['\n \n    code\nb \n\n', 'text', '    code\nb'],
    ['  \n', 'text', ''],
    ['a\u200fb\u202ec', 'text', 'a\u200fbc'],
  ] as const)('%j as a %s is %j', (text, kind, kept) => {
    expect(asTyped(text, kind)).toBe(kept);
    expect(asTyped(kept, kind)).toBe(kept);
  });

  it('reads a long run of spaces once', () => {
    const text = `a${' '.repeat(1_000_000)}b`;
    expect(asTyped(text, 'line')).toBe(text);
    expect(asTyped(text, 'text')).toBe(text);
  }, 5000);
});
