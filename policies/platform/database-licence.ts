import { FLOWS } from '#sites/traffic/flows.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { setting } from '../reading/database-tree.ts';
import { ofKind } from '../reading/objects.ts';

const REPORTING = 'diagnostics.reporting.enabled';

export const databaseLicence: Policy = {
  id: 'database-licence',
  title:
    'a free licence reports usage, every node may reach whom it reports to, and its end is announced before it comes',
  why: 'A free licence of CockroachDB is throttled to five transactions at a time after seven days without a report of usage: the platform would stand still a week after a firewall was tightened.',
  check(model, tree) {
    const ends = unwatched(tree);
    if (model.database.licence !== 'free') return ends;
    const said = setting(tree, REPORTING);
    const leaves = FLOWS.some(
      ({ from, to, ports }) =>
        from.kind === 'database' &&
        to.kind === 'outside' &&
        to.service === 'licence' &&
        ports.some(({ port }) => port === PORTS.https),
    );
    return [
      ...ends,
      ...(said?.value === 'true'
        ? []
        : [
            {
              path: said?.path ?? 'platform/sql/settings.sql',
              text: REPORTING,
              message: `the licence is free and usage is ${said ? 'not reported' : 'reported as the release pleases'}`,
              fix: `SET CLUSTER SETTING ${REPORTING} = true`,
            },
          ]),
      ...(leaves
        ? []
        : [
            {
              path: 'sites/traffic/flows.ts',
              message: 'no flow lets database nodes report usage',
              fix: 'add a flow from database to outside licence, port 443',
            },
          ]),
    ] satisfies Finding[];
  },
};

/** A licence that nobody renews throttles the database as well: at every site that watches it an alert says so in time. */
const unwatched = (tree: Tree): Finding[] =>
  ofKind(tree, 'ConfigMap')
    .filter(({ name }) => name === 'prometheus-rules')
    .flatMap(({ path, site, object }) => {
      const rules = Object.values<string>(object.data ?? {}).join('\n');
      return /\bexpr: .*seconds_until_license_expiry|expr: .*license/i.test(rules)
        ? []
        : [
            {
              path,
              message: `nobody at ${site} is alerted that the licence of the database ends`,
              fix: 'an alert over seconds_until_license_expiry',
            },
          ];
    });
