import type { Finding, Policy } from '../law.ts';
import { zones } from '../reading/object-store-tree.ts';

export const objectStoreGateways: Policy = {
  id: 'object-store-gateways',
  title:
    'each zone has exactly one gateway that copies, and two or more that serve clients and do nothing else',
  why: 'Gateways that copy share one list of what is to be copied, and more of them wait for each other’s locks: the copy of each file gets slower. One that also serves clients slows both. With one gateway for clients, its worker takes the files of the site along.',
  check(_model, tree) {
    return zones(tree).flatMap(({ site, zone, stores }) => {
      const copying = stores.filter(({ object }) => !object.spec.gateway.disableMultisiteSyncTraffic);
      const serving = stores.filter((each) => !copying.includes(each));
      const count = (list: typeof stores) =>
        list.reduce((sum, { object }) => sum + object.spec.gateway.instances, 0);
      const found: Finding[] = [];
      if (count(copying) !== 1)
        found.push({
          path: copying[0]?.path ?? zone.path,
          text: 'instances',
          message: `${count(copying)} gateways of ${site} copy from the other zones; one must`,
          fix:
            copying.length === 0
              ? 'add a store of one instance without disableMultisiteSyncTraffic'
              : 'let one store have one instance, and set disableMultisiteSyncTraffic in every other',
        });
      if (count(serving) < 2)
        found.push({
          path: serving[0]?.path ?? zone.path,
          text: 'instances',
          message: `${count(serving)} gateways of ${site} serve clients; two are needed, for a worker may be lost`,
          fix: 'give the store for clients two instances or more',
        });
      return found;
    });
  },
};
