import type { Finding, Policy } from '../law.ts';
import { advertised, nodes } from '../reading/database-tree.ts';

const WAYS = 2;

export const databaseJoin: Policy = {
  id: 'database-join',
  title: 'every database node joins two nodes of every other site, each by an address that it advertises',
  why: 'A node that starts while the one node it knows of is down never finds the others. An address that nobody advertises is dialled in vain, or leads to something else.',
  check(model, tree) {
    const all = nodes(model, tree);
    const sites = [...new Set(all.map((node) => node.site))];
    return all.flatMap((node): Finding[] => {
      const joined = (node.flags.get('--join') ?? '').split(',').filter((each) => each !== '');
      const unknown = joined.filter((each) => !all.some((other) => advertised(other, node.site) === each));
      return [
        ...unknown.map((each) => ({
          path: node.path,
          text: each,
          message: `${node.host} joins ${each}, which no node advertises to ${node.site}`,
          fix: `join one of ${all.map((other) => advertised(other, node.site)).join(', ')}`,
        })),
        ...sites
          .filter((site) => site !== node.site)
          .flatMap((site): Finding[] => {
            const there = all.filter((other) => other.site === site);
            const ways = there.filter((other) => joined.includes(advertised(other, node.site)));
            const enough = Math.min(WAYS, there.length);
            if (ways.length >= enough) return [];
            return [
              {
                path: node.path,
                text: '--join',
                message: `${node.host} joins ${ways.length} of the ${there.length} nodes of ${site}; ${enough} are needed`,
                fix: `add ${there.map((other) => advertised(other, node.site)).find((each) => !joined.includes(each))}`,
              },
            ];
          }),
      ];
    });
  },
};
