import type { Finding, Policy, Tree } from '../law.ts';
import { below } from '../reading/folders.ts';
import { inventories } from '../reading/kubespray-tree.ts';
import { workloads } from '../reading/objects.ts';
import { listOf, yamlOf } from '../reading/texts.ts';

export const stopsGranted: Policy = {
  id: 'stops-granted',
  title: 'whatever stops gets the time that it needs from each of those who may kill it',
  why: 'A database node drains for minutes. The kubelet gives pods what is left of its grace when those of the cluster itself have had theirs; the shutdown of a host waits for the kubelet as long as logind says; a run of Ansible or a drain by Kubespray gives up after a time of its own. The shortest of them counts, and most are defaults of other programs.',
  check(_model, tree) {
    return [...nodes(tree), ...restarts(tree)];
  },
};

/** Kubespray's own, where the inventory says nothing. @see kubespray v2.31.0: roles/upgrade/pre-upgrade/defaults/main.yml */
const DRAIN = { drain_grace_period: 300, drain_timeout: '360s' };
/** Seconds of a pod that says nothing. */
const POD_GRACE = 30;
/** What `unattended-upgrades` brings: its name, behind the kubelet's in the alphabet, and its seconds. */
const UPGRADES = { name: 'unattended-upgrades-logind-maxdelay.conf', seconds: 30 };

function nodes(tree: Tree): Finding[] {
  return inventories(tree).flatMap(({ site, paths, cluster, nodes: hosts }): Finding[] => {
    const at = (text: string, message: string, fix: string, other?: { path: string; text: string }) => ({
      path: paths.cluster,
      text,
      message: `${site}: ${message}`,
      fix,
      ...(other ? { other } : {}),
    });
    const whole = seconds(cluster.kubelet_shutdown_grace_period ?? '60s');
    const critical = seconds(cluster.kubelet_shutdown_grace_period_critical_pods ?? '20s');
    const drain = Math.min(
      seconds(cluster.drain_grace_period ?? DRAIN.drain_grace_period),
      seconds(cluster.drain_timeout ?? DRAIN.drain_timeout),
    );
    const pods = workloads(tree)
      .filter((each) => each.site === site)
      .map(({ path, name, pod }) => {
        const own = /^system-(?:node|cluster)-critical$/.test(pod.priorityClassName ?? '');
        const needed: number = pod.terminationGracePeriodSeconds ?? POD_GRACE;
        return { path, name, needed, granted: own ? critical : whole - critical };
      });
    return [
      ...pods
        .filter(({ needed, granted }) => !(needed <= granted))
        .map(({ path, name, needed, granted }) =>
          at(
            'kubelet_shutdown_grace_period',
            `${name} may take ${needed} s to stop; the kubelet kills it after ${granted} s when its node goes down`,
            `set kubelet_shutdown_grace_period to ${needed + critical}s or more`,
            { path, text: 'terminationGracePeriodSeconds' },
          ),
        ),
      ...pods
        .filter(({ needed }) => !(needed <= drain))
        .map(({ path, name, needed }) =>
          at(
            'drain_timeout',
            `${name} may take ${needed} s to stop; Kubespray drains a node for ${drain} s`,
            'set drain_grace_period and drain_timeout',
            { path, text: 'terminationGracePeriodSeconds' },
          ),
        ),
      ...Object.keys(hosts)
        .map((host) => ({ host, ...delay(tree, `${site}/hosts/${host}/`, whole) }))
        .filter((each) => !(each.seconds >= whole))
        .map(({ host, name, seconds: granted }) =>
          at(
            'kubelet_shutdown_grace_period',
            `the shutdown of ${host} waits ${granted} s for its kubelet (${name}), which asks for ${whole} s and then ends no pod at all`,
            `InhibitDelayMaxSec=${whole} in /etc/systemd/logind.conf.d/${UPGRADES.name}`,
          ),
        ),
    ];
  });
}

/** What logind grants: of all its files, a later name wins, and one below /etc takes the place of its namesake of a package. */
function delay(tree: Tree, host: string, asked: number): { name: string; seconds: number } {
  const files = new Map([['99-kubelet.conf', asked]]);
  const folder = `${host}etc/systemd/logind.conf.d/`;
  const own = below(tree, folder);
  if (below(tree, `${host}etc/apt/`).some(([, text]) => text.includes('Unattended-Upgrade')))
    files.set(UPGRADES.name, UPGRADES.seconds);
  for (const [path, text] of own) {
    const said = /^InhibitDelayMaxSec=(.+)$/m.exec(text)?.[1];
    files.delete(path.slice(folder.length));
    if (said !== undefined) files.set(path.slice(folder.length), seconds(said));
  }
  const [name, granted] = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).at(-1)!;
  return { name, seconds: granted };
}

/** A playbook that restarts hosts waits for the slowest of their services, and for the start. */
const restarts = (tree: Tree): Finding[] =>
  [...tree].flatMap(([path, text]): Finding[] => {
    const [, site, group = ''] = /^([^/]+)\/inventory\/hosts\/tasks\/(\w+)\.yaml$/.exec(path) ?? [];
    if (!site) return [];
    const tasks = listOf(yamlOf(text));
    const waits = tasks.flatMap((task) => task['ansible.builtin.reboot']?.reboot_timeout ?? []);
    if (waits.length === 0) return [];
    const inventory = yamlOf(tree.get(`${site}/inventory/hosts/inventory.yaml`) ?? '') ?? {};
    const hosts = Object.keys(inventory.all?.children?.[group]?.hosts ?? {});
    const units = hosts.flatMap((host) => below(tree, `${site}/hosts/${host}/etc/systemd/system/`));
    const stops = units.flatMap(([unit, lines]) => {
      const said = /^TimeoutStopSec=(.+)$/m.exec(lines)?.[1];
      return said ? [{ path: unit, text: 'TimeoutStopSec', seconds: seconds(said) }] : [];
    });
    const [slowest] = stops.sort((a, b) => b.seconds - a.seconds);
    return waits
      .filter((wait) => slowest && !(wait > slowest.seconds + START))
      .map((wait) => ({
        path,
        text: 'reboot_timeout',
        other: slowest!,
        message: `a restart is given ${wait} s; stopping alone may take ${slowest!.seconds} s, and a host needs ${START} s to start`,
        fix: `reboot_timeout: ${slowest!.seconds + START + 1} or more`,
      }));
  });
/** A server with its own firmware, in seconds. */
const START = 300;

/** `90`, `200s`, `3min`, `5m` in seconds. */
function seconds(text: unknown): number {
  const parts = [...`${text}`.matchAll(/(\d+)\s*(h|min|m|s)?(?=\d|\s|$)/g)];
  if (parts.length === 0) return Number.NaN;
  const unit = { h: 3600, min: 60, m: 60, s: 1 };
  return parts.reduce((sum, [, number, of = 's']) => sum + Number(number) * unit[of as keyof typeof unit], 0);
}
