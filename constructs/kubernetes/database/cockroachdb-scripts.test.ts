import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { sqlFiles } from '#constructs/platform/sql/files.ts';
import { run } from '#scripts/lib/run.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { roomOf } from '#scripts/testing/sites-of.ts';
import { Cockroachdb } from './cockroachdb.ts';
import { CockroachdbSetup } from './cockroachdb-setup.ts';

/** The three small scripts of the pods, run by a real shell with a program in the place of `cockroach` that writes down its arguments. */
const model = example();
const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
new Cockroachdb(chart, 'nodes', { site: roomOf(model, 'lyn'), join: [], hasBackups: true });
new CockroachdbSetup(chart, 'setup', { files: sqlFiles(model) });
const objects = chart.toJson();
const podOf = (kind: string) => objects.find((each) => each.kind === kind).spec.template.spec;

const folder = mkdtempSync(join(tmpdir(), 'fredu-scripts-'));
const said = join(folder, 'said');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => writeFileSync(said, ''));

/** `answer` is what the program does after it has written down its arguments and its input. */
function shell([program, options, script]: string[], answer: string, env: Record<string, string> = {}) {
  const cockroach = join(folder, 'cockroach');
  writeFileSync(
    cockroach,
    `#!/bin/sh\nprintf '<%s>' "$@" >>${said}\n[ -t 0 ] || cat >>${said}\necho >>${said}\n${answer}\n`,
    { mode: 0o755 },
  );
  const text = script!
    .replaceAll('/cockroach/cockroach', cockroach)
    .replaceAll('/etc/cockroachdb', join(folder, 'flags'));
  return run(['sh', '-c', 'exec "$@" </dev/null', 'sh', program!, options!, text], {
    env,
    timeoutSeconds: 10,
  });
}

describe('the start', () => {
  const [{ command }] = podOf('StatefulSet').containers;
  it('passes each flag of its worker as one word', async () => {
    mkdirSync(join(folder, 'flags'), { recursive: true });
    writeFileSync(join(folder, 'flags/lyn-worker1'), '--join=a:1,b:2\n--cache=1MiB\n');
    expect(await shell(command, 'exit 0', { NODE_NAME: 'lyn-worker1' })).toMatchObject({ code: 0 });
    expect(readFileSync(said, 'utf8')).toBe('<start><--join=a:1,b:2><--cache=1MiB>\n');
  });
  it('does not start on a worker that has no flags', async () => {
    expect((await shell(command, 'exit 0', { NODE_NAME: 'stranger' })).code).not.toBe(0);
    expect(readFileSync(said, 'utf8')).toBe('');
  });
});

describe('the initialization', () => {
  const [{ command }] = podOf('Job').initContainers;
  it('dials a node that need not be ready, and is done', async () => {
    expect(await shell(command, 'exit 0')).toMatchObject({ code: 0 });
    expect(readFileSync(said, 'utf8')).toBe(
      '<init><--certs-dir=/certificates><--host=cockroachdb.cockroachdb.svc:26258>\n',
    );
  });
  it('is done when it was done before', async () => {
    const answer = 'echo "ERROR: cluster has already been initialized" >&2; exit 1';
    expect(await shell(command, answer)).toMatchObject({ code: 0 });
  });
  it('shows any other failure, and fails', async () => {
    expect(await shell(command, 'echo "dial: refused" >&2; exit 1')).toMatchObject({
      code: 1,
      stderr: 'dial: refused\n',
    });
  });
});

describe('the settings', () => {
  const [{ command }] = podOf('Job').containers;
  const received = () =>
    [...readFileSync(said, 'utf8').matchAll(/<--file=\/sql\/([^>]+)>/g)].map(([, name]) => name);
  const ORDER = ['hba.sql', 'settings.sql', 'users.sql', 'backups.sql', 'grants.sql', 'zones.sql'];
  it('are applied file by file', async () => {
    expect(await shell(command, 'exit 0')).toMatchObject({ code: 0 });
    expect(received()).toEqual(ORDER);
    expect(readFileSync(said, 'utf8')).not.toContain('enterprise.license');
  });
  it('stop at the first file that fails', async () => {
    const answer = 'case "$*" in *users.sql) exit 1 ;; esac';
    expect((await shell(command, answer)).code).toBe(1);
    expect(received()).toEqual(ORDER.slice(0, 3));
  });
  it('end with the licence, by standard input and not on a command line', async () => {
    const secret = { ORGANIZATION: 'fredu', LICENCE: 'crl-0-abc' };
    expect(await shell(command, 'exit 0', secret)).toMatchObject({ code: 0 });
    const last = readFileSync(said, 'utf8').trim().split('\n').at(-1);
    expect(last).toBe(
      "<sql><--certs-dir=/certificates><--host=cockroachdb-public.cockroachdb.svc:26257>SET CLUSTER SETTING cluster.organization = 'fredu'; SET CLUSTER SETTING enterprise.license = 'crl-0-abc';",
    );
  });
});
