import { expect, it } from 'vitest';
import type { Course, InvitationPage } from '#shared/schemas/course.ts';
import { DEMO_PASSWORD, DEMO_PEOPLE } from './seed/courses.ts';
import { type Ask, testApp } from './testing/test-app.ts';

const { as, db, letters } = await testApp();
const [camille, ines, hugo] = DEMO_PEOPLE;
const [teacher, student, administrator] = [
  await as('teacher'),
  await as('student'),
  await as('administrator'),
];
const colleague = await as(hugo.id);

/** Asks for what must be done; the answer. */
async function done(by: Ask, method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, more: object = {}) {
  const answer = await by({ method, url: `/api/v1${url}`, ...more });
  expect(answer.statusCode, `${method} ${url}: ${answer.body}`).toBeLessThan(300);
  return answer;
}
const made = async (by: Ask, url: string, body: object): Promise<string> =>
  (await done(by, 'POST', url, { body })).json().id;
/** What stands in the log of a thing, and who did it. */
const deeds = async (subject: string) => {
  const rows = await db
    .selectFrom('audit_log')
    .innerJoin('people', 'people.id', 'audit_log.actor_id')
    .select(['action', 'subject_kind', 'name'])
    .where('subject_id', '=', subject)
    .execute();
  return rows.map(({ action, subject_kind, name }) => `${subject_kind}: ${action} by ${name}`).sort();
};

/** What stands there of one kind of deed, the oldest first. */
const detailsOf = async (subject: string, action: string) => {
  const rows = await db
    .selectFrom('audit_log')
    .select('details')
    .where('subject_id', '=', subject)
    .where('action', '=', action)
    .orderBy('at')
    .execute();
  return rows.map(({ details }) => details);
};

const newCourse = async () => {
  const id = await made(teacher, '/courses', { title: 'Optique', summary: '', subject: 's', level: 'l' });
  await change('PUT', id, '/sections', { sections: [{ title: 't', body: 'b' }] });
  return id;
};
/** Changes a course as it is now. */
const change = async (method: 'PUT' | 'PATCH', id: string, what: string, body: object) => {
  const { etag } = (await teacher(`/api/v1/courses/${id}`)).headers;
  await done(teacher, method, `/courses/${id}${what}`, { body, headers: { 'if-match': String(etag) } });
};

it('remembers what became of a course, by its author and by an administrator', async () => {
  const id = await newCourse();
  for (const state of ['published', 'archived', 'deleted', 'draft'])
    await change('PUT', id, '/state', { state });
  await done(administrator, 'PUT', `/admin/courses/${id}/state`, { body: { state: 'published' } });
  expect(await deeds(id)).toEqual([
    'course: course.archived by Camille Fournier',
    'course: course.deleted by Camille Fournier',
    'course: course.draft by Camille Fournier',
    'course: course.published by Camille Fournier',
    'course: course.published by Dominique Martin',
  ]);
});

it('remembers who was asked into a course', async () => {
  const id = await newCourse();
  await done(teacher, 'POST', `/courses/${id}/invitations`, { body: {} });
  await done(teacher, 'POST', `/courses/${id}/authors`, { body: { email: hugo.email } });
  const { text } = (await letters()).find(({ to }) => to === hugo.email)!;
  const token = /ecrire-un-cours#([\w-]{43})/.exec(text)![1];
  await done(colleague, 'POST', '/courses/authors/acceptance', { body: { token } });
  await done(teacher, 'DELETE', `/courses/${id}/authors/${hugo.id}`);
  expect(await deeds(id)).toEqual([
    'course: course.author-added by Hugo Weber',
    'course: course.author-invited by Camille Fournier',
    'course: course.author-removed by Camille Fournier',
    'course: course.invited by Camille Fournier',
  ]);
});

it('remembers whose invitation was withdrawn, once', async () => {
  const id = await newCourse();
  const url = `/courses/${id}/invitations`;
  await done(teacher, 'POST', url, { body: {} });
  const invitation = await made(teacher, `/courses/${id}/authors`, { email: hugo.email });
  const { items } = (await teacher(`/api/v1${url}`)).json<InvitationPage>();
  for (const each of [...items, ...items]) await done(teacher, 'DELETE', `${url}/${each.id}`);
  expect((await deeds(id)).filter((deed) => deed.includes('withdrawn'))).toEqual([
    'course: course.author-invitation-withdrawn by Camille Fournier',
    'course: course.invitation-withdrawn by Camille Fournier',
  ]);
  expect(await detailsOf(id, 'course.author-invitation-withdrawn')).toEqual([{ invitationId: invitation }]);
});

it('remembers who may see a course, when that changes', async () => {
  const id = await newCourse();
  for (const visibility of ['public', 'invitation', 'invitation', 'public'])
    await change('PATCH', id, '', { visibility });
  await change('PATCH', id, '', { title: 'Acoustique' });
  expect(await deeds(id)).toEqual(Array(2).fill('course: course.visibility-changed by Camille Fournier'));
  expect(await detailsOf(id, 'course.visibility-changed')).toEqual([
    { visibility: 'invitation', former: 'public' },
    { visibility: 'public', former: 'invitation' },
  ]);
});

it('remembers files', async () => {
  const id = await newCourse();
  const tus = { 'tus-resumable': '1.0.0' };
  const { headers } = await done(teacher, 'POST', `/courses/${id}/uploads`, {
    headers: { ...tus, 'upload-length': '7', 'upload-metadata': `filename ${btoa('a.txt')}` },
  });
  await done(teacher, 'PATCH', new URL(String(headers.location), 'http://x').pathname.slice(7), {
    headers: { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    payload: Buffer.from('Bonjour'),
  });
  const [file] = (await teacher(`/api/v1/courses/${id}`)).json<Course>().files;
  const newer = await teacher({
    method: 'POST',
    url: `/api/v1/courses/${id}/uploads`,
    headers: {
      ...tus,
      'upload-length': '7',
      'upload-metadata': `filename ${btoa('b.txt')},replaces ${btoa(file!.id)}`,
    },
  });
  await teacher({
    method: 'PATCH',
    url: String(newer.headers.location),
    headers: { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    payload: Buffer.from('Bonsoir'),
  });
  await done(teacher, 'DELETE', `/files/${file!.id}`);
  expect(await deeds(file!.id)).toEqual([
    'file: file.added by Camille Fournier',
    'file: file.deleted by Camille Fournier',
    'file: file.replaced by Camille Fournier',
  ]);
});

it('remembers what was decided in a forum', async () => {
  const id = await newCourse();
  await change('PUT', id, '/state', { state: 'published' });
  await done(student, 'PUT', `/courses/${id}/enrolment`);
  const thread = await made(student, `/courses/${id}/threads`, { title: 'Pourquoi ?', body: '?' });
  const answer = () => made(student, `/threads/${thread}/posts`, { body: 'Parce que.' });
  const [removed, kept, reported] = [await answer(), await answer(), await answer()];
  await done(teacher, 'DELETE', `/posts/${removed}`);
  for (const [post, outcome] of [
    [kept, 'kept'],
    [reported, 'removed'],
  ] as const) {
    await done(administrator, 'POST', `/posts/${post}/reports`, { body: { reason: 'Déplacé' } });
    const [report] = (await teacher(`/api/v1/courses/${id}/reports`)).json().items;
    await done(teacher, 'PUT', `/reports/${report.id}/outcome`, { body: { outcome } });
  }
  await done(teacher, 'PUT', `/threads/${thread}/moderation`, { body: { locked: true } });
  await done(administrator, 'DELETE', `/threads/${thread}`);
  expect(await Promise.all([removed, kept, reported, thread].map(deeds))).toEqual([
    ['post: post.removed by Camille Fournier'],
    ['post: report.kept by Camille Fournier'],
    ['post: report.removed by Camille Fournier'],
    ['thread: thread.moderated by Camille Fournier', 'thread: thread.removed by Dominique Martin'],
  ]);
});

it('remembers what everybody is told', async () => {
  const endsAt = new Date(Date.now() + 3_600_000).toISOString();
  const notice = { textFr: 'Maintenance ce soir.', textEn: 'Maintenance tonight.', endsAt };
  const id = await made(administrator, '/admin/notices', notice);
  expect(await deeds(id)).toEqual(['notice: notice.made by Dominique Martin']);
});

it('remembers what became of an account, and forgets nothing of the above', async () => {
  await done(teacher, 'POST', '/me/erasure', { body: { password: DEMO_PASSWORD } });
  await done(administrator, 'PATCH', `/admin/people/${ines.id}`, { body: { suspended: true } });
  expect(await deeds(camille.id)).toEqual(['person: person.erasure-asked by Camille Fournier']);
  expect(await deeds(ines.id)).toEqual(['person: person.changed by Dominique Martin']);
  const all = await db.selectFrom('audit_log').select('action').distinct().orderBy('action').execute();
  expect(all.map(({ action }) => action)).toEqual([
    'course.archived',
    'course.author-added',
    'course.author-invitation-withdrawn',
    'course.author-invited',
    'course.author-removed',
    'course.deleted',
    'course.draft',
    'course.invitation-withdrawn',
    'course.invited',
    'course.published',
    'course.visibility-changed',
    'file.added',
    'file.deleted',
    'file.replaced',
    'notice.made',
    'person.changed',
    'person.erasure-asked',
    'post.removed',
    'report.kept',
    'report.removed',
    'thread.moderated',
    'thread.removed',
  ]);
});
