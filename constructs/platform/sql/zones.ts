import { sqlName, sqlString } from '#constructs/quote.ts';
import type { Database } from '#sites/model.ts';
import { because, file } from './statement.ts';

export type ZonesProps = Pick<Database, 'replicas' | 'voters' | 'leases' | 'name'>;

/**
 * Where replicas and leases rest: `zones.sql`. Every zone gets the same placement, written by hand rather than by
 * `ADD REGION` and `SURVIVE REGION FAILURE`, for these know two goals only, do not reach the system ranges, and could not
 * say "a host more than a site".
 *
 * Constraints name each replica's site, so a lost host is replaced within its site. The lease preferences are an ordered
 * list: the first that can be met is taken, so a site that is not named gets a lease only while every named one is away.
 * @see https://www.cockroachlabs.com/docs/v26.2/configure-replication-zones
 * @see docs/database.md
 */
export function zones({ replicas, voters, leases, name }: ZonesProps): string {
  const constraints = voters.map(({ site, count }) => `"+region=${site.code}": ${count}`);
  const preferences = leases
    .filter((site) => voters.some((voter) => voter.site === site))
    .map((site) => `[+region=${site.code}]`);
  const placement = [
    `num_replicas = ${replicas}`,
    `constraints = ${sqlString(`{${constraints.join(', ')}}`)}`,
    `lease_preferences = ${sqlString(`[${preferences.join(', ')}]`)}`,
  ].join(',\n  ');
  const zone = (target: string) => `ALTER ${target} CONFIGURE ZONE USING\n  ${placement}`;
  return file(
    'Where replicas and leases rest.',
    because('Everything without a zone of its own: new databases, time series.', zone('RANGE default')),
    because(
      'The ranges that find all others, say which nodes live, and number them: without these nothing else is reachable, and they do not follow the default.',
      zone('RANGE meta'),
      zone('RANGE liveness'),
      zone('RANGE system'),
      zone('DATABASE system'),
    ),
    because('The data of the app.', zone(`DATABASE ${sqlName(name)}`)),
  );
}
