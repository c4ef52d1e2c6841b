import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { itJudged } from '#scripts/testing/judge.ts';
import { readSshKey } from './ssh-key.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fredu-key-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function generated(type: string, bits: string): string {
  const file = join(mkdtempSync(join(folder, type)), 'key');
  execFileSync('ssh-keygen', ['-q', '-t', type, '-b', bits, '-N', '', '-C', 'some body', '-f', file]);
  return readFileSync(`${file}.pub`, 'utf8').trim();
}
/** Whether ssh-keygen reads the line, which it does as sshd does. */
function isRead(line: string): boolean {
  const file = join(folder, 'line.pub');
  writeFileSync(file, `${line}\n`);
  return spawnSync('ssh-keygen', ['-l', '-f', file]).status === 0;
}
const fault = (line: string) => {
  const key = readSshKey(line);
  return 'fault' in key ? key.fault : undefined;
};

itJudged('ssh-keygen', 'reads what ssh-keygen makes, and knows its length', () => {
  for (const [type, bits, name] of [
    ['ed25519', '256', 'ssh-ed25519'],
    ['ecdsa', '256', 'ecdsa-sha2-nistp256'],
    ['ecdsa', '384', 'ecdsa-sha2-nistp384'],
    ['ecdsa', '521', 'ecdsa-sha2-nistp521'],
    ['rsa', '3072', 'ssh-rsa'],
  ] as const) {
    const line = generated(type, bits);
    expect(readSshKey(line)).toMatchObject({ type: name, bits: Number(bits), comment: 'some body' });
  }
});

itJudged(
  'ssh-keygen',
  'refuses what ssh-keygen does not read, and nothing that it reads but what is weak',
  () => {
    const bodies = ['ed25519', 'ecdsa', 'rsa'].map((type) =>
      generated(type, type === 'rsa' ? '4096' : '256'),
    );
    for (const line of bodies) {
      const [type = '', body = ''] = line.split(' ');
      const bytes = Buffer.from(body, 'base64');
      const of = (changed: Buffer, named = type) => `${named} ${changed.toString('base64')} x`;
      const flipped = (at: number) => {
        const copy = Buffer.from(bytes);
        copy[at]! ^= 1;
        return copy;
      };
      const cases = [
        ...[1, 4, 8, 24, 40].map((cut) => of(bytes.subarray(0, bytes.length - cut))),
        `${type} ${body.slice(0, -8)} x`,
        of(Buffer.concat([bytes, Buffer.from([0])])),
        ...[0, 3, 5, 9].map((at) => of(flipped(at))),
        ...['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ssh-rsa'].map((named) => of(bytes, named)),
      ];
      for (const each of cases) expect([each, fault(each) === undefined]).toEqual([each, isRead(each)]);
    }
  },
);

itJudged('ssh-keygen', 'refuses weak keys', () => {
  expect(fault(generated('rsa', '2048'))).toBe('it has 2048 bits; 3072 are needed');
});

it('says what it is instead', () => {
  expect(fault('ssh-dss AAAAB3NzaC1kc3MAAACB')).toMatch(/ssh-dss no more/);
  expect(fault('from="10.0.0.0/8" ssh-ed25519 AAAA')).toMatch(/options stand before/);
  expect(fault('ssh-ed25519-cert-v01@openssh.com AAAA')).toMatch(/is a certificate/);
  expect(fault('ssh-ed25519')).toMatch(/body is missing/);
  expect(fault('ssh-ed25519 AAA A')).toMatch(/not whole/);
  expect(
    fault('ecdsa-sha2-nistp256 AAAAC3NzaC1lZDI1NTE5AAAAIJFk5+pgBQ+ED9PJuhblElbgVRVkixbx16NgxhU+tY7p x'),
  ).toBe('it says `ecdsa-sha2-nistp256`, but its body is of type `ssh-ed25519`');
});
