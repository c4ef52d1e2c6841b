import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from '../lib/run.ts';
import { ROOT } from '../lib/sites.ts';

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
/** Commands of ours: `node [--import FILE] FILE [WORD]`. Those of others answer by themselves. */
const doors = Object.entries(scripts).flatMap(([name, command]): [string, string][] => {
  const file = /^node (?:--import \S+ )?(\S+\.ts)(?: \w+)?$/.exec(command)?.[1];
  return file ? [[name, join(ROOT, file)]] : [];
});

it('knows every command of package.json that is a program of ours', () => {
  expect(doors.length).toBeGreaterThan(15);
  const others = Object.entries(scripts).filter(([name]) => !doors.some(([door]) => door === name));
  for (const [name, command] of others) expect(command, name).toMatch(/^(vitest|biome) /);
});

const help = new Map<string, string>();

it.each(doors)('npm run %s answers --help and does nothing else', async (name, file) => {
  const [{ code, stdout, stderr }, unknown] = await Promise.all([
    run([process.execPath, file, '--help']),
    run([process.execPath, file, '--no-such-option']),
  ]);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(new RegExp(`^npm (run )?${name}\\b`));
  help.set(name, stdout);
  expect([unknown.code, unknown.stdout, unknown.stderr]).toEqual([
    2,
    '',
    expect.stringMatching(/^error: Unknown option '--no-such-option'/),
  ]);
});

/** What a command is asked to do, where it does nothing without a word. */
const WORDS: Record<string, string> = {
  drain: 'sxb-edge1',
  failover: '--lost=sxb',
  undrain: 'sxb-edge1',
  upgrade: 'traefik',
  backup: 'now',
  certs: 'plan',
  secrets: 'check',
};

it('reads another folder of sites by --sites, wherever a platform is read, and says so', async () => {
  const reads = doors.filter(([name]) => help.get(name)!.includes('--sites FOLDER'));
  expect(reads.map(([name]) => name)).toEqual(
    expect.arrayContaining(['check', 'diff', 'golden', 'image', 'report', 'start', 'synth', 'whatif']),
  );
  // A program that reads a platform takes the option; bench:laws breaks the reference platform, whose faults are counted.
  for (const [name, file] of doors)
    if (name !== 'bench:laws' && /\bload(Model|Sites)\(/.test(readFileSync(file, 'utf8')))
      expect(help.get(name), name).toContain('--sites FOLDER');
  // It needs a cluster before it opens what is encrypted beside the sites.
  for (const [name, file] of reads.filter(([name]) => name !== 'deploy')) {
    const words = WORDS[name] === undefined ? [] : [WORDS[name]];
    const command = [process.execPath, file, ...words, '--sites', '/nowhere/others'] as const;
    const { code, stdout, stderr } = await run(command);
    expect([code, stdout, stderr], name).toEqual([
      2,
      '',
      expect.stringMatching(/^error: .*cannot read others: /),
    ]);
  }
});

it('takes the folder from the environment, where no option reaches a command', async () => {
  for (const file of ['synth.ts', 'generate/cdktf.ts']) {
    const { code, stderr } = await run([process.execPath, join(ROOT, 'scripts', file)], {
      env: { FREDU_SITES: '/nowhere/others' },
    });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: cannot read others: /)]);
  }
});

it('says in one line, with the usage, what a command does not know', async () => {
  const golden = join(ROOT, 'scripts/generate/golden.ts');
  const said = async (word: string) =>
    (await run([process.execPath, golden, word])).stderr.split('\n').slice(0, 2);
  const usage = help.get('golden')!.split('\n')[0];
  expect(await said('--colour')).toEqual([
    expect.stringContaining("error: Unknown option '--colour'"),
    usage,
  ]);
  expect(await said('sxb')).toEqual(['error: nothing is to be done with sxb', usage]);
});
