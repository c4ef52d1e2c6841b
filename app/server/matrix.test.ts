import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { allowed, type Permission } from './permissions.ts';
import { testApp } from './testing/test-app.ts';
import {
  idIn,
  KINDS,
  type Kind,
  makePeople,
  makeWorld,
  nowhere,
  PEOPLE,
  stateOf,
  WHO,
  type Who,
  type World,
} from './testing/world.ts';

const { app, as, ask: asVisitor } = await testApp();

const ids = await makePeople(app);
const asks = Object.fromEntries(
  await Promise.all(WHO.map(async (who) => [who, PEOPLE[who] ? await as(ids[who]) : asVisitor] as const)),
) as Record<Who, typeof asVisitor>;

/** `in` is let through to what it asked for; else the status of the refusal: 404 for anyone who may not know of a thing, 409 where it cannot be theirs. */
type Verdict = 'in' | 401 | 403 | 404 | 409;
type Rule = (who: Who, kind: Kind) => Verdict;

const isReader = (who: Who, kind: Kind): boolean =>
  kind === 'public' ||
  who === 'author' ||
  (who === 'follower' && (kind === 'invited' || kind === 'archived'));
/** Administrators see to every forum, and to no draft's words beyond it. */
const isForumReader = (who: Who, kind: Kind): boolean => isReader(who, kind) || who === 'administrator';
const either = (lets: boolean, otherwise: Verdict): Verdict => (lets ? 'in' : otherwise);

const everybody: Rule = () => 'in';
const readers: Rule = (who, kind) => either(isReader(who, kind), 404);
const authors: Rule = (who) => either(who === 'author', 404);
const followers: Rule = (who, kind) => (isReader(who, kind) ? either(who === 'follower', 409) : 404);
const forumReaders: Rule = (who, kind) => either(isForumReader(who, kind), 404);
/** What is told in confidence exists for nobody else. */
const moderators: Rule = (who) => either(who === 'author' || who === 'administrator', 404);
/** Of those who read a forum, these; the others are told that it is not theirs. */
const inForum =
  (...lets: Who[]): Rule =>
  (who, kind) =>
    isForumReader(who, kind) ? either(lets.includes(who), 403) : 404;

/** Nobody votes for their own words. */
const voters =
  (own: Who): Rule =>
  (who, kind) =>
    who === own && isForumReader(who, kind) ? 409 : inForum('follower', 'author', 'administrator')(who, kind);

const ETAG = { 'if-match': '"1"' };
const NEW_COURSE = { title: 'x', summary: '', subject: 's', level: 'l' };
const TUS = { 'tus-resumable': '1.0.0' };
interface Route {
  rule: Rule;
  body?: object | ((world: World) => object);
  headers?: Record<string, string>;
}
/** Every route, what it is asked with, and who is let in. The thing is the one that the course of each kind has. */
const MATRIX: Record<string, Route> = {
  'POST /people': {
    rule: everybody,
    body: { email: 'a@exemple.fr', name: 'A', password: 'x', role: 'student' },
  },
  'POST /people/confirmation': { rule: everybody, body: { token: 'x' } },
  'POST /people/consent': { rule: everybody, body: { token: 'x' } },
  'POST /people/consent/withdrawal': { rule: everybody, body: { token: 'x' } },
  'POST /sessions': { rule: everybody, body: {} },
  'GET /sessions/current': { rule: everybody },
  'GET /sessions': { rule: everybody },
  'DELETE /sessions/:id': { rule: () => 404 },
  'POST /recoveries': { rule: everybody, body: {} },
  'POST /recoveries/confirmation': { rule: everybody, body: {} },
  'GET /me': { rule: everybody },
  'PATCH /me': { rule: everybody, body: {} },
  'PUT /me/email': { rule: everybody, body: {} },
  'POST /people/email': { rule: everybody, body: { token: 'x' } },
  'PUT /me/password': { rule: everybody, body: {} },
  'GET /me/second-factor': { rule: everybody },
  'POST /me/second-factor': { rule: everybody, body: {} },
  'PUT /me/second-factor': { rule: everybody, body: {} },
  'POST /me/second-factor/recovery-codes': { rule: everybody, body: {} },
  'POST /me/second-factor/removal': { rule: everybody, body: {} },
  'GET /me/export': { rule: everybody },
  'GET /me/export.zip': { rule: everybody },
  'POST /me/erasure': { rule: everybody, body: {} },
  'DELETE /me/erasure': { rule: everybody },
  'GET /courses': { rule: everybody },
  'GET /courses/facets': { rule: everybody },
  'GET /courses/home': { rule: everybody },
  'GET /courses/mine': { rule: everybody },
  'POST /courses': { rule: everybody, body: NEW_COURSE },
  'POST /courses/invitations/acceptance': { rule: everybody, body: { token: 'x' } },
  'GET /notifications': { rule: everybody },
  'POST /notifications/read': { rule: everybody, body: {} },
  'GET /notifications/settings': { rule: everybody },
  'PUT /notifications/settings': { rule: everybody, body: { digest: 'never' } },
  'POST /notifications/unsubscription': { rule: everybody, body: { token: 'x' } },
  'GET /notices': { rule: everybody },
  'GET /site-pages/:name': { rule: everybody },

  'GET /courses/:id': { rule: readers },
  'GET /courses/:id/outline': { rule: readers },
  'GET /courses/:id/sections/:sectionId': { rule: readers },
  'GET /files/:id': { rule: readers },
  'GET /courses/:id/files/:name': { rule: readers },
  'PUT /courses/:id/enrolment': { rule: (who, kind) => (who === 'author' ? 409 : readers(who, kind)) },
  // Leaving takes back what is one's own, or nothing.
  'DELETE /courses/:id/enrolment': { rule: everybody },
  'PUT /courses/:id/sections/:sectionId/progress': { rule: followers, body: { done: true } },
  'PUT /courses/:id/place': { rule: followers, body: ({ section }) => ({ sectionId: section }) },
  'GET /courses/:id/sections/:sectionId/note': { rule: readers },
  'PUT /courses/:id/sections/:sectionId/note': { rule: readers, body: { body: 'Revoir' } },
  'PUT /courses/:id/rating': { rule: followers, body: { score: 80 } },
  'DELETE /courses/:id/rating': { rule: everybody },

  'PATCH /courses/:id': { rule: authors, headers: ETAG, body: { title: 'y' } },
  'PUT /courses/:id/sections': {
    rule: authors,
    headers: ETAG,
    body: { sections: [{ title: 't', body: 'b' }] },
  },
  // What is deleted already can only be taken back.
  'PUT /courses/:id/state': {
    rule: (who, kind) => (who === 'author' && kind === 'deleted' ? 409 : authors(who, kind)),
    headers: ETAG,
    body: { state: 'deleted' },
  },
  'GET /courses/:id/revisions': { rule: authors },
  'GET /courses/:id/revisions/:version': { rule: authors },
  'POST /courses/:id/revisions/:version/restoration': { rule: authors, headers: ETAG },
  'POST /courses/authors/acceptance': { rule: everybody, body: { token: 'x' } },
  'POST /courses/:id/authors': { rule: authors, body: { email: 'colleague@matrice.test' } },
  // The last one stays.
  'DELETE /courses/:id/authors/:personId': { rule: (who) => (who === 'author' ? 409 : 404) },
  'GET /courses/:id/invitations': { rule: authors },
  'POST /courses/:id/invitations': { rule: authors, body: {} },
  'DELETE /courses/:id/invitations/:invitationId': { rule: authors },
  'GET /courses/:id/followers': { rule: authors },
  'GET /courses/:id/followers.csv': { rule: authors },
  'GET /courses/:id/statistics': { rule: authors },
  'GET /courses/:id/together': { rule: (who, kind) => (kind === 'deleted' ? 404 : authors(who, kind)) },
  // Nothing was written together here.
  'POST /courses/:id/together/publication': { rule: (who) => (who === 'author' ? 409 : 404), headers: ETAG },
  'POST /courses/:id/preview': { rule: authors, body: { body: '**a**' } },
  'GET /courses/:id/room': { rule: authors },
  'POST /courses/:id/uploads': {
    rule: authors,
    headers: { ...TUS, 'upload-length': '3', 'upload-metadata': 'filename eC50eHQ=' },
  },
  'PATCH /uploads/:id': {
    rule: authors,
    headers: { ...TUS, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
  },
  'DELETE /uploads/:id': { rule: authors, headers: TUS },
  'PATCH /files/:id': { rule: authors, body: { name: 'c.txt' } },
  'GET /files/:id/references': { rule: authors },
  'DELETE /files/:id': { rule: authors },

  'GET /courses/:id/people': { rule: inForum('follower', 'author') },
  'GET /courses/:id/threads': { rule: forumReaders },
  'GET /threads/:id': { rule: forumReaders },
  'GET /threads/:id/posts': { rule: forumReaders },
  'POST /courses/:id/threads': {
    rule: inForum('follower', 'author', 'administrator'),
    body: { title: 't', body: 'b' },
  },
  'POST /threads/:id/posts': { rule: inForum('follower', 'author', 'administrator'), body: { body: 'b' } },
  'PUT /threads/:id/vote': { rule: voters('follower'), body: { value: 1 } },
  'PUT /posts/:id/vote': { rule: voters('author'), body: { value: 1 } },
  'PATCH /threads/:id': { rule: inForum('follower'), headers: ETAG, body: { title: 'u' } },
  'PATCH /posts/:id': { rule: inForum('author'), headers: ETAG, body: { body: 'u' } },
  // The callers before do not take the answers of others along.
  'DELETE /threads/:id': { rule: inForum('author', 'administrator') },
  'DELETE /posts/:id': { rule: inForum('author', 'administrator') },
  'PUT /threads/:id/accepted': {
    rule: inForum('follower', 'author', 'administrator'),
    body: ({ post }) => ({ postId: post }),
  },
  'PUT /threads/:id/moderation': { rule: inForum('author', 'administrator'), body: { pinned: true } },
  'POST /threads/:id/reports': { rule: forumReaders, body: { reason: 'r' } },
  'POST /posts/:id/reports': { rule: forumReaders, body: { reason: 'r' } },
  'GET /courses/:id/reports': { rule: moderators },
  'PUT /reports/:id/outcome': { rule: moderators, body: { outcome: 'kept' } },
  'GET /threads/:id/versions': { rule: inForum('follower', 'author', 'administrator') },
  'GET /posts/:id/versions': { rule: inForum('author', 'administrator') },

  'GET /admin/people': { rule: everybody },
  'GET /admin/people/waiting': { rule: everybody },
  'GET /admin/settings': { rule: everybody },
  'PUT /admin/settings': { rule: everybody, body: {} },
  'GET /admin/courses': { rule: everybody },
  'GET /admin/reports': { rule: everybody },
  'GET /admin/deeds': { rule: everybody },
  'GET /admin/figures': { rule: everybody },
  'GET /admin/notices': { rule: everybody },
  'POST /admin/notices': { rule: everybody, body: {} },
  'PUT /admin/site-pages/:name': { rule: everybody, body: {} },
  'DELETE /admin/notices/:id': { rule: () => 404 },
  'PATCH /admin/people/:id': { rule: everybody, body: {} },
  'DELETE /admin/people/:id/second-factor': { rule: everybody },
  'PUT /admin/people/:id/quota': { rule: everybody, body: { bytes: null } },
  // To no teacher, and what is deleted is handed on to nobody.
  'POST /admin/courses/:id/authors': {
    rule: (_, kind) => (kind === 'deleted' ? 404 : 'in'),
    body: { email: 'x@exemple.fr' },
  },
  'PUT /admin/courses/:id/state': { rule: everybody, body: { state: 'archived' } },
  'PUT /admin/courses/:id/quota': { rule: everybody, body: { bytes: null } },
};
/** These end the session by which the others are asked; their own tests are beside them. */
const FAREWELLS = ['DELETE /sessions', 'DELETE /sessions/current'];

const routes = app.declaredRoutes.filter(({ access }) => access !== 'open');
const nameOf = ({ method, url }: { method: string; url: string }) =>
  `${method} ${url.replace('/api/v1', '')}`;

/** The address of a route in a course: each parameter is the thing that it means there. */
function addressIn(url: string, world: World): string {
  const id = url.startsWith('/api/v1/admin/people/') ? ids.stranger : (idIn(url, world) ?? randomUUID());
  return url
    .replace(':id', id)
    .replace(':sectionId', world.section)
    .replace(':invitationId', world.invitation)
    .replace(':personId', ids.author)
    .replace(':version', '1')
    .replace(':name', 'a.txt')
    .replace(/\/courses\/[^/]+\/people$/, '$&?name=follower');
}

it('the matrix has a row for every route, and none for another', () => {
  expect(Object.keys(MATRIX).sort()).toEqual(
    routes
      .map(nameOf)
      .filter((name) => !FAREWELLS.includes(name))
      .sort(),
  );
});

/** What an answer tells, whatever it was asked about. */
const shownBy = ({ statusCode, body }: { statusCode: number; body: string }): string =>
  `${statusCode} ${body.replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, 'id')}`;

describe.each(KINDS)('in a course that is %s', (kind) => {
  it.each(WHO)(
    'the %s is let in where the matrix says, and learns and changes nothing elsewhere',
    async (who) => {
      let here = await makeWorld(app, ids, kind);
      let state = await stateOf(app, here);
      const found: Record<string, unknown> = {};
      const expected: Record<string, unknown> = {};
      for (const route of routes) {
        const name = nameOf(route);
        const row = MATRIX[name];
        if (!row) continue;
        const role = PEOPLE[who] ?? 'visitor';
        const may = allowed(route.access as Permission, role);
        expected[name] = may ? row.rule(who, kind) : who === 'visitor' ? 401 : 403;
        const askIn = (world: World) => {
          const body = typeof row.body === 'function' ? row.body(world) : row.body;
          return asks[who]({
            method: route.method as 'GET',
            url: addressIn(route.url, world),
            ...(row.headers ? { headers: row.headers } : {}),
            ...(body ? { body } : name === 'PATCH /uploads/:id' ? { payload: Buffer.from('abc') } : {}),
          });
        };
        const answer = await askIn(here);
        const { statusCode } = answer;
        found[name] = [401, 403, 404, 409].includes(statusCode) ? statusCode : 'in';
        // What one may not know of cannot be told from what is not there.
        if (statusCode === 404)
          expect([name, shownBy(answer)]).toEqual([name, shownBy(await askIn(nowhere()))]);
        if (route.method === 'GET') continue;
        if (statusCode >= 300) expect([name, await stateOf(app, here)]).toEqual([name, state]);
        else {
          here = await makeWorld(app, ids, kind);
          state = await stateOf(app, here);
        }
      }
      expect(found).toEqual(expected);
    },
  );
});
