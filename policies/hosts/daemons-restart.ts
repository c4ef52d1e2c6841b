import type { Finding, Policy, Tree } from '../law.ts';
import { below } from '../reading/folders.ts';

/**
 * Daemons by the file that says that a host runs them. None of Debian's units goes on for ever: bird `Restart=on-abort`, chrony and keepalived
 * none, conntrackd and the exporter `on-failure`, and all of them, haproxy too, no more than five starts in ten seconds
 * (units of the packages in Debian 12; systemd-system.conf(5), DefaultStartLimitBurst).
 */
const DAEMONS: [file: string, unit: string][] = [
  ['etc/bird/bird.conf', 'bird.service'],
  ['etc/chrony/chrony.conf', 'chrony.service'],
  ['etc/conntrackd/conntrackd.conf', 'conntrackd.service'],
  ['etc/default/prometheus-node-exporter', 'prometheus-node-exporter.service'],
  ['etc/haproxy/haproxy.cfg', 'haproxy.service'],
  ['etc/keepalived/keepalived.conf', 'keepalived.service'],
  ['etc/systemd/system/cockroachdb.service', 'cockroachdb.service'],
];

export const daemonsRestart: Policy = {
  id: 'daemons-restart',
  title: 'no daemon that carries data, or watches or times what does, gives up starting again',
  why: 'systemd ends a unit for good that has started five times within ten seconds, and restarts some units of Debian not at all. A balancer that a full disk, a missing address or a bad minute has ended stays dead until somebody signs in; that is noticed when the other one fails.',
  check(_model, tree) {
    return DAEMONS.flatMap(([file, unit]) =>
      [...tree.keys()]
        .filter((path) => path.endsWith(`/${file}`))
        .flatMap((path) => judge(tree, path.slice(0, -file.length), file, unit)),
    );
  },
};

function judge(tree: Tree, root: string, file: string, unit: string): Finding[] {
  const own = `${root}etc/systemd/system/${unit}`;
  const text = tree.get(own);
  const parts = [...(text === undefined ? [] : [[own, text] as const]), ...below(tree, `${own}.d`)].sort();
  const said = (key: string) =>
    parts.flatMap(([, text]) => [...text.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))]).at(-1)?.[1];
  const host = root.split('/').at(-2);
  const at = parts.at(-1)?.[0] ?? `${root}${file}`;
  return [
    ...(said('Restart') === 'always'
      ? []
      : [
          {
            path: at,
            message: `${unit} of ${host} is not started again whatever it ends of`,
            fix: `Restart=always in ${unit}.d/`,
          },
        ]),
    ...(said('StartLimitIntervalSec') === '0'
      ? []
      : [
          {
            path: at,
            message: `${unit} of ${host} stays dead after five starts within ten seconds`,
            fix: `StartLimitIntervalSec=0 in the section [Unit] of ${unit}.d/`,
          },
        ]),
  ];
}
