import { RESERVED_WORDS } from './platform/sql/reserved-words.ts';

/**
 * What people wrote, as it has to stand in the texts of others: one function a dialect. Whatever comes out of the model goes
 * through the one of the place where it goes; what no quoting helps is refused before, in `sites/rules`.
 */

/**
 * A name in SQL: as it is where it is plain and no word of the language, else in double quotes.
 * @see https://www.postgresql.org/docs/15/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
 */
export const sqlName = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED_WORDS.has(name) ? name : `"${name.replaceAll('"', '""')}"`;

/** A string in SQL. A backslash means itself (`standard_conforming_strings`, which CockroachDB always has on). */
export const sqlString = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The name of a database in pgbouncer.ini, which reads names as SQL does but knows no words. @see https://www.pgbouncer.org/config.html#section-databases */
export const pgbouncerName = (name: string): string =>
  /^[a-zA-Z0-9_]+$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;

/** A value in pgbouncer.ini's connection strings. */
export const pgbouncerValue = (text: string): string =>
  /^[\w.:-]+$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`;

/** A comment: one line, whatever the text has, for every dialect whose comments end with the line. */
export const comment = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();

/** A value in ssh_config. @see https://manpages.debian.org/bookworm/openssh-client/ssh_config.5.en.html */
export const sshValue = (text: string): string =>
  /^[\w.:@/~+-]+$/.test(text) ? text : `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;

/** A mail address as the mailbox of a start of authority: its dots are no borders of labels. @see https://www.rfc-editor.org/rfc/rfc1035#section-5.1 */
export function zoneMailbox(address: string): string {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at).replaceAll(/[^A-Za-z0-9_-]/g, String.raw`\$&`);
  return `${local}.${address.slice(at + 1)}.`;
}

/** A string of a TXT or CAA record. @see https://www.rfc-editor.org/rfc/rfc1035#section-5.1 */
export const zoneString = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;

/** A mail address in the URI of a record: DMARC parts its list at commas and its size limit at `!`. @see https://www.rfc-editor.org/rfc/rfc7489#section-6.2 */
export const mailto = (address: string): string =>
  `mailto:${address.replaceAll(/[^A-Za-z0-9@._~+-]/g, (letter) => encodeURIComponent(letter).replace(/^[!'()*]$/, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`))}`;

/** A value of a unit that takes specifiers. @see https://manpages.debian.org/bookworm/systemd/systemd.unit.5.en.html#SPECIFIERS */
export const unitValue = (text: string): string => text.replaceAll('%', '%%');

/** One argument of `ExecStart=`. @see https://manpages.debian.org/bookworm/systemd/systemd.service.5.en.html#COMMAND_LINES */
export function unitArgument(text: string): string {
  const escaped = unitValue(text).replaceAll('$', '$$$$').replaceAll('\\', String.raw`\\`);
  return /^[\w./:@%+=,-]+$/.test(escaped) ? escaped : `"${escaped.replaceAll('"', String.raw`\"`)}"`;
}

/** The name that a path has as a unit: `systemd-escape --path`. */
export const unitOfPath = (path: string): string =>
  [...path.replaceAll(/\/+/g, '/').replace(/^\/|\/$/g, '')]
    .map((letter, index) => {
      if (letter === '/') return '-';
      if (/[A-Za-z0-9_:.]/.test(letter) && !(letter === '.' && index === 0)) return letter;
      return [...Buffer.from(letter)]
        .map((byte) => String.raw`\x${byte.toString(16).padStart(2, '0')}`)
        .join('');
    })
    .join('');

/** A text in Terraform's JSON, whose every string is a template. @see https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences-1 */
export const terraformText = (text: string): string =>
  text.replaceAll(/[$%]\{/g, (mark) => `${mark[0]}${mark}`);
