import { join } from 'node:path';
import type { Lab } from '#scripts/lib/lab/netns.ts';
import { until } from '#scripts/lib/lab/netns.ts';
import { startUnit } from '#scripts/lib/lab/unit.ts';
import { daemon } from '#scripts/lib/run.ts';
import type { Model } from '#sites/model.ts';
import type { Layout, Line, TwinHost } from './parts.ts';
import { writeLine } from './state.ts';
import { nameRoutes } from './world.ts';

/** Starts one host as its layout says: files, cables, settings, services. A host that was lost is started in the same way. */
export async function startTwinHost(lab: Lab, host: TwinHost): Promise<void> {
  const own = await lab.host(host.name, new Map(host.files));
  await own.sh(JOURNAL);
  await own.start('journal', 'socat -u UNIX-RECV:/dev/log,mode=666 STDOUT');
  for (const { device, network, addresses } of host.cables) await lab.plug(own, device, network, addresses);
  await own.sh(host.settings.join('\n') || 'true');
  for (const unit of host.units) await startUnit(own, unit);
  for (const { name, command } of host.programs) await own.start(name, command);
}

/** Devices of its own, so that the socket of its journal is its own too. */
const JOURNAL = `mkdir /run/dev && mount -t tmpfs -o mode=755 tmpfs /run/dev
for each in null zero full random urandom tty ptmx kmsg fuse net pts shm; do
  [ -e "/dev/$each" ] || continue
  if [ -d "/dev/$each" ]; then mkdir "/run/dev/$each"; else : >"/run/dev/$each"; fi
  mount --bind "/dev/$each" "/run/dev/$each"
done
ln -s /proc/self/fd /run/dev/fd
mount --move /run/dev /dev`;

/** Lays the line between the world's router and a site. */
async function startLine(lab: Lab, folder: string, line: Line): Promise<void> {
  const { site, device, network, addresses, settings } = line;
  const [near, far] = [`${site}-a`, `${site}-b`];
  writeLine(folder, site, settings);
  const script = join(import.meta.dirname, 'line.py');
  daemon(lab.holder.inside(['python3', script, near, far, join(folder, `line-${site}.json`)]), {
    log: join(folder, `line-${site}.log`),
    outlives: true,
  });
  await until(`the line to ${site} is there`, async () =>
    (await lab.holder.sh('ip -o link')).includes(`${far}:`),
  );
  const world = lab.at('world')!;
  await lab.holder.sh(`ip link show ${network} >/dev/null 2>&1 || ip link add ${network} type bridge stp_state 0 forward_delay 0 mcast_snooping 0
ip link set ${network} up
ip link set ${far} master ${network} up
ip link set ${near} netns ${lab.pidInside(world)} name ${device}`);
  await world.sh(
    [...addresses.map((each) => `ip address add ${each} dev ${device}`), `ip link set ${device} up`].join(
      '\n',
    ),
  );
}

/** Starts all of it, part by part. @param progress is told what stands */
export async function bootLayout(
  lab: Lab,
  {
    folder,
    layout,
    model,
    progress,
  }: { folder: string; layout: Layout; model: Model; progress(part: string): void },
): Promise<void> {
  const [world, ...others] = layout.hosts;
  await lab.host(world!.name, new Map(world!.files));
  for (const { device, network, addresses } of world!.cables)
    await lab.plug(lab.at(world!.name)!, device, network, addresses);
  for (const line of layout.lines) await startLine(lab, folder, line);
  const router = lab.at(world!.name)!;
  await router.sh([...world!.settings, ...nameRoutes(model)].join('\n'));
  for (const { name, command } of world!.programs) await router.start(name, command);
  progress(
    `the world: ${layout.lines.map(({ site, settings }) => `${site} is ${settings.delaySeconds * 1000} ms away`).join(', ')}`,
  );
  for (const role of new Set(others.map((host) => host.role))) {
    const hosts = others.filter((host) => host.role === role);
    await Promise.all(hosts.map((host) => startTwinHost(lab, host)));
    progress(`${role}: ${hosts.map(({ name }) => name).join(', ')}`);
  }
}
