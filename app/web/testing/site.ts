import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type Running, start } from '#server/main.ts';
import { buildWeb } from '../build.ts';
import { type TestBrowser, testBrowser } from './browser.ts';

/** The app with its pages and demo courses, and a browser to look at them, for the tests of one group. */
export interface TestSite {
  readonly url: string;
  readonly browser: TestBrowser;
  /** Does something while the server is gone, as when it is replaced: its successor has the same address. */
  whileAway(work: () => Promise<unknown>): Promise<void>;
}

export function testSite(): TestSite {
  let dataDir: string;
  let running: Running;
  let browser: TestBrowser;
  const open = async (port: number) => {
    running = await start({ dataDir, port, metricsPort: 0, logLevel: 'error', environment: {} });
  };
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'fredu-pages-'));
    chmodSync(dataDir, 0o755);
    await buildWeb();
    await open(0);
    browser = await testBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await running?.close();
    if (dataDir) rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    get url() {
      return running.url;
    },
    get browser() {
      return browser;
    },
    async whileAway(work) {
      const port = Number(new URL(running.url).port);
      await running.close();
      try {
        await work();
      } finally {
        await open(port);
      }
    },
  };
}
