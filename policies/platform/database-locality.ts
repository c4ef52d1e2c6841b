import { databaseNodes } from '#sites/questions.ts';
import type { Finding, Policy } from '../law.ts';
import { locality, type Node, nodes } from '../reading/database-tree.ts';

export const databaseLocality: Policy = {
  id: 'database-locality',
  title: 'every database node says where it is: the same keys in the same order, its own site, its own host',
  why: 'CockroachDB spreads replicas by these words. A node whose keys differ or stand in another order is spread by other rules than its neighbours, and one that names the wrong site takes replicas that its loss should not cost.',
  check(model, tree) {
    const all = nodes(model, tree);
    const wanted = model.sites.flatMap(databaseNodes).map((host) => host.name);
    const missing = wanted
      .filter((name) => !all.some((node) => node.host === name))
      .map(
        (name): Finding => ({
          path: `${name.split('-')[0]}/hosts/${name}`,
          message: `database node ${name} of the model is not in the tree`,
          fix: 'render its flags or its unit',
        }),
      );
    const keys = (node: Node) =>
      locality(node)
        .map(([key]) => key)
        .join(',');
    const expected = all[0] ? keys(all[0]) : '';
    return [
      ...missing,
      ...all.flatMap((node): Finding[] => {
        const said = `--locality=${node.flags.get('--locality')}`;
        const at = (message: string, fix: string): Finding => ({ path: node.path, text: said, message, fix });
        const words = new Map(locality(node));
        const twin = all.find((other) => other !== node && other.flags.get('--locality') === said.slice(11));
        return [
          ...(keys(node) === expected
            ? []
            : [
                at(
                  `${node.host} has the keys ${keys(node)}, ${all[0]!.host} has ${expected}`,
                  `use the keys ${expected}, in this order`,
                ),
              ]),
          ...(words.get('region') === node.site
            ? []
            : [
                at(
                  `${node.host} stands in ${node.site} and says region ${words.get('region')}`,
                  `say region=${node.site}`,
                ),
              ]),
          ...(twin ? [at(`${node.host} and ${twin.host} say the same place`, 'name the host of each')] : []),
          ...(locality(node)[0]?.[0] === 'region'
            ? []
            : [
                at(`${node.host} does not name its region first`, 'put the most inclusive key first: region'),
              ]),
        ];
      }),
    ];
  },
};
