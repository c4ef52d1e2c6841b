import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { goTool, goToolMissing, SOPS } from '#scripts/lib/lab/go-tool.ts';
import { run } from '../run.ts';
import { open, write } from './sops-file.ts';

/** Whether sops itself and this project read each other's files. */
const folder = mkdtempSync(join(tmpdir(), 'fredu-sops-'));
afterAll(() => rmSync(folder, { recursive: true }));
const missing = goToolMissing(SOPS);
const isDemanded = process.env.FREDU_REQUIRE === 'all';
let program: string;
let key: string;
let recipient: string;
const sops = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await run([program, '--disable-version-check', ...args], {
    cwd: folder,
    env: { SOPS_AGE_KEY: key },
  });
  if (code !== 0) throw new Error(stderr);
  return stdout;
};
beforeAll(async () => {
  if (missing) return;
  program = await goTool(SOPS);
  key = await generateX25519Identity();
  recipient = await identityToRecipient(key);
}, 1_500_000);

it.skipIf(missing && !isDemanded)('sops opens what we write, changes it, and we open that', async () => {
  const tree = {
    kubernetes: {
      a: { b: { 'ca.crt': '-----BEGIN\n-----END\n', n: '12', t: 'true', empty: '', time: '2026-11-30' } },
    },
    hosts: { h: { '/etc/x.env': 'A=é: #\n' } },
  };
  writeFileSync(join(folder, 'ours.yaml'), await write(tree, { recipients: [recipient], now: new Date() }));
  expect(parse(await sops('decrypt', 'ours.yaml'))).toEqual(tree);
  await sops('set', 'ours.yaml', '["hosts"]["h"]["/etc/new"]', '"by sops"');
  await sops('rotate', '--in-place', 'ours.yaml');
  const { tree: read } = await open(readFileSync(join(folder, 'ours.yaml'), 'utf8'), {
    keys: [key],
    shown: 'ours',
  });
  expect(read).toEqual({ ...tree, hosts: { h: { ...tree.hosts.h, '/etc/new': 'by sops' } } });
});

it.skipIf(missing && !isDemanded)(
  'we open what sops writes, comments, numbers and nothing included',
  async () => {
    writeFileSync(
      join(folder, 'theirs.yaml'),
      'a:\n  # a comment\n  number: 12\n  yes: true\n  share: 1.50\n  text: "é\\n"\n  empty: ""\n  nothing: null\nb_unencrypted: seen\n',
    );
    writeFileSync(join(folder, 'sealed.yaml'), await sops('encrypt', '--age', recipient, 'theirs.yaml'));
    const text = readFileSync(join(folder, 'sealed.yaml'), 'utf8');
    const { tree, kept } = await open(text, { keys: [key], shown: 'theirs' });
    expect(tree).toEqual({
      a: { number: '12', yes: 'True', share: '1.5', text: 'é\n', empty: '', nothing: '' },
      b_unencrypted: 'seen',
    });
    // What is written again keeps the data key, so that sops shows no more than what changed.
    writeFileSync(
      join(folder, 'again.yaml'),
      await write({ a: tree.a! }, { recipients: [recipient], now: new Date(), kept }),
    );
    expect(parse(await sops('decrypt', 'again.yaml'))).toEqual({ a: { ...(tree.a as object) } });
  },
);

it.skipIf(missing && !isDemanded)('sops refuses what was changed after we wrote it, as we do', async () => {
  const text = await write({ a: { b: 'one', c: 'two' } }, { recipients: [recipient], now: new Date() });
  writeFileSync(join(folder, 'cut.yaml'), text.replace(/ +b: .*\n/, ''));
  await expect(sops('decrypt', 'cut.yaml')).rejects.toThrow(/MAC mismatch/);
});
