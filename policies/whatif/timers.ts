import type { Part } from './parts.ts';
import type { World } from './world.ts';

/** How long something lasts at most, from a timer that stands in the tree. */
export interface Lasting {
  what: string;
  seconds: number;
  /** The setting that says so. */
  timer: string;
}

/** `300 s`, `30 days` */
export const lastingText = ({ what, seconds }: Lasting): string =>
  `${seconds >= 2 * DAY ? `${Math.round(seconds / DAY)} days` : `${Math.round(seconds * 100) / 100} s`} ${what}`;
const DAY = 86_400;

/** What each lost part sets going; what nobody's timer tells is not here. */
export const lastingsOf = (world: World, parts: readonly Part[]): Lasting[] => {
  const all = parts.flatMap((part) => of(world, part));
  return all.filter(
    (each, index) =>
      all.findIndex(({ what, seconds }) => what === each.what && seconds === each.seconds) === index,
  );
};

function of(world: World, part: Part): Lasting[] {
  const found: Lasting[] = [];
  const say = (what: string, seconds: number, timer: string) => {
    if (seconds > 0) found.push({ what, seconds, timer });
  };
  for (const [index, atoms] of part.atoms) {
    const { code, wayIn, cluster, nodes, hosts } = world.sites[index]!;
    const lost = atoms.filter((atom) => atom.startsWith('host:')).map((atom) => atom.slice(5));
    const whole = hosts.length > 0 && lost.length === hosts.length;
    if (whole && wayIn?.announces)
      say(`until the service address leads elsewhere`, wayIn.withdrawSeconds, 'bfd, or hold time');
    if (whole)
      say(
        `until names lead elsewhere, once a person has changed them`,
        world.names.ttlSeconds,
        'ttl of the zone',
      );
    if (whole) continue;
    if (part.kind === 'drain') {
      if (cluster?.slowest && lost.some((host) => cluster.workers.includes(host)))
        say(
          `until the slowest pod of the drained worker has ended (${cluster.slowest.name})`,
          cluster.slowest.seconds,
          'terminationGracePeriodSeconds',
        );
      continue; // what leaves on purpose has left before
    }
    if (lost.some((host) => wayIn?.edges.includes(host)))
      say(
        `until another edge of ${code} holds the addresses`,
        wayIn!.takeoverSeconds,
        'advert_int and priority',
      );
    if (lost.some((host) => cluster?.workers.includes(host))) {
      say(
        `until no new connection goes to a lost worker of ${code}`,
        wayIn?.noticeSeconds ?? 0,
        'health checks of its balancers',
      );
      say(
        `until its pods run elsewhere at ${code}`,
        cluster!.rescheduleSeconds,
        'node_monitor_grace_period and eviction timeout',
      );
    }
    const node = lost.some((host) => nodes.includes(host)) || atoms.some((atom) => atom.startsWith('node:'));
    if (node)
      say(
        `until its replicas are recreated at ${code}`,
        world.deadAfterSeconds,
        'server.time_until_store_dead',
      );
  }
  if (part.id === 'authority:public')
    say('until the first certificate that nobody could renew ends', world.renewSeconds ?? 0, 'renewBefore');
  if (part.kind === 'name server')
    say('until others forget what they knew', world.names.ttlSeconds, 'ttl of the zone');
  return found;
}
