import type { Host, Model, Site } from '#sites/model.ts';
import { hostsOf } from '#sites/questions.ts';
import type { Gate, Procedure, Step } from '#sites/schema/procedure.ts';
import { hasKubernetes } from '#sites/site-kinds.ts';
import { ETCD_SNAPSHOTS } from '../inventory/etcd-backup.ts';
import { BACKUPS } from '../platform/sql/backups.ts';
import { sqlName, sqlString } from '../quote.ts';
import { procedure } from './maintenance.ts';

export interface BackupProps {
  model: Pick<Model, 'sites' | 'objects' | 'database'>;
  /** Where the tree stands, absolute: its ssh_config leads to the hosts. */
  tree: string;
}

/** What the last drill of a host found, in one line. */
export const ETCD_DRILL = `${ETCD_SNAPSHOTS}/drill.txt`;
/** A timer makes one every six hours; one that was just asked for is newer than this. */
const JUST_MINUTES = 15;
const SNAPSHOT_SECONDS = 900;
const DATABASE_SECONDS = 4 * 3600;
const AS_ROOT = 'In a session with the certificate of the database’s root:';
const LATEST = `LATEST IN ${sqlString(`external://${BACKUPS}`)}`;

/** The hosts whose etcd has snapshots. */
export const etcdHosts = ({ sites }: Pick<Model, 'sites'>): { site: Site; host: Host }[] =>
  sites
    .filter(hasKubernetes)
    .flatMap((site) => hostsOf(site, 'control-plane').map((host) => ({ site, host })));

/** Takes one of each now. */
export function backupNow({ model, tree, full }: BackupProps & { full: boolean }): Procedure {
  const into = full ? sqlString(`external://${BACKUPS}`) : LATEST;
  return procedure(
    { model, tree },
    {
      id: 'backup-now',
      title: `Take a ${full ? 'full ' : ''}backup of everything now`,
      when: 'Before what cannot be undone. Schedules take one of the database each hour and of etcd every six.',
      steps: [
        ...etcdHosts(model).map(
          ({ host }): Step => ({
            id: `etcd-${host.name}`,
            title: `Take a snapshot of etcd on ${host.name}`,
            why: 'The unit proves that it can be read, and copies it to the object store.',
            do: { in: host.name, command: ['systemctl', 'start', 'fredu-etcd-backup.service'] },
            until: [snapshotOf(host)],
            timeoutSeconds: SNAPSHOT_SECONDS,
            undo: { why: 'A snapshot does no harm.', do: [] },
          }),
        ),
        ...ofDatabase(model, {
          id: 'database',
          title: `Take ${full ? 'a full' : 'an incremental'} backup of the database`,
          why: 'It holds the database as it is ten seconds ago, from whichever node is asked.',
          // https://www.cockroachlabs.com/docs/v26.2/backup
          statements: [`BACKUP INTO ${into} AS OF SYSTEM TIME '-10s'`],
          undo: 'A backup does no harm; the bucket removes it when it is too old.',
        }),
      ],
    },
  );
}

/** Sees that the newest of each can be read, and restores none. */
export const backupVerify = ({ model, tree }: BackupProps): Procedure =>
  procedure(
    { model, tree },
    {
      id: 'backup-verify',
      title: 'See that the newest backups can be read',
      when: 'Any time. A drill proves more.',
      steps: [
        ...etcdHosts(model).map(
          ({ host }): Step => ({
            id: `etcd-${host.name}`,
            title: `Read the newest snapshot of etcd on ${host.name}`,
            why: 'Its checksum stands at its end, and etcd refuses a snapshot whose checksum is another.',
            do: { in: host.name, command: ['bash', '-es'], input: VERIFY },
            until: [],
            timeoutSeconds: SNAPSHOT_SECONDS,
            undo: { why: 'Nothing was changed.', do: [] },
          }),
        ),
        ...ofDatabase(model, {
          id: 'database',
          title: 'See that every file of the newest backup of the database is there',
          why: 'A backup whose files were lost is found by its restore, and that is too late.',
          // https://www.cockroachlabs.com/docs/v26.2/backup-validation
          statements: [`SHOW BACKUP FROM ${LATEST} WITH check_files`],
          undo: 'Nothing was changed.',
        }),
      ],
    },
  );

/** Restores the newest of each into a scratch place, compares, and takes it away again. */
export function backupDrill({ model, tree }: BackupProps): Procedure {
  const { name } = model.database;
  const scratch = `${name}_drill`;
  return procedure(
    { model, tree },
    {
      id: 'backup-drill',
      title: 'Restore the newest backups into a scratch place, and compare',
      when: 'Once a month, and after every change of what is backed up. Nothing that runs is touched.',
      steps: [
        ...etcdHosts(model).map(
          ({ host }): Step => ({
            id: `etcd-${host.name}`,
            title: `Restore the newest snapshot of etcd on ${host.name} into a scratch folder`,
            why: 'A snapshot that was never restored is a hope.',
            do: { in: host.name, command: ['bash', '-es'], input: DRILL },
            until: [
              {
                in: host.name,
                command: ['cat', ETCD_DRILL],
                matches: [
                  '^restored [1-9]\\d* keys at revision \\d+ of \\S+\\.db, and its content is the same',
                ],
              },
            ],
            timeoutSeconds: SNAPSHOT_SECONDS,
            undo: { why: 'The scratch folder is gone.', do: [] },
          }),
        ),
        ...ofDatabase(model, {
          id: 'database',
          title: `Restore the newest backup of the database as ${scratch}, and compare`,
          why: 'Rows that are in the backup and do not come back are found while the others are there.',
          // https://www.cockroachlabs.com/docs/v26.2/restore
          statements: [
            `RESTORE DATABASE ${sqlName(name)} FROM ${LATEST} WITH new_db_name = ${sqlString(scratch)}`,
            `SELECT (SELECT count(*) FROM ${sqlName(scratch)}.public.people) AS restored, (SELECT count(*) FROM ${sqlName(name)}.public.people) AS now`,
            `SELECT (SELECT count(*) FROM ${sqlName(scratch)}.public.courses) AS restored, (SELECT count(*) FROM ${sqlName(name)}.public.courses) AS now`,
            `DROP DATABASE ${sqlName(scratch)} CASCADE`,
          ],
          undo: `DROP DATABASE ${sqlName(scratch)} CASCADE, where it is still there.`,
        }),
      ],
    },
  );
}

/** Brings the database back as it was at a moment, beside the present one, and changes their names. */
export function backupRestore({ model, tree, at }: BackupProps & { at?: string }): Procedure {
  const { name } = model.database;
  const [restored, before] = [`${name}_restored`, `${name}_before`];
  const sites = model.sites.filter(hasKubernetes);
  const moment = at ? ` AS OF SYSTEM TIME ${sqlString(at)}` : '';
  const scaled = (site: Site, replicas: number) => ({
    in: `nodes@${site.code}`,
    command: ['--namespace=education', 'scale', 'deployment/education-api', `--replicas=${replicas}`],
  });
  return procedure(
    { model, tree },
    {
      id: 'backup-restore',
      title: `Bring the database back as it was ${at ? `at ${at}` : 'at the newest backup'}`,
      when: `When data was lost or spoiled. **What was written since ${at ?? 'that backup'} is not in it**; it stays in ${before} for as long as you keep that.`,
      steps: [
        ...ofDatabase(model, {
          id: 'restore',
          title: `Restore it as ${restored}, while the present one serves`,
          why: 'Nothing is taken away before the other is there and was looked at.',
          statements: [
            `RESTORE DATABASE ${sqlName(name)} FROM ${LATEST}${moment} WITH new_db_name = ${sqlString(restored)}`,
            `SELECT count(*) FROM ${sqlName(restored)}.public.people`,
          ],
          undo: `DROP DATABASE ${sqlName(restored)} CASCADE.`,
        }),
        ...sites.map(
          (site): Step => ({
            id: `stop-${site.code}`,
            title: `Stop the app at ${site.code}: nobody reads or writes from here on`,
            why: 'Whatever it writes into the database before would be missing in the one after.',
            do: scaled(site, 0),
            until: [
              {
                in: `nodes@${site.code}`,
                command: [
                  '--namespace=education',
                  'get',
                  'pods',
                  '--selector=app.kubernetes.io/name=education-api',
                  '--output=name',
                ],
                rejects: ['.'],
              },
            ],
            timeoutSeconds: 300,
            undo: {
              why: 'The app serves again; its autoscaler gives it as many pods as it needs.',
              do: [scaled(site, 2)],
            },
          }),
        ),
        ...ofDatabase(model, {
          id: 'names',
          title: 'Change the names of the two',
          why: 'The app knows one name.',
          // https://www.cockroachlabs.com/docs/v26.2/alter-database#rename-to
          statements: [
            `ALTER DATABASE ${sqlName(name)} RENAME TO ${sqlName(before)}`,
            `ALTER DATABASE ${sqlName(restored)} RENAME TO ${sqlName(name)}`,
          ],
          more: ' Then apply dist/platform/sql/grants.sql and dist/platform/sql/zones.sql, whose rights and places belong to a database.',
          undo: `Change them back: ALTER DATABASE ${sqlName(name)} RENAME TO ${sqlName(restored)}; ALTER DATABASE ${sqlName(before)} RENAME TO ${sqlName(name)}.`,
        }),
        ...sites.map(
          (site): Step => ({
            id: `start-${site.code}`,
            title: `Start the app at ${site.code}`,
            why: 'With no pod its autoscaler stands still.',
            do: scaled(site, 2),
            until: [
              {
                in: `nodes@${site.code}`,
                command: [
                  '--namespace=education',
                  'rollout',
                  'status',
                  'deployment/education-api',
                  '--timeout=10s',
                ],
              },
            ],
            timeoutSeconds: 600,
            undo: { why: 'Nobody reads or writes.', do: [scaled(site, 0)] },
          }),
        ),
      ],
    },
  );
}

const snapshotOf = (host: Host): Gate => ({
  in: host.name,
  command: ['find', ETCD_SNAPSHOTS, '-name', '*.db', '-mmin', `-${JUST_MINUTES}`],
  matches: ['\\.db$'],
});

/** What a person types, for no command has the certificate of root: nothing where there is no object store to hold backups. */
function ofDatabase(
  { objects, sites }: BackupProps['model'],
  {
    id,
    title,
    why,
    statements,
    more = '',
    undo,
  }: Pick<Step, 'id' | 'title' | 'why'> & { statements: string[]; more?: string; undo: string },
): Step[] {
  if (!objects || !sites.some(({ database }) => database)) return [];
  return [
    {
      id,
      title,
      why,
      person: `${AS_ROOT} ${statements.map((each) => `${each};`).join(' ')}${more}`,
      until: [],
      timeoutSeconds: DATABASE_SECONDS,
      undo: { why: undo, do: [] },
    },
  ];
}

const NEWEST = `newest=$(ls -t ${ETCD_SNAPSHOTS}/*.db 2>/dev/null | head -n 1)
[ -n "$newest" ] || { echo 'there is no snapshot in ${ETCD_SNAPSHOTS}' >&2; exit 1; }
`;
const VERIFY = `${NEWEST}etcdutl snapshot status "$newest" --write-out=table
`;
/**
 * Restores into a folder of root's own beside the snapshots, and compares with what the snapshot says of itself. No server is started: a
 * copy of etcd holds every secret of the cluster. The hash is taken of a copy: `etcdutl hashkv` writes into what it reads, and a snapshot is
 * refused once its checksum is another.
 * @see https://etcd.io/docs/v3.6/op-guide/recovery/
 */
export const DRILL = `umask 077
${NEWEST}scratch=$(mktemp -d ${ETCD_SNAPSHOTS}/drill.XXXXXX)
trap 'rm -rf "$scratch"' EXIT
rm -f ${ETCD_DRILL}
etcdutl snapshot restore "$newest" --data-dir "$scratch/data" --name drill --initial-cluster drill=http://127.0.0.1:1 --initial-advertise-peer-urls http://127.0.0.1:1 >"$scratch/log" 2>&1 || { tail -n 3 "$scratch/log" >&2; exit 1; }
back=$scratch/data/member/snap/db
status=$(etcdutl snapshot status "$back" --write-out=json)
number() { printf '%s' "$status" | sed "s/.*\\"$1\\":\\([0-9]*\\).*/\\1/"; }
cp "$newest" "$scratch/copy.db"
is=$(etcdutl hashkv "$back" --write-out=json) was=$(etcdutl hashkv "$scratch/copy.db" --write-out=json)
[ "$is" = "$was" ] || { echo "restored $is, and the snapshot has $was" >&2; exit 1; }
echo "restored $(number totalKey) keys at revision $(number revision) of $(basename "$newest"), and its content is the same, on $(date -u +%FT%TZ)" >${ETCD_DRILL}
`;
