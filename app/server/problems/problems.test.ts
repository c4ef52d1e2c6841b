import { describe, expect, it } from 'vitest';
import { kinds, LANGUAGES } from '#shared/problem.ts';
import { testApp } from '../testing/test-app.ts';
import { preferredLanguage } from './language.ts';

const { app, ask } = await testApp();

it.each([
  [undefined, 'fr'],
  ['', 'fr'],
  ['en', 'en'],
  ['en-GB,en;q=0.9,fr;q=0.8', 'en'],
  ['fr;q=0.5, en;q=0.6', 'en'],
  ['de, es', 'fr'],
  ['*', 'fr'],
  ['en;q=x, fr', 'fr'],
])('a reader who prefers %j is answered in %s', (header, language) => {
  expect(preferredLanguage(header)).toBe(language);
});

describe('every kind of refusal', () => {
  it.each([...kinds.keys()])('%s is told in each language, each in its own words', (name) => {
    const { texts, status } = kinds.get(name)!;
    expect(status).toBeGreaterThanOrEqual(400);
    expect(new Set(LANGUAGES.map((language) => texts[language].title)).size).toBe(LANGUAGES.length);
    // French typography: a space that does not break before double signs, which we write as U+00A0 or none at all.
    expect(texts.fr.title).not.toMatch(/'/);
  });
});

describe('what goes wrong', () => {
  it('in our own code tells nothing of it', async () => {
    const { db } = app;
    app.db = { executeQuery: () => Promise.reject(new Error('select secret from people')) } as never;
    const answer = await ask('/api/v1/courses');
    app.db = db;
    expect(answer.json()).toMatchObject({ status: 500, type: '/problems/internal' });
    expect(answer.body).not.toContain('secret');
    expect(answer.json().instance).toBe(answer.headers['x-request-id']);
  });

  it('in the database says to come again', async () => {
    const { db } = app;
    const lost = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    app.db = { executeQuery: () => Promise.reject(lost) } as never;
    const [answer, ready] = [await ask('/api/v1/courses'), await ask('/readyz')];
    app.db = db;
    expect([answer.statusCode, answer.headers['retry-after'], ready.statusCode]).toEqual([503, '5', 503]);
    expect((await ask('/readyz')).statusCode).toBe(200);
  });

  it.each([
    ['{"email":', 'application/json', 400, 'unreadable-body'],
    ['', 'application/json', 400, 'unreadable-body'],
    ['<x/>', 'application/xml', 415, 'unsupported-media-type'],
    [`"${'x'.repeat(3_000_000)}"`, 'application/json', 413, 'too-large'],
  ])('with the body %.9s as %s is told', async (payload, type, status, name) => {
    const answer = await ask({
      method: 'POST',
      url: '/api/v1/sessions',
      payload,
      headers: { 'content-type': type },
    });
    expect(answer.json()).toMatchObject({ status, type: `/problems/${name}` });
  });

  it('with an address that nothing answers is told', async () => {
    expect((await ask('/api/v1/nothing')).json()).toMatchObject({
      status: 404,
      detail: 'Rien ne répond à GET /api/v1/nothing.',
    });
  });
});
