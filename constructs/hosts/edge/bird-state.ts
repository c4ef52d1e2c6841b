import type { TextFile } from '#constructs/text-file.ts';
import { TEXTFILES } from '../node-exporter.ts';
import { HARDENED, unit } from '../systemd.ts';

/** What the node exporter reads of the sessions. */
export const BIRD_SERIES = `${TEXTFILES}/bird.prom`;

/**
 * Tells Prometheus twice a minute whether each session with the router stands: bird runs on when its router has gone, and
 * the site is announced by nobody then. Only bird itself may ask, so it runs as bird, and writes where the checks of
 * keepalived do.
 */
export function birdState(): TextFile[] {
  const name = 'fredu-announcements';
  return [
    [
      `usr/local/libexec/${name}`,
      `#!/bin/sh
# Which sessions with the router stand, in bird's own words; the file is replaced as a whole, and stays when bird is silent.
set -eu
sessions=$(birdc -r show protocols)
echo "$sessions" | awk '$2 == "BGP" {
  printf "bird_session_established{session=\\"%s\\"} %d\\n", $1, ($NF == "Established")
}' >${BIRD_SERIES}.new
mv ${BIRD_SERIES}.new ${BIRD_SERIES}
`,
    ],
    [
      `etc/systemd/system/${name}.service`,
      unit('Says which sessions with the router stand.', {
        Unit: { Description: 'State of the announcements', After: 'bird.service' },
        Service: {
          Type: 'oneshot',
          ExecStart: `/usr/local/libexec/${name}`,
          User: 'bird',
          SupplementaryGroups: 'keepalived_script',
          ...HARDENED,
          // It asks bird by a socket of this host, and writes what another user reads.
          PrivateNetwork: 'yes',
          RestrictAddressFamilies: 'AF_UNIX',
          UMask: '0022',
          ReadWritePaths: TEXTFILES,
          TimeoutStartSec: 20,
        },
      }),
    ],
    [
      `etc/systemd/system/${name}.timer`,
      unit('Twice a minute.', {
        Unit: { Description: 'State of the announcements, twice a minute' },
        Timer: { OnBootSec: 30, OnUnitActiveSec: 30, AccuracySec: '1s' },
        Install: { WantedBy: 'timers.target' },
      }),
    ],
  ];
}
