import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '#scripts/lib/lab/netns.ts';
import { both } from '#sites/address.ts';
import type { Model } from '#sites/model.ts';
import { apiAddress, hostsOf } from '#sites/questions.ts';
import type { Filled } from './cluster/courses.ts';
import { type Keys, type Size, startedSites } from './parts.ts';
import type { ProbeSettings, Target } from './probes.ts';
import type { Running } from './state.ts';
import { students } from './world.ts';

/** Of the students of the demo; the others are the school of `twin -- load`. */
export const PROBING = 40;

const settingsOf = (folder: string, host: string): string => join(folder, `probes-${host}.json`);

/** The name server that the world asks. */
export const nameServer = (model: Model): string =>
  both(model.dns?.servers[0]?.address ?? {})[0] ?? '100.64.255.53';
export const authorityFile = (folder: string): string => join(folder, 'authority.pem');

/** Begins to ask, until the twin ends: students from their homes, and operators from the bastion of each site. */
export async function startProbes(
  { folder, lab }: Pick<Running, 'folder' | 'lab'>,
  { model, size, keys, filled }: { model: Model; size: Size; keys: Keys; filled?: Filled },
): Promise<void> {
  const authority = authorityFile(folder);
  writeFileSync(authority, keys.authorities.public);
  const operators = join(folder, 'authority-kubernetes.pem');
  writeFileSync(operators, keys.authorities.kubernetes);
  const common = { names: nameServer(model), authority, people: [], password: '', from: [] };
  const own = (path: string) => `https://${model.domain}${path}`;
  const app: Target[] = filled
    ? [
        { probe: 'course', kind: 'read', url: own(filled.course) },
        { probe: 'sign-in', kind: 'sign in', url: own('/api/v1/sessions') },
        { probe: 'write', kind: 'write', url: own('/') },
      ]
    : [];
  const all = new Map<string, ProbeSettings>([
    [
      'student',
      {
        ...common,
        targets: [{ probe: 'page', kind: 'read', url: own('/') }, ...app],
        from: students(),
        people: filled?.people.slice(0, PROBING) ?? [],
        password: filled?.password ?? '',
      },
    ],
    ...startedSites(model, size).flatMap((site): [string, ProbeSettings][] =>
      hostsOf(site, 'bastion').map((bastion) => [
        bastion.name,
        {
          ...common,
          authority: operators,
          targets: [
            {
              probe: `api-${site.code}`,
              kind: 'read',
              url: `https://${API_NAME}:6443/readyz`,
              addresses: apiAddress(site),
            },
          ],
        },
      ]),
    ),
  ]);
  for (const [host, settings] of all) {
    writeFileSync(settingsOf(folder, host), JSON.stringify(settings), { mode: 0o600 });
    await startProbing(lab, folder, host);
  }
}
/** Whom the certificate of an API server is for, whatever its address. */
const API_NAME = 'kubernetes.default.svc';

/** Asks from a host as it did before, if it did. */
export async function startProbing(lab: Lab, folder: string, host: string): Promise<void> {
  const settings = settingsOf(folder, host);
  if (!existsSync(settings)) return;
  const script = join(import.meta.dirname, 'probing.ts');
  await lab
    .at(host)!
    .start('probes', `${process.execPath} ${script} ${settings} ${join(folder, 'probes.jsonl')}`);
}
