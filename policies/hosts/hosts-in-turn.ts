import type { Host, Model } from '#sites/model.ts';
import type { Finding, Policy, Tree } from '../law.ts';

export const hostsInTurn: Policy = {
  id: 'hosts-in-turn',
  title: 'no two hosts of one role update themselves at one time, at one site or at two',
  why: 'Avoid: updates at one hour everywhere, a delay that chance decides, a restart that nobody asked for. Prefer: a day and an hour of its own for each host, and restarts by a person. Rationale: what a bad update does to one host it does to its neighbours an hour later, if somebody has looked by then; done to all at once nothing is left to look at it.',
  check: (model, tree) => [
    ...together(model, tree),
    ...model.sites.flatMap(({ hosts }) => hosts.flatMap((host) => alone(tree, host))),
  ],
};

const timer = (host: Host): string =>
  `${host.site}/hosts/${host.name}/etc/systemd/system/apt-daily-upgrade.timer.d/fredu.conf`;
const upgrades = (host: Host): string =>
  `${host.site}/hosts/${host.name}/etc/apt/apt.conf.d/52fredu-upgrades`;

/** `Mon 02:00`, one for each day of a calendar line. */
function times(text: string | undefined): string[] {
  const lines = [...(text ?? '').matchAll(/^OnCalendar=(.*)$/gm)].map(([, value]) => value!);
  // An empty line forgets those before it, as systemd does.
  return lines.slice(lines.lastIndexOf('') + 1).flatMap((line) => {
    const [, days = '', time = ''] = /^([A-Z][\w,.]*) \*-\*-\* (\d\d:\d\d)(?::\d\d)?$/.exec(line) ?? [];
    return days
      .split(',')
      .filter(Boolean)
      .map((day) => `${day} ${time}`);
  });
}

function together({ sites }: Model, tree: Tree): Finding[] {
  const hosts = sites.flatMap((site) => site.hosts);
  const taken = new Map<string, Host>();
  return hosts.flatMap((host) =>
    times(tree.get(timer(host))).flatMap((time): Finding[] => {
      const key = `${role(host)} ${time}`;
      const first = taken.get(key);
      if (!first) {
        taken.set(key, host);
        return [];
      }
      return [
        {
          path: timer(host),
          text: 'OnCalendar=',
          other: { path: timer(first) },
          message: `${host.name} and ${first.name} update themselves at ${time}`,
          fix: 'give each a day or an hour of its own',
        },
      ];
    }),
  );
}
/** Workers of clusters and hosts of arbiters carry the same database. */
const role = (host: Host): string => (host.role === 'worker' ? 'database' : host.role);

function alone(tree: Tree, host: Host): Finding[] {
  const [path, apt] = [timer(host), upgrades(host)];
  const text = tree.get(path) ?? '';
  const wrong = (at: string, key: string, message: string, fix: string): Finding => ({
    path: at,
    text: key,
    message: `${host.name} ${message}`,
    fix,
  });
  const config = tree.get(apt) ?? '';
  const said = (key: string): string | undefined => new RegExp(`^${key} "([^"]*)";$`, 'm').exec(config)?.[1];
  const origins = [...config.matchAll(/^ {2}"([^"]+)";$/gm)].map(([, origin]) => origin!);
  return [
    ...(/^OnCalendar=$/m.test(text)
      ? []
      : [wrong(path, 'OnCalendar=', 'keeps Debian’s own hour beside its own', 'an empty OnCalendar= first')]),
    ...(times(text).length > 0
      ? []
      : [
          wrong(
            path,
            'OnCalendar=',
            'updates itself never, or at a time that nobody can read',
            'OnCalendar=Mon,Thu *-*-* 02:00:00',
          ),
        ]),
    ...(/^RandomizedDelaySec=0$/m.test(text)
      ? []
      : [wrong(path, 'RandomizedDelaySec', 'waits for as long as chance says', 'RandomizedDelaySec=0')]),
    ...(/^Persistent=false$/m.test(text)
      ? []
      : [wrong(path, 'Persistent', 'makes up for a missed hour whenever it starts', 'Persistent=false')]),
    ...(said('Unattended-Upgrade::Automatic-Reboot') === 'false'
      ? []
      : [wrong(apt, 'Automatic-Reboot', 'restarts itself after an update', 'Automatic-Reboot "false"')]),
    ...(said('APT::Periodic::Unattended-Upgrade') === '1' &&
    said('APT::Periodic::Update-Package-Lists') === '1'
      ? []
      : [wrong(apt, 'APT::Periodic', 'takes no security updates', 'APT::Periodic::Unattended-Upgrade "1"')]),
    ...(String(origins) === 'origin=Debian,label=Debian-Security' &&
    config.includes('#clear Unattended-Upgrade::Origins-Pattern;')
      ? []
      : [
          wrong(
            apt,
            'Origins-Pattern',
            `takes updates from ${origins.join(' and ') || 'nowhere'}`,
            'origin=Debian,label=Debian-Security alone',
          ),
        ]),
  ];
}
