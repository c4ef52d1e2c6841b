import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

/** Screens that most people have: a telephone, and a computer. */
export const SCREENS = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 900 },
} as const;

const PROGRAM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const hasBrowser = existsSync(PROGRAM);

/** A browser that asks nobody but us. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface TestBrowser {
  /** A page of its own session, with everything that its console and its requests complained of. */
  page(
    screen: keyof typeof SCREENS,
    options?: { dark?: boolean },
  ): Promise<{ page: Page; complaints: string[] }>;
  close(): Promise<void>;
}

export async function testBrowser(): Promise<TestBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'fredu-browser-'));
  const browser = await chromium.launch({
    executablePath: PROGRAM,
    args: [...FLAGS, `--disk-cache-dir=${profile}`],
  });
  const contexts: BrowserContext[] = [];
  return {
    async page(screen, { dark = false } = {}) {
      const context = await browser.newContext({
        viewport: SCREENS[screen],
        locale: 'fr-FR',
        timezoneId: 'Europe/Paris',
        colorScheme: dark ? 'dark' : 'light',
        hasTouch: screen === 'phone',
      });
      contexts.push(context);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('requestfailed', (request) => {
        const reason = request.failure()?.errorText;
        // What the page itself breaks off, such as a list that is no longer looked at, has not failed.
        if (reason !== 'net::ERR_ABORTED') complaints.push(`${request.url()} ${reason}`);
      });
      page.on('request', (request) => {
        const { hostname, protocol } = new URL(request.url());
        if (protocol.startsWith('http') && hostname !== 'localhost') complaints.push(`asks ${hostname}`);
      });
      return { page, complaints };
    },
    async close() {
      await Promise.all(contexts.map((context) => context.close()));
      await browser.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
