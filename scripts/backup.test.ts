import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { backup } from './lib/backup/backup.ts';
import { isFresh, snapshotsIn, standing, standingText } from './lib/backup/standing.ts';
import { CannotLook } from './lib/main.ts';
import { run } from './lib/run.ts';
import { ROOT } from './lib/sites.ts';
import { THREE_SITES, threeSites } from './testing/three-sites.ts';

const folder = mkdtempSync(join(tmpdir(), 'fredu-backup-'));
afterAll(() => rmSync(folder, { recursive: true }));
const WHERE = ['--sites', THREE_SITES, '--state', folder, '--tree', '/srv/tree'];

it.each([
  [['now'], 'now'],
  [['now', '--full'], 'full'],
  [['verify'], 'verify'],
  [['drill'], 'drill'],
  [['restore', '--at', '2026-11-30T08:30:00Z'], 'restore'],
])('shows how %j is carried out', async (words, name) => {
  const { code, stdout, stderr } = await run(
    [process.execPath, 'scripts/backup.ts', ...words, '--dry-run', ...WHERE],
    { cwd: ROOT },
  );
  expect([code, stderr]).toEqual([0, '']);
  await expect(stdout).toMatchFileSnapshot(`transcripts/backup-${name}.txt`);
});

it.each<[words: string[], line: string]>([
  [[], 'say one of list, now, verify, drill, restore\nusage'],
  [['drll'], 'there is no drll; did you mean drill?'],
  [['verify', '--full'], '--full goes with now'],
  [['now', '--at', '2026-11-30T08:30:00Z'], '--at goes with restore'],
  [
    ['restore', '--at', 'yesterday'],
    '--at yesterday is no moment; write it in UTC, such as 2026-12-01T08:30:00Z',
  ],
  [['restore', '--at', '2999-01-01T00:00Z'], '--at 2999-01-01T00:00Z is to come'],
])('%j is refused in one line', async (words, line) => {
  await expect(backup('usage', [...words, ...WHERE])).rejects.toThrow(new CannotLook(line));
});

describe('the list', () => {
  const now = Date.parse('2026-12-01T12:00:00Z');
  const seconds = (hours: number) => now / 1000 - hours * 3600;
  const LISTING = `total 41000
drwx------ 2 root root     4096 ${seconds(1)} drill.Ab3dEf
-rw------- 1 root root      131 ${seconds(2)} drill.txt
-rw------- 1 root root 20975648 ${seconds(3)} sxb-cp1-20261201T090000Z.db
-rw------- 1 root root 20971552 ${seconds(9)} sxb-cp1-20261201T030000Z.db
-rw------- 1 root root  1048576 ${seconds(0)} sxb-cp1-20261201T120000Z.db.part
`;

  it('knows snapshots from all else that lies there, the newest last', () => {
    expect(snapshotsIn(LISTING)).toEqual([
      { name: 'sxb-cp1-20261201T030000Z.db', bytes: 20_971_552, at: now - 9 * 3_600_000 },
      { name: 'sxb-cp1-20261201T090000Z.db', bytes: 20_975_648, at: now - 3 * 3_600_000 },
    ]);
  });

  it('asks each control-plane host by the tree’s own configuration, and goes on where one is silent', async () => {
    const asked: string[] = [];
    const all = await standing(threeSites(), '/srv/tree', async (command) => {
      asked.push(command.join(' '));
      if (command.includes('sxb-cp1'))
        return {
          code: 255,
          stdout: '',
          stderr: 'ssh: connect to host 192.0.2.1 port 22: Connection timed out\n',
        };
      if (command.includes('cat')) return { code: 1, stdout: '', stderr: 'No such file' };
      return { code: 0, stdout: LISTING, stderr: '' };
    });
    expect(asked[0]).toMatch(/^ssh -F \/srv\/tree\/sxb\/inventory\/ssh_config .* sxb-cp1 sudo ls -l /);
    expect(all.find(({ host }) => host === 'sxb-cp1')).toMatchObject({
      unanswered: 'ssh: connect to host 192.0.2.1 port 22: Connection timed out',
    });
    const others = all.filter(({ host }) => host !== 'sxb-cp1');
    expect(others.length).toBeGreaterThan(0);
    for (const each of others) expect(each.snapshots).toHaveLength(2);
    const text = standingText(all, now);
    expect(text).toContain('? sxb sxb-cp1: not asked: ssh: connect to host 192.0.2.1');
    expect(text).toContain('2 snapshots of etcd, the newest 3 h old (sxb-cp1-20261201T090000Z.db, 21 MB)');
    expect(text).toContain('last drill: none on this host');
  });

  it('calls one old after thirteen hours, and none at all never fresh', () => {
    const one = (hours: number) => ({
      site: 'sxb',
      host: 'sxb-cp1',
      snapshots: [{ name: 'a.db', bytes: 1, at: now - hours * 3_600_000 }],
    });
    expect([isFresh(one(13), now), isFresh(one(14), now)]).toEqual([true, false]);
    expect(isFresh({ ...one(1), snapshots: [] }, now)).toBe(false);
    expect(isFresh({ ...one(1), unanswered: 'silent' }, now)).toBe(false);
  });
});
