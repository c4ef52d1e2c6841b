import { expect, it } from 'vitest';
import { testApp } from '#server/testing/test-app.ts';
import { makePeople, makeWorld } from '#server/testing/world.ts';

const { app, as } = await testApp();
const ids = await makePeople(app);
const world = await makeWorld(app, ids, 'invited');
const url = `/api/v1/courses/${world.course}/preview`;

it('draws what an author is writing, with notes for them, and keeps nothing of it', async () => {
  const ask = await as(ids.author);
  const body = 'Un **essai** et ![une image](absente.png)';
  const answer = await ask({ method: 'POST', url, body: { body } });
  expect(answer.statusCode).toBe(200);
  expect(answer.json().html).toContain('<strong>essai</strong>');
  expect(answer.json().html).toContain('Ce cours n’a pas de fichier « absente.png »');
  const course = await ask(`/api/v1/courses/${world.course}`);
  expect(course.body).not.toContain('essai');
});

it('refuses what would take too long to draw, by its field', async () => {
  const ask = await as(ids.author);
  const answer = await ask({ method: 'POST', url, body: { body: `${'> '.repeat(2000)}a` } });
  expect([answer.statusCode, answer.json().errors[0].field]).toEqual([400, 'body.body']);
});
