import { describe, expect, it } from 'vitest';
import { KEPT } from '#server/plugins/app/retention.ts';
import { testApp } from '#server/testing/test-app.ts';
import type { SitePage } from '#shared/schemas/site-page.ts';
import { SITE_PAGE_NAMES } from '#shared/site-pages.ts';
import { KEPT_WORDS } from './texts.ts';

const { as, ask, db } = await testApp();
const administrator = await as('administrator');
const url = '/api/v1/site-pages/mentions-legales';
const read = async (at = url) => (await ask(at)).json<SitePage>();
const write = (body: string, version: number) =>
  administrator({
    method: 'PUT',
    url: '/api/v1/admin/site-pages/mentions-legales',
    headers: { 'if-match': `"${version}"` },
    body: { body },
  });

describe('what the site says of itself', () => {
  it.each(SITE_PAGE_NAMES)('is there before anybody wrote it: %s', async (name) => {
    const page = await read(`/api/v1/site-pages/${name}`);
    expect(page).toMatchObject({ name, version: 0, updatedAt: null });
    expect(page.html).toMatch(/compléter par l’administration/);
  });

  it('is written by administrators, from what they have read, and is drawn as Markdown', async () => {
    const answer = await write('Ce site est édité par **une académie**.', 0);
    expect(answer.json()).toMatchObject({
      version: 1,
      html: expect.stringContaining('<strong>une académie</strong>'),
    });
    expect((await read()).body).toBe('Ce site est édité par **une académie**.');
    expect((await write('Par une autre.', 0)).statusCode).toBe(412);
    expect((await write('Par une autre.', 1)).json()).toMatchObject({ version: 2 });
    expect((await read()).updatedAt).not.toBeNull();
    const deed = await db
      .selectFrom('audit_log')
      .select('subject_id')
      .where('action', '=', 'site-page.changed')
      .execute();
    expect(deed.map(({ subject_id }) => subject_id)).toContain('mentions-legales');
  });

  it('has its first text again once it is emptied, and is changed from there', async () => {
    const { version } = await read();
    expect((await write('  ', version)).json()).toMatchObject({ version: version + 1, updatedAt: null });
    expect((await read()).body).toContain('éditeur du site');
    expect((await write('De nouveau.', version + 1)).statusCode).toBe(200);
  });

  it('runs nothing that somebody wrote into it', async () => {
    const { version } = await read();
    const { html } = (
      await write('<script>alert(1)</script><img src=x onerror=alert(1)>', version)
    ).json<SitePage>();
    expect(html).not.toMatch(/<script|<img/);
  });

  it('says of every table that is cleared what its rows are', () => {
    expect(Object.keys(KEPT_WORDS).sort()).toEqual(KEPT.map(({ table }) => String(table)).sort());
  });
});
