import { describe, expect, it } from 'vitest';
import { testApp } from '#server/testing/test-app.ts';

const { app, ask, as } = await testApp();

describe('an address', () => {
  it('tells its methods to anyone who asks by another one, before it reads what came', async () => {
    const id = '6f9c6d3e-3c1b-4b69-9f5d-0d9b1a3c7e21';
    for (const [method, url, allow] of [
      ['PUT', '/api/v1/courses', 'GET, HEAD, POST'],
      ['OPTIONS', '/api/v1/courses/mine', 'GET, HEAD'],
      ['PATCH', '/api/v1/courses/mine?as=author', 'GET, HEAD'],
      ['POST', `/api/v1/courses/${id}/sections`, 'PUT'],
    ] as const) {
      const answer = await app.inject({ method, url, payload: 'x', headers: { 'content-type': 'a/b' } });
      expect([answer.statusCode, answer.headers.allow]).toEqual([405, allow]);
      expect(answer.json()).toMatchObject({ type: '/problems/method-unknown' });
    }
  });

  it('that has none is unknown', async () => {
    expect((await app.inject({ method: 'PUT', url: '/api/v1/nothing' })).statusCode).toBe(404);
  });

  it('may have a name as long as files have, and is refused in our words beyond', async () => {
    const url = '/api/v1/courses/6f9c6d3e-3c1b-4b69-9f5d-0d9b1a3c7e21/files/';
    expect((await ask(url + '%F0%9F%8C%8D'.repeat(100))).json()).toMatchObject({
      type: '/problems/file-unknown',
    });
    const beyond = await app.inject(url + 'a'.repeat(3000));
    expect([beyond.statusCode, beyond.json().type]).toEqual([404, '/problems/not-found']);
    const unreadable = await app.inject('/api/v1/courses/%C3%28');
    expect([unreadable.statusCode, unreadable.json().type]).toEqual([400, '/problems/bad-request']);
  });
});

it('a body says what it is: nothing in it is read as something else', async () => {
  const teacher = await as('teacher');
  const send = (body: object) => teacher({ method: 'POST', url: '/api/v1/courses', body });
  const good = { title: 'Un', summary: '', subject: 's', level: 'l' };
  for (const more of [{ title: false }, { title: 12 }, { tags: 'a' }, { tags: [1] }, { summary: null }])
    expect((await send({ ...good, ...more })).statusCode, JSON.stringify(more)).toBe(400);
  expect((await send(good)).statusCode).toBe(201);
});

it('the document says who may ask, and which header a change needs', () => {
  const { paths, components } = app.swagger() as unknown as {
    paths: Record<
      string,
      Record<string, { security?: object[]; parameters?: { name: string; required?: boolean }[] }>
    >;
    components: { securitySchemes: object };
  };
  expect(Object.keys(components.securitySchemes)).toEqual(['session']);
  expect(paths['/api/v1/courses']!.get!.security).toEqual([{}, { session: [] }]);
  expect(paths['/api/v1/courses']!.post!.security).toEqual([{ session: [] }]);
  const ifMatch = paths['/api/v1/courses/{id}']!.patch!.parameters!.find(({ name }) => name === 'if-match');
  expect(ifMatch?.required).toBe(true);
});
