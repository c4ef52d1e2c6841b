import { expect, it } from 'vitest';
import { uncheckedSql } from '#server/testing/unchecked-sql.ts';
import { Id } from '#shared/schemas/common.ts';
import { Email, KnownPassword } from '#shared/schemas/person.ts';
import { SITE_PAGE_NAMES } from '#shared/site-pages.ts';
import { query } from './database/query.ts';
import { sql } from './database/sql.ts';
import { hashPassword } from './security/passwords.ts';
import { operationsOf, type Schema, valid } from './testing/operations.ts';
import { testApp } from './testing/test-app.ts';
import { idIn, makePeople, makeWorld, type World } from './testing/world.ts';

/** What an example cannot name, for it is somebody’s own: the answer that says so, having taken everything else. */
const NAMELESS: { operations: RegExp; status: number; why: string }[] = [
  {
    operations: /\/(confirmation|consent|withdrawal|acceptance|unsubscription|people\/email)$/,
    status: 410,
    why: 'a letter brings a token of its own, once',
  },
  { operations: /^PUT .*\/second-factor$/, status: 409, why: 'nobody has begun with one there' },
  { operations: /\/second-factor\/\w/, status: 409, why: 'nobody has one there' },
  { operations: /^PUT .*\/admin\/settings$/, status: 412, why: 'nobody has set anything there' },
  { operations: /^PUT .*\/site-pages\//, status: 412, why: 'nobody has written it there' },
  { operations: /\/together\/publication$/, status: 409, why: 'nobody has written together there' },
  { operations: /^GET .*\/together$/, status: 426, why: 'it is a WebSocket' },
];

const { app, as, ask, db } = await testApp({ keys: ['a key for secrets of second factors'] });
const ids = await makePeople(app);
const operations = operationsOf(app);
const EXAMPLE = {
  id: valid(Id as Schema) as string,
  email: valid(Email as Schema),
  password: valid(KnownPassword as Schema) as string,
};

// The caller has the password of the examples.
await query(db, sql`update people set password_hash = $1`, [await hashPassword(EXAMPLE.password)]);

interface Parameter {
  name: string;
  in: string;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
  schema: Schema;
}
const exampleOf = ({ example, examples, schema }: Parameter): string =>
  String(example ?? Object.values(examples ?? {})[0]?.value ?? valid(schema));

/** A body of its own kind. */
const PIECE = 'PATCH /api/v1/uploads/{id}';

/** The only ids that examples of bodies may name are those of things that are there. */
const namedIn = (path: string, world: World): string =>
  /\/(sections|place|threads)$/.test(path)
    ? world.section
    : path.endsWith('/accepted')
      ? world.post
      : world.file;

it.each(operations)('are taken by $route', async ({ route, method, path, parameters, body }) => {
  const answers: unknown[] = [];
  for (const who of ['author', 'follower', 'stranger', 'administrator', 'visitor'] as const) {
    for (const table of ['attempts', 'idempotency_keys'])
      await query(db, uncheckedSql(`delete from ${table}`));
    await query(db, sql`update people set email = $1 where id = $2`, [EXAMPLE.email, ids.stranger]);
    if (path.endsWith('/people'))
      await query(db, sql`update people set email = $1 where id = $2`, ['other@matrice.test', ids.stranger]);
    const world = await makeWorld(app, ids, 'public');
    const by = who === 'visitor' ? ask : await as(ids[who]);
    const [session] = await query<{ id: string }>(
      db,
      sql`select id from sessions order by created_at desc limit 1`,
    );
    const [notice] = await query<{ id: string }>(
      db,
      sql`insert into notices (text_fr, text_en, starts_at, ends_at) values ('a', 'a', now(), now() + interval '1 day') returning id`,
    );
    const others: Record<string, string> = { sessions: session?.id ?? '', 'admin/notices': notice!.id };
    const other = Object.keys(others).find((each) => path.startsWith(`/api/v1/${each}/`));
    const id = other ? others[other]! : (idIn(path, world) ?? ids.colleague);
    const url = path
      .replace('{id}', id)
      .replace('{sectionId}', world.section)
      .replace('{invitationId}', world.invitation)
      .replace('{personId}', ids.colleague)
      .replace('{version}', '1')
      .replace('{name}', path.includes('/site-pages/') ? SITE_PAGE_NAMES[0]! : 'a.txt');
    const given = parameters as Parameter[];
    const asked = new URLSearchParams(
      given
        .filter((each) => each.in === 'query')
        .map((each) => [each.name, each.name === 'person' ? ids[who] : exampleOf(each)]),
    );
    const headers = given
      .filter((each) => each.in === 'header' && each.name !== 'if-match')
      .map((each) => [each.name, exampleOf(each)]);
    const sent = body && JSON.parse(JSON.stringify(valid(body)).replaceAll(EXAMPLE.id, namedIn(path, world)));

    const answer = await by({
      method,
      url: `${url}${asked.size > 0 ? `?${asked}` : ''}`,
      ...(sent ? { body: sent } : {}),
      ...(route === PIECE ? { payload: Buffer.from('123456789') } : {}),
      headers: {
        ...(route === PIECE ? { 'content-type': 'application/offset+octet-stream' } : {}),
        ...Object.fromEntries(headers),
        'if-match': '"1"',
      },
    });
    answers.push([who, answer.statusCode, answer.statusCode < 400 ? '' : answer.body.slice(0, 300)]);
    const isTaken =
      answer.statusCode < 400 ||
      NAMELESS.some((each) => each.operations.test(route) && each.status === answer.statusCode);
    if (isTaken) return;
  }
  expect(answers, route).toEqual([]);
});

it('names nothing that every example could have', () => {
  for (const each of NAMELESS) expect(operations.some(({ route }) => each.operations.test(route))).toBe(true);
});
