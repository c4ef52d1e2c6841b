import { FLOWS } from '#sites/traffic/flows.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import type { Finding, Policy } from '../law.ts';
import { setting } from '../reading/database-tree.ts';

const REPORTING = 'diagnostics.reporting.enabled';

export const databaseLicence: Policy = {
  id: 'database-licence',
  title: 'a free licence reports usage, and every node may reach whom it reports to',
  why: 'A free licence of CockroachDB is throttled to five transactions at a time after seven days without a report of usage: the platform would stand still a week after a firewall was tightened.',
  check(model, tree) {
    if (model.database.licence !== 'free') return [];
    const said = setting(tree, REPORTING);
    const leaves = FLOWS.some(
      ({ from, to, ports }) =>
        from.kind === 'database' &&
        to.kind === 'outside' &&
        to.service === 'licence' &&
        ports.some(({ port }) => port === PORTS.https),
    );
    return [
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
