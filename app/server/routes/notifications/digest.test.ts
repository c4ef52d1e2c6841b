import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { DEMO_COURSES } from '#server/seed/courses.ts';
import { testApp } from '#server/testing/test-app.ts';
import { sendDigests } from './digest.ts';

const { app, as, db } = await testApp();
const { id: threadId } = await db
  .insertInto('threads')
  .values({ course_id: DEMO_COURSES[0]!.id, title: 'Une question', body: '?' })
  .returning('id')
  .executeTakeFirstOrThrow();

/** To whom letters went. */
let sent: string[] = [];
const taken = async ({ to }: { to: string }) => void sent.push(to);
/** The relay and the database as they are when nothing fails. */
function healthy() {
  vi.restoreAllMocks();
  return vi.spyOn(app.mail, 'send').mockImplementation(taken);
}
let sending = healthy();
beforeEach(async () => {
  sent = [];
  sending = healthy();
  await db.deleteFrom('notifications').execute();
  await db.deleteFrom('people').where('email', 'like', '%@resumes.test').execute();
});
afterEach(() => {
  vi.restoreAllMocks();
  app.draining = false;
});

/** So many people who have not read something; their addresses. */
async function unread(count: number): Promise<string[]> {
  const emails = Array.from({ length: count }, (_, at) => `p${String(at).padStart(3, '0')}@resumes.test`);
  const people = await db
    .insertInto('people')
    .values(emails.map((email) => ({ email, name: 'Ali', role: 'student' as const })))
    .returning('id')
    .execute();
  await db
    .insertInto('notifications')
    .values(people.map(({ id }) => ({ person_id: id, kind: 'answer' as const, thread_id: threadId })))
    .execute();
  return emails;
}
/** A database that does not answer to statements that begin so. */
function away(...beginnings: string[]): void {
  const { executeQuery } = app.db;
  vi.spyOn(app.db, 'executeQuery').mockImplementation(((asked: { sql: string }) =>
    beginnings.some((each) => asked.sql.startsWith(each))
      ? Promise.reject(new Error('no database'))
      : executeQuery.call(app.db, asked as never)) as never);
}
const MARK = 'with written';
const GIVE_BACK = sql`update people set digest_at = null`;
const byName = (emails: string[]) => emails.toSorted((one, other) => one.localeCompare(other));

describe('digests', () => {
  it('go to everyone in one turn, however many they are, and to nobody twice', async () => {
    const people = await unread(510);
    await sendDigests(app);
    expect(byName(sent)).toEqual(people);
    await sendDigests(app);
    expect(sent).toHaveLength(510);
  });

  it('go to everyone once where two servers write them', async () => {
    const people = await unread(450);
    await Promise.all([sendDigests(app), sendDigests(app)]);
    expect(byName(sent)).toEqual(people);
  });

  it('stop when the app ends; the next turn writes to all who are left', async () => {
    const people = await unread(10);
    sending.mockImplementation(async (letter) => {
      await taken(letter);
      if (sent.length === 3) app.drain();
    });
    await sendDigests(app);
    expect(sent).toHaveLength(3);
    app.draining = false;
    await sendDigests(app);
    expect(byName(sent)).toEqual(people);
  });

  it.each([
    ['a letter is not taken', () => sending.mockRejectedValueOnce(new Error('451'))],
    ['the database does not answer before a letter', () => away(MARK)],
    ['the database does not answer while a letter is made', () => away(sql`insert into unsubscriptions`)],
  ])('that are left when %s come with the next turn', async (_when, fail) => {
    const people = await unread(5);
    fail();
    await expect(sendDigests(app)).rejects.toThrow();
    expect(sent).toEqual([]);
    healthy();
    await sendDigests(app);
    expect(byName(sent)).toEqual(people);
  });

  it('of a server that could not even give them back are written by others within two hours', async () => {
    const people = await unread(5);
    away(MARK, GIVE_BACK);
    await expect(sendDigests(app)).rejects.toThrow('no database');
    healthy();
    await sendDigests(app);
    expect(sent).toEqual([]);
    await query(db, sql`update people set digest_at = digest_at - interval '61 minutes'`);
    await sendDigests(app);
    expect(byName(sent)).toEqual(people);
  });

  it('go only to those who want them', async () => {
    const [email] = await unread(1);
    const { id } = await db
      .selectFrom('people')
      .select('id')
      .where('email', '=', email!)
      .executeTakeFirstOrThrow();
    const reader = await as(id);
    const wants = async (digest: 'daily' | 'never') => {
      const body = { digest };
      const answer = await reader({ method: 'PUT', url: '/api/v1/notifications/settings', body });
      expect([answer.statusCode, answer.json()]).toEqual([200, body]);
    };
    await wants('never');
    await sendDigests(app);
    expect(sent).toEqual([]);
    await wants('daily');
    await sendDigests(app);
    expect(sent).toEqual([email]);
  });
});
