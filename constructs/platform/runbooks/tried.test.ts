import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { RULES } from '#constructs/kubernetes/monitoring/alerts/index.ts';
import { run } from '#scripts/lib/run.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { hasKubernetes } from '#sites/site-kinds.ts';
import { commandsOf, programOf, TRIED } from './tried.ts';

const model = threeSites();
const folder = mkdtempSync(join(tmpdir(), 'fredu-tried-'));
afterAll(() => rmSync(folder, { recursive: true }));
const steps = model.sites
  .filter(hasKubernetes)
  .flatMap((site) => RULES.flatMap((rules) => rules({ model, site }).alerts.flatMap((alert) => alert.steps)));
const commands = [...new Set(commandsOf(steps))].sort();
/** With something in place of what the reader puts in. */
const filled = (command: string): string =>
  command.replaceAll(/\{\{[^}]*\}\}|<[\w -]+>/g, 'something').replaceAll('…', '1');

it('says of each command of the runbooks where it was tried, or that it was not', () => {
  expect(commands.length).toBeGreaterThan(100);
  expect(commands.filter((command) => !TRIED[programOf(command)!])).toEqual([]);
  const used = new Set(commands.map(programOf));
  expect(Object.keys(TRIED).filter((program) => !used.has(program))).toEqual([]);
});

it('names in kubectl only what the tree has, or what others are known to make', () => {
  const tree = [...artefacts(model).keys()];
  const BY_OTHERS = [
    'kube-system/deploy/metrics-server',
    'kube-system/deploy/kubelet-csr-approver',
    'rook-ceph/deploy/rook-ceph-operator',
    // Made at deploy time, by no file.
    'monitoring/secret/prometheus-observer',
  ];
  const KINDS: Record<string, string> = {
    deploy: 'deployment',
    deployment: 'deployment',
    daemonset: 'daemonset',
    statefulset: 'statefulset',
    cephclient: 'cephclient',
    secret: 'secret',
  };
  const missing = commands.flatMap((command) => {
    const namespace = /^kubectl -n ([\w-]+)/.exec(command)?.[1];
    const object = /\b(deploy|deployment|daemonset|statefulset|cephclient|secret)[/ ]([a-z][\w-]+)/.exec(
      command,
    );
    if (!namespace || !object) return [];
    const [, kind = '', name] = object;
    const known =
      BY_OTHERS.includes(`${namespace}/${kind}/${name}`) ||
      tree.some((path) => path.endsWith(`/kubernetes/${namespace}/${KINDS[kind]}-${name}.yaml`));
    return known ? [] : [command];
  });
  expect(missing).toEqual([]);
});

itJudged('shellcheck', 'writes commands that a shell reads as they are meant', async () => {
  const shell = commands.filter((command) => !['SQL', 'SHOW POOLS'].includes(programOf(command)!));
  const file = join(folder, 'commands.sh');
  writeFileSync(file, `#!/bin/sh\n${shell.map(filled).join('\n')}\n`);
  // Columns are for people, and `ls` and `ps` are what they type.
  const ask = ['shellcheck', '--shell=sh', '--severity=warning', '--format=gcc', file] as const;
  expect(await run(ask)).toMatchObject({ code: 0, stdout: '' });
});

itJudged('resize2fs', 'grows a file system into the room that it got', async () => {
  const disk = join(folder, 'disk');
  writeFileSync(disk, '');
  truncateSync(disk, 64 * 2 ** 20);
  const must = async (...command: [string, ...string[]]) => {
    const done = await run(command);
    expect(done.code, done.stderr).toBe(0);
    return done.stdout;
  };
  const blocks = async () => Number(/Block count:\s+(\d+)/.exec(await must('dumpe2fs', '-h', disk))?.[1]);
  await must('mkfs.ext4', '-q', '-b', '4096', disk);
  const before = await blocks();
  truncateSync(disk, 2 * statSync(disk).size);
  await must('resize2fs', disk);
  expect(await blocks()).toBe(2 * before);
});
