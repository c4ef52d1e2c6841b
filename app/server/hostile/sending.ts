import type { LightMyRequestResponse } from 'fastify';
import { expect } from 'vitest';
import type { Course } from '#shared/schemas/course.ts';
import { testApp } from '../testing/test-app.ts';

export const TUS = { 'tus-resumable': '1.0.0' };
export const OCTETS = 'application/offset+octet-stream';
export const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Sends files to a course of a teacher, over an app of its own. */
export async function sending() {
  const app = await testApp();
  const teacher = await app.as('teacher');
  const body = { title: 'Fichiers', summary: '', subject: 's', level: 'l' };
  const courseId = (await teacher({ method: 'POST', url: '/api/v1/courses', body })).json<Course>().id;
  const begin = (name: string, size: number | string, headers: Record<string, string> = {}) =>
    teacher({
      method: 'POST',
      url: `/api/v1/courses/${courseId}/uploads`,
      headers: {
        ...TUS,
        'upload-length': String(size),
        'upload-metadata': `filename ${base64(name)}`,
        ...headers,
      },
    });
  const begun = async (name: string, size: number, headers?: Record<string, string>) => {
    const answer = await begin(name, size, headers);
    expect(answer.statusCode, answer.body).toBe(201);
    return String(answer.headers.location);
  };
  const send = (url: string, payload: Buffer | undefined, headers: Record<string, string> = {}) =>
    teacher({
      method: 'PATCH',
      url,
      headers: { ...TUS, 'upload-offset': '0', 'content-type': OCTETS, ...headers },
      ...(payload ? { payload } : {}),
    });
  const offsetOf = async (url: string) =>
    (await teacher({ method: 'HEAD', url, headers: TUS })).headers['upload-offset'];
  const filesOf = async () => (await teacher(`/api/v1/courses/${courseId}`)).json<Course>().files;
  /** A file of the course; its address. */
  async function sent(name: string, bytes: Buffer): Promise<string> {
    const answer = await send(await begun(name, bytes.length), bytes);
    expect(answer.statusCode, answer.body).toBe(204);
    return `/api/v1/courses/${courseId}/files/${encodeURIComponent(name.trim())}`;
  }
  return { ...app, teacher, courseId, begin, begun, send, offsetOf, filesOf, sent };
}

/** Nothing of an answer can run as a page of ours, or be taken in by the page of another site. */
export function expectHarmless({ headers }: LightMyRequestResponse): void {
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['content-security-policy']).toMatch(/^sandbox; default-src 'none';/);
  expect(headers['content-security-policy']).not.toMatch(/allow-|script-src|unsafe-eval/);
  expect(headers['cross-origin-resource-policy']).toBe('same-origin');
  expect(headers['access-control-allow-origin']).toBeUndefined();
}
/** A refusal in words that say what to do, of a request that was at fault. */
export function expectRefused(answer: LightMyRequestResponse, status: number, type: string): void {
  expect(answer.headers['content-type'], answer.body).toMatch(/^application\/problem\+json/);
  expect(answer.json()).toMatchObject({
    status,
    type: `/problems/${type}`,
    detail: expect.stringMatching(/./),
  });
}
