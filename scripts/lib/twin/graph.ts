import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotLook } from '#scripts/lib/main.ts';
import { type Door, openDoor } from './door.ts';
import { askCluster, controlPlaneAt, OBSERVERS, observing } from './observers.ts';
import type { Running } from './state.ts';

/** How a browser of this machine sees an observer of the twin. */
export interface Graphing extends Door {
  site: string;
  replica: string;
}

/** Lets a browser of this machine see what an observer knows, until it is closed. @throws CannotLook when none runs */
export async function graph(twin: Running, wanted?: string): Promise<Graphing> {
  const site = wanted ?? observing(twin)[0];
  if (!site) throw new CannotLook('nobody watches here; npm run twin -- --size tiny starts what does');
  const host = controlPlaneAt(twin, site);
  const { code, stdout, stderr } = await askCluster(twin, site, 'get', 'pods', '--output=json');
  if (code !== 0) throw new CannotLook(`${site} does not say what runs: ${stderr.trim()}`);
  const pod = (JSON.parse(stdout) as { items: Pod[] }).items.find(
    ({ metadata, status }) => OBSERVERS.replicas.includes(metadata.name) && isReady(status),
  );
  if (!pod) throw new CannotLook(`no observer of ${site} is ready; npm run twin -- kubectl ${site} says why`);
  const folder = join(twin.folder, `observer-${site}`);
  await keepCertificate(twin, site, folder);
  const file = join(twin.folder, `graph-${process.pid}.socket`);
  const command = [
    ...([process.execPath, join(import.meta.dirname, 'graph-way.ts'), file] as const),
    ...[pod.status.podIP, `${OBSERVERS.port}`, 'prometheus.monitoring.svc', folder],
  ] as const;
  const door = await openDoor(file, host.inside(command), join(twin.folder, 'graph.log'));
  return { ...door, site, replica: pod.metadata.name };
}

interface Pod {
  metadata: { name: string };
  status: { podIP: string; conditions?: { type: string; status: string }[] };
}
const isReady = ({ conditions = [] }: Pod['status']): boolean =>
  conditions.some(({ type, status }) => type === 'Ready' && status === 'True');

/** What observers show each other, for the way in: in the twin's folder, which ends with the twin. */
async function keepCertificate(twin: Running, site: string, folder: string): Promise<void> {
  const { stdout } = await askCluster(twin, site, 'get', 'secret', 'prometheus-observer', '--output=json');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [name, value] of Object.entries((JSON.parse(stdout) as { data: Record<string, string> }).data))
    writeFileSync(join(folder, name), Buffer.from(value, 'base64'), { mode: 0o600 });
}

/** What a person is told. */
export const graphText = ({ port, site, replica }: Graphing): string =>
  `${replica} of ${site} is seen at http://127.0.0.1:${port}/ (this machine alone); its alerts at http://127.0.0.1:${port}/alerts\nCtrl-C ends it.`;
