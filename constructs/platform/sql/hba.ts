import { sqlString } from '#constructs/quote.ts';
import { because, file } from './statement.ts';

/**
 * Who may authenticate, and how: `hba.sql`. Certificates over TLS and nothing else; the default would take a password
 * as well. Root is named first, for CockroachDB puts a rule of its own for root before all others.
 * @see https://www.cockroachlabs.com/docs/v26.2/security-reference/authentication
 */
export function hba(): string {
  const rules = [
    '# TYPE DATABASE USER ADDRESS METHOD',
    'host all root all cert',
    'host all all all cert',
    'local all all reject',
  ];
  return file(
    'Who may authenticate, and how.',
    because(
      'Client certificates only, for everybody and from everywhere; a socket on the machine proves nothing.',
      `SET CLUSTER SETTING server.host_based_authentication.configuration = ${sqlString(rules.join('\n'))}`,
    ),
  );
}
