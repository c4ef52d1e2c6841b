import type { Finding, Policy } from '../law.ts';
import { type SqlStatement, statements, unquote } from '../reading/database-tree.ts';

const PATH = 'platform/sql/backups.sql';
const STRING = `('(?:[^']|'')*')`;

export const databaseBackups: Policy = {
  id: 'database-backups',
  title:
    'a full backup a day and smaller ones between go to a store that outlives any one site, and no key is written down',
  why: 'Replicas do not help against a dropped table or a wrong release. A backup that is lost with the site it lies in, that nobody notices to have stopped, or whose key everybody can read, is none.',
  check(model, tree) {
    if (!model.objects) return [];
    const all = statements(tree).filter(({ path }) => path === PATH);
    const schedule = all.find(({ statement }) => statement.startsWith('CREATE SCHEDULE'));
    if (!schedule)
      return [{ path: PATH, message: 'no backup is scheduled', fix: 'CREATE SCHEDULE … FOR BACKUP' }];
    const { primary, secondaries } = model.objects;
    return [
      ...rhythm(schedule),
      ...target(schedule, all, primary.objects!.endpoint),
      // One room alone has no second place; that, the loader notes (`backup-with-site`).
      ...(secondaries.length > 0 || model.sites.filter(({ kubernetes }) => kubernetes).length === 1
        ? []
        : [
            {
              path: PATH,
              text: primary.objects!.endpoint.replace('https://', ''),
              message: `backups lie in ${primary.code} alone and are lost with it`,
              fix: 'give a second site an object store: it copies the first',
            },
          ]),
    ];
  },
};

function rhythm({ path, statement }: SqlStatement): Finding[] {
  const cron = (word: string) => unquote(new RegExp(`${word} ${STRING}`).exec(statement)?.[1] ?? '');
  const daily = /^\d+ \d+ \* \* \*$/.test(cron('FULL BACKUP'));
  const between = /^\S+ \* \* \* \*$/.test(cron('RECURRING'));
  const metric = statement.includes('updates_cluster_last_backup_time_metric');
  return [
    ...(daily
      ? []
      : [
          {
            path,
            text: 'FULL BACKUP',
            message: `full backups run at "${cron('FULL BACKUP')}", not once a day`,
            fix: "FULL BACKUP 'minute hour * * *'",
          },
        ]),
    ...(between
      ? []
      : [
          {
            path,
            text: 'RECURRING',
            message: `incremental backups run at "${cron('RECURRING')}", not each hour`,
            fix: "RECURRING 'minute * * * *'",
          },
        ]),
    ...(metric
      ? []
      : [
          {
            path,
            text: 'WITH SCHEDULE OPTIONS',
            message: 'no metric says when the last backup ended, so no alert can',
            fix: 'add updates_cluster_last_backup_time_metric',
          },
        ]),
  ];
}

/** Where the schedule's connection leads in the end. */
function target({ path, statement }: SqlStatement, all: SqlStatement[], endpoint: string): Finding[] {
  const name = /FOR BACKUP INTO 'external:\/\/([^']+)'/.exec(statement)?.[1];
  const uri = all
    .map(
      (each) =>
        new RegExp(`EXTERNAL CONNECTION (?:IF NOT EXISTS )?${name} AS ${STRING}`).exec(each.statement)?.[1],
    )
    .findLast((each) => each !== undefined);
  if (!name || !uri)
    return [
      {
        path,
        text: 'FOR BACKUP INTO',
        message: 'the schedule names its target by no connection of this file',
        fix: "FOR BACKUP INTO 'external://…'",
      },
    ];
  const query = new URLSearchParams(unquote(uri).split('?')[1] ?? '');
  return [
    ...[...query.keys()]
      .filter((key) => /SECRET|ACCESS_KEY|TOKEN/.test(key))
      .map((key) => ({
        path,
        text: key,
        message: `the connection ${name} holds ${key}`,
        fix: 'AUTH=implicit: the nodes have the keys',
      })),
    ...(query.get('AWS_ENDPOINT') === endpoint
      ? []
      : [
          {
            path,
            text: 'AWS_ENDPOINT',
            message: `backups go to ${query.get('AWS_ENDPOINT')}; ${endpoint} takes writes`,
            fix: `AWS_ENDPOINT=${encodeURIComponent(endpoint)}`,
          },
        ]),
  ];
}
