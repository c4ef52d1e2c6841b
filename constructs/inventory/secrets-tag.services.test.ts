import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { run } from '#scripts/lib/run.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';

const folder = mkdtempSync(join(tmpdir(), 'fredu-tag-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Which tasks of a site Ansible itself chooses for a tag. */
async function tasks(site: string, ...more: string[]): Promise<string[]> {
  const at = join(folder, site, 'inventory/hosts');
  for (const [path, text] of artefacts(threeSites(), site)) {
    if (!path.startsWith(`${site}/inventory/hosts/`)) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const asked = [
    '--inventory',
    join(at, 'inventory.yaml'),
    join(at, 'playbook.yaml'),
    '--list-tasks',
    ...more,
  ];
  const { code, stdout, stderr } = await run(['ansible-playbook', ...asked], { timeoutSeconds: 60 });
  if (code !== 0) throw new Error(stderr);
  return [...stdout.matchAll(/^ {6}(.+?)\s+TAGS: /gm)].map(([, name]) => name!);
}

itJudged(
  'ansible-playbook',
  'the tag puts the secrets of hosts, makes them felt and waits at the gate, and does no more',
  async () => {
    for (const [site, path, gate] of [
      ['do', '/etc/cockroachdb/certs/node.key', 'Wait until the node of the database takes clients'],
      ['sxb', '/etc/haproxy/database-ca.crt', 'Wait until no virtual address is in trouble'],
    ] as const) {
      const chosen = await tasks(site, '--tags=secrets');
      const put = chosen.indexOf(`Put the secret ${path} there`);
      const felt = chosen.indexOf('Make the changes felt', put);
      expect([put >= 0, felt > put, chosen.indexOf(gate) > felt], `${site}: ${chosen.join(', ')}`).toEqual([
        true,
        true,
        true,
      ]);
      expect(
        chosen.filter((name) => /^(Install|Put \/|Start what runs|Make the folders)/.test(name)),
      ).toEqual([]);
      // A run without the tag does all of it, and the rest.
      const all = await tasks(site);
      expect(chosen.filter((name) => !all.includes(name))).toEqual([]);
      expect(all.length).toBeGreaterThan(chosen.length);
    }
  },
);
