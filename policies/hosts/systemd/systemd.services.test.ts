import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import type { Tree } from '#policies/law.ts';
import { DECLINED } from '#policies/named/declined.ts';
import { run } from '#scripts/lib/run.ts';
import { only, replaced } from '#scripts/testing/edited-tree.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { type Case, proved } from '#scripts/testing/named-checks.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { SYSTEMD } from './checks.ts';

const tree = only(artefacts(threeSites()), /\/etc\/systemd\/system\//);
const NODE = 'do/hosts/do-node1/etc/systemd/system/cockroachdb.service';
const LOCAL = 'sxb/hosts/sxb-edge1/etc/systemd/system/fredu-announcements.service';
const DROP_IN = 'sxb/hosts/sxb-edge1/etc/systemd/system/haproxy.service.d/fredu.conf';

/** Lines that somebody adds at the end of a [Service]: the last word counts. */
const adding = (path: string, lines: string[]) => (from: Tree) =>
  replaced(from, path, /(\[Service\]\n(?:.+\n)*)/, `$1${lines.join('\n')}\n`);
/** The lines that a fix says to write. */
const linesOf = (fix: string): string[] => [...fix.matchAll(/`([^`]+)`/g)].map(([, line]) => line!);

/** What breaks a term: by default what it says to avoid. */
const BREAKS: Record<string, { lines?: string[]; path?: string; also?: string[]; mend?: string[] }> = {
  UserOrDynamicUser: {
    lines: ['User=root', 'CapabilityBoundingSet=CAP_SYS_BOOT'],
    also: ['CapabilityBoundingSet_CAP_SYS_BOOT'],
    mend: ['User=cockroach', 'CapabilityBoundingSet='],
  },
  PrivateNetwork: { path: LOCAL },
  ...Object.fromEntries(
    ['swap', 'reboot', 'raw_io', 'module', 'clock'].map((group) => [
      `SystemCallFilter_${group}`,
      { also: ['SystemCallFilter_privileged'] },
    ]),
  ),
  RestrictAddressFamilies_OTHER: { lines: ['RestrictAddressFamilies=AF_VSOCK'] },
  SystemCallFilter_privileged: {
    lines: ['SystemCallFilter=', 'SystemCallFilter=@system-service'],
  },
};
const cases = Object.fromEntries(
  SYSTEMD.checks
    .filter(({ id }) => id !== 'systemd/drop-in-loosens')
    .map(({ id, avoid, fix }): [string, Case & { path: string }] => {
      const {
        lines = [avoid],
        path = NODE,
        also = [],
        mend = linesOf(fix),
      } = BREAKS[id.slice('systemd/'.length)] ?? {};
      return [
        id,
        {
          path,
          break: adding(path, lines),
          mend: adding(path, mend),
          also: also.map((each) => `systemd/${each}`),
        },
      ];
    }),
);

describe('systemd', () => {
  proved(SYSTEMD.checks, tree, {
    ...cases,
    'systemd/drop-in-loosens': {
      break: adding(DROP_IN, ['ProtectSystem=no']),
      mend: (from) => replaced(from, DROP_IN, 'ProtectSystem=no\n', ''),
    },
  });

  /** What systemd itself says of a unit: a term holds, does not, or does not apply. */
  async function asked(text: string): Promise<Map<string, boolean | null>> {
    const folder = mkdtempSync(join(tmpdir(), 'fredu-terms-'));
    try {
      const path = join(folder, 'test.service');
      // Programs stand on the host only.
      const here = text
        .replaceAll(/^Exec(Start|Reload)=.*(\\\n.*)*$/gm, '')
        .replace('[Service]', '[Service]\nExecStart=/bin/true');
      writeFileSync(path, here);
      const { stdout } = await run(['systemd-analyze', 'security', '--offline=true', '--json=short', path]);
      const terms = JSON.parse(stdout) as { json_field: string; set: boolean | null }[];
      return new Map(terms.map(({ json_field: name, set }) => [name.replace(')', ''), set]));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  itJudged('systemd-analyze', 'asks of every term that systemd has, or says why not', async () => {
    const known = [...SYSTEMD.checks, ...DECLINED.map(({ check }) => ({ id: check }))]
      .map(({ id }) => id)
      .filter((id) => id.startsWith('systemd/') && id !== 'systemd/drop-in-loosens')
      .map((id) => id.slice('systemd/'.length));
    expect(known.sort()).toEqual([...(await asked(tree.get(NODE)!)).keys()].sort());
  });

  itJudged(
    'systemd-analyze',
    'finds broken what systemd finds broken, and mended what it finds mended',
    async () => {
      for (const [id, { path, break: damage, mend }] of Object.entries(cases)) {
        const term = id.slice('systemd/'.length);
        // Other protections take capabilities away as well; here the set itself is judged.
        const alone = (from: Tree) =>
          term.startsWith('Capability')
            ? from.get(path)!.replaceAll(/^(PrivateDevices|Protect(Clock|Kernel\w+))=.*\n/gm, '')
            : from.get(path)!;
        const broken = damage(tree);
        expect((await asked(alone(broken))).get(term), `${id} broken`).toBe(false);
        expect((await asked(alone(mend(broken)))).get(term), `${id} mended`).toBe(true);
      }
    },
    120_000,
  );
});
