import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Me } from '#shared/schemas/person.ts';
import { DEMO_COURSES, DEMO_PEOPLE } from '../seed/courses.ts';
import { until } from '../testing/parts/programs.ts';
import { type Received, type Sink, startSink } from '../testing/parts/smtp.ts';
import { testApp } from '../testing/test-app.ts';

let sink: Sink = await startSink();
const { app, ask, as, db } = await testApp({ smtpUrl: sink.url, publicUrl: 'http://fredu.test' });
/** One that ends in a test. */
const other = await testApp({ smtpUrl: sink.url, publicUrl: 'http://fredu.test' });
afterAll(() => sink.close());
beforeEach(() => {
  sink.isBusy = false;
  sink.unknown.clear();
  sink.received.length = 0;
});

const API = '/api/v1';
const post = (url: string, body: object) => ask({ method: 'POST', url: API + url, body });
const arrived = async (count: number): Promise<Received[]> => {
  await until(`${count} letters`, () => sink.received.length >= count);
  await app.settled();
  expect(sink.received).toHaveLength(count);
  return sink.received;
};
/** What stands behind the # of the address in a letter. */
const tokenIn = ({ text }: Received) => /http:\/\/fredu\.test\/[\w-]+#(\S+)/.exec(text)![1]!;
const away = async () => (await ask('/readyz')).json<{ status: string; away?: string[] }>();

describe('letters by a relay', () => {
  it('bring a new person in', async () => {
    const body = {
      email: 'nouvelle@fredu.test',
      name: 'Zoé Été',
      role: 'student',
      password: 'quatre oies grises',
    };
    expect((await post('/people', body)).statusCode).toBe(202);
    const [letter] = await arrived(1);
    expect(letter).toMatchObject({ to: ['nouvelle@fredu.test'] });
    expect(letter!.headers).toMatch(/^From: fredu <ne-pas-repondre@fredu\.test>/m);
    const joined = await post('/people/confirmation', { token: tokenIn(letter!), password: body.password });
    expect([joined.statusCode, joined.json<Me>().name]).toEqual([201, 'Zoé Été']);
  });

  it('give back an account whose password is forgotten, and say that it was changed', async () => {
    const { email } = DEMO_PEOPLE[2]!;
    await post('/recoveries', { email });
    const [letter] = await arrived(1);
    const password = 'cinq renards roux';
    const body = { token: tokenIn(letter!), password };
    expect((await post('/recoveries/confirmation', body)).statusCode).toBe(201);
    expect((await post('/sessions', { email, password })).statusCode).toBe(201);
    expect((await arrived(2)).map(({ to }) => to)).toEqual([[email], [email]]);
  });
});

describe('letters that nobody takes', () => {
  it('are tried again, and arrive once; who asked for them did not wait', async () => {
    sink.isBusy = true;
    await post('/recoveries', { email: DEMO_PEOPLE[3]!.email });
    await until('it is noticed', () => app.away.has('letters'));
    expect(await away()).toEqual({ status: 'ok', away: ['letters'] });
    sink.isBusy = false;
    const [letter] = await arrived(1);
    expect(letter!.to).toEqual([DEMO_PEOPLE[3]!.email]);
    expect(await away()).toEqual({ status: 'ok' });
  });

  it('are tried again where the relay takes none of us: that says nothing of the letter', async () => {
    sink.isClosedToUs = true;
    await post('/recoveries', { email: DEMO_PEOPLE[2]!.email });
    await until('it is noticed', () => app.away.has('letters'));
    sink.isClosedToUs = false;
    expect((await arrived(1))[0]!.to).toEqual([DEMO_PEOPLE[2]!.email]);
  });

  it('of an invitation reach all whom they can', async () => {
    const teacher = await as('teacher');
    sink.unknown.add('parti@exemple.fr');
    const emails = ['un@exemple.fr', 'parti@exemple.fr', 'deux@exemple.fr', 'trois@exemple.fr'];
    const url = `${API}/courses/${DEMO_COURSES[0]!.id}/invitations`;
    expect((await teacher({ method: 'POST', url, body: { emails, days: 7 } })).statusCode).toBe(201);
    expect((await arrived(3)).map(({ to }) => to[0]).sort()).toEqual([
      'deux@exemple.fr',
      'trois@exemple.fr',
      'un@exemple.fr',
    ]);
  });

  it('arrive when the relay is started again', async () => {
    const port = Number(new URL(sink.url).port);
    await sink.close();
    await post('/recoveries', { email: DEMO_PEOPLE[1]!.email });
    await until('it is noticed', () => app.away.has('letters'));
    sink = await startSink(port);
    expect((await arrived(1))[0]!.to).toEqual([DEMO_PEOPLE[1]!.email]);
  });

  it('are given up where there is nobody of that name, which is no failure of the relay', async () => {
    sink.unknown.add(DEMO_PEOPLE[0]!.email);
    await post('/recoveries', { email: DEMO_PEOPLE[0]!.email });
    await app.settled();
    expect([sink.received, app.away.has('letters')]).toEqual([[], false]);
  });
});

describe('digests', () => {
  it('wait for the next round while the relay is busy, and are then sent to everyone once', async () => {
    await db.updateTable('people').set({ digest: 'daily' }).execute();
    const [camille, ines] = [await as('teacher'), await as('student')];
    const course = `${API}/courses/${DEMO_COURSES[0]!.id}`;
    const body = { title: 'Une question', body: `@[${DEMO_PEOPLE[0]!.name}](${DEMO_PEOPLE[0]!.id}) ?` };
    expect((await ines({ method: 'PUT', url: `${course}/enrolment` })).statusCode).toBeLessThan(300);
    const asked = await ines({ method: 'POST', url: `${course}/threads`, body });
    const thread = asked.json<{ id: string }>().id;
    const url = `${API}/threads/${thread}/posts`;
    expect((await camille({ method: 'POST', url, body: { body: 'Oui.' } })).statusCode).toBe(201);
    const notified = await db.selectFrom('notifications').select('person_id').execute();
    const people = new Set(notified.map((each) => each.person_id));
    expect(people).toContain(DEMO_PEOPLE[1]!.id);

    sink.isBusy = true;
    await expect(app.runJobs()).rejects.toThrow('451');
    expect(sink.received).toEqual([]);
    sink.isBusy = false;
    await app.runJobs();
    await app.runJobs();
    expect(await arrived(people.size)).toHaveLength(people.size);
    expect(sink.received.find(({ to }) => to[0] === DEMO_PEOPLE[1]!.email)!.text).toContain(
      '« Une question »',
    );
  });

  it('reach the others though one of them has no mailbox any more', async () => {
    await db.deleteFrom('notifications').execute();
    await db.updateTable('people').set({ digest_at: null }).execute();
    const [thread] = await db.selectFrom('threads').select('id').execute();
    for (const person of DEMO_PEOPLE.slice(0, 3)) {
      await db
        .insertInto('notifications')
        .values({ person_id: person.id, kind: 'answer', thread_id: thread!.id } as never)
        .execute();
    }
    sink.unknown.add(DEMO_PEOPLE[0]!.email);
    await app.runJobs();
    expect((await arrived(2)).map(({ to }) => to[0]).sort()).toEqual(
      DEMO_PEOPLE.slice(1, 3)
        .map(({ email }) => email)
        .sort(),
    );
  });
});

it('letters that are still to be written when the app ends are written first', async () => {
  const { email } = DEMO_PEOPLE[4]!;
  const asked = other.ask({ method: 'POST', url: `${API}/recoveries`, body: { email } });
  expect((await asked).statusCode).toBe(202);
  await other.app.close();
  expect(sink.received.map(({ to }) => to)).toEqual([[email]]);
});
