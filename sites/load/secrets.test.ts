import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  everythingSaid,
  leaves,
  pattern,
  scalars,
  withText,
  withValue,
} from '#scripts/testing/everywhere.ts';
import platformSchema from '../schemas/platform.schema.json' with { type: 'json' };
import siteSchema from '../schemas/site.schema.json' with { type: 'json' };
import { judge } from './load.ts';
import { type Path, print } from './problem.ts';
import { concealed, starred } from './secrets.ts';

const files = everythingSaid();
const places: Path[] = [...files].flatMap(([name, text]) =>
  scalars(text).map((path) => [name.slice(0, -5), ...path]),
);
/** One place of each kind: what is true of one host is true of the others. */
const kinds = [...new Map(places.map((path) => [pattern(path), path])).values()];

const pem = generateKeyPairSync('ed25519')
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString()
  .trim();
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString()
  .trim();

/** What is said of the platform with another text in one place, as a person and as a program reads it. */
function said([name, ...path]: Path, change: (text: string, path: Path) => string) {
  const file = `${name}.yaml`;
  const { problems, model } = judge(new Map([...files, [file, change(files.get(file)!, path)]]));
  return { problems, model, text: print(problems) + JSON.stringify(problems) };
}
/** Parts of a secret that stand in a text: any twelve characters in a row. */
const leaks = (secret: string, text: string): string[] =>
  secret
    .split('\n')
    .filter((line) => !line.startsWith('-----'))
    .flatMap((line) => (line.match(/.{12}/g) ?? []).filter((part) => text.includes(part)));

it('is tried in every place that the schemas know', () => {
  const tried = new Set(kinds.map(pattern));
  const known = [...leaves(platformSchema, 'platform'), ...leaves(siteSchema, 'site')];
  // Only the app has a floating address.
  const never = /^site\.edge\.(api|database)\.public/;
  // One value stands where one of each family may.
  const isTried = (leaf: string) =>
    tried.has(leaf) || tried.has(leaf.replace(/\.\*$/, '')) || tried.has(`${leaf}.*`);
  expect(known.filter((leaf) => !never.test(leaf) && !isTried(leaf))).toEqual([]);
});

const WAYS: [way: string, change: (text: string, path: Path, secret: string) => string][] = [
  ['as a block', withValue],
  ['as it was copied', withText],
  ['on one line', (text, path, secret) => withText(text, path, JSON.stringify(secret))],
  ['with spaces for line ends', (text, path, secret) => withText(text, path, secret.replaceAll('\n', ' '))],
  [
    'without its first line',
    (text, path, secret) => withText(text, path, secret.split('\n').slice(1).join('\n')),
  ],
  ['as the name of a key', (text, path, secret) => withText(text, path, `{ ${JSON.stringify(secret)}: 1 }`)],
];
it.each([
  ...WAYS.map(([way, change]) => ({ way, change, kind: 'private key', secret: pem })),
  ...WAYS.slice(0, 2).map(([way, change]) => ({ way, change, kind: 'private key of RSA', secret: rsa })),
])('a $kind pasted $way is reported and not shown, wherever it stands', ({ change, secret }) => {
  for (const path of kinds) {
    const { problems, text } = said(path, (whole, place) => change(whole, place, secret));
    expect([pattern(path), problems.length > 0]).toEqual([pattern(path), true]);
    expect([pattern(path), leaks(secret, text)]).toEqual([pattern(path), []]);
  }
});

it('is one mistake, reported once where it is a whole value', () => {
  for (const path of kinds) {
    const { problems } = said(path, (text, place) => withValue(text, place, pem));
    expect([pattern(path), problems.map(({ code }) => code)]).toEqual([pattern(path), ['secret-here']]);
  }
});

it.each([
  ['region: ghp_16C7e42F292c6912E7710c838347Ae178B4a', '16C7e42F'],
  ['contact: glpat-AbCdEf0123456789xyzt', 'AbCdEf'],
  ['name: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl', 'eyJzdWIi'],
  ['password: hunter2', 'hunter2'],
  ['admin_token: "s3cr3t"', 's3cr3t'],
  ['contact: postgresql://root:geheim@db/x', 'geheim'],
  ['region: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY0', 'K7MDENG'],
  ['region: 0123456789abcdef0123456789abcdef', '89abcdef'],
])('%s', (line, secret) => {
  expect(concealed(line)).not.toContain(secret);
  expect(starred(line)).toHaveLength(line.length);
  expect(starred(line)).not.toContain(secret);
});

it.each([
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJFk5+pgBQ+ED9PJuhblElbgVRVkixbx16NgxhU+tY7p x@fredu.fr',
  'volume: { device: /dev/disk/by-id/scsi-SATA_WDC_WD40EFRX-68N_WD-WCC7K0ABC123, size: 320Gi }',
  'image: debian-12-genericcloud-amd64-20240507-1740',
  'nodes: [10.10.0.0/24, 2001:db8:10:2::/64]',
  'keys: # one a person',
])('%s is shown as it is', (line) => {
  expect(concealed(line)).toBe(line);
  expect(starred(line)).toBe(line);
});

it('takes no time for a long text', () => {
  const start = performance.now();
  for (const piece of [
    'a',
    ' ',
    'A1a',
    'key: ',
    'token: ',
    'https://',
    'b3BlbnNzaC1rZXktdjE ',
    '-----BEGIN PRIVATE KEY-----',
  ])
    starred(piece.repeat(262_144 / piece.length));
  expect(performance.now() - start).toBeLessThan(3000);
});
