import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { find } from '#scripts/lib/programs.ts';
import { type Machine, startMachine } from '#scripts/testing/lab/machine.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { siteOf } from '#sites/questions.ts';
import { cloudInit } from './cloud-init.ts';

/** The first start of a rented host, by cloud-init itself; packages come from the network, which the machine has not. */
const NEEDED = ['cloud-init', 'systemd-nspawn', 'sshd', 'chronyd', 'sudo'];
const missing = [...NEEDED.filter((name) => !find(name)), ...(process.getuid?.() === 0 ? [] : ['root'])];
if (missing.length > 0 && process.env.FREDU_REQUIRE === 'all')
  throw new Error(`missing: ${missing.join(', ')} (.ci/packages)`);

const model = threeSites();
const site = siteOf(model, 'do');
const work = mkdtempSync(join(tmpdir(), 'fredu-first-start-'));
let machine: Machine;
const ready = missing.length === 0;
beforeAll(async () => {
  if (!ready) return;
  const text = cloudInit({ model, site, host: site.hosts[0]! });
  writeFileSync(
    join(work, 'user-data'),
    text.replace(/package_update: true\npackage_upgrade: true\npackages:\n( +- .*\n)+/, ''),
  );
  writeFileSync(join(work, 'meta-data'), 'instance-id: one\n');
  machine = await startMachine({ name: 'rented', folder: work });
  const seed = '/var/lib/cloud/seed/nocloud';
  await machine.must(
    'bash',
    '-c',
    `mkdir -p ${seed} && cp ${work}/user-data ${work}/meta-data ${seed} && printf 'datasource_list: [NoCloud]\\nnetwork: {config: disabled}\\n' >/etc/cloud/cloud.cfg.d/90_test.cfg && systemctl start ssh chrony`,
  );
});
afterAll(async () => {
  await machine?.stop();
  rmSync(work, { recursive: true });
});

it.skipIf(!ready)('cloud-init does everything without a failure', async () => {
  for (const stage of [
    ['init', '--local'],
    ['init'],
    ['modules', '--mode=config'],
    ['modules', '--mode=final'],
  ]) {
    const { code, stdout, stderr } = await machine.run(['cloud-init', ...stage] as [
      'cloud-init',
      ...string[],
    ]);
    expect(code, stage.join(' ') + stdout + stderr).toBe(0);
  }
});
it.skipIf(!ready)(
  'lets the administrators in by their keys, as a user without a password who may use sudo',
  async () => {
    expect(await machine.must('cat', '/etc/ssh/authorized_keys.d/debian')).toContain(
      model.administrators.keys[0],
    );
    expect(await machine.must('passwd', '--status', 'debian')).toMatch(/^debian L /);
    await machine.must('sudo', '-u', 'debian', 'sudo', '-n', 'true');
    const settings = await machine.must('sshd', '-T');
    for (const line of [
      'permitrootlogin no',
      'passwordauthentication no',
      'allowusers debian@192.0.2.128/28',
    ])
      expect(settings).toContain(`${line}\n`);
  },
);
it.skipIf(!ready)('knows its name, its servers of time and when it updates itself', async () => {
  expect(await machine.must('hostname')).toBe('do-node1\n');
  expect(await machine.must('cat', '/etc/chrony/sources.d/fredu.sources')).toContain(model.time[0]);
  expect(
    await machine.must('systemctl', 'show', '--property=TimersCalendar', 'apt-daily-upgrade.timer'),
  ).toContain('Mon,Thu *-*-* 03:00:00');
});
