import type { TextFile } from '#constructs/text-file.ts';
import { TEXTFILES } from './node-exporter.ts';
import { HARDENED, unit } from './systemd.ts';

/** What the node exporter reads of the time servers. */
export const TIME_SERIES = `${TEXTFILES}/time-sources.prom`;

/**
 * Tells Prometheus each minute which time servers answer this clock. chrony goes on with those that are left and says nothing:
 * the one that has been silent for weeks is noticed when the last but one goes too. A server is silent when none of the last
 * eight questions was answered, which at chrony's longest interval takes two hours and a quarter.
 *
 * The program may do nothing but ask chrony at the loopback address and write into a folder of its own; systemd puts what is
 * whole in the place of what was said last.
 * @see https://chrony-project.org/doc/4.3/chronyc.html (sources, -c: the third column is the name, the sixth the register in octal)
 */
export function timeSourcesState(): TextFile[] {
  const name = 'fredu-time-sources';
  return [
    [
      `usr/local/libexec/${name}`,
      `#!/bin/sh
# Which time servers answer, in chrony's own words; one whose name leads nowhere is listed too.
set -eu
sources=$(chronyc -h 127.0.0.1 -c -N sources -a)
echo "$sources" | awk -F, '$1 == "^" { printf "time_source_answers{source=\\"%s\\"} %d\\n", $3, ($6 != "0") }' >"$RUNTIME_DIRECTORY/series"
`,
    ],
    [
      `etc/systemd/system/${name}.service`,
      unit('Says which time servers answer.', {
        Unit: { Description: 'State of the time servers', After: 'chrony.service' },
        Service: {
          Type: 'oneshot',
          ExecStart: `/usr/local/libexec/${name}`,
          ExecStartPost: [
            `+/usr/bin/install -m 0644 /run/${name}/series ${TIME_SERIES}.new`,
            `+/bin/mv ${TIME_SERIES}.new ${TIME_SERIES}`,
          ],
          DynamicUser: 'yes',
          RuntimeDirectory: name,
          ...HARDENED,
          RestrictAddressFamilies: 'AF_INET',
          IPAddressDeny: 'any',
          IPAddressAllow: 'localhost',
          TimeoutStartSec: 20,
        },
      }),
    ],
    [
      `etc/systemd/system/${name}.timer`,
      unit('Once a minute.', {
        Unit: { Description: 'State of the time servers, once a minute' },
        Timer: { OnBootSec: 60, OnUnitActiveSec: 60, AccuracySec: '1s' },
        Install: { WantedBy: 'timers.target' },
      }),
    ],
  ];
}
