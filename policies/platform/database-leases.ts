import type { Finding, Policy } from '../law.ts';
import { zones } from '../reading/database-tree.ts';

export const databaseLeases: Policy = {
  id: 'database-leases',
  title: 'leases rest at the sites of the preference, in its order, and never on an arbiter',
  why: 'Every read and write of a range goes through its lease. A lease on an arbiter sends each request across the country and back; and where no preferred site is left after a loss that the platform must bear, leases go anywhere.',
  check(model, tree) {
    const arbiters = model.sites.filter((site) => site.database?.arbiter).map((site) => site.code);
    const wanted = model.database.leases.map((site) => site.code);
    return zones(tree).flatMap((zone): Finding[] => {
      const at = (message: string, fix: string): Finding => ({
        path: zone.path,
        text: `ALTER ${zone.target} `,
        message: `${zone.target}: ${message}`,
        fix,
      });
      const said = zone.preferences.join(', ') || 'nowhere';
      const housed = wanted.filter((code) => (zone.constraints.get(code) ?? 0) > 0);
      // After the loss of the first choice there must be a second one.
      const needed = model.database.survive === 'host' ? 1 : 2;
      return [
        ...zone.preferences
          .filter((code) => arbiters.includes(code))
          .map((code) =>
            at(`leases may rest on ${code}, an arbiter`, `take ${code} out of lease_preferences`),
          ),
        ...zone.preferences
          .filter((code) => !zone.constraints.get(code))
          .map((code) =>
            at(
              `leases prefer ${code}, which holds no replica`,
              `place a replica in ${code}, or prefer another site`,
            ),
          ),
        ...(said === (housed.join(', ') || 'nowhere')
          ? []
          : [
              at(
                `leases prefer ${said}; the platform says ${housed.join(', ')}`,
                `lease_preferences = '${housed.map((code) => `[+region=${code}]`).join(', ')}'`,
              ),
            ]),
        ...(zone.preferences.length >= needed
          ? []
          : [
              at(
                `${zone.preferences.length} site is preferred; without it leases may go anywhere`,
                'prefer a second site',
              ),
            ]),
      ];
    });
  },
};
