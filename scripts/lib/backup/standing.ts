import { ETCD_SNAPSHOTS } from '#constructs/inventory/etcd-backup.ts';
import { ETCD_DRILL, etcdHosts } from '#constructs/plans/backup.ts';
import type { Model } from '#sites/model.ts';
import type { Command } from '../run.ts';

/** Twice six hours and one more, as the alert `EtcdBackupOld` has it. */
const OLD_HOURS = 13;

/** What a control-plane host has of snapshots. */
export interface Snapshots {
  site: string;
  host: string;
  /** The newest last; `at` in milliseconds. */
  snapshots: { name: string; bytes: number; at: number }[];
  /** What the last drill found. */
  drill?: string;
  /** Why it could not be asked; then nothing is known. */
  unanswered?: string;
}

type Run = (command: Command) => Promise<{ code: number; stdout: string; stderr: string }>;

/** Asks every control-plane host what it has, all at once. @param tree where the tree stands, absolute */
export const standing = (model: Pick<Model, 'sites'>, tree: string, run: Run): Promise<Snapshots[]> =>
  Promise.all(
    etcdHosts(model).map(async ({ site, host }): Promise<Snapshots> => {
      const on = (...command: string[]) =>
        run([
          'ssh',
          ...[
            '-F',
            `${tree}/${site.code}/inventory/ssh_config`,
            '-o',
            'BatchMode=yes',
            '-o',
            'ConnectTimeout=10',
          ],
          ...[host.name, 'sudo', ...command],
        ]);
      const base = { site: site.code, host: host.name };
      try {
        const listed = await on('ls', '-l', '--time-style=+%s', ETCD_SNAPSHOTS);
        if (listed.code !== 0)
          return {
            ...base,
            snapshots: [],
            unanswered: lastLine(listed.stderr) || `ls ended with ${listed.code}`,
          };
        const drilled = await on('cat', ETCD_DRILL);
        return {
          ...base,
          snapshots: snapshotsIn(listed.stdout),
          ...(drilled.code === 0 && { drill: drilled.stdout.trim() }),
        };
      } catch (error) {
        return { ...base, snapshots: [], unanswered: (error as Error).message };
      }
    }),
  );

/** The snapshots in a listing by `ls -l --time-style=+%s`: mode, links, owner, group, bytes, seconds, name. */
export const snapshotsIn = (listing: string): Snapshots['snapshots'] =>
  [...listing.matchAll(/^-\S+ +\d+ \S+ +\S+ +(\d+) (\d+) (\S+\.db)$/gm)]
    .map(([, bytes, seconds, name]) => ({ name: name!, bytes: Number(bytes), at: Number(seconds) * 1000 }))
    .sort((a, b) => a.at - b.at);

/** Whether the newest is there, and young enough. */
export const isFresh = ({ snapshots, unanswered }: Snapshots, now: number): boolean => {
  const newest = snapshots.at(-1);
  return unanswered === undefined && newest !== undefined && now - newest.at <= OLD_HOURS * 3_600_000;
};

/** One line a host. @param now milliseconds, for ages */
export function standingText(all: readonly Snapshots[], now: number): string {
  const hours = (at: number) => `${Math.max(0, Math.round((now - at) / 3_600_000))} h`;
  return all
    .map((each) => {
      const { site, host, snapshots, drill, unanswered } = each;
      const newest = snapshots.at(-1);
      const said =
        unanswered !== undefined
          ? `not asked: ${unanswered}`
          : newest
            ? `${snapshots.length} snapshots of etcd, the newest ${hours(newest.at)} old (${newest.name}, ${Math.round(newest.bytes / 1e6)} MB)`
            : `no snapshot of etcd in ${ETCD_SNAPSHOTS}`;
      const mark = unanswered !== undefined ? '?' : isFresh(each, now) ? '✓' : '×';
      const drilled = unanswered !== undefined ? '' : `\n    last drill: ${drill ?? 'none on this host'}`;
      return `${mark} ${site} ${host}: ${said}${drilled}\n`;
    })
    .join('');
}
const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
