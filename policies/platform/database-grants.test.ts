import { findsEach } from '#scripts/testing/broken-trees.ts';
import { databaseGrants } from './database-grants.ts';

const grants = 'platform/sql/grants.sql';
const users = 'platform/sql/users.sql';

findsEach(databaseGrants, [
  [
    grants,
    'GRANT CONNECT ON DATABASE fredu TO education;',
    'GRANT admin TO education;',
    /is neither a right of a user/,
  ],
  [
    grants,
    'GRANT CONNECT ON DATABASE fredu TO education;',
    'GRANT ALL ON DATABASE fredu TO education;',
    /education may ALL ON DATABASE fredu, which its program never asks for/,
  ],
  [grants, 'TO education;', 'TO education WITH GRANT OPTION;', /education may hand on CONNECT/],
  [grants, 'SELECT, INSERT, UPDATE, DELETE', 'SELECT', /is neither a right of a user/],
  [grants, 'REVOKE CONNECT ON DATABASE fredu FROM public;', '', /nothing says .REVOKE CONNECT/],
  [
    grants,
    'GRANT SYSTEM BACKUP, RESTORE TO backup;',
    'GRANT SYSTEM BACKUP TO backup;',
    /backup may not SYSTEM RESTORE/,
  ],
  [
    grants,
    'TO monitoring',
    'TO public',
    /public may SYSTEM VIEWACTIVITYREDACTED, which is nobody of the platform/,
  ],
  [grants, 'OWNER TO migrations', 'OWNER TO education', /is neither a right of a user/],
  [
    users,
    "SET statement_timeout = '10s'",
    "SET statement_timeout = '0s'",
    /its statement_timeout is not below a minute/,
  ],
  [
    users,
    'CREATE USER IF NOT EXISTS backup;',
    'CREATE USER IF NOT EXISTS somebody;',
    /backup is granted rights and is nobody/,
  ],
  [users, 'ALTER USER monitoring WITH LOGIN PASSWORD NULL;', '', /monitoring may have a password/],
]);
