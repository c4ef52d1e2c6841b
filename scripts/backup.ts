import { backup } from './lib/backup/backup.ts';
import { main } from './lib/main.ts';

const USAGE = `npm run backup -- list | now [--full] | verify | drill | restore [--at MOMENT]
                          [--sites FOLDER] [--tree FOLDER] [--dry-run] [--yes] [--undo] [--from STEP | --only STEP…] [--json] [--state FOLDER]
  list     which snapshots of etcd each control-plane host has, how old the newest is, what the last drill found
  now      takes a snapshot of etcd on each, and a backup of the database; --full begins a new one instead of adding to the last
  verify   reads the newest of each and looks for every file of it
  drill    restores the newest of each into a scratch place, compares, and takes it away: nothing that runs is touched
  restore  brings the database back as it was, in UTC such as 2026-12-01T08:30:00Z, or at the newest backup; it stops the app meanwhile
  What only the root of the database may do, it says for a person to type. list ends with 1 where one is missing or older than 13 h.`;

if (import.meta.main) await main(() => backup(USAGE));
