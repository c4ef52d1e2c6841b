import { verify } from '@node-rs/argon2';
import { describe, expect, it, vi } from 'vitest';
import { digestOf } from '#server/security/secrets.ts';
import { beginSession } from '#server/security/sessions.ts';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { testApp } from '#server/testing/test-app.ts';

// The real one, and what it was asked.
vi.mock('@node-rs/argon2', { spy: true });

const { app, ask, as, db } = await testApp();
const student = DEMO_PEOPLE.find((person) => person.role === 'student')!;
const url = '/api/v1/sessions';
const signIn = (email: string, password: string, more: object = {}) =>
  ask({ method: 'POST', url, body: { email, password }, ...more });
const cookieOf = (answer: { cookies: { name: string; value: string }[] }) =>
  answer.cookies.find((cookie) => cookie.name === 'session')!;
const deviceOf = (answer: { cookies: { name: string; value: string }[] }) =>
  answer.cookies.find((cookie) => cookie.name === 'device')!;

describe('signing in', () => {
  it('gives a session by a cookie that scripts and other sites cannot use', async () => {
    const answer = await signIn('  Eleve@fredu.TEST '.trim(), DEMO_PASSWORD);
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ email: student.email, role: 'student' });
    expect(cookieOf(answer)).toMatchObject({
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
      maxAge: 90 * 24 * 3600,
    });
    const own = await ask({ url: '/api/v1/me', headers: { cookie: `session=${cookieOf(answer).value}` } });
    expect(own.json()).toMatchObject({ name: student.name });
  });

  it('gives none for a password that was changed while it was being looked at', async () => {
    const { id } = student;
    const shown = { address: '127.0.0.1', agent: 'test', passwordHash: 'the one before' };
    await expect(beginSession(db, id, shown)).rejects.toThrow('sign-in-needed');
  });

  it('keeps only a digest of what the cookie holds', async () => {
    const { value } = cookieOf(await signIn(student.email, DEMO_PASSWORD));
    const rows = await db
      .selectFrom('sessions')
      .selectAll()
      .where('secret_hash', '=', digestOf(value))
      .execute();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(value);
  });

  it('changes the session: one that was there before is no longer good', async () => {
    const first = cookieOf(await signIn(student.email, DEMO_PASSWORD)).value;
    const second = cookieOf(
      await signIn(student.email, DEMO_PASSWORD, { headers: { cookie: `session=${first}` } }),
    ).value;
    expect(second).not.toBe(first);
    expect((await ask({ url: '/api/v1/me', headers: { cookie: `session=${first}` } })).statusCode).toBe(401);
  });

  it('does not take over a secret that somebody planted', async () => {
    const planted = 'x'.repeat(43);
    const { value } = cookieOf(
      await signIn(student.email, DEMO_PASSWORD, { headers: { cookie: `session=${planted}` } }),
    );
    expect(value).not.toBe(planted);
    expect((await ask({ url: '/api/v1/me', headers: { cookie: `session=${planted}` } })).statusCode).toBe(
      401,
    );
  });

  it('answers an unknown address and a wrong password alike, in words and in what it costs', async () => {
    const before = vi.mocked(verify).mock.calls.length;
    const known = await signIn(student.email, 'wrong password');
    const unknown = await signIn('nobody@fredu.test', 'wrong password');
    const { instance: _, ...one } = known.json();
    const { instance: __, ...other } = unknown.json();
    expect(one).toEqual(other);
    expect(known.statusCode).toBe(401);
    // Each compares one password, with a hash that costs the same: what takes long is done for both.
    const cost = (text: unknown) => /^\$argon2id\$v=\d+\$[^$]+/.exec(String(text))?.[0];
    const compared = vi
      .mocked(verify)
      .mock.calls.slice(-2)
      .map(([hash]) => cost(hash));
    expect(compared).toEqual([compared[0], compared[0]]);
    expect(compared[0]).toBeDefined();
    expect(vi.mocked(verify).mock.calls.length - before).toBe(2);
  });

  describe('after wrong passwords', () => {
    const teacher = DEMO_PEOPLE[0]!.email;
    const from = (address: string, more: object = {}) => ({ remoteAddress: address, ...more });
    const guess = async (address: string, times: number, more: object = {}) => {
      const statuses = new Set<number>();
      for (let count = 0; count < times; count++)
        statuses.add((await signIn(teacher, 'wrong', from(address, more))).statusCode);
      return [...statuses];
    };
    /** As one that guesses from everywhere leaves it, which takes more guesses than a test should make. */
    const guessedEverywhere = async () => {
      await db.deleteFrom('attempts').execute();
      const until_at = new Date(Date.now() + 15 * 60_000);
      const key = digestOf(`sign-in\0${teacher}`);
      await db.insertInto('attempts').values({ key, count: 100, until_at }).execute();
    };
    /** A browser in which the teacher was signed in. */
    const known = async () => {
      await db.deleteFrom('attempts').execute();
      const answer = await signIn(teacher, DEMO_PASSWORD, from('192.0.2.9'));
      return { headers: { cookie: `device=${deviceOf(answer).value}` } };
    };

    it('ten of one network, it is refused there, with the time to wait, and nowhere else', async () => {
      await db.deleteFrom('attempts').execute();
      expect(await guess('192.0.2.1', 10)).toEqual([401]);
      const refused = await signIn(teacher, DEMO_PASSWORD, from('192.0.2.1'));
      expect(refused.statusCode).toBe(429);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(800);
      expect((await signIn(teacher, DEMO_PASSWORD, from('192.0.2.2'))).statusCode).toBe(201);
      expect((await signIn(student.email, DEMO_PASSWORD, from('192.0.2.1'))).statusCode).toBe(201);
    });

    it('of one network, none but ten count for all networks', async () => {
      await db.deleteFrom('attempts').execute();
      await guess('192.0.2.1', 15);
      const key = digestOf(`sign-in\0${teacher}`);
      const row = await db
        .selectFrom('attempts')
        .select('count')
        .where('key', '=', key)
        .executeTakeFirstOrThrow();
      expect(Number(row.count)).toBe(10);
    });

    it('of all networks, it is refused to those that the account does not know', async () => {
      const browser = await known();
      await guessedEverywhere();
      expect((await signIn(teacher, DEMO_PASSWORD, from('192.0.2.3'))).statusCode).toBe(429);
      const foreign = deviceOf(await signIn(student.email, DEMO_PASSWORD)).value;
      const others = { headers: { cookie: `device=${foreign}` } };
      expect((await signIn(teacher, DEMO_PASSWORD, from('192.0.2.3', others))).statusCode).toBe(429);
      expect((await signIn(teacher, DEMO_PASSWORD, from('192.0.2.3', browser))).statusCode).toBe(201);
    });

    it('of its own network, a browser that the account knows is let in; ten of its own keep it out', async () => {
      const browser = await known();
      await guess('192.0.2.1', 10);
      expect((await signIn(teacher, DEMO_PASSWORD, from('192.0.2.1', browser))).statusCode).toBe(201);
      expect(await guess('192.0.2.4', 10, browser)).toEqual([401]);
      expect((await signIn(teacher, DEMO_PASSWORD, from('192.0.2.5', browser))).statusCode).toBe(429);
      expect((await signIn(teacher, DEMO_PASSWORD, from('192.0.2.5'))).statusCode).toBe(201);
    });

    it('a browser of two is known to both, and to nobody by a secret that somebody planted', async () => {
      const browser = await known();
      const second = await signIn(student.email, DEMO_PASSWORD, browser);
      expect(`device=${deviceOf(second).value}`).toBe(browser.headers.cookie);
      const planted = { headers: { cookie: `device=${'x'.repeat(43)}` } };
      expect(deviceOf(await signIn(student.email, DEMO_PASSWORD, planted)).value).not.toBe('x'.repeat(43));
      await guessedEverywhere();
      expect((await signIn(teacher, DEMO_PASSWORD, browser)).statusCode).toBe(201);
      expect((await signIn(teacher, DEMO_PASSWORD, planted)).statusCode).toBe(429);
    });

    it('a browser is known by a cookie that scripts cannot read, of which a digest is kept', async () => {
      await db.deleteFrom('attempts').execute();
      const cookie = deviceOf(await signIn(teacher, DEMO_PASSWORD));
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', maxAge: 365 * 24 * 3600 });
      const rows = await db.selectFrom('devices').selectAll().execute();
      expect(rows.some((row) => row.secret_hash === digestOf(cookie.value))).toBe(true);
      expect(JSON.stringify(rows)).not.toContain(cookie.value);
    });
  });

  it('counts the addresses of one IPv6 household as one', async () => {
    await db.deleteFrom('attempts').execute();
    await db
      .insertInto('attempts')
      .values({
        key: digestOf('sign-in from\x002001:db8:0:1::/64'),
        count: 400,
        until_at: new Date(Date.now() + 60_000),
      })
      .execute();
    const remoteAddress = '2001:db8:0:1:aaaa:bbbb:cccc:dddd';
    expect((await signIn(student.email, DEMO_PASSWORD, { remoteAddress })).statusCode).toBe(429);
    expect(
      (await signIn(student.email, DEMO_PASSWORD, { remoteAddress: '2001:db8:0:2::1' })).statusCode,
    ).toBe(201);
  });

  it('is closed to suspended people, and ends their sessions', async () => {
    const pupil = await as('student');
    await db.updateTable('people').set({ suspended_at: new Date() }).where('id', '=', student.id).execute();
    expect((await signIn(student.email, DEMO_PASSWORD)).statusCode).toBe(401);
    expect((await pupil('/api/v1/me')).statusCode).toBe(401);
    await db.updateTable('people').set({ suspended_at: null }).where('id', '=', student.id).execute();
  });
});

describe('one’s sessions', () => {
  it('are listed, this one marked, and end one by one', async () => {
    await db.deleteFrom('sessions').execute();
    const [here, there] = [await as('student'), await as('student')];
    const { items } = (await here(url)).json();
    expect(items).toHaveLength(2);
    const other = items.find((item: { current: boolean }) => !item.current);
    expect((await here({ method: 'DELETE', url: `${url}/${other.id}` })).statusCode).toBe(204);
    expect((await there(url)).statusCode).toBe(401);
    expect((await here(url)).json().items).toHaveLength(1);
  });

  it('of others cannot be ended, nor told from none', async () => {
    await as('teacher');
    const [foreign] = await db
      .selectFrom('sessions')
      .select('id')
      .where('person_id', '=', DEMO_PEOPLE[0]!.id)
      .execute();
    const pupil = await as('student');
    expect((await pupil({ method: 'DELETE', url: `${url}/${foreign!.id}` })).statusCode).toBe(404);
    expect(await db.selectFrom('sessions').select('id').where('id', '=', foreign!.id).execute()).toHaveLength(
      1,
    );
  });

  it('end all but this one', async () => {
    const [here, there] = [await as('student'), await as('student')];
    await here({ method: 'DELETE', url });
    expect((await there(url)).statusCode).toBe(401);
    expect((await here(url)).statusCode).toBe(200);
  });

  it('end by signing out, which takes the cookie back', async () => {
    const here = await as('student');
    const answer = await here({ method: 'DELETE', url: `${url}/current` });
    expect(answer.cookies).toMatchObject([{ name: 'session', value: '' }]);
    expect((await here(url)).statusCode).toBe(401);
  });

  it('end by themselves', async () => {
    const here = await as('student');
    await db
      .updateTable('sessions')
      .set({ expires_at: new Date(Date.now() - 1000) })
      .execute();
    expect((await here(url)).statusCode).toBe(401);
    await app.runJobs();
    expect(await db.selectFrom('sessions').select('id').execute()).toEqual([]);
  });
});

it('tells every page who is signed in, and a visitor that nobody is', async () => {
  expect((await ask('/api/v1/sessions/current')).json()).toEqual({ person: null });
  const { person } = (await (await as('student'))('/api/v1/sessions/current')).json();
  expect(person).toEqual({ id: student.id, name: student.name, role: 'student', language: 'fr' });
});
