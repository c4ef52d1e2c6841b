import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { DEMO_PASSWORD } from '#server/seed/courses.ts';
import { SCREENS } from './browser.ts';
import type { TestSite } from './site.ts';

/** Where screenshots are left to be looked at; none are made without it. */
const SCREENSHOTS = process.env.SCREENSHOTS;

/** A page of somebody who has signed in. */
export async function signedIn(
  { browser, url }: TestSite,
  { email, screen, keeps = false }: { email: string; screen: keyof typeof SCREENS; keeps?: boolean },
) {
  const { page, complaints } = await browser.page(screen, { keeps });
  await page.goto(url);
  await asked(page, 'POST', '/sessions', { body: { email, password: DEMO_PASSWORD } });
  await page.waitForLoadState('networkidle');
  return { page, complaints };
}

/** Opens the menu of who is signed in. */
export const openMenu = (page: Page): Promise<void> => page.getByRole('button', { name: /^Menu de/ }).click();

/** Says yes to what a page asks. @param words what stands in the question */
export async function agree(page: Page, action: string, words = ''): Promise<void> {
  const question = page.getByRole('dialog').filter({ hasText: words });
  await question.getByRole('button', { name: action, exact: true }).click();
}

/** The address of a section of a course, as the person who is signed in there finds it. */
export async function lessonOf(page: Page, courseId: string, at = 0): Promise<string> {
  const { sections } = await asked<{ sections: { id: string }[] }>(
    page,
    'GET',
    `/courses/${courseId}/outline`,
  );
  return `/cours/${courseId}/${sections[at]!.id}`;
}

/** What the API answers the person who is signed in there. @throws with its words where it refuses */
export const asked = <Answer>(
  page: Page,
  method: string,
  path: string,
  { body, version }: { body?: object; version?: number } = {},
): Promise<Answer> =>
  page.evaluate(
    async ({ method, path, body, version }) => {
      const answer = await fetch(`/api/v1${path}`, {
        method,
        headers: {
          ...(body ? { 'content-type': 'application/json' } : {}),
          ...(version ? { 'if-match': `"${version}"` } : {}),
        },
        body: body ? JSON.stringify(body) : null,
      });
      // Read to its end, so that going elsewhere breaks nothing off.
      const text = await answer.text();
      if (!answer.ok) throw new Error(text);
      return text === '' ? null : JSON.parse(text);
    },
    { method, path, body, version },
  );

/** Looks at a page as it is: it fits its screen, and nothing keeps anyone from using it. */
export async function looked(page: Page, screen: keyof typeof SCREENS, name: string): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(SCREENS[screen].width);
  if (SCREENSHOTS) {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: join(SCREENSHOTS, `${name}-${screen}.png`), fullPage: true });
  }
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  expect(violations.map((each) => `${each.id}: ${each.nodes[0]?.html}`)).toEqual([]);
}
