import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, only, replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { databaseAuthentication } from './database-authentication.ts';

const model = threeSites();
const tree = only(artefacts(model), /cockroachdb|pgbouncer|platform|haproxy|openstack/);

const messages = (of: Tree) => databaseAuthentication.check(model, of).map((each) => each.message);
const HBA = 'platform/sql/hba.sql';
const USERS = 'platform/sql/users.sql';
const POOLER = 'dc/kubernetes/education/configmap-pgbouncer.yaml';

it('holds for our own sites', () => {
  expect(databaseAuthentication.check(model, tree)).toEqual([]);
});

it('refuses every method but a certificate, and the default that is left when no rule is set', () => {
  const wrong = replaced(tree, HBA, 'host all all all cert', 'host all all all cert-password');
  expect(databaseAuthentication.check(model, wrong)).toEqual([
    {
      path: HBA,
      text: 'server.host_based_authentication.configuration',
      message: 'no rule demands a certificate of everybody',
      fix: 'add the rule: host all all all cert',
    },
    {
      path: HBA,
      text: 'host all all all cert-password',
      message: 'the rule "host all all all cert-password" takes cert-password',
      fix: 'end the rule with cert or reject',
    },
  ]);
  expect(messages(replaced(tree, HBA, 'local all all reject', 'local all all password'))).toEqual([
    'the rule "local all all password" takes password',
  ]);
  expect(messages(replaced(tree, HBA, 'SET CLUSTER SETTING', 'RESET CLUSTER SETTING'))).toEqual([
    'no rule demands a certificate of everybody',
  ]);
});

it('refuses a password in SQL, and takes PASSWORD NULL for none', () => {
  expect(
    messages(
      replaced(
        tree,
        USERS,
        'ALTER USER backup WITH LOGIN PASSWORD NULL',
        "ALTER USER backup WITH LOGIN PASSWORD 'x'",
      ),
    ),
  ).toEqual(['a password is set: ALTER USER backup']);
});

it('refuses a password in a connection URL, in any file', () => {
  const path = 'dc/kubernetes/education/configmap-pgbouncer.yaml';
  expect(
    messages(
      edited(tree, path, ({ data }) => {
        data.url = 'postgresql://education:x@db/fredu';
      }),
    ),
  ).toEqual(['a connection URL holds a password']);
  expect(
    messages(
      edited(tree, path, ({ data }) => {
        data.url = 'postgresql://education@db:26257/fredu';
      }),
    ),
  ).toEqual([]);
});

it('wants a client certificate for every SQL user', () => {
  expect(
    messages(replaced(tree, USERS, 'CREATE USER IF NOT EXISTS backup', 'CREATE USER IF NOT EXISTS guest')),
  ).toEqual(['SQL user guest has no client certificate']);
});

it('refuses a node that serves without TLS', () => {
  const unit = 'do/hosts/do-node1/etc/systemd/system/cockroachdb.service';
  expect(messages(replaced(tree, unit, '--max-offset=250ms', '--accept-sql-without-tls'))).toEqual([
    'do-node1 is started with --accept-sql-without-tls',
  ]);
});

it('refuses a pooler that takes a password, or does not verify', () => {
  const ini = (from: string, to: string) =>
    messages(
      edited(tree, POOLER, ({ data }) => {
        data['pgbouncer.ini'] = data['pgbouncer.ini'].replace(from, to);
      }),
    );
  expect(ini('auth_type = cert', 'auth_type = scram-sha-256')).toEqual([
    'pooler pgbouncer: auth_type is scram-sha-256',
  ]);
  expect(ini('server_tls_sslmode = verify-full', 'server_tls_sslmode = require')).toEqual([
    'pooler pgbouncer: server_tls_sslmode is require',
  ]);
  const withPassword = edited(tree, POOLER, ({ data }) => {
    data['users.txt'] = '"education" "md5abc"\n';
  });
  expect(messages(withPassword)).toEqual(['pooler pgbouncer holds a password']);
});
