import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { itJudged } from '#scripts/testing/judge.ts';
import * as quote from './quote.ts';

/** Each reader is the real one; where a text comes back out of it, it comes back to the letter. */
const ODD = [
  'plain',
  'my-school',
  'a b',
  `it's`,
  'a"b',
  'a;b',
  'a%ib',
  'a$b',
  `\${file("/x")}`,
  '%{ if true }x%{ endif }',
  'a\\b',
  'é',
  'a,b',
  'a#b',
];
const QUIET = { encoding: 'utf8' as const, stdio: 'pipe' as const };
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fredu-quote-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

it('quotes a name in SQL only where it must', () => {
  const names = ['fredu', 'my-school', 'table', 'index', '3school', 'a"b', 'Upper', 'name'];
  expect(names.map(quote.sqlName)).toEqual([
    'fredu',
    '"my-school"',
    '"table"',
    '"index"',
    '"3school"',
    '"a""b"',
    '"Upper"',
    'name',
  ]);
  expect(quote.sqlString("l'école")).toBe("'l''école'");
  expect(['my_school', '3school', 'my-school'].map(quote.pgbouncerName)).toEqual([
    'my_school',
    '3school',
    '"my-school"',
  ]);
});

itJudged('ssh', 'writes values that ssh reads as they are', () => {
  for (const text of ODD.filter((each) => !each.includes('%') && !each.includes('$'))) {
    const path = file(
      'ssh_config',
      `# ${quote.comment('two\nlines')}\nHost x\n  User ${quote.sshValue(text)}\n`,
    );
    const config = execFileSync('ssh', ['-G', '-F', path, 'x'], QUIET);
    expect([text, config.match(/^user (.*)$/m)?.[1]]).toEqual([text, text]);
  }
});

itJudged('named-checkzone', 'writes mailboxes and strings that BIND reads as they are', () => {
  const locals = ['operations', 'a.b.c', 'a;b', 'a"b', 'a+b', `o'neil`, 'a$b', 'a(b)', 'a\\b', 'a!b', 'a{b}'];
  for (const local of locals) {
    const zone = file(
      'zone',
      `$ORIGIN example.org.\n$TTL 60\n@ IN SOA ns.example.org. ${quote.zoneMailbox(`${local}@mail.example.org`)} 1 2 3 4 5\n@ IN NS ns.example.org.\nns IN A 192.0.2.1\n@ IN TXT ${quote.zoneString(local)}\n`,
    );
    const dumped = execFileSync('named-checkzone', ['-D', '-i', 'none', 'example.org', zone], {
      encoding: 'utf8',
    });
    const label = (dumped.match(/SOA\s+\S+ (\S+) /)?.[1] ?? '')
      .replace(/\.mail\.example\.org\.$/, '')
      .replaceAll(/\\(.)/g, '$1');
    expect(label).toBe(local);
    expect(dumped).toContain(quote.zoneString(local));
  }
});

itJudged('systemd-escape', 'names the unit of a path as systemd does', () => {
  for (const path of [
    '/dev/disk/by-id/virtio-ceph',
    '/dev/vg0/lv_data',
    '/dev/disk/by-id/wwn-0x5000+a=b@c',
    '/dev//x/',
    '/.a',
    '/dev/é',
    '/dev/a%ib',
  ])
    expect(quote.unitOfPath(path)).toBe(execFileSync('systemd-escape', ['--path', path], QUIET).trim());
});

itJudged('systemd-analyze', 'writes units in which nothing is expanded', () => {
  for (const text of ODD) {
    const path = file(
      'quoted.service',
      `[Unit]\nDescription=${quote.unitValue(text)}\n[Service]\nExecStart=/bin/echo ${quote.unitArgument(text)}\n`,
    );
    const { stderr, status } = spawnSync('systemd-analyze', ['verify', '--man=no', path], {
      encoding: 'utf8',
    });
    expect([text, status, stderr]).toEqual([text, 0, '']);
  }
});

itJudged(
  'terraform',
  'writes texts in which Terraform finds no template',
  () => {
    const outputs = Object.fromEntries(
      ODD.map((text, index) => [`t${index}`, { value: quote.terraformText(text) }]),
    );
    file('main.tf.json', JSON.stringify({ output: outputs }));
    const terraform = (...words: string[]) =>
      execFileSync('terraform', [`-chdir=${folder}`, ...words], QUIET);
    terraform('init', '-backend=false', '-input=false');
    terraform('apply', '-auto-approve', '-input=false');
    const values = JSON.parse(terraform('output', '-json')) as Record<string, { value: string }>;
    expect(Object.values(values).map(({ value }) => value)).toEqual(
      Object.keys(outputs)
        .sort()
        .map((key) => ODD[Number(key.slice(1))]),
    );
  },
  60_000,
);

it('keeps the parts of a mail address in a record apart from the list that it stands in', () => {
  expect(quote.mailto('ops@example.org')).toBe('mailto:ops@example.org');
  expect(quote.mailto(`a!b,c'd@example.org`)).toBe('mailto:a%21b%2Cc%27d@example.org');
});
