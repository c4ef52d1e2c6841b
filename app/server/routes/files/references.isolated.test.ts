import { beforeEach, describe, expect, it, vi } from 'vitest';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { DEMO_PEOPLE } from '#server/seed/courses.ts';
import { draftCourse } from '#server/testing/requests.ts';
import { testApp } from '#server/testing/test-app.ts';
import { renamedIn } from '#shared/markdown/references.ts';
import type { Refusal } from '#shared/problem.ts';
import type { Course } from '#shared/schemas/course.ts';
import { mustBeRenderable } from '../courses/markdown-limits.ts';
import { rewriteReferences } from './references.ts';

// The real ones, and what they were asked to read.
vi.mock('#shared/markdown/references.ts', { spy: true });
const { as, db } = await testApp();
const teacher = await as('teacher');
beforeEach(() => void vi.mocked(renamedIn).mockClear());

async function courseWith(bodies: string[]): Promise<{ url: string; fileId: string }> {
  const id = await draftCourse(teacher);
  // As they were saved before such texts were refused.
  for (const [position, body] of bodies.entries())
    await db
      .insertInto('sections')
      .values({ course_id: id, position, title: `${position}`, body })
      .execute();
  const file = { course_id: id, name: 'vue.txt', media_type: 'text/plain', size: 1, sha256: '0'.repeat(64) };
  const { id: fileId } = await db.insertInto('files').values(file).returning('id').executeTakeFirstOrThrow();
  return { url: `/api/v1/courses/${id}`, fileId };
}
const bodiesOf = async (url: string) => (await teacher(url)).json<Course>().sections.map(({ body }) => body);

describe('a file that is renamed in its texts', () => {
  const entangled = `${'*a_'.repeat(10_000)}\n\n[a](vue.txt)`;
  const bodies = ['[a](vue.txt)', 'Rien.', entangled, '![b](%76ue.txt)', `${'>'.repeat(15_000)} vue.txt`];

  it('is told with those that are read, whatever else was saved', async () => {
    const { fileId } = await courseWith(bodies);
    const answer = await teacher(`/api/v1/files/${fileId}/references`);
    expect(answer.json().items.map(({ title }: { title: string }) => title)).toEqual(['0', '3']);
  });

  it('is written into them, each of which is parsed once, and none that cannot name it', async () => {
    const { url, fileId } = await courseWith(bodies);
    const body = { name: 'plan.txt', rewrite: true };
    const answer = await teacher({ method: 'PATCH', url: `/api/v1/files/${fileId}`, body });
    expect(answer.statusCode, answer.body).toBe(204);
    expect(await bodiesOf(url)).toEqual(['[a](plan.txt)', 'Rien.', entangled, '![b](plan.txt)', bodies[4]]);
    const parsed = vi.mocked(renamedIn).mock.calls.map(([text]) => text);
    expect(parsed).toEqual([bodies[0], entangled, bodies[3], bodies[4]]);
  });

  it('is written into what was changed since it was read', async () => {
    const { url, fileId } = await courseWith(['Avant : [a](vue.txt)']);
    await query(db, sql`update sections set body = 'Après : [a](vue.txt)' where body like 'Avant%'`, []);
    const texts = new Map([['Avant : [a](vue.txt)', 'Avant : [a](plan.txt)']]);
    const personId = DEMO_PEOPLE.find(({ role }) => role === 'teacher')!.id;
    const asked = { id: fileId, personId, from: 'vue.txt', to: 'plan.txt', texts };
    await transaction(db, (each) => rewriteReferences(each, asked));
    expect(await bodiesOf(url)).toEqual(['Après : [a](plan.txt)']);
  });
});

describe('a text that cannot be drawn', () => {
  const save = (id: string) =>
    teacher({
      method: 'PUT',
      url: `/api/v1/courses/${id}/sections`,
      body: {
        sections: [
          { title: 'Un', body: `Ici.\n\n${'*a_'.repeat(10_000)}` },
          { title: 'Deux', body: 'Rien.' },
          { title: 'Trois', body: '>'.repeat(15_000) },
        ],
      },
      headers: { 'if-match': '"1"' },
    });
  const begun = (format: string) => draftCourse(teacher, { format });

  it('is refused with its section, why, and what would do', async () => {
    const id = await begun('markdown');
    const answer = await save(id);
    expect(answer.json()).toMatchObject({
      status: 400,
      errors: [
        {
          field: 'body.sections.0.body',
          reason:
            'dans la section « Un », le paragraphe de la ligne 3 compte plus de 1000 signes comme * _ [ ]',
          mend: 'coupez-le par des lignes vides, ou mettez du code entre des lignes de ```',
        },
        {
          field: 'body.sections.2.body',
          reason:
            'dans la section « Trois », la ligne 1 est 15000 fois dans une liste ou une citation ; 32 au plus',
        },
      ],
    });
    const sections = [{ title: 'Trois', body: '>'.repeat(15_000) }];
    const refused = (() => {
      try {
        return mustBeRenderable('markdown', { sections });
      } catch (error) {
        return error;
      }
    })() as Refusal;
    expect(refused.in('en').errors![0]!.reason).toBe(
      'in the section “Trois”, line 1 is 15000 times within a list or quote; 32 at most',
    );
  });

  it('is taken where signs are letters', async () => {
    expect((await save(await begun('text'))).statusCode).toBe(200);
  });
});
