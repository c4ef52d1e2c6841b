import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { failover } from './lib/failover/failover.ts';
import { CannotLook } from './lib/main.ts';
import type { Executor } from './lib/procedure/carry-out.ts';
import { THREE_SITES } from './testing/three-sites.ts';

const folder = mkdtempSync(join(tmpdir(), 'fredu-failover-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A world in which some commands answer, by a word of theirs; everything else fails. */
function world(answers: Record<string, string>): { executor: () => Executor; ran: string[] } {
  const ran: string[] = [];
  const executor = (): Executor => ({
    run(command) {
      const line = command.join(' ');
      ran.push(line);
      const answer = Object.entries(answers).find(([word]) => line.includes(word));
      return Promise.resolve(
        answer ? { code: 0, stdout: answer[1], stderr: '' } : { code: 1, stdout: '', stderr: 'no answer' },
      );
    },
    ask: () => Promise.resolve(false),
    wait: () => Promise.resolve(),
    now: () => 0,
    say: () => {},
  });
  return { executor, ran };
}

async function door(words: string[], answers: Record<string, string> = {}) {
  const said: string[] = [];
  const write = (text: string | Uint8Array) => said.push(String(text)) > 0;
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation(write),
  );
  const { executor, ran } = world(answers);
  try {
    const args = [...words, '--yes', '--sites', THREE_SITES, '--state', join(folder, 'state')];
    return { code: await failover('usage', { args, executor }), said: said.join(''), ran };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const PROMETHEUS = '[{"metric":{},"value":[1782000000,"12"]}]';
const KNOWN = { '--context=dc get namespace kube-system': 'uid-dc' };

describe('a site that is said to be lost', () => {
  it('is not left while it answers, and the price is said', async () => {
    const { code, said, ran } = await door(['--lost', 'sxb', '--accept', 'unknown'], {
      'https://s3.sxb.fredu.fr': '',
      promtool: PROMETHEUS,
    });
    expect(code).toBe(1);
    expect(said).toContain('refused: sxb answers (https://s3.sxb.fredu.fr); hand its roles over instead');
    expect(said).toMatch(/split brain: .*the later one stays and the other is lost/);
    expect(said).toMatch(/nothing was done\n$/);
    expect(ran.filter((line) => /curl|promtool|get namespace/.test(line))).toEqual(ran);
  });

  it('is left all the same by force, and still waits until nobody gets in', async () => {
    const { code, said } = await door(['--lost', 'sxb', '--accept', 'unknown', '--force'], {
      ...KNOWN,
      'https://s3.sxb.fredu.fr': '',
      promtool: PROMETHEUS,
    });
    expect([code, said]).toEqual([1, expect.stringMatching(/forced: sxb answers[\s\S]*stopped at close/)]);
  });

  it.each([
    [[], 1, /objects of the last 72 s[\s\S]*refused: --accept 72 takes that loss/],
    [['--accept', '71'], 1, /refused: --accept 72 takes that loss/],
    [['--accept', '72'], 1, /stopped at close: declined/],
  ])('costs seconds that somebody takes by their number: %j', async (words, code, expected) => {
    const done = await door(['--lost', 'sxb', ...words], { ...KNOWN, promtool: PROMETHEUS });
    expect([done.code, done.said]).toEqual([code, expect.stringMatching(expected)]);
  });

  it.each(['[]', 'no JSON'])('costs nobody knows what, where Prometheus says %s', async (text) => {
    const { code, said } = await door(['--lost', 'sxb', '--accept', '600'], { promtool: text });
    expect([code, said]).toEqual([
      1,
      expect.stringMatching(/nobody knows what dc had not copied[\s\S]*--accept unknown takes that loss/),
    ]);
  });

  it('costs no file where it only copied', async () => {
    const { said } = await door(['--lost', 'dc'], { '--context=sxb get namespace': 'uid-sxb' });
    expect(said).not.toContain('--accept');
    expect(said).toContain('stopped at close: declined');
  });
});

it('asks a site that comes back who it is only when it is there', async () => {
  // Before its hosts are powered on nothing of it answers, and the way in is to be closed all the same.
  const copy = await door(['--return', 'dc'], { '--context=sxb get namespace': 'uid-sxb' });
  expect(copy.said).toContain('stopped at close: declined');
  expect(copy.ran.filter((line) => line.includes('--context=dc'))).toEqual([]);
});

it.each<[words: string[], line: string | RegExp]>([
  [[], 'say one of --lost, --return and --handover, and a site\nusage'],
  [['--lost', 'sxb', '--handover', 'dc'], /^say one of/],
  [['--lost', 'sbx'], 'there is no site sbx; did you mean sxb?'],
  [['--lost', 'do'], /^do has no object store and no role to hand over/],
  [['--handover', 'sxb'], 'sxb takes the writes already, as platform.yaml says'],
  [['--return', 'sxb'], /^platform.yaml says that sxb takes the writes; where another took them/],
  [['--lost', 'sxb', '--accept', 'all'], '--accept all: say the seconds that may be lost, or unknown'],
  [['--handover', 'dc', '--only', 'take-all'], /^there is no step take-all; there are database, serve/],
])('failover %j is refused in one line', async (words, line) => {
  const refused = door(words);
  await expect(refused).rejects.toThrow(typeof line === 'string' ? new CannotLook(line) : line);
  await expect(refused).rejects.toBeInstanceOf(CannotLook);
});
