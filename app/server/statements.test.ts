import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { invalidate } from './cache/cache.ts';
import { allowed, type Permission } from './permissions.ts';
import { COURSE_LISTS } from './routes/courses/read.ts';
import { testApp } from './testing/test-app.ts';
import { KINDS, makePeople, makeWorld, PEOPLE, WHO, type World } from './testing/world.ts';

const { app, as, ask: asVisitor, statementsOf } = await testApp();
const ids = await makePeople(app);

const LOOKED = 'the audit log has that an administrator looked';
const LOOKED_AT_OTHERS = 'it is asked whether only administrators may read it, and then the audit log has it';
/** Who may cost how many statements more, and why. */
const MORE: Record<string, { more: number; why: string }> = {
  'administrator GET /admin/people': { more: 1, why: LOOKED },
  'administrator GET /admin/people/waiting': { more: 1, why: LOOKED },
  'administrator GET /admin/courses': { more: 1, why: LOOKED },
  'administrator GET /admin/reports': { more: 1, why: LOOKED },
  'administrator GET /admin/deeds': { more: 1, why: LOOKED },
  'administrator GET /courses/:id/threads': { more: 2, why: LOOKED_AT_OTHERS },
  'administrator GET /courses/:id/reports': { more: 2, why: LOOKED_AT_OTHERS },
  'administrator GET /threads/:id': { more: 2, why: LOOKED_AT_OTHERS },
  'administrator GET /threads/:id/posts': { more: 2, why: LOOKED_AT_OTHERS },
  'administrator GET /threads/:id/versions': { more: 2, why: LOOKED_AT_OTHERS },
  'administrator GET /posts/:id/versions': { more: 2, why: LOOKED_AT_OTHERS },
};
/** A statement for each of their parts, which `everything.test.ts` counts. */
const EXPORTS = ['GET /me/export', 'GET /me/export.zip'];
/** A refusal may ask once more: whether there is nothing, or nothing for them. */
const TO_REFUSE = 1;

const nameOf = (url: string) => `GET ${url.replace('/api/v1', '')}`;
const routes = app.declaredRoutes.filter(
  ({ method, url, access }) => method === 'GET' && access !== 'open' && !EXPORTS.includes(nameOf(url)),
);

/** Each parameter is the thing that it means in a course. */
function addressIn(url: string, { course, section, file, thread, post }: World): string {
  const things: Record<string, string> = { courses: course, files: file, threads: thread, posts: post };
  const id = things[url.split('/')[3]!] ?? randomUUID();
  return url
    .replace(':id', id)
    .replace(':sectionId', section)
    .replace(':version', '1')
    .replace('/site-pages/:name', '/site-pages/conditions')
    .replace(':name', 'a.txt')
    .replace(/\/courses\/[^/]+\/people$/, '$&?name=follower');
}

/** By who asks for what, of all kinds of courses: the most statements over one, and one that looks up who asks. */
const over: Record<string, number> = {};
/** What somebody was let in to. */
const reached = new Set<string>();

beforeAll(async () => {
  const worlds = await Promise.all(KINDS.map((kind) => makeWorld(app, ids, kind)));
  for (const who of WHO) {
    const ask = PEOPLE[who] ? await as(ids[who]) : asVisitor;
    for (const { url, access } of routes) {
      if (!allowed(access as Permission, PEOPLE[who] ?? 'visitor')) continue;
      for (const world of worlds) {
        // Lists are made again each time.
        await invalidate(app.cache, COURSE_LISTS);
        await app.settled();
        let status = 0;
        const count = await statementsOf(async () => {
          status = (await ask(addressIn(url, world))).statusCode;
          await app.settled();
        });
        // 426: what two write together is no page, and was found.
        const isRefused = status >= 400 && status !== 426;
        if (!isRefused) reached.add(nameOf(url));
        const most = (PEOPLE[who] ? 2 : 1) + (isRefused ? TO_REFUSE : 0);
        const name = `${who} ${nameOf(url)}`;
        over[name] = Math.max(over[name] ?? 0, count - most);
      }
    }
  }
});

it('a read costs one statement, and one that looks up who asks, or it is said why more', () => {
  const more = Object.entries(over).filter(([, count]) => count > 0);
  expect(Object.fromEntries(more)).toEqual(
    Object.fromEntries(Object.entries(MORE).map(([name, each]) => [name, each.more])),
  );
});

it('every route that reads was counted where it answers', () => {
  expect([...reached].sort()).toEqual(routes.map(({ url }) => nameOf(url)).sort());
});
