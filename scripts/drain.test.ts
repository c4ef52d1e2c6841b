import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CannotLook } from './lib/main.ts';
import { maintain } from './lib/maintenance.ts';
import { run } from './lib/run.ts';
import { ROOT } from './lib/sites.ts';
import { THREE_SITES } from './testing/three-sites.ts';

const folder = mkdtempSync(join(tmpdir(), 'fredu-drain-'));
afterAll(() => rmSync(folder, { recursive: true }));
const command = (verb: 'drain' | 'undrain', ...words: string[]) =>
  run(
    [
      process.execPath,
      `scripts/${verb}.ts`,
      ...words,
      '--sites',
      THREE_SITES,
      '--state',
      join(folder, 'state'),
    ],
    { cwd: ROOT },
  );

describe('a worker whose loss beside that of a site stops writes', () => {
  it('is not drained: the risk has a name', async () => {
    const { code, stdout, stderr } = await command('drain', 'sxb-worker1', '--yes');
    expect([code, stdout]).toEqual([1, '']);
    expect(
      stderr,
    ).toBe(`refused: while sxb-worker1 is out, losing dc stops writes to 2/3 of the ranges and with that app read, app write, sign-in, and any-site is promised
nothing was done; --accept dc takes the risk while it lasts
`);
    expect(existsSync(join(folder, 'state'))).toBe(false);
  });

  it('is shown as it would be drained, and ends with 1 all the same', async () => {
    const { code, stdout } = await command('drain', 'sxb-worker1', '--dry-run');
    expect(code).toBe(1);
    await expect(stdout).toMatchFileSnapshot('transcripts/drain-worker.txt');
  });

  it('is shown without a word of refusal to somebody who takes the risk', async () => {
    const { code, stderr } = await command('drain', 'sxb-worker1', '--dry-run', '--accept', 'dc');
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^accepted: while sxb-worker1 is out/)]);
  });
});

it('a machine is all of its hosts', async () => {
  const { stdout } = await command('undrain', 'sxb-pm1', '--dry-run');
  await expect(stdout).toMatchFileSnapshot('transcripts/undrain-machine.txt');
});

describe('a whole site', () => {
  it('goes at the price of a promise, by its name', async () => {
    const { code, stdout, stderr } = await command('drain', 'dc', '--dry-run', '--accept', 'any-host');
    expect(code).toBe(1);
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(
        /^accepted: while dc is out, losing .* and any-host is promised; so does losing /,
      ),
      expect.stringMatching(/^refused: while dc is out, losing .* and any-site is promised; so does losing /),
      '',
    ]);
    await expect(stdout).toMatchFileSnapshot('transcripts/drain-site.txt');
  });

  it('comes back whether or not it takes the writes', async () => {
    const { code, stdout } = await command('undrain', 'sxb', '--dry-run');
    expect(code).toBe(0);
    await expect(stdout).toMatchFileSnapshot('transcripts/undrain-site.txt');
  });
});

it.each<[words: string[], line: string]>([
  [[], 'name one host, machine or site\nusage'],
  [['sxb-edge1', 'sxb-edge2'], 'name one host, machine or site\nusage'],
  [['sbx-worker1'], 'there is no host, machine or site sbx-worker1; did you mean sxb-worker1?'],
  [['sxb'], 'sxb takes the writes of the object store; first npm run failover -- --handover dc'],
  [['dc', '--accept', 'sxb'], '--accept sxb: the losses to accept are any-host, any-site'],
  [['sxb-edge1', '--accept', 'dc'], '--accept dc: there is no loss to accept'],
  [['sxb-worker1', '--accept', 'do'], '--accept do: the losses to accept are dc'],
  [['sxb-edge1', '--only', 'out'], 'there is no step out; there are all-well, out-edge1'],
])('drain %j is refused in one line', async (words, line) => {
  const refused = maintain('drain', 'usage', [...words, '--sites', THREE_SITES, '--state', folder]);
  await expect(refused).rejects.toThrow(new CannotLook(line));
});
