import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { joinList } from '#constructs/cockroachdb-node.ts';
import { gracePeriodSeconds } from '#constructs/drain.ts';
import { run } from '#scripts/lib/run.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { databaseSiteOf } from '#scripts/testing/sites-of.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { databaseNodes } from '#sites/questions.ts';
import { databaseHostFiles } from './cockroachdb-host.ts';

const model = threeSites();
const site = databaseSiteOf(model, 'do');
const [host] = databaseNodes(site);
const files = new Map(
  databaseHostFiles({ site, host: host!, join: joinList(model, site), hasBackups: true }),
);
const service = files.get('etc/systemd/system/cockroachdb.service')!;
const folder = mkdtempSync(join(tmpdir(), 'fredu-units-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the unit', () => {
  it('starts the node with the flags of its host, one a line', () => {
    expect(service).toContain(
      'ExecStart=/usr/local/bin/cockroach \\\n  start \\\n  --advertise-addr=203.0.113.4:26258 \\\n',
    );
    expect(service).toContain('--locality=region=do,host=do-node1 \\\n');
    // A percent sign would be a specifier of systemd.
    expect(service).not.toContain('%');
  });
  it('waits for the whole drain, for the clock and for its disk', () => {
    expect(service).toContain(`TimeoutStopSec=${gracePeriodSeconds}\n`);
    expect(service).toContain('RequiresMountsFor=/var/lib/cockroachdb\n');
    expect(service).toMatch(/^After=.*time-sync\.target/m);
    expect(service).toContain('Restart=always\n');
  });
  it('has files enough, no swap and no right it does not need', () => {
    for (const line of [
      'LimitNOFILE=524288',
      'MemorySwapMax=0',
      'CapabilityBoundingSet=',
      'NoNewPrivileges=yes',
      'ProtectSystem=strict',
      'User=cockroach',
    ])
      expect(service.split('\n')).toContain(line);
  });
});

it('formats an empty disk before it mounts it, and names the unit of any device rightly', () => {
  const odd = threeSites();
  const renamed = databaseSiteOf(odd, 'do');
  renamed.database!.volume.device = '/dev/disk/by-id/scsi-0DO_Volume';
  const of = new Map(
    databaseHostFiles({
      site: renamed,
      host: renamed.hosts[0]!,
      join: joinList(odd, renamed),
      hasBackups: true,
    }),
  );
  expect(of.get('etc/systemd/system/cockroachdb-format.service')).toContain(
    'BindsTo=dev-disk-by\\x2did-scsi\\x2d0DO_Volume.device\n',
  );
  expect(of.get('etc/systemd/system/var-lib-cockroachdb.mount')).toContain(
    'Requires=cockroachdb-format.service\n',
  );
});

/** The files in a root of their own, with programs that only exist; systemd verifies that they do. */
function root(of: ReadonlyMap<string, string>): string {
  const at = mkdtempSync(join(folder, 'root-'));
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(at, path)), { recursive: true });
    writeFileSync(join(at, path), text);
  };
  // The units of systemd itself, which ours stand before and after.
  cpSync('/lib/systemd/system', join(at, 'lib/systemd/system'), { recursive: true, verbatimSymlinks: true });
  for (const [path, text] of of) put(path, text);
  for (const program of ['usr/local/bin/cockroach', 'bin/kill', 'lib/systemd/systemd-makefs']) {
    put(program, '#!/bin/sh\n');
    chmodSync(join(at, program), 0o755);
  }
  return at;
}
const UNITS = ['cockroachdb.service', 'cockroachdb-format.service', 'var-lib-cockroachdb.mount'];
const verify = (at: string) => run(['systemd-analyze', 'verify', `--root=${at}`, ...UNITS]);

itJudged('systemd-analyze', 'systemd accepts the units without a word', async () => {
  expect(await verify(root(files))).toEqual({ code: 0, stdout: '', stderr: '' });
});

itJudged('systemd-analyze', 'systemd would refuse a misspelt setting', async () => {
  const wrong = new Map(files);
  wrong.set('etc/systemd/system/cockroachdb.service', service.replace('ProtectHome', 'ProtectHouse'));
  expect((await verify(root(wrong))).stderr).toContain("Unknown key 'ProtectHouse' in section [Service]");
});

itJudged('systemd-analyze', 'the service is exposed little: below 1.5 of 10', async () => {
  const { code, stdout } = await run([
    'systemd-analyze',
    'security',
    '--offline=true',
    '--threshold=15',
    `--root=${root(files)}`,
    'cockroachdb.service',
  ]);
  expect({ code, last: stdout.trim().split('\n').at(-1) }).toMatchObject({ code: 0 });
});
