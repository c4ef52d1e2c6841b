import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { FLAGS, hasBrowser, PROGRAM } from './browser.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the browser of the suite is spoken to. */
    browser: string;
  }
}

/** Starts one browser for all files of the suite; each test has sessions of its own in it. */
export default async function oneBrowser({ provide }: TestProject) {
  if (!hasBrowser) return;
  const profile = mkdtempSync(join(tmpdir(), 'fredu-browser-'));
  const browser = await chromium.launchServer({
    executablePath: PROGRAM,
    args: [...FLAGS, `--disk-cache-dir=${profile}`],
    host: '127.0.0.1',
  });
  provide('browser', browser.wsEndpoint());
  return async () => {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  };
}
