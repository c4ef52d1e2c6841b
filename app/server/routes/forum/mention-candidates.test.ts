import { expect, it } from 'vitest';
import { DEMO_COURSES } from '#server/seed/courses.ts';
import { testApp } from '#server/testing/test-app.ts';

const { as, db } = await testApp();
const course = DEMO_COURSES[0]!.id;
const names = [
  'Inès Benali',
  'Emma Martin',
  'Emma Martin',
  'Jean-Élie d’Ormesson',
  'Zoé 100%',
  'Эмма',
  'Discrète',
];
const rows = await db
  .insertInto('people')
  .values(names.map((name, at) => ({ name, email: `p${at}@fredu.test`, role: 'student' as const })))
  .returning(['id', 'name'])
  .execute();
const [first, ...others] = rows;
await db
  .insertInto('enrolments')
  .values(rows.map(({ id }) => ({ person_id: id, course_id: course })))
  .execute();
await db
  .insertInto('people')
  .values({ name: 'Emma Ailleurs', email: 'ailleurs@fredu.test', role: 'student' })
  .execute();
/** All but the last of them wrote something. */
await db
  .insertInto('threads')
  .values(
    rows
      .slice(0, -1)
      .map(({ id }) => ({ course_id: course, author_id: id, title: 'Aide', body: 'S’il vous plaît' })),
  )
  .execute();
const asking = await as(first!.id);
const found = async (name: string) => {
  const answer = await asking(`/api/v1/courses/${course}/people?name=${encodeURIComponent(name)}`);
  expect(answer.statusCode).toBe(200);
  return answer.json().items.map((each: { name: string }) => each.name);
};

it.each([
  ['emma', ['Emma Martin', 'Emma Martin']],
  ['MART', ['Emma Martin', 'Emma Martin']],
  ['emma m', ['Emma Martin', 'Emma Martin']],
  ['ines', ['Inès Benali']],
  ['elie', ['Jean-Élie d’Ormesson']],
  ["d'orm", ['Jean-Élie d’Ormesson']],
  ['Camille', ['Camille Fournier']],
  ['эм', ['Эмма']],
  ['%%', expect.any(Array)],
  ['100%', ['Zoé 100%']],
  ['nès', []],
  ['ailleurs', []],
])('%j finds those of the course whose names begin so', async (name, expected) => {
  expect(await found(name)).toEqual(expected);
});

it('tells who is who of two of one name', async () => {
  const { items } = (await asking(`/api/v1/courses/${course}/people?name=Emma`)).json();
  expect(items.map(({ id }: { id: string }) => id).toSorted()).toEqual(
    others.flatMap(({ id, name }) => (name === 'Emma Martin' ? [id] : [])).toSorted(),
  );
});

it('tells nobody but the authors of who follows a course and says nothing there', async () => {
  expect(await found('Discr')).toEqual([]);
  const answer = await (await as('teacher'))(`/api/v1/courses/${course}/people?name=Discr`);
  expect(answer.json().items).toEqual([expect.objectContaining({ name: 'Discrète' })]);
});

it('is told to those of the course alone', async () => {
  const url = `/api/v1/courses/${course}/people?name=Emma`;
  expect((await (await as('student'))(url)).statusCode).toBe(403);
  expect((await (await as('visitor'))(url)).statusCode).toBe(401);
  expect((await (await as('teacher'))(url)).statusCode).toBe(200);
});
