import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { options } from '#server/command-line.ts';
import { start } from '#server/main.ts';
import { buildWeb } from '#web/build.ts';
import { LONG_LESSON, pagesOf } from './pages/cases.ts';
import type { Figures, PageCase } from './pages/page.ts';
import { medianOf, visit } from './pages/visit.ts';

const USAGE = `npm run bench:pages [-- --runs N]
  Opens the main pages as a telephone of the lower half on a bad line does – 390 × 844, 1.6 Mbit/s, 150 ms, a processor four times
  slower, nothing kept – and prints the median of what people wait for. CHROMIUM names the browser. Ends with 1 when a page is slower
  or larger than promised, which on a machine that is busy with something else it is.`;
const { values } = options(USAGE, { runs: { type: 'string', default: '5' } });
const runs = Number(values.runs);
const program = process.env.CHROMIUM ?? '/usr/bin/chromium';
const say = (line: string) => void process.stdout.write(`${line}\n`);
if (!Number.isInteger(runs) || runs < 1) fail(`--runs ${values.runs}: give a whole number of 1 or more`);
if (!existsSync(program))
  fail(`no browser at ${program}: install the package chromium, or name one in CHROMIUM`);

const dataDir = mkdtempSync(join(tmpdir(), 'fredu-bench-pages-'));
chmodSync(dataDir, 0o755);
await buildWeb();
const app = await start({ dataDir, port: 0, metricsPort: 0, logLevel: 'error', environment: {} });
const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-gpu'] });
try {
  say(
    `${cpus().length} × ${cpus()[0]?.model}, Chromium ${browser.version()}; median of ${runs}, cold unless said\n`,
  );
  row(['page', 'requests', 'script kB', 'first s', 'LCP s', 'CLS', 'quiet s', 'press ms', 'promise']);
  let isKept = true;
  for (const each of await pagesOf(browser, app.url)) {
    const seen: Figures[] = [];
    for (let run = 0; run < runs; run += 1) seen.push(await visit(browser, each));
    isKept = tell(each, medianOf(seen)) && isKept;
  }
  say(`\n${LONG_LESSON}: one of 60 sections with 720 formulas in all.`);
  process.exitCode = isKept ? 0 : 1;
} finally {
  await browser.close();
  await app.close();
  rmSync(dataDir, { recursive: true, force: true });
}

function fail(line: string): never {
  process.stderr.write(`error: ${line}\n`);
  process.exit(2);
}

/** Prints what a page took; whether it kept its promise. */
function tell({ name, atMost }: PageCase, figures: Figures): boolean {
  const broken = Object.entries(atMost).filter(([key, most]) => figures[key as keyof Figures] > most);
  row([
    name,
    String(figures.requests),
    (figures.scriptBytes / 1000).toFixed(0),
    (figures.firstPaint / 1000).toFixed(1),
    (figures.largestPaint / 1000).toFixed(1),
    figures.shift.toFixed(2),
    (figures.quiet / 1000).toFixed(1),
    figures.press.toFixed(0),
    broken.length === 0 ? 'kept' : broken.map(([key, most]) => `${key} ≤ ${most}`).join(', '),
  ]);
  return broken.length === 0;
}

function row(cells: string[]): void {
  const [name = '', ...others] = cells;
  const last = others.pop() ?? '';
  say(`${name.padEnd(34)}${others.map((cell) => cell.padStart(10)).join('')}  ${last}`);
}
