import { both, preferred } from '#sites/address.ts';
import type { Host, Site } from '#sites/model.ts';
import { hostsOf, reachable } from '#sites/questions.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { listOf, yamlOf } from '../reading/texts.ts';

export const inventoryHosts: Policy = {
  id: 'inventory-hosts',
  title:
    'the inventories and the way in name exactly the hosts of the site, each by its address and in the groups of its role',
  why: 'Avoid: a host that Ansible or ssh knows by another address, in another group, or not at all. Prefer: one line for each host of the site’s file. Rationale: a playbook for edges that runs on a worker takes the site down, and a host that is left out keeps its old settings until it fails.',
  check: (model, tree) =>
    model.sites.flatMap((site) => [
      ...ofPlaybooks(tree, site),
      ...(site.kubernetes ? ofKubespray(tree, site) : []),
      ...waysIn(tree, site),
    ]),
};

const fix = 'make the tree again with `npm run synth`';
const names = (hosts: readonly Host[]): string[] => hosts.map(({ name }) => name).sort();
const keys = (value: Data): string[] => Object.keys(value ?? {}).sort();

/** One finding where two lists of names differ. */
function same(path: string, what: string, found: string[], wanted: string[]): Finding[] {
  const missing = wanted.filter((name) => !found.includes(name));
  const strange = found.filter((name) => !wanted.includes(name));
  return [
    ...missing.map((name) => ({ path, text: what, message: `${what} has no ${name}`, fix })),
    ...strange.map((name) => ({
      path,
      text: name,
      message: `${what} has ${name}, which does not belong there`,
      fix,
    })),
  ];
}

/** What our playbooks run on: a group a role; an edge knows the others, which have to serve before it goes. */
function ofPlaybooks(tree: Tree, site: Site): Finding[] {
  const path = `${site.code}/inventory/hosts/inventory.yaml`;
  const all = yamlOf(tree.get(path))?.all;
  if (!all) return [{ path, message: `${site.code} has no inventory for its playbooks`, fix }];
  const roles = [...new Set(site.hosts.map(({ role }) => role))];
  const group = (role: string): string => role.replaceAll('-', '_');
  return [
    ...same(path, 'the inventory', keys(all.children), roles.map(group).sort()),
    ...roles.flatMap((role) => {
      const hosts = all.children?.[group(role)]?.hosts;
      return same(path, `the group ${group(role)}`, keys(hosts), names(hostsOf(site, role)));
    }),
    ...hostsOf(site, 'edge').flatMap((host): Finding[] => {
      const said: Data = listOf(all.children?.edge?.hosts?.[host.name]?.other_edges);
      const wanted = hostsOf(site, 'edge')
        .filter((each) => each !== host)
        .map(({ address }) => preferred(address));
      return same(path, `other_edges of ${host.name}`, said.map(String), wanted);
    }),
    ...Object.entries(WITHOUT_BEING_ASKED).flatMap(([key, wanted]): Finding[] =>
      all.vars?.[key] === wanted
        ? []
        : [
            {
              path,
              text: key,
              message: `${key} is ${String(all.vars?.[key])} where nobody says otherwise, and has to be ${wanted}`,
              fix,
            },
          ],
    ),
    ...Object.entries(PLACES).flatMap(([key, wanted]): Finding[] =>
      String(all.vars?.[key]).includes(wanted.replace('SITE', site.code))
        ? []
        : [
            {
              path,
              text: key,
              message: `${key} is ${String(all.vars?.[key])}, and leads to no ${wanted.replace('SITE', site.code)}`,
              fix,
            },
          ],
    ),
  ];
}
/** A database is restarted by who asks for it alone, and no host is left before the one it stands in for serves. */
const WITHOUT_BEING_ASKED = { restart: false, gate: true, ansible_pipelining: true };
const PLACES = {
  tree: '/../../hosts/{{ inventory_hostname }}',
  secrets: '/.config/fredu/SITE/secrets/{{ inventory_hostname }}',
  ansible_ssh_common_args: "-F '{{ inventory_dir }}/../ssh_config'",
};

/** What Kubespray runs on. */
function ofKubespray(tree: Tree, site: Site): Finding[] {
  const path = `${site.code}/inventory/kubespray/hosts.yaml`;
  const all = yamlOf(tree.get(path))?.all;
  if (!all) return [{ path, message: `${site.code} has no inventory for Kubespray`, fix }];
  const [control, workers] = [hostsOf(site, 'control-plane'), hostsOf(site, 'worker')];
  const groups: [string, Host[]][] = [
    ['kube_control_plane', control],
    ['etcd', control],
    ['kube_node', workers],
  ];
  return [
    ...same(path, 'all', keys(all.hosts), names([...control, ...workers])),
    ...groups.flatMap(([group, hosts]) =>
      same(path, `the group ${group}`, keys(all.children?.[group]?.hosts), names(hosts)),
    ),
    ...same(path, 'the group k8s_cluster', keys(all.children?.k8s_cluster?.children), [
      'kube_control_plane',
      'kube_node',
    ]),
    ...[...control, ...workers].flatMap((host): Finding[] => {
      const said: Data = all.hosts?.[host.name];
      if (!said) return [];
      const wanted: [string, string | undefined][] = [
        ['ansible_host', host.name],
        ['ip', host.address.ipv4],
        ['access_ip', host.address.ipv4],
        ['ip6', host.address.ipv6],
      ];
      return wanted
        .filter(([key, value]) => said[key] !== value)
        .map(([key, value]) => ({
          path,
          text: String(said[key] ?? host.name),
          message: `${host.name} has ${key} ${String(said[key])}, and in its site’s file ${String(value)}`,
          fix,
        }));
    }),
  ];
}

/** How ssh gets to each host: through the bastion where there is one. */
function waysIn(tree: Tree, site: Site): Finding[] {
  const path = `${site.code}/inventory/ssh_config`;
  const blocks = new Map(
    (tree.get(path) ?? '').split(/^(?=Host )/m).flatMap((block) => {
      const patterns = /^Host (.+)$/m.exec(block)?.[1]?.split(' ') ?? [];
      const options = new Map(
        [...block.matchAll(/^ {2}(\w+) (.+)$/gm)].map(([, key, value]) => [key!, value!]),
      );
      return patterns.map((pattern): [string, Map<string, string>] => [pattern, options]);
    }),
  );
  const bastion = hostsOf(site, 'bastion')[0];
  const wanted = site.hosts.flatMap((host): [string, string, string | undefined][] =>
    [host.name, host.fqdn].flatMap((name): [string, string, string | undefined][] => [
      [name, 'HostName', undefined],
      [name, 'ProxyJump', bastion && host !== bastion ? bastion.name : 'none'],
    ]),
  );
  const hosts = wanted.flatMap(([name, key, value]): Finding[] => {
    const said = blocks.get(name)?.get(key);
    const host = site.hosts.find((each) => each.name === name || each.fqdn === name)!;
    if (key === 'HostName') {
      const open = host === bastion || !bastion;
      const allowed = open ? [reachable(host), ...both(host.public)] : both(host.address);
      if (said !== undefined && allowed.includes(said)) return [];
      return [
        {
          path,
          text: name,
          message: `ssh gets to ${name} by ${said ?? 'nothing'}; its address is ${allowed.join(' or ')}`,
          fix,
        },
      ];
    }
    if ((said ?? 'none') === value) return [];
    return [
      {
        path,
        text: name,
        message: `ssh gets to ${name} through ${said ?? 'nobody'}; the way in is ${value}`,
        fix,
      },
    ];
  });
  const strange = [...blocks.keys()].filter(
    (name) => !name.includes('*') && !site.hosts.some((host) => host.name === name || host.fqdn === name),
  );
  const general = blocks.get(`${site.code}-*`);
  const careful = Object.entries(CAREFUL).flatMap(([key, value]): Finding[] =>
    general?.get(key) === value && blocks.get(`*.${site.domain}`)?.get(key) === value
      ? []
      : [
          {
            path,
            text: key,
            message: `${key} is ${general?.get(key) ?? 'not said'} for the hosts of ${site.code}, and has to be ${value}`,
            fix,
          },
        ],
  );
  return [
    ...hosts,
    ...strange.map((name) => ({
      path,
      text: name,
      message: `ssh knows ${name}, which is no host of ${site.code}`,
      fix,
    })),
    ...careful,
  ];
}
/** A host whose key is another than the one that was written down is not the host; no key of an administrator goes along. */
const CAREFUL = {
  User: 'debian',
  IdentitiesOnly: 'yes',
  StrictHostKeyChecking: 'yes',
  ForwardAgent: 'no',
};
