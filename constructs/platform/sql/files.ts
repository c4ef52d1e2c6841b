import type { TextFile } from '#constructs/text-file.ts';
import type { Model } from '#sites/model.ts';
import { backups } from './backups.ts';
import { grants } from './grants.ts';
import { hba } from './hba.ts';
import { settings } from './settings.ts';
import { usersSql } from './users.ts';
import { zones } from './zones.ts';

/** The SQL of the one database, in the order in which it is applied: name -> statements. */
export function sqlFiles({ database, objects }: Pick<Model, 'database' | 'objects'>): TextFile[] {
  const files: [string, string | undefined][] = [
    ['hba.sql', hba()],
    ['settings.sql', settings({ licence: database.licence })],
    ['users.sql', usersSql()],
    // Grants name the users and the connection of the backups; zones name the database that the grants make.
    ['backups.sql', objects && backups({ objects, at: database.backup.at })],
    ['grants.sql', grants({ name: database.name, hasBackups: objects !== undefined })],
    ['zones.sql', zones(database)],
  ];
  return files.filter((each): each is TextFile => each[1] !== undefined);
}
