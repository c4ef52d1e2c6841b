import { randomUUID } from 'node:crypto';
import { diffLines } from 'diff';
import { describe, expect, it, vi } from 'vitest';
import { draftCourse } from '#server/testing/requests.ts';
import { testApp } from '#server/testing/test-app.ts';
import type { Course, RevisionContent } from '#shared/schemas/course.ts';
import { changes } from './revisions.ts';

// The real one, and how often it was asked.
vi.mock('diff', { spy: true });
const { as } = await testApp();
const teacher = await as('teacher');

const content = (bodies: string[]): RevisionContent => ({
  title: 't',
  summary: '',
  subject: 's',
  level: 'l',
  language: 'fr',
  format: 'markdown',
  tags: [],
  sections: bodies.map((body, at) => ({ id: `${at}`, title: `${at}`, body })),
});
const numbered = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, at) => `${prefix}${at}`);
const kindsOf = (lines: { kind: string }[]) => [...new Set(lines.map(({ kind }) => kind))];

describe('two versions that have little in common', () => {
  it('are told as replaced whole, and what changed little beside them line by line', async () => {
    const [old, now] = ['a', 'b'].map((prefix) => numbered(3300, prefix).join('\n'));
    const found = await changes(content([old!, 'un\ndeux\ntrois']), content([now!, 'un\n2\ntrois']));
    expect(kindsOf(found[0]!.lines)).toEqual(['removed', 'added']);
    expect(found[0]!.lines).toHaveLength(6600);
    expect(found[1]!.lines.map(({ kind }) => kind)).toEqual(['same', 'removed', 'added', 'same']);
  });

  it('are compared with one budget for all sections', async () => {
    // The same lines in another order: nothing but the comparison tells how far they are from each other.
    const body = numbered(60, 'x');
    const old = content(Array.from({ length: 100 }, () => body.join('\n')));
    const now = content(Array.from({ length: 100 }, () => body.toReversed().join('\n')));
    const found = await changes(old, now);
    expect(found).toHaveLength(100);
    const compared = found.filter(({ lines }) => kindsOf(lines).includes('same'));
    expect(compared.length).toBeGreaterThan(0);
    const edits = compared.flatMap(({ lines }) => lines).filter(({ kind }) => kind !== 'same');
    expect(edits.length).toBeLessThanOrEqual(1000);
    for (const { lines } of found) {
      const side = (kind: string) => lines.filter((line) => line.kind !== kind).map(({ text }) => text);
      expect(side('added')).toEqual(body);
      expect(side('removed')).toEqual(body.toReversed());
    }
  });

  it('make no object of the answer for each of their lines without end', async () => {
    const found = await changes(
      content(Array.from({ length: 10 }, () => '\n'.repeat(200_000))),
      content(Array.from({ length: 10 }, () => randomUUID() + '\n'.repeat(190_000))),
    );
    expect(found).toHaveLength(10);
    for (const { lines } of found) expect(kindsOf(lines)).toEqual(['removed', 'added']);
    expect(found.flatMap(({ lines }) => lines)).toHaveLength(20);
  });
});

it('are compared while others are served', async () => {
  let turns = 0;
  let isCompared = false;
  const count = () => {
    turns += 1;
    if (!isCompared) setImmediate(count);
  };
  setImmediate(count);
  const body = numbered(120, 'x');
  await changes(content([body.join('\n')]), content([body.toReversed().join('\n')]));
  isCompared = true;
  expect(turns).toBeGreaterThan(20);
});

it('are not compared when one of them is restored', async () => {
  const id = await draftCourse(teacher, { title: 'a', summary: 'un' });
  const url = `/api/v1/courses/${id}`;
  const headers = { 'if-match': '"1"' };
  await teacher({ method: 'PATCH', url, body: { summary: 'deux' }, headers });
  vi.mocked(diffLines).mockClear();
  const restored = await teacher({
    method: 'POST',
    url: `${url}/revisions/1/restoration`,
    headers: { 'if-match': '"2"' },
  });
  expect(restored.json<Course>()).toMatchObject({ summary: 'un', version: 3 });
  expect(diffLines).not.toHaveBeenCalled();
  await teacher(`${url}/revisions/3`);
  expect(diffLines).toHaveBeenCalledOnce();
});
