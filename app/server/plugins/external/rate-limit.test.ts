import { describe, expect, it } from 'vitest';
import { testApp } from '#server/testing/test-app.ts';

const MAX = 5;
const { ask, as } = await testApp({ changesPerMinute: MAX, peoplePerNetwork: 1 });
const [student, teacher] = [await as('student'), await as('teacher')];
const change = { method: 'PATCH', url: '/api/v1/me', body: { language: 'fr' } } as const;

describe('the ceiling on changes', () => {
  it('is told with each change, and holds over all routes', async () => {
    const first = await student(change);
    expect(first.headers).toMatchObject({
      'ratelimit-limit': String(MAX),
      'ratelimit-remaining': String(MAX - 1),
    });
    expect(Number(first.headers['ratelimit-reset'])).toBeGreaterThan(0);
    for (let times = 1; times < MAX; times++)
      await student({ method: 'POST', url: '/api/v1/notifications/read', body: {} });
    const refused = await student(change);
    expect([refused.statusCode, refused.json()]).toMatchObject([
      429,
      { type: '/problems/too-many-attempts' },
    ]);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.headers['ratelimit-remaining']).toBe('0');
  });

  it('is each person’s own, though they share an address', async () => {
    expect((await teacher(change)).headers['ratelimit-remaining']).toBe(String(MAX - 1));
  });

  it('does not count what is only read', async () => {
    const read = await student('/api/v1/me');
    expect([read.statusCode, read.headers['ratelimit-limit']]).toEqual([200, undefined]);
  });

  it('is one for all visitors of a network, of whom there are as many as one likes', async () => {
    const signIn = (remoteAddress: string) =>
      ask({
        method: 'POST',
        url: '/api/v1/sessions',
        body: { email: 'nobody@fredu.test', password: 'wrong' },
        remoteAddress,
      });
    const answers = [];
    for (let host = 1; host <= MAX + 1; host++) answers.push(await signIn(`2001:db8::${host}`));
    expect(answers.at(-2)!.headers['ratelimit-remaining']).toBe('0');
    expect(answers.at(-1)!.statusCode).toBe(429);
    expect((await signIn('2001:db8:0:1::1')).headers['ratelimit-remaining']).toBe(String(MAX - 1));
  });
});

describe('a school', () => {
  it('asks as often as its people may sit there, whatever one person may', async () => {
    const school = await testApp({ changesPerMinute: MAX, peoplePerNetwork: 30 });
    const signIn = (at: number) =>
      school.ask({
        method: 'POST',
        url: '/api/v1/sessions',
        body: { email: `eleve${at}@fredu.test`, password: 'wrong' },
      });
    const first = await signIn(0);
    expect([first.statusCode, first.headers['ratelimit-limit']]).toEqual([401, '60']);
  });
});
