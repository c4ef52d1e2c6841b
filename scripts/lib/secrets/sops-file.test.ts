import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { beforeAll, describe, expect, it } from 'vitest';
import { open, readersOf, type Tree, write } from './sops-file.ts';

const now = new Date('2026-11-30T12:00:00Z');
const tree: Tree = {
  kubernetes: {
    education: { 'education-s3': { AWS_ACCESS_KEY_ID: 'abc', AWS_SECRET_ACCESS_KEY: 'd: e\n#é\n' } },
  },
  hosts: { 'sxb-edge1': { '/etc/haproxy/database-ca.crt': '-----BEGIN\n', empty: '' } },
};
let own: string;
let other: string;
let recipients: string[];
let text: string;
beforeAll(async () => {
  own = await generateX25519Identity();
  other = await generateX25519Identity();
  recipients = [await identityToRecipient(own), await identityToRecipient(other)];
  text = await write(tree, { recipients, now });
});
const opened = (changed = text, keys = [own]) => open(changed, { keys, shown: 'secrets/sxb.yaml' });

describe('a file of secrets', () => {
  it('says to each recipient what was written, and names but no value to all others', async () => {
    expect((await opened()).tree).toEqual(tree);
    expect((await opened(text, [other])).tree).toEqual(tree);
    expect(text).toContain('AWS_ACCESS_KEY_ID: ENC[AES256_GCM,data:');
    expect(text).not.toMatch(/abc|BEGIN\n|AGE-SECRET/);
    expect(readersOf(text, 'secrets/sxb.yaml')).toEqual(recipients);
  });

  it('keeps the lines of values that stay', async () => {
    const { kept } = await opened();
    const changed = structuredClone(tree);
    changed.hosts = { 'sxb-edge1': { '/etc/haproxy/database-ca.crt': 'another', empty: '' } };
    const next = await write(changed, { recipients, now: new Date('2026-12-01T12:00:00Z'), kept });
    const lines = text.split('\n');
    const differing = next.split('\n').filter((line, index) => line !== lines[index]);
    expect(differing.map((line) => line.trim().split(':')[0])).toEqual([
      '/etc/haproxy/database-ca.crt',
      'lastmodified',
      'mac',
    ]);
  });

  it('is sealed by another key once somebody may read it no longer', async () => {
    const { kept } = await opened();
    const next = await write(tree, { recipients: [recipients[0]!], now, kept });
    expect((await opened(next)).kept.dataKey).not.toEqual(kept.dataKey);
    await expect(opened(next, [other])).rejects.toThrow(/is not for any of your age keys, but for age1/);
  });

  it('draws a start value of its own for each value', () => {
    const starts = [...text.matchAll(/iv:([^,]+),/g)].map(([, start]) => start);
    expect(new Set(starts).size).toBe(starts.length);
  });
});

describe('what is refused in one line', () => {
  it('another age key', async () => {
    await expect(opened(text, [await generateX25519Identity()])).rejects.toThrow(
      /^secrets\/sxb\.yaml is not for any of your age keys, but for age1\w+, age1\w+; .*rotate`$/,
    );
  });
  it.each<[string, (text: string) => string, RegExp]>([
    ['a half-written file', (whole) => whole.slice(0, 400), /no `sops` at its end, as if it were cut/],
    ['an empty file', () => '', /no `sops` at its end/],
    ['a file in clear', () => 'kubernetes:\n  a: b\n', /no `sops` at its end/],
    ['no YAML', () => 'a: [', /secrets\/sxb\.yaml: /],
    [
      'a changed value',
      (whole) => whole.replace(/(AWS_ACCESS_KEY_ID: ENC\[AES256_GCM,data:)..../, '$1AAAA'),
      /the value of kubernetes education education-s3 AWS_ACCESS_KEY_ID was changed or cut/,
    ],
    [
      'a value in clear',
      (whole) => whole.replace(/AWS_ACCESS_KEY_ID: ENC.*/, 'AWS_ACCESS_KEY_ID: mine'),
      /the value of kubernetes education education-s3 AWS_ACCESS_KEY_ID was changed or cut/,
    ],
    [
      'a value that was moved to another name',
      (whole) => whole.replace('AWS_ACCESS_KEY_ID', 'AWS_ANOTHER'),
      /the value of .* AWS_ANOTHER was changed/,
    ],
    [
      'a value that was taken out',
      (whole) => whole.replace(/ +AWS_ACCESS_KEY_ID: .*\n/, ''),
      /taken out, put in or moved .* \(its sum differs\)/,
    ],
    [
      'a rule of sops that is not read here',
      (whole) => whole.replace('unencrypted_suffix', 'encrypted_regex'),
      /has the rule encrypted_regex of sops/,
    ],
    ['a list', (whole) => `list:\n  - a\n${whole}`, /has a list, which is not read here/],
  ])('%s', async (_, change, message) => {
    const error: Error = await opened(change(text)).then(
      () => expect.fail('it was read'),
      (reason: Error) => reason,
    );
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('\n');
  });
});
