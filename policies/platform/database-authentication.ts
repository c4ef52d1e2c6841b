import type { Finding, Policy, Tree } from '../law.ts';
import { nodes, setting, statements } from '../reading/database-tree.ts';
import { type Data, ofKind } from '../reading/objects.ts';
import { listOf, yamlOf } from '../reading/texts.ts';

const HBA = 'server.host_based_authentication.configuration';

export const databaseAuthentication: Policy = {
  id: 'database-authentication',
  title: 'a certificate signs in to the database, and nothing else does',
  why: 'A password can be guessed, copied and left in a file; a certificate is made for one user, expires, and is useless without its key. The default of CockroachDB takes either.',
  check(model, tree) {
    const hba = setting(tree, HBA);
    const rules = (hba?.value ?? '')
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('#'));
    const methods = rules.map((rule) => ({ rule, fields: rule.trim().split(/\s+/) }));
    return [
      ...(methods.some(({ fields }) => fields.join(' ') === 'host all all all cert')
        ? []
        : [
            {
              path: hba?.path ?? 'platform/sql/hba.sql',
              text: HBA,
              message: 'no rule demands a certificate of everybody',
              fix: 'add the rule: host all all all cert',
            },
          ]),
      ...methods
        .filter(({ fields }) => !['cert', 'reject'].includes(fields.at(-1)!))
        .map(
          ({ rule, fields }): Finding => ({
            path: hba!.path,
            text: rule,
            message: `the rule "${rule}" takes ${fields.at(-1)}`,
            fix: 'end the rule with cert or reject',
          }),
        ),
      ...statements(tree)
        .filter(({ statement }) =>
          /^(?:CREATE|ALTER) (?:USER|ROLE) .*\bPASSWORD\s+(?!NULL\b)/is.test(statement),
        )
        .map(
          ({ path, statement }): Finding => ({
            path,
            text: statement.split('\n')[0],
            message: `a password is set: ${statement.split(/\s+/).slice(0, 3).join(' ')}`,
            fix: 'PASSWORD NULL',
          }),
        ),
      ...nodes(model, tree).flatMap((node) =>
        ['--insecure', '--accept-sql-without-tls']
          .filter((flag) => node.flags.has(flag))
          .map(
            (flag): Finding => ({
              path: node.path,
              text: flag,
              message: `${node.host} is started with ${flag}`,
              fix: `take ${flag} away`,
            }),
          ),
      ),
      ...urls(tree),
      ...poolers(tree),
      ...unknownUsers(tree),
    ];
  },
};

/** A connection URL with a password, wherever it stands. */
const urls = (tree: Tree): Finding[] =>
  [...tree].flatMap(([path, text]): Finding[] => {
    const url = /postgres(?:ql)?:\/\/[^\s:@/]+:[^\s@]+@/.exec(text)?.[0];
    return url
      ? [
          {
            path,
            text: url,
            message: 'a connection URL holds a password',
            fix: 'take it out: a certificate signs in',
          },
        ]
      : [];
  });

/** A pooler could take a password where the database would not. */
const poolers = (tree: Tree): Finding[] =>
  ofKind(tree, 'ConfigMap').flatMap(({ path, object, name }): Finding[] => {
    const { 'pgbouncer.ini': ini, 'users.txt': list = '' }: Record<string, string> = object.data ?? {};
    if (ini === undefined) return [];
    const value = (key: string) => new RegExp(`^${key} = (.*)$`, 'm').exec(ini)?.[1];
    const wanted = {
      auth_type: 'cert',
      client_tls_sslmode: 'verify-full',
      server_tls_sslmode: 'verify-full',
    };
    return [
      ...Object.entries(wanted)
        .filter(([key, must]) => value(key) !== must)
        .map(([key, must]) => ({
          path,
          text: key,
          message: `pooler ${name}: ${key} is ${value(key)}`,
          fix: `${key} = ${must}`,
        })),
      ...(/^"[^"]*" +"[^"]+"/m.test(list) || /\bpassword=/.test(ini)
        ? [
            {
              path,
              text: 'users.txt',
              message: `pooler ${name} holds a password`,
              fix: 'leave the second field empty',
            },
          ]
        : []),
    ];
  });

/** A user that no certificate names can never sign in. */
function unknownUsers(tree: Tree): Finding[] {
  const path = 'platform/certificates.yaml';
  const table: Data = yamlOf(tree.get(path) ?? '') ?? {};
  const clients = listOf(table.identities).filter((each: Data) => listOf(each.usages).includes('client'));
  return statements(tree).flatMap(({ path: at, statement }): Finding[] => {
    const user = /^CREATE USER IF NOT EXISTS (\w+)/.exec(statement)?.[1];
    if (!user || clients.some((each: Data) => each.commonName === user)) return [];
    return [
      {
        path: at,
        text: statement,
        other: { path },
        message: `SQL user ${user} has no client certificate`,
        fix: `add the identity ${user}`,
      },
    ];
  });
}
