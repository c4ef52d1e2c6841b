import { describe, expect, it } from 'vitest';
import { DEMO_COURSES } from '#server/seed/courses.ts';
import { ADDRESSES } from './testing/addresses.ts';
import { hasBrowser } from './testing/browser.ts';
import { asked, signedIn } from './testing/signed-in.ts';
import { testSite } from './testing/site.ts';

const course = DEMO_COURSES[0]!;
const TOKEN = 'x'.repeat(43);

/** Every page in a new tab, by the address that somebody kept or was sent. */
describe.skipIf(!hasBrowser)('each address in a new tab', () => {
  const site = testSite();

  it('is the page that it names, to its author and to a visitor', async () => {
    const { page: first, complaints } = await signedIn(site, { email: 'prof@fredu.test', screen: 'desktop' });
    const { id: thread } = await asked<{ id: string }>(first, 'POST', `/courses/${course.id}/threads`, {
      body: { title: 'Une question', body: 'b' },
    });
    const { sections } = await asked<{ sections: { id: string }[] }>(
      first,
      'GET',
      `/courses/${course.id}/outline`,
    );
    const { page: visitor } = await site.browser.page('phone');
    const seen: Record<string, string> = {};
    for (const address of ADDRESSES) {
      const path = `/${address.replace(':id', address.startsWith('discussions') ? thread : course.id).replace(':section', sections[0]!.id)}`;
      for (const [who, context] of [
        ['author', first.context()],
        ['visitor', visitor.context()],
      ] as const) {
        const page = await context.newPage();
        const answer = await page.goto(`${site.url}${path}?q=Node.js#${TOKEN}`);
        await page.getByRole('heading', { level: 1 }).or(page.getByRole('alert')).first().waitFor();
        await page.waitForLoadState('networkidle');
        const heading = await page.getByRole('heading').first().innerText();
        seen[`${who} ${address}`] = `${answer!.status()} ${heading}`;
        await page.close();
      }
    }
    for (const [name, title] of Object.entries(seen))
      expect([name, title]).toEqual([name, expect.stringMatching(/^200 /)]);
    for (const [name, title] of Object.entries(seen))
      expect([name, title]).not.toEqual([name, '200 Page introuvable']);
    expect(Object.keys(seen)).toHaveLength(2 * ADDRESSES.length);
    expect(complaints).toEqual([]);
  }, 180_000);
});
