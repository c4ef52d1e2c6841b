import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { run } from './lib/run.ts';
import { ROOT } from './lib/sites.ts';
import { THREE_SITES } from './testing/three-sites.ts';

/** The commands as a person starts them. */
let folder: string;
let environment: Record<string, string>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fredu-secrets-door-'));
  environment = { SOPS_AGE_KEY_FILE: join(folder, 'keys.txt'), SOPS_AGE_KEY: '' };
});
afterEach(() => rmSync(folder, { recursive: true }));
const words = (door: string, ...args: string[]) =>
  [
    process.execPath,
    join(ROOT, `scripts/${door}.ts`),
    ...args,
    ...['--sites', THREE_SITES, '--state', join(folder, 'state')],
    ...(args.includes('--secrets') ? [] : ['--secrets', join(folder, 'secrets')]),
  ] as [string, ...string[]];
const ours = (door: string, ...args: string[]) => run(words(door, ...args), { env: environment, cwd: ROOT });

it('begin, and refuse in one line with 2 what cannot be looked at', async () => {
  const nobody = await ours('certs', 'issue');
  expect(nobody).toMatchObject({ code: 2, stdout: '' });
  expect(nobody.stderr).toMatch(/^error: .*\.sops\.yaml does not exist: nobody is named who may read .*\n$/);
  expect((await ours('secrets', 'init')).code).toBe(0);
  const unwritable = await ours('secrets', 'make', '--secrets', '/proc/nothing');
  expect(unwritable).toMatchObject({ code: 2, stdout: '' });
  expect(unwritable.stderr.trim().split('\n')).toHaveLength(1);
  expect((await ours('secrets', 'make')).code).toBe(0);
  writeFileSync(
    join(folder, 'secrets/do.yaml'),
    readFileSync(join(folder, 'secrets/do.yaml'), 'utf8').slice(0, 300),
  );
  const cut = await ours('secrets', 'check');
  expect(cut).toMatchObject({ code: 2, stdout: '' });
  expect(cut.stderr).toMatch(/^error: .*do\.yaml.*; take .* back from git\n$/);
  const none = await ours('secrets');
  expect(none.code).toBe(2);
  expect(none.stderr).toMatch(/^error: say what to do\nnpm run secrets -- init/);
});

it('say in one line which program is missing, and put nothing half', async () => {
  await ours('secrets', 'init');
  await ours('certs', 'issue');
  const put = await run(words('secrets', 'put', 'do', '--certificates', '--tree', join(folder, 'dist')), {
    env: { ...environment, PATH: join(folder, 'empty') },
    cwd: ROOT,
  });
  expect(put).toMatchObject({ code: 2, stdout: '' });
  expect(put.stderr).toMatch(/^error: .*has no playbook; `npm run synth` writes it\n$/);
});

it('play the playbook of a site with its files in memory, and end as it does', async () => {
  await ours('secrets', 'init');
  const tree = join(folder, 'dist');
  mkdirSync(join(tree, 'do/inventory/hosts'), { recursive: true });
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(tree, 'do/inventory/hosts/playbook.yaml'), '');
  const stand = join(folder, 'bin/ansible-playbook');
  const said = join(folder, 'said');
  writeFileSync(
    stand,
    `#!/bin/sh\nfor each; do case $each in --extra-vars=secrets=*) at=\${each#--extra-vars=secrets=};; esac; done\n` +
      `echo "$* | $(cd "$(dirname "$at")" && find . -name '*.key' | sort | tr '\\n' ' ') | $at" >${said}\nexit 3\n`,
    { mode: 0o755 },
  );
  environment.PATH = `${join(folder, 'bin')}:${process.env.PATH}`;
  await ours('certs', 'issue');
  expect((await ours('secrets', 'put', 'do', '--certificates', '--tree', tree)).stderr).toMatch(
    /^error: .*hosts is of an older release: none of its tasks puts secrets alone/,
  );
  rmSync(join(folder, 'secrets/do.yaml'));
  const none = await ours('secrets', 'play', 'do', '--tree', tree);
  expect(none.code).toBe(2);
  expect(none.stderr).toMatch(
    /^error: do lacks file \/etc\/cockroachdb\/certs\/ca\.crt of do-node1 and 8 more/,
  );
  await ours('certs', 'issue');
  const [program, ...args] = words('secrets', '--tree', tree);
  expect(
    (await run([program, ...args, 'play', 'do', '--', '--check'], { env: environment, cwd: ROOT })).code,
  ).toBe(1);
  const [line, keys, at] = readFileSync(said, 'utf8').trim().split(' | ');
  expect(line).toMatch(/playbook\.yaml .*--check$/);
  expect(line).not.toContain('--tags');
  expect(keys!.trim().split(' ')).toEqual(
    [1, 2, 3].map((node) => `./do-node${node}/etc/cockroachdb/certs/node.key`),
  );
  expect(existsSync(dirname(at!))).toBe(false);
});

/** Edits a site by a program that says where the values are in clear, and waits. */
async function editing(): Promise<{ child: ChildProcess; clear: string; ended: Promise<number | null> }> {
  await ours('secrets', 'init');
  await ours('secrets', 'make');
  const editor = join(folder, 'editor');
  const seen = join(folder, 'seen');
  writeFileSync(
    editor,
    `#!/bin/sh\ntrap '' INT\nprintf %s "$1" >${seen}\nwhile [ -e ${seen} ] && [ ! -e ${seen}.end ]; do sleep 0.05; done\n`,
    {
      mode: 0o755,
    },
  );
  const [program, ...args] = words('secrets', 'edit', 'do');
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...process.env, ...environment, EDITOR: editor },
    stdio: 'ignore',
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  while (!existsSync(seen) || readFileSync(seen, 'utf8') === '')
    await new Promise((resolve) => setTimeout(resolve, 20));
  return { child, clear: readFileSync(seen, 'utf8'), ended };
}

it('leave nothing in clear behind when they are ended at work, and change nothing', async () => {
  const { child, clear, ended } = await editing();
  const before = readFileSync(join(folder, 'secrets/do.yaml'), 'utf8');
  expect(readFileSync(clear, 'utf8')).toContain('AWS_SECRET_ACCESS_KEY=');
  child.kill('SIGTERM');
  expect(await ended).toBe(143);
  writeFileSync(join(folder, 'seen.end'), '');
  expect(existsSync(dirname(clear))).toBe(false);
  expect(readFileSync(join(folder, 'secrets/do.yaml'), 'utf8')).toBe(before);
});

it('leave Ctrl-C, once and twice, to the editor', async () => {
  const { child, clear, ended } = await editing();
  child.kill('SIGINT');
  child.kill('SIGINT');
  expect(readFileSync(clear, 'utf8')).toContain('AWS_SECRET_ACCESS_KEY=');
  writeFileSync(join(folder, 'seen.end'), '');
  expect(await ended).toBe(0);
  expect(existsSync(dirname(clear))).toBe(false);
  expect(readdirSync(join(folder, 'secrets')).filter((name) => name.endsWith('.next'))).toEqual([]);
});
