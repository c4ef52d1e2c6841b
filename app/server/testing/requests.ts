import { expect } from 'vitest';
import type { Ask } from './test-app.ts';

type Answer = Awaited<ReturnType<Ask>>;

/** Makes something by a POST below /api/v1, and gives its id. */
export async function created(by: Ask, path: string, body: object): Promise<string> {
  const answer = await by({ method: 'POST', url: `/api/v1${path}`, body });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json<{ id: string }>().id;
}

/** A draft without sections, and its id. */
export const draftCourse = (by: Ask, fields: object = {}): Promise<string> =>
  created(by, '/courses', { title: 'Un cours', summary: '', subject: 's', level: 'l', ...fields });

export const put = (by: Ask, path: string, body: object): Promise<Answer> =>
  by({ method: 'PUT', url: `/api/v1${path}`, body });

/** The kind of a refusal: `/problems/course-unknown`. */
export const problemOf = (answer: Answer): string => answer.json<{ type: string }>().type;
