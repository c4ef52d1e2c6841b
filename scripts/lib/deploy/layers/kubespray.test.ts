import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { RELEASES } from '#constructs/releases.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { CannotLook } from '../../main.ts';
import { hostsProcedure } from './hosts.ts';
import { checkedKubespray } from './kubespray.ts';

const folder = mkdtempSync(join(tmpdir(), 'kubespray-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function kubespray(name: string, version?: string): string {
  const at = join(folder, name);
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, 'cluster.yml'), '');
  if (version) writeFileSync(join(at, 'galaxy.yml'), `namespace: kubernetes_sigs\nversion: ${version}\n`);
  return at;
}

it.each([
  ['none', () => undefined, /^Kubespray 2\.\d+\.\d+ is needed: git clone --branch v2.*--kubespray FOLDER/],
  ['a folder without it', () => folder, /has no cluster\.yml; Kubespray 2/],
  ['another release', () => kubespray('old', '2.1.0'), /is Kubespray 2\.1\.0; git -C .*old checkout v2/],
  ['an unknown release', () => kubespray('unknown'), /is Kubespray of no known release/],
])('says in one line which Kubespray is wanted and how to get it: %s', (_, at, message) => {
  const check = () => checkedKubespray(at());
  expect(check).toThrow(CannotLook);
  expect(check).toThrow(message);
  expect(check).not.toThrow(/\n/);
});

it('is content with its own release, where Ansible is there', () => {
  const at = kubespray('right', RELEASES.kubespray);
  const before = process.env.PATH;
  try {
    writeFileSync(join(folder, 'ansible-playbook'), '#!/bin/sh\n', { mode: 0o755 });
    process.env.PATH = folder;
    expect(checkedKubespray(at)).toBe(at);
  } finally {
    process.env.PATH = before;
  }
});

it('takes hosts one after the other, edges after the nodes of the cluster and the bastion last', () => {
  const files = artefacts(threeSites(), 'sxb');
  const { steps } = hostsProcedure({ site: 'sxb', files, digest: '' });
  expect(steps.map(({ id }) => id.replace('sxb-', ''))).toEqual(
    'worker1 worker2 worker3 cp1 cp2 cp3 edge1 edge2 bastion'.split(' '),
  );
  const changed = new Map(files).set('sxb/hosts/sxb-edge1/etc/bird/bird.conf', 'another');
  const other = hostsProcedure({ site: 'sxb', files: changed, digest: '' }).steps;
  const differing = steps.filter((step, index) => JSON.stringify(step) !== JSON.stringify(other[index]));
  expect(differing.map(({ id }) => id)).toEqual(['sxb-edge1']);
});
