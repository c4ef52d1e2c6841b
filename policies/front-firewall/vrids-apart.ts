import { both, contains } from '#sites/address.ts';
import type { Model, Site } from '#sites/model.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { below } from '../reading/folders.ts';

export const vridsApart: Policy = {
  id: 'vrids-apart',
  title: 'no two virtual routers of one network have one number, and none of a group is weighed by itself',
  why: 'Avoid: a number of VRRP that the front firewall and the edges both have on the network between them, a script with a weight in a group. Prefer: a number for each address and family, scripts that fail the group as a whole. Rationale: routers of one number take each other for themselves, and both addresses go back and forth; a weight moves one address of a group and leaves the other.',
  check: (model, tree) =>
    model.sites.flatMap((site) => [...twice(tree, site), ...weighed(tree, site)]).concat(rank(model, tree)),
};

interface Instance {
  path: string;
  name: string;
  /** Who keeps it: hosts of one kind share the numbers of their own instances. */
  keeper: 'edges' | 'front firewall';
  vrid: number;
  priority: number;
  networks: string[];
}

function instances(tree: Tree, site: Site): Instance[] {
  const networks = [...both(site.networks.public), ...both(site.networks.nodes)];
  return below(tree, site.code).flatMap(([path, text]) => {
    const room = new RegExp(
      `^${site.code}/(hosts|front-firewall)/[^/]+/etc/keepalived/keepalived\\.conf$`,
    ).exec(path)?.[1];
    if (!room) return [];
    return [...text.matchAll(/^vrrp_instance (\S+) \{\n([\s\S]*?)^\}/gm)].map(
      ([, name = '', body = '']): Instance => {
        const addresses = [...body.matchAll(/^ {4}([0-9a-f.:]+)\/\d+ dev/gm)].map(([, address]) => address!);
        return {
          path,
          name,
          keeper: room === 'hosts' ? 'edges' : 'front firewall',
          vrid: Number(/virtual_router_id (\d+)/.exec(body)?.[1]),
          priority: Number(/priority (\d+)/.exec(body)?.[1]),
          networks: networks.filter((network) => addresses.some((address) => contains(network, address))),
        };
      },
    );
  });
}

function twice(tree: Tree, site: Site): Finding[] {
  const all = instances(tree, site);
  return all.flatMap((one, index) => [
    ...(Number.isInteger(one.vrid) && one.vrid >= 1 && one.vrid <= 255
      ? []
      : [
          {
            path: one.path,
            text: `vrrp_instance ${one.name}`,
            message: `${one.name} has the number ${one.vrid}`,
            fix: 'a number from 1 to 255',
          },
        ]),
    ...all
      .slice(index + 1)
      .filter((other) => other.vrid === one.vrid && (other.keeper !== one.keeper || other.name !== one.name))
      .filter((other) => other.networks.some((network) => one.networks.includes(network)))
      .map((other) => ({
        path: other.path,
        text: `virtual_router_id ${other.vrid}`,
        other: { path: one.path, text: `virtual_router_id ${one.vrid}` },
        message: `${other.name} of the ${other.keeper} and ${one.name} of the ${one.keeper} both have the number ${one.vrid} in ${one.networks.find((each) => other.networks.includes(each))}`,
        fix: 'give one of them another number',
      })),
  ]);
}

/** One of two has more, in every instance of a group alike. */
const rank = (model: Model, tree: Tree): Finding[] =>
  model.sites.flatMap((site) =>
    [...Map.groupBy(instances(tree, site), ({ keeper, name }) => `${keeper} ${name}`).values()].flatMap(
      (same) =>
        same.length > 1 && new Set(same.map(({ priority }) => priority)).size < same.length
          ? [
              {
                path: same[1]!.path,
                text: `vrrp_instance ${same[1]!.name}`,
                other: { path: same[0]!.path },
                message: `two hosts of the ${same[0]!.keeper} have the priority ${same[0]!.priority} for ${same[0]!.name}`,
                fix: 'give each its own',
              },
            ]
          : [],
    ),
  );

function weighed(tree: Tree, { code }: Site): Finding[] {
  return below(tree, code).flatMap(([path, text]) =>
    path.endsWith('/etc/keepalived/keepalived.conf') && text.includes('vrrp_sync_group')
      ? [...text.matchAll(/^.*\bweight (-?\d+).*$/gm)]
          .filter(([, weight]) => Number(weight) !== 0)
          .map(([line]) => ({
            path,
            text: line.trim(),
            message: `a script with ${/weight -?\d+/.exec(line)![0]} moves one address of a group and leaves the others`,
            fix: 'leave the weight out: a failed script fails the group',
          }))
      : [],
  );
}
