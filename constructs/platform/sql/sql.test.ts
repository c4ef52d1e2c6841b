import { describe, expect, it } from 'vitest';
import { example } from '#scripts/testing/example-sites.ts';
import { roomOf } from '#scripts/testing/sites-of.ts';
import type { Model } from '#sites/model.ts';
import { siteOf } from '#sites/questions.ts';
import { backups } from './backups.ts';
import { sqlFiles } from './files.ts';
import { grants } from './grants.ts';
import { hba } from './hba.ts';
import { settings } from './settings.ts';
import { users, usersSql } from './users.ts';
import { zones } from './zones.ts';

const model = example();
const withDatabase = (change: Partial<Model['database']>): Model => ({
  ...model,
  database: { ...model.database, ...change },
});

describe('zones.sql', () => {
  it('places every replica at a site and prefers leases in order, everywhere alike', () => {
    const placement = `num_replicas = 5,
  constraints = '{"+region=lyn": 2, "+region=par": 2, "+region=nic": 1}',
  lease_preferences = '[[+region=lyn], [+region=par]]';`;
    const text = zones(model.database);
    expect(text.match(/^ALTER .*$/gm)).toEqual(
      [
        'RANGE default',
        'RANGE meta',
        'RANGE liveness',
        'RANGE system',
        'DATABASE system',
        'DATABASE example',
      ].map((target) => `ALTER ${target} CONFIGURE ZONE USING`),
    );
    expect(text.split(placement)).toHaveLength(7);
  });
  it('follows the survival goal and the preference', () => {
    const [lyn, par, arbiter] = ['lyn', 'par', 'nic'].map((code) => siteOf(model, code));
    const nine = withDatabase({
      replicas: 9,
      voters: [lyn, par, arbiter].map((site) => ({ site: site!, count: 3 })),
      leases: [par!],
    });
    expect(zones(nine.database)).toContain(
      `constraints = '{"+region=lyn": 3, "+region=par": 3, "+region=nic": 3}',\n  lease_preferences = '[[+region=par]]'`,
    );
  });
  it('prefers no site without a replica', () => {
    const [lyn] = [roomOf(model, 'lyn')];
    const one = withDatabase({ replicas: 3, voters: [{ site: lyn, count: 3 }] });
    expect(zones(one.database)).toContain("lease_preferences = '[[+region=lyn]]'");
  });
});

describe('settings.sql', () => {
  it('leaves it to a person to make a major release final', () => {
    expect(settings(withDatabase({}).database)).toContain(
      'SET CLUSTER SETTING cluster.auto_upgrade.enabled = false;',
    );
  });

  it('reports usage for a free licence only', () => {
    expect(settings(model.database)).toContain('SET CLUSTER SETTING diagnostics.reporting.enabled = true;');
    expect(settings({ licence: 'enterprise' })).toContain(
      'SET CLUSTER SETTING diagnostics.reporting.enabled = false;',
    );
  });
});

it('users.sql gives nobody a password', () => {
  const text = usersSql();
  for (const user of users) expect(text).toContain(`ALTER USER ${user} WITH LOGIN PASSWORD NULL;`);
});

it('hba.sql takes certificates and nothing else', () => {
  expect(hba()).toContain('host all root all cert\nhost all all all cert\nlocal all all reject');
});

describe('backups.sql', () => {
  const text = backups({ objects: model.objects!, at: model.database.backup.at });
  it('is full once a day and incremental each hour, at the hour of the platform', () => {
    expect(text).toContain(`CREATE SCHEDULE IF NOT EXISTS 'fredu-backup-0130'
  FOR BACKUP INTO 'external://backups'
  RECURRING '30 * * * *'
  FULL BACKUP '30 1 * * *'
`);
    const later = backups({ objects: model.objects!, at: '23:05' });
    expect(later).toContain("RECURRING '5 * * * *'\n  FULL BACKUP '5 23 * * *'");
    expect(later).toContain("AND label != 'fredu-backup-2305'");
  });
  it('goes to the zone that takes writes, and holds no key', () => {
    expect(text).toContain(
      's3://example-backups/cockroachdb?AUTH=implicit&AWS_ENDPOINT=https%3A%2F%2Fs3.lyn.example.org&',
    );
    expect(text).not.toMatch(/ACCESS_KEY/);
  });
  it('is not there without an object store, and nothing is granted on it', () => {
    const bare = { ...model, objects: undefined };
    expect(sqlFiles(bare).map(([name]) => name)).not.toContain('backups.sql');
    expect(grants({ name: 'fredu', hasBackups: false })).not.toContain('backups');
  });
});

/**
 * Every statement that we write has one of these forms. No parser of CockroachDB is at hand, so this is our reading of
 * its published grammar: it catches a slip of ours, not a mistake in the reading.
 * @see https://github.com/cockroachdb/cockroach/tree/master/docs/generated/sql/bnf
 */
const STRING = `'(?:[^']|'')*'`;
const NAMES = String.raw`\w+(?:, \w+)*`;
const FORMS = [
  `SET CLUSTER SETTING [a-z_.]+ = (?:true|false|${STRING})`,
  String.raw`CREATE USER IF NOT EXISTS \w+`,
  String.raw`ALTER USER \w+ WITH LOGIN PASSWORD NULL`,
  String.raw`ALTER USER \w+ SET [a-z_]+ = ${STRING}`,
  String.raw`CREATE DATABASE IF NOT EXISTS \w+`,
  String.raw`ALTER DATABASE \w+ OWNER TO \w+`,
  String.raw`USE \w+`,
  String.raw`(?:GRANT|REVOKE) ${NAMES} ON (?:DATABASE|SCHEMA|EXTERNAL CONNECTION) \w+ (?:TO|FROM) \w+`,
  String.raw`GRANT SYSTEM ${NAMES} TO \w+`,
  String.raw`ALTER DEFAULT PRIVILEGES FOR ROLE \w+ IN SCHEMA \w+ GRANT ${NAMES} ON TABLES TO \w+`,
  String.raw`ALTER (?:RANGE (?:default|meta|liveness|system)|DATABASE \w+) CONFIGURE ZONE USING num_replicas = \d+, constraints = ${STRING}, lease_preferences = ${STRING}`,
  String.raw`(?:CREATE EXTERNAL CONNECTION IF NOT EXISTS|ALTER EXTERNAL CONNECTION) \w+ AS ${STRING}`,
  String.raw`DROP SCHEDULES WITH \w+ AS \(SHOW SCHEDULES FOR BACKUP\) SELECT id FROM \w+ WHERE label LIKE ${STRING} AND label != ${STRING}`,
  String.raw`CREATE SCHEDULE IF NOT EXISTS ${STRING} FOR BACKUP INTO ${STRING} RECURRING ${STRING} FULL BACKUP ${STRING} WITH SCHEDULE OPTIONS \w+(?: = ${STRING})?(?:, \w+(?: = ${STRING})?)*`,
].map((form) => new RegExp(`^${form}$`));

it('writes statements of the published forms only, each ended and each for a reason', () => {
  for (const [name, text] of sqlFiles(model)) {
    const bare = text.replaceAll(/^--.*$/gm, '');
    const parts = bare.split(new RegExp(`;(?=(?:[^']|${STRING})*$)`)).map((part) => part.trim());
    expect(parts.at(-1), name).toBe('');
    for (const statement of parts.slice(0, -1)) {
      const line = statement.includes('\n  ') ? statement.replaceAll(/\s+/g, ' ') : statement;
      expect({ name, statement: line, known: FORMS.some((form) => form.test(line)) }).toMatchObject({
        known: true,
      });
    }
    // No block of statements stands without its comment.
    for (const block of text.trim().split('\n\n')) expect(block, name).toMatch(/^-- /);
  }
});
