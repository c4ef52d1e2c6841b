import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Figures, PageCase } from './page.ts';

/** A bad line of a telephone. @see https://github.com/GoogleChrome/lighthouse/blob/main/docs/throttling.md its "slow 4G" */
const LINE = {
  offline: false,
  latency: 150,
  downloadThroughput: (1.6 * 1e6) / 8,
  uploadThroughput: (0.75 * 1e6) / 8,
};
/** How many times slower than this machine's processor. */
const SLOWER = 4;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, locale: 'fr-FR' };
/** A page is looked at for so long after it asks for nothing more: what comes later moves nothing. */
const SETTLE_MILLISECONDS = 1000;

/** Collects what the browser says of the page; runs in the page, before its own script. */
function watch(): void {
  const seen = { largestPaint: 0, shift: 0, quiet: 0, press: 0 };
  Object.assign(globalThis, { seenByBench: seen });
  const observe = (type: string, note: (entry: PerformanceEntry) => void, more = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({
      type,
      buffered: true,
      ...more,
    });
  observe('largest-contentful-paint', ({ startTime }) => {
    seen.largestPaint = startTime;
  });
  observe('layout-shift', (entry) => {
    const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
    if (!hadRecentInput) seen.shift += value;
  });
  observe('longtask', ({ startTime, duration }) => {
    seen.quiet = Math.max(seen.quiet, startTime + duration);
  });
  observe(
    'event',
    ({ duration }) => {
      seen.press = Math.max(seen.press, duration);
    },
    { durationThreshold: 16 },
  );
}

/** Opens a page in a browser that has nothing, or has been there once before. */
export async function visit(browser: Browser, each: PageCase): Promise<Figures> {
  const context = await browser.newContext({ ...PHONE, serviceWorkers: each.isSecond ? 'allow' : 'block' });
  try {
    if (each.cookies) await context.addCookies(each.cookies);
    if (each.isSecond) await before(context, each);
    return await measured(await context.newPage(), each);
  } finally {
    await context.close();
  }
}

/** The first visit, until the pages are kept in the browser. */
async function before(context: BrowserContext, { url }: PageCase): Promise<void> {
  const page = await context.newPage();
  await page.goto(url, { waitUntil: 'networkidle' });
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForLoadState('networkidle');
  await page.close();
}

async function measured(page: Page, { url, shows, press }: PageCase): Promise<Figures> {
  await page.addInitScript(watch);
  const line = await page.context().newCDPSession(page);
  await line.send('Network.enable');
  await line.send('Network.emulateNetworkConditions', LINE);
  await line.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  let requests = 0;
  let scriptBytes = 0;
  const scripts = new Set<string>();
  line.on('Network.requestWillBeSent', ({ request }) => {
    if (request.url.startsWith('http')) requests += 1;
  });
  line.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Script') scripts.add(requestId);
  });
  line.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) scriptBytes += encodedDataLength;
  });
  await page.goto(url, { waitUntil: 'load' });
  await page.locator(shows).first().waitFor();
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(SETTLE_MILLISECONDS);
  const seen = () =>
    page.evaluate(() => ({
      ...(
        globalThis as unknown as { seenByBench: Pick<Figures, 'largestPaint' | 'shift' | 'quiet' | 'press'> }
      ).seenByBench,
      firstPaint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
    }));
  const atRest = { ...(await seen()), requests, scriptBytes };
  if (!press) return { ...atRest, press: 0 };
  await press(page);
  await page.waitForTimeout(SETTLE_MILLISECONDS);
  return { ...atRest, press: (await seen()).press };
}

/** The median of each figure. */
export function medianOf(seen: readonly Figures[]): Figures {
  const median = (key: keyof Figures) =>
    seen.map((each) => each[key]).toSorted((a, b) => a - b)[Math.floor(seen.length / 2)]!;
  return Object.fromEntries(
    Object.keys(seen[0]!).map((key) => [key, median(key as keyof Figures)]),
  ) as unknown as Figures;
}
