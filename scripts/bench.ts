import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { CannotLook, main, options } from './lib/main.ts';
import { run } from './lib/run.ts';
import { ROOT, SITES } from './lib/sites.ts';
import { filesOf, manySites } from './testing/example-sites.ts';

const USAGE = `npm run bench [-- --sites FOLDER]
  Measures what a synthesis costs as a whole process – wall time, peak memory – for the sites of a folder (default sites/)
  and for fifty.`;
const RUNS = 7;

interface Figure {
  name: string;
  sites: number;
  files: number;
  seconds: number;
  megabytes: number;
}

await main(async () => {
  const { values } = options(USAGE, SITES);
  const work = mkdtempSync(join(tmpdir(), 'fredu-bench-'));
  try {
    const figures = [
      await measure('our sites', resolve(values.sites), work),
      await measure('50 sites', fifty(join(work, 'sites-50')), work),
    ];
    process.stdout.write(table(figures));
    return 0;
  } finally {
    rmSync(work, { recursive: true });
  }
});

async function measure(name: string, sites: string, work: string): Promise<Figure> {
  const seconds: number[] = [];
  const megabytes: number[] = [];
  let report: { files: number }[] = [];
  for (let round = 0; round < RUNS; round += 1) {
    const out = join(work, `dist-${sites.length}-${round}`); // removed at the end: deleting disturbs the next run
    const command = [
      process.execPath,
      '--import',
      join(ROOT, 'scripts/lib/cached.js'), // as `npm run synth` does
      join(ROOT, 'scripts/synth.ts'),
      '--json',
      '--sites',
      sites,
      '--out',
      out,
    ] as const;
    const start = performance.now();
    const { code, stdout, stderr } = await run(command, { env: { FREDU_PEAK_MEMORY: '1' } });
    seconds.push((performance.now() - start) / 1000);
    if (code !== 0) throw new CannotLook(`${name} did not synthesize: ${stderr.slice(0, 2000)}`);
    const peak = /peak memory (\d+) kB/.exec(stderr)?.[1];
    megabytes.push(Number(peak) / 1024);
    report = JSON.parse(stdout);
  }
  const files = report.reduce((sum, each) => sum + each.files, 0);
  return { name, sites: report.length - 1, files, seconds: median(seconds), megabytes: median(megabytes) };
}

/** Rooms and parts of an OpenStack in turn, as files. */
function fifty(folder: string): string {
  mkdirSync(folder);
  for (const [name, text] of filesOf(manySites(50))) writeFileSync(join(folder, name), text);
  return folder;
}

function table(figures: Figure[]): string {
  const rows = figures.map(({ name, sites, files, seconds, megabytes }) => [
    name,
    String(files),
    seconds.toFixed(2),
    ((seconds * 1000) / sites).toFixed(1),
    megabytes.toFixed(0),
  ]);
  const head = ['synth', 'files', 'seconds', 'ms a site', 'MB peak'];
  const line = (cells: string[]) =>
    `| ${cells.map((cell, i) => (i ? cell.padStart(9) : cell.padEnd(10))).join(' | ')} |`;
  const rule = `|${'-'.repeat(12)}|${`${'-'.repeat(10)}:|`.repeat(4)}`;
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  return [
    line(head),
    rule,
    ...rows.map(line),
    '',
    `Medians of ${RUNS} whole processes on ${machine}.`,
    '',
  ].join('\n');
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
