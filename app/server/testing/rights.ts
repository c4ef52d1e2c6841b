import { grants } from '../../../constructs/platform/sql/grants.ts';
import { usersSql } from '../../../constructs/platform/sql/users.ts';

/** The SQL users that a test signs in as: who owns the schema, and the app. */
export const MIGRATIONS_USER = 'migrations';
export const APP_USER = 'education';

/**
 * The platform's SQL users and what each may do, from the files that the setup job applies, as PostgreSQL takes them: so a statement of
 * the app that lacks a right fails here as it would there. Left out is what only CockroachDB has: rights of the whole cluster and on connections.
 */
export const userStatements = (): string[] =>
  statementsOf(usersSql()).map((statement) => {
    const user = /^CREATE USER IF NOT EXISTS (\S+)$/.exec(statement)?.[1];
    return user
      ? `do $$ begin create role ${user}; exception when duplicate_object then null; end $$`
      : statement;
  });

/** What is granted on a database as a whole; a copy of the database does not have it. */
export const rightsOnDatabase = (name: string): string[] =>
  granted(name).filter((each) => ON_DATABASE.test(each));
/** What is granted within a database, to anyone who is connected with it; a copy of the database has it too. */
export const rightsWithin = (name: string): string[] =>
  granted(name).filter((each) => !ON_DATABASE.test(each));

const ON_DATABASE = /^ALTER DATABASE | ON DATABASE /;
const COCKROACHDB_ONLY = /^(CREATE DATABASE|USE) |^GRANT SYSTEM | ON EXTERNAL CONNECTION /;

const granted = (name: string): string[] =>
  statementsOf(grants({ name, hasBackups: true })).filter((statement) => !COCKROACHDB_ONLY.test(statement));

const statementsOf = (text: string): string[] =>
  text
    .replace(/^--.*$/gm, '')
    .split(/;$/m)
    .map((statement) => statement.trim())
    .filter(Boolean);
