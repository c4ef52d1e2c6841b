import type { TextFile } from '#constructs/text-file.ts';
import type { Host } from '#sites/model.ts';
import { restarted } from './systemd.ts';

export interface ClockProps {
  host: Host;
  /** Names of the time servers. */
  time: readonly string[];
}

/**
 * The clock of a host. A database node stops itself when it is 200 ms away from the others, so every host asks the same
 * servers, believes two that agree, steps only at the start, and serves time to nobody.
 * @see https://chrony-project.org/doc/4.3/chrony.conf.html
 */
export function clock({ host, time }: ClockProps): TextFile[] {
  return [
    ['etc/chrony/chrony.conf', chrony(host, time.length)],
    ['etc/chrony/sources.d/fredu.sources', timeSources(time)],
    restarted('chrony'),
  ];
}

/** A burst at the start sets the clock within seconds. */
export const timeSources = (time: readonly string[]): string =>
  time.map((server) => `server ${server} iburst\n`).join('');

function chrony(host: Host, servers: number): string {
  return `# ${host.name}: keeps time, serves none
sourcedir /etc/chrony/sources.d
driftfile /var/lib/chrony/chrony.drift
ntsdumpdir /var/lib/chrony
logdir /var/log/chrony
# One server that is wrong is outvoted.
minsources ${Math.min(2, servers)}
maxupdateskew 100.0
# A clock that jumps while a database runs is worse than one that drifts back: step at the start, then slew.
makestep 0.1 3
# Half of what a database node tolerates is worth a line in the journal.
logchange 0.1
rtcsync
leapsectz right/UTC
# No time for others, commands from this host alone.
port 0
bindcmdaddress 127.0.0.1
bindcmdaddress ::1
`;
}
