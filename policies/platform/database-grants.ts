import type { Model } from '#sites/model.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { statements } from '../reading/database-tree.ts';

export const databaseGrants: Policy = {
  id: 'database-grants',
  title:
    'each user of the database may do what its program does and nothing else, the public may do nothing, and no statement of the app outlives the drain of its node',
  why: 'Avoid: the role admin for an app, ALL, a grant to public, one that may be handed on, an app that owns its tables. Prefer: rows for the app, the schema for its migrations, state without data for observers. Rationale: whoever breaks into the app has its rights; with them they read what it reads, and must not drop what backups are made of, nor make users for tomorrow.',
  check: (model, tree) => {
    const files = statements(tree).filter(({ path }) => /platform\/sql\/(grants|users)\.sql$/.test(path));
    if (files.length === 0) return [];
    return [...given(model, files, allowed(model, tree)), ...users(tree, files)];
  },
};

type Statement = ReturnType<typeof statements>[number];
const GRANTS = 'platform/sql/grants.sql';

/** By user: what each may be granted, as a set of `privilege on object`. @see https://www.cockroachlabs.com/docs/v26.2/security-reference/authorization */
function allowed({ database: { name } }: Model, tree: Tree): Record<string, string[]> {
  const isBackedUp = statements(tree).some(
    ({ path, statement }) => path.endsWith('/backups.sql') && /EXTERNAL CONNECTION/.test(statement),
  );
  return {
    migrations: ['CREATE ON SCHEMA public', 'USAGE ON SCHEMA public'],
    education: [`CONNECT ON DATABASE ${name}`, 'USAGE ON SCHEMA public'],
    monitoring: ['SYSTEM VIEWACTIVITYREDACTED', 'SYSTEM VIEWCLUSTERMETADATA'],
    // Where there is nowhere to keep them, nothing is backed up.
    ...(isBackedUp
      ? { backup: ['SYSTEM BACKUP', 'SYSTEM RESTORE', 'USAGE ON EXTERNAL CONNECTION backups'] }
      : {}),
  };
}
/** Rows that come later as well, and which statements have to be there. */
const ROWS =
  'ALTER DEFAULT PRIVILEGES FOR ROLE migrations IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO education';
const wanted = (name: string): string[] => [
  `CREATE DATABASE IF NOT EXISTS ${name}`,
  `ALTER DATABASE ${name} OWNER TO migrations`,
  `REVOKE CONNECT ON DATABASE ${name} FROM public`,
  `USE ${name}`,
  'REVOKE CREATE ON SCHEMA public FROM public',
  ROWS,
];

const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').replaceAll('"', '').trim();

function given(model: Model, all: Statement[], may: Record<string, string[]>): Finding[] {
  const wrong = (text: string | undefined, message: string, fix: string, path = GRANTS): Finding => ({
    path,
    ...(text === undefined ? {} : { text }),
    message,
    fix,
  });
  const must = wanted(model.database.name);
  const here = all.filter(({ path }) => path.endsWith('/grants.sql'));
  const held = new Set<string>();
  const strange = here.flatMap(({ path, statement }): Finding[] => {
    const said = plain(statement);
    const first = statement.split('\n')[0]!;
    if (must.includes(said)) return [];
    const [, system, privileges, object, user, option] =
      /^GRANT (SYSTEM )?([A-Z, ]+?)(?: ON (.+?))? TO (\w+)( WITH .*)?$/.exec(said) ?? [];
    if (!privileges || !user)
      return [
        wrong(
          first,
          `\`${first}\` is neither a right of a user nor what the platform begins with`,
          'remove it, or write a GRANT',
          path,
        ),
      ];
    const rights = privileges
      .split(',')
      .map((each) => `${system ?? ''}${each.trim()}${object ? ` ON ${object}` : ''}`);
    for (const each of rights) held.add(`${user} ${each}`);
    return [
      ...(option
        ? [wrong(first, `${user} may hand on ${privileges}`, 'leave WITH GRANT OPTION out', path)]
        : []),
      ...rights
        .filter((each) => !may[user]?.includes(each))
        .map((each) =>
          wrong(
            first,
            `${user} may ${each}, which ${may[user] ? 'its program never asks for' : 'is nobody of the platform'}`,
            may[user] ? `GRANT ${may[user].join('; ')}` : 'remove it',
            path,
          ),
        ),
    ];
  });
  const order = (text: string): number => here.findIndex(({ statement }) => plain(statement) === text);
  return [
    ...strange,
    ...must
      .filter((each) => order(each) < 0)
      .map((each) => wrong(undefined, `nothing says \`${each}\``, `${each};`)),
    ...Object.entries(may).flatMap(([user, rights]) =>
      rights
        .filter((each) => !held.has(`${user} ${each}`))
        .map((each) =>
          wrong(
            undefined,
            `${user} may not ${each}, and its program asks for it`,
            `GRANT ${each} TO ${user};`,
          ),
        ),
    ),
    ...(order(`USE ${model.database.name}`) > order('REVOKE CREATE ON SCHEMA public FROM public')
      ? [
          wrong(
            'REVOKE CREATE',
            'rights in the schema are taken in whichever database the client is in',
            `USE ${model.database.name}; before it`,
          ),
        ]
      : []),
  ];
}

/** Whoever is granted something is made, without a password, and the app ends its statements by itself. */
function users(tree: Tree, all: Statement[]): Finding[] {
  const path = 'platform/sql/users.sql';
  const said = all.filter((each) => each.path === path).map(({ statement }) => plain(statement));
  const made = said.flatMap((each) => /^CREATE USER IF NOT EXISTS (\w+)$/.exec(each)?.[1] ?? []);
  const known = ['education', 'migrations', 'backup', 'monitoring'];
  const wrong = (message: string, fix: string): Finding => ({ path, message, fix });
  if (!tree.has(path)) return [];
  return [
    ...known
      .filter((user) => !made.includes(user))
      .map((user) => wrong(`${user} is granted rights and is nobody`, `CREATE USER IF NOT EXISTS ${user};`)),
    ...made
      .filter((user) => !known.includes(user))
      .map((user) => wrong(`${user} may sign in, and no program of the platform does so`, 'remove it')),
    ...made
      .filter((user) => !said.includes(`ALTER USER ${user} WITH LOGIN PASSWORD NULL`))
      .map((user) =>
        wrong(
          `${user} may have a password, or cannot sign in`,
          `ALTER USER ${user} WITH LOGIN PASSWORD NULL;`,
        ),
      ),
    ...['statement_timeout', 'idle_in_transaction_session_timeout']
      .filter(
        (key) =>
          !said.some((each) =>
            new RegExp(`^ALTER USER education SET ${key} = '([1-9]|[1-5]\\d)s'$`).test(each),
          ),
      )
      .map((key) =>
        wrong(
          `the app may hold a node that drains: its ${key} is not below a minute`,
          `ALTER USER education SET ${key} = '10s';`,
        ),
      ),
  ];
}
