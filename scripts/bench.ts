import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { CannotLook, main, options } from './lib/main.ts';
import { run } from './lib/run.ts';
import { ROOT, SITES } from './lib/sites.ts';
import { filesOf, manySites } from './testing/example-sites.ts';

const USAGE = `npm run bench [-- --sites FOLDER] [--only synth|check|whatif|diff] [--runs 7]
  Measures what commands cost as whole processes – wall time, time of all processors, peak memory, medians – for the sites of a
  folder (default sites/), and for twelve or fifty: synth, check, all failures and pairs of whatif, and diff of the whole tree against
  that of fifty commits ago. Other work on the machine counts: time of processors suffers less from it than wall time.`;

/** Long enough ago that every room of the tree has changed. */
const BEFORE = 'HEAD~50';

interface Figure {
  name: string;
  sites: string;
  seconds: number;
  processorSeconds: number;
  megabytes: number;
}
/** A command, for the sites of a folder; exit codes that are an answer. */
interface Measured {
  name: 'synth' | 'check' | 'whatif' | 'diff';
  sites: string;
  arguments: string[];
  answers: number[];
  /** Few, where one takes long. */
  runs: number;
}

await main(async () => {
  const { values } = options(USAGE, {
    ...SITES,
    only: { type: 'string' },
    runs: { type: 'string', default: '7' },
  });
  if (!/^[1-9]\d?$/.test(values.runs))
    throw new CannotLook(`--runs is ${values.runs}; write a number from 1 to 99`);
  const work = mkdtempSync(join(tmpdir(), 'fredu-bench-'));
  try {
    const all = await commands(resolve(values.sites), work, Number(values.runs));
    const wanted = all.filter(({ name }) => values.only === undefined || name === values.only);
    if (wanted.length === 0)
      throw new CannotLook(
        `--only is ${values.only}; it is one of ${[...new Set(all.map(({ name }) => name))].join(', ')}`,
      );
    const figures: Figure[] = [];
    for (const each of wanted) figures.push(await measure(each));
    process.stdout.write(table(figures, Number(values.runs)));
    return 0;
  } finally {
    rmSync(work, { recursive: true });
  }
});

async function commands(ours: string, work: string, runs: number): Promise<Measured[]> {
  const [twelve, fifty] = [many(12, work), many(50, work)];
  const few = Math.ceil(runs / 7);
  const of = (name: Measured['name'], sites: string, folder: string, times = runs): Measured => ({
    name,
    sites,
    arguments: ['--sites', folder, ...(name === 'synth' ? ['--out', join(work, `dist-${sites}`)] : [])],
    answers: name === 'check' ? [0, 1] : [0],
    runs: times,
  });
  return [
    of('synth', 'ours', ours),
    of('synth', '50', fifty),
    of('check', 'ours', ours),
    of('check', '50', fifty, few),
    of('whatif', 'ours', ours),
    of('whatif', '12', twelve, few),
    ...((await isThere(BEFORE))
      ? [{ ...of('diff', 'ours', ours), arguments: [BEFORE, '--sites', ours], answers: [0, 1, 3] }]
      : []),
  ];
}
async function isThere(commit: string): Promise<boolean> {
  return (await run(['git', 'rev-parse', '--verify', '--quiet', commit], { cwd: ROOT })).code === 0;
}

async function measure({ name, sites, arguments: words, answers, runs }: Measured): Promise<Figure> {
  const costs: { seconds: number; processorSeconds: number; kilobytes: number }[] = [];
  // The first of several fills the cache of compiled files, as for whoever calls a command twice.
  const first = runs > 1 ? 0 : 1;
  for (let round = first; round <= runs; round += 1) {
    const command = [
      process.execPath,
      '--import',
      join(ROOT, 'scripts/lib/cached.js'), // as the scripts of package.json do
      join(ROOT, `scripts/${name}.ts`),
      ...words,
    ] as const;
    const start = performance.now();
    const { code, stderr } = await run(command, { env: { FREDU_COST: '1' } });
    const seconds = (performance.now() - start) / 1000;
    if (!answers.includes(code))
      throw new CannotLook(`${name} of ${sites} ended with ${code}: ${stderr.slice(0, 2000)}`);
    const said = /^cost (.+)$/m.exec(stderr)?.[1];
    if (said === undefined) throw new CannotLook(`${name} did not say what it took`);
    if (round > 0) costs.push({ seconds, ...JSON.parse(said) });
  }
  return {
    name,
    sites,
    seconds: median(costs.map((each) => each.seconds)),
    processorSeconds: median(costs.map((each) => each.processorSeconds)),
    megabytes: median(costs.map(({ kilobytes }) => kilobytes / 1024)),
  };
}

/** Rooms and parts of an OpenStack in turn, as files. */
function many(count: number, work: string): string {
  const folder = join(work, `sites-${count}`);
  mkdirSync(folder);
  for (const [name, text] of filesOf(manySites(count))) writeFileSync(join(folder, name), text);
  return folder;
}

function table(figures: Figure[], runs: number): string {
  const rows = figures.map(({ name, sites, seconds, processorSeconds, megabytes }) => [
    name,
    sites,
    seconds.toFixed(2),
    processorSeconds.toFixed(2),
    megabytes.toFixed(0),
  ]);
  const head = ['command', 'sites', 'seconds', 'of CPUs', 'MB peak'];
  const line = (cells: string[]) =>
    `| ${cells.map((cell, i) => (i ? cell.padStart(9) : cell.padEnd(10))).join(' | ')} |`;
  const rule = `|${'-'.repeat(12)}|${`${'-'.repeat(10)}:|`.repeat(4)}`;
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  return [
    line(head),
    rule,
    ...rows.map(line),
    '',
    `Medians of ${runs} whole processes (a seventh of them for check of 50 sites and whatif of 12) on ${machine}, load ${loadavg()[0]!.toFixed(1)}.`,
    '',
  ].join('\n');
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
