import { hash, verify } from '@node-rs/argon2';
import { describe, expect, it, vi } from 'vitest';
import { digestOf } from '../security/secrets.ts';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '../seed/courses.ts';
import { testApp } from '../testing/test-app.ts';

// The real one, and how often it was asked.
vi.mock('@node-rs/argon2', { spy: true });

const { app, ask, db, database, letters } = await testApp();
const student = DEMO_PEOPLE[1];

describe('an address', () => {
  const recover = (email: string) => ask({ method: 'POST', url: '/api/v1/recoveries', body: { email } });

  // The Kelvin sign and the dotted İ are a k and an i to anyone who writes them small.
  it.each([
    'eleve@fredu.test\u0000',
    'eleve@fredu.test, x@evil.test',
    'ﬀ@fredu.test',
    '\u212aelvin@fredu.test',
    'el\u0130eve@fredu.test',
    'éleve@fredu.test',
    'eleve＠fredu.test',
    'eleve@fredu。test',
    'eleve@fredu.test%0aBcc:x@evil.test',
  ])('that only looks like one of ours is none: %j', async (email) => {
    const before = (await letters()).length;
    expect((await recover(email)).json()).toMatchObject({ status: 400, errors: [{ field: 'body.email' }] });
    expect(await letters()).toHaveLength(before);
  });

  it('in capitals is that of the account, and that one gets the letter', async () => {
    expect((await recover('ELEVE@Fredu.Test')).statusCode).toBe(202);
    expect((await letters())[0]).toMatchObject({ to: student.email });
  });
});

describe('whether an address has an account', () => {
  /** What an answer says and what is done before it leaves: statements, and the passwords that are worked on. */
  const answered = async (url: string, body: object, headers: Record<string, string> = {}) => {
    await app.settled();
    await db.deleteFrom('attempts').execute();
    const { later } = app;
    const held: Parameters<typeof later>[] = [];
    app.later = (...work) => held.push(work);
    vi.clearAllMocks();
    database.statements.length = 0;
    const answer = await ask({ method: 'POST', url, body, headers });
    const done = [...database.statements];
    app.later = later;
    for (const work of held) app.later(...work);
    return {
      status: answer.statusCode,
      words: answer.body.replace(/"instance":"[^"]+"/, ''),
      headers: Object.keys(answer.headers).sort(),
      done,
      passwords: [vi.mocked(verify).mock.calls.length, vi.mocked(hash).mock.calls.length],
    };
  };
  const joining = { name: 'Ada', role: 'student', password: 'un deux trois quatre' };

  it.each([
    ['by a wrong password', '/api/v1/sessions', { password: 'wrong password' }, 401],
    ['by a forgotten one', '/api/v1/recoveries', {}, 202],
    ['by joining with it', '/api/v1/people', joining, 202],
  ])('is told to nobody %s: neither in words nor in work', async (_, url, body, status) => {
    // What is made once, such as the hash that nobody has, is made.
    await answered(url, { ...body, email: 'first@fredu.test' });
    const known = await answered(url, { ...body, email: student.email });
    const unknown = await answered(url, { ...body, email: 'unknown@fredu.test' });
    expect(known.status).toBe(status);
    expect(known).toEqual(unknown);
    await db.updateTable('people').set({ suspended_at: new Date() }).where('id', '=', student.id).execute();
    expect(await answered(url, { ...body, email: student.email })).toEqual(known);
    await db.updateTable('people').set({ suspended_at: null }).where('id', '=', student.id).execute();
  });

  it('is not told by a browser that somebody else was signed in with either', async () => {
    const [url, password] = ['/api/v1/sessions', 'wrong password'];
    const own = { email: DEMO_PEOPLE[0].email, password: DEMO_PASSWORD };
    const { cookies } = await ask({ method: 'POST', url, body: own });
    const headers = { cookie: `device=${cookies.find(({ name }) => name === 'device')!.value}` };
    const known = await answered(url, { email: student.email, password }, headers);
    expect(known.status).toBe(401);
    expect(await answered(url, { email: 'unknown@fredu.test', password }, headers)).toEqual(known);
  });

  it('is not told by the guess that is one too many for all networks either', async () => {
    const guess = async (email: string, network: number) => {
      const body = { email, password: 'wrong' };
      const remoteAddress = `192.0.2.${network}`;
      return (await ask({ method: 'POST', url: '/api/v1/sessions', body, remoteAddress })).statusCode;
    };
    /** The first guess, and one after it stands for ninety-nine. */
    const guesses = async (email: string) => {
      await db.deleteFrom('attempts').execute();
      const first = await guess(email, 1);
      await db
        .updateTable('attempts')
        .set({ count: 99 })
        .where('key', '=', digestOf(`sign-in\0${email}`))
        .execute();
      return [first, await guess(email, 2), await guess(email, 3)];
    };
    expect(await guesses(student.email)).toEqual([401, 401, 429]);
    expect(await guesses('unknown@fredu.test')).toEqual([401, 401, 429]);
  });

  it('is not told by the eleventh guess either', async () => {
    const guess = async (email: string) => {
      await db.deleteFrom('attempts').execute();
      const statuses: number[] = [];
      for (let count = 0; count < 11; count++) {
        const answer = await ask({
          method: 'POST',
          url: '/api/v1/sessions',
          body: { email, password: 'wrong' },
        });
        statuses.push(answer.statusCode);
      }
      return statuses;
    };
    const known = await guess(student.email);
    expect(known.slice(-2)).toEqual([401, 429]);
    expect(await guess('unknown@fredu.test')).toEqual(known);
  });
});
