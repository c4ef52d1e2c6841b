import { existsSync } from 'node:fs';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { inject } from 'vitest';

/** Screens that most people have: a telephone, and a computer. */
export const SCREENS = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 900 },
} as const;

export const PROGRAM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const hasBrowser = existsSync(PROGRAM);

/** What is said where they are left out. */
const NO_WORKERS = 'Service Worker registration blocked by Playwright';
/** A browser that asks nobody but us. */
export const FLAGS = [
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
  /**
   * A page of its own session, with everything that its console and its requests complained of. Only where it `keeps` what it read do
   * service workers stand between it and the server.
   */
  page(
    screen: keyof typeof SCREENS,
    options?: { dark?: boolean; keeps?: boolean },
  ): Promise<{ page: Page; complaints: string[] }>;
  close(): Promise<void>;
}

/** Sessions in the one browser of the suite. */
export async function testBrowser(): Promise<TestBrowser> {
  const browser = await chromium.connect(inject('browser'));
  const contexts: BrowserContext[] = [];
  return {
    async page(screen, { dark = false, keeps = false } = {}) {
      const context = await browser.newContext({
        viewport: SCREENS[screen],
        locale: 'fr-FR',
        timezoneId: 'Europe/Paris',
        colorScheme: dark ? 'dark' : 'light',
        hasTouch: screen === 'phone',
        serviceWorkers: keeps ? 'allow' : 'block',
      });
      contexts.push(context);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (message.text() === NO_WORKERS) return;
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
    },
  };
}
