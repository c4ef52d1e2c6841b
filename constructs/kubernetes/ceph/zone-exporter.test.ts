import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { afterAll, expect, it } from 'vitest';
import { daemon, run } from '#scripts/lib/run.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { cloudOf } from '#scripts/testing/sites-of.ts';
import { ZoneExporter, zoneExporterCaps } from './zone-exporter.ts';
import { zoneExporterScript } from './zone-exporter-script.ts';

const model = example();
const site = cloudOf(model, 'par');
const folder = mkdtempSync(join(tmpdir(), 'fredu-zones-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'zones.py'), zoneExporterScript);

it('asks with a key of its own, which can change no file, bucket or user', () => {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  new ZoneExporter(chart, 'zone-exporter', { site, realm: model.objects!.realm });
  const objects = chart.toJson();
  const { spec } = objects.find(({ kind }) => kind === 'Deployment').spec.template;
  expect(spec.volumes.map(({ secret }: { secret?: { secretName: string } }) => secret?.secretName)).toEqual([
    undefined,
    'rook-ceph-config',
    'rook-ceph-client-zone-exporter',
  ]);
  expect(objects.find(({ kind }) => kind === 'CephClient').spec.caps).toEqual(zoneExporterCaps(site));
  expect(zoneExporterCaps(site).osd).toBe(
    'allow rx tag rgw *=*, allow rwx pool=par.rgw.control, allow rwx pool=par.rgw.log',
  );
});

const status = (metadata: string, data: string) => `
          realm 1 (fredu)
   current time 2026-04-18T13:10:16Z
zonegroup features enabled: resharding
  metadata sync ${metadata}
      data sync source: 362d9d90-1151-41a0-80aa-e8aa6d036730 (lyn)
                        syncing
                        ${data}
                source: 162d9d90-1151-41a0-80aa-e8aa6d036731 (lyn)
                        not syncing from zone
`;
const shown = async (text: string) => {
  const program =
    'import sys; sys.path.insert(0, sys.argv[1]); import zones; print("\\n".join(zones.lags(sys.stdin.read(), 1776517816.5)))';
  const { stdout, stderr } = await run(['python3', '-c', program, folder], { input: text });
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
};

itJudged('python3', 'says how many seconds the oldest missing change is old', async () => {
  const behind =
    'data is behind on 3 shards\n behind shards: [7,8,71]\n oldest incremental change not applied: 2026-04-18T13:09:04.446175+0000 [71]';
  expect(await shown(status('no sync (zone is master)', behind))).toEqual([
    'object_store_sync_known{kind="data",source="lyn"} 1',
    'object_store_sync_behind_shards{kind="data",source="lyn"} 3',
    'object_store_sync_lag_seconds{kind="data",source="lyn"} 72',
  ]);
});

itJudged('python3', 'calls nothing caught up whose lag is unknown', async () => {
  const between = 'syncing\n master is on a different period: a b\n metadata is caught up with master';
  expect(await shown(status(between, 'failed to retrieve sync info: (5) Input/output error'))).toEqual([
    'object_store_sync_known{kind="metadata",source=""} 0',
    'object_store_sync_known{kind="data",source="lyn"} 0',
  ]);
});

itJudged('python3', 'shows its last look, asking with what the files say', async () => {
  const period = {
    realm_epoch: 4,
    period_map: {
      zonegroups: [
        {
          master_zone: 'z1',
          zones: [
            { id: 'z1', name: 'lyn', read_only: false },
            { id: 'z2', name: 'par', read_only: 'true' },
          ],
        },
      ],
    },
  };
  writeFileSync(join(folder, 'period'), JSON.stringify(period));
  writeFileSync(join(folder, 'status'), status('no sync (zone is master)', 'data is caught up with source'));
  writeFileSync(join(folder, 'monitors'), '[v2:10.0.0.1:3300]\n');
  const admin = join(folder, 'admin');
  writeFileSync(
    admin,
    `#!/bin/sh\n[ "$1" = "--mon-host=[v2:10.0.0.1:3300]" ] || exit 1\ncase $2 in period) cat ${folder}/period ;; *) cat ${folder}/status ;; esac\n`,
  );
  chmodSync(admin, 0o755);
  const port = 29_927;
  const exporter = daemon(
    ['python3', join(folder, 'zones.py'), String(port), admin, `--mon-host=@${join(folder, 'monitors')}`],
    { log: join(folder, 'log') },
  );
  try {
    let text = '';
    for (let tries = 0; !text.includes('looked') && tries < 100; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      text = await fetch(`http://127.0.0.1:${port}/metrics`).then(
        (answer) => answer.text(),
        () => '',
      );
    }
    expect(
      text
        .replace(/\d{10}/, 'NOW')
        .trim()
        .split('\n'),
    ).toEqual([
      'object_store_zone_master{zone="lyn"} 1',
      'object_store_zone_read_only{zone="lyn"} 0',
      'object_store_zone_master{zone="par"} 0',
      'object_store_zone_read_only{zone="par"} 1',
      'object_store_realm_epoch 4',
      'object_store_sync_known{kind="data",source="lyn"} 1',
      'object_store_sync_behind_shards{kind="data",source="lyn"} 0',
      'object_store_sync_lag_seconds{kind="data",source="lyn"} 0',
      'object_store_looked_timestamp_seconds NOW',
    ]);
  } finally {
    await exporter.stop();
  }
});
