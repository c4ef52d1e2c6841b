import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { run } from '#scripts/lib/run.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { unit } from './systemd.ts';

it('writes sections in order, and a list as a repeated key', () => {
  expect(
    unit('Why.', {
      Unit: { Description: 'a thing' },
      Service: {
        ExecStart: '/bin/true',
        SystemCallFilter: ['@system-service', '~@privileged'],
        CapabilityBoundingSet: '',
      },
    }),
  ).toBe(`# Why.

[Unit]
Description=a thing

[Service]
ExecStart=/bin/true
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
CapabilityBoundingSet=
`);
});

itJudged(
  'systemd-analyze',
  'every service that is ours alone is exposed little: at most 2.5 of 10',
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'fredu-exposed-'));
    const exposed = async (name: string, text: string) => {
      // Programs stand on the host only.
      const here = text
        .replace(/^Exec(Start|Reload)=.*(\\\n.*)*$/gm, '')
        .replace('[Service]', '[Service]\nExecStart=/bin/true');
      writeFileSync(join(root, name), here);
      const words = [
        'systemd-analyze',
        'security',
        '--offline=true',
        '--threshold=25',
        join(root, name),
      ] as const;
      return (await run(words)).code;
    };
    try {
      mkdirSync(root, { recursive: true });
      const services = new Map(
        [...artefacts(threeSites())]
          .filter(([path]) => /\/etc\/systemd\/system\/[^/]+\.service$/.test(path))
          .map(([path, text]) => [basename(path), text]),
      );
      expect([...services.keys()].sort()).toEqual([
        'cockroachdb-format.service',
        'cockroachdb.service',
        'fredu-announcements.service',
        'fredu-etcd-backup.service',
        'fredu-time-sources.service',
      ]);
      for (const [name, text] of services) expect(await exposed(name, text), name).toBe(0);
      const bare = services
        .get('fredu-etcd-backup.service')!
        .replace(/^(Protect|Private|Restrict|System|Capability).*\n/gm, '');
      expect(await exposed('bare.service', bare)).not.toBe(0);
    } finally {
      rmSync(root, { recursive: true });
    }
  },
);
